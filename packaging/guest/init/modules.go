//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

const (
	lateList  = "/etc/modules.boot" // names to load at every boot
	moduleMap = "/etc/modules.map"  // see readModules
)

// loadList loads the files that a list names, in its order.
func loadList(list string) {
	content, err := os.ReadFile(list) //nolint:gosec // one of ours
	if err != nil {
		say("%v", err)
		return
	}
	for file := range strings.FieldsSeq(string(content)) {
		if err := insert(file); err != nil {
			say("%v", err)
		}
	}
}

func insert(file string) error {
	f, err := os.Open(file) //nolint:gosec // the image's modules
	if err != nil {
		return fmt.Errorf("load module: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := unix.FinitModule(int(f.Fd()), "", 0); err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("load module %s: %w", path.Base(file), err)
	}
	return nil
}

// moduleTable is what the image's builder found in the modules themselves.
type moduleTable struct {
	file  map[string]string   // by name
	needs map[string][]string // names, in the order of loading
	alias []aliasOf
}

type aliasOf struct{ pattern, name string }

// readModules reads lines of
//
//	module NAME FILE NEEDED...
//	alias PATTERN NAME
func readModules(r io.Reader) moduleTable {
	t := moduleTable{file: map[string]string{}, needs: map[string][]string{}}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) >= 3 && fields[0] == "module":
			t.file[fields[1]], t.needs[fields[1]] = fields[2], fields[3:]
		case len(fields) == 3 && fields[0] == "alias":
			t.alias = append(t.alias, aliasOf{fields[1], fields[2]})
		}
	}
	return t
}

// named gives the modules that a name or an alias stands for.
func (t moduleTable) named(name string) []string {
	plain := strings.ReplaceAll(name, "-", "_")
	if _, ok := t.file[plain]; ok {
		return []string{plain}
	}
	var found []string
	for _, a := range t.alias {
		if matched, err := path.Match(a.pattern, name); a.pattern == name || err == nil && matched {
			found = append(found, a.name)
		}
	}
	return found
}

// load inserts what a name stands for, and what that needs first. It is true if
// all of it is there now.
func (t moduleTable) load(name string) bool {
	found := t.named(name)
	ok := len(found) > 0
	for _, module := range found {
		for _, one := range append(t.needs[module], module) {
			if exists("/sys/module/" + one) {
				continue
			}
			if err := insert(t.file[one]); err != nil {
				say("%v", err)
				ok = false
			}
		}
	}
	return ok
}

var modules = sync.OnceValue(func() moduleTable {
	f, err := os.Open(moduleMap)
	if err != nil {
		say("%v", err)
		return moduleTable{}
	}
	defer func() { _ = f.Close() }()
	return readModules(f)
})

// loadBootModules loads what every boot needs: one walk is quicker than a
// program for each when the kernel asks.
func loadBootModules() {
	content, err := os.ReadFile(lateList)
	if err != nil {
		say("%v", err)
	}
	for name := range strings.FieldsSeq(string(content)) {
		modules().load(name)
	}
}

// modprobe is called by the kernel and by dockerd: "modprobe -q -- name". Only
// loading is offered, and options are accepted silently.
func modprobe(args []string) int {
	code := 0
	for _, arg := range args {
		if !strings.HasPrefix(arg, "-") && !modules().load(arg) {
			code = 1
		}
	}
	return code
}
