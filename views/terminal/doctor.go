package terminal

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/mend"
	"escale/views/say"
)

// examineWait bounds the whole examination.
const examineWait = 20 * time.Second

// doctor says what the app would find here. It starts nothing.
func doctor(ctx context.Context, o Options) int {
	ctx, cancel := context.WithTimeoutCause(ctx, examineWait, engine.ErrTimeout)
	defer cancel()
	computer := machine.ThisComputer()
	var text strings.Builder
	fmt.Fprintln(&text, "Escale "+o.Version)
	fmt.Fprintln(&text, say.L("terminal.doctor.system", "System", runtime.GOOS+"/"+runtime.GOARCH, "CPUs", computer.CPUs, "Memory", say.Bytes(computer.MemoryBytes)))
	if free, folder, ok := freeSpace(o.Disk); ok {
		fmt.Fprintln(&text, say.L("terminal.doctor.disk", "Free", say.Bytes(free), "Folder", whole(folder)))
	}
	if o.Logs != "" {
		fmt.Fprintln(&text, say.L("terminal.doctor.logs", "Folder", whole(o.Logs)))
	}
	fmt.Fprintln(&text, "\n"+say.L("terminal.doctor.engines"))
	code := Failed
	found := mend.Present(examine(ctx, o))
	for _, one := range found {
		fmt.Fprintf(&text, "  %s  %s\n", clean(one.Endpoint.Name), address(one.Endpoint.Host))
		if one.Err == nil {
			code = Good
			fmt.Fprintln(&text, "    "+say.L("terminal.doctor.usable", "Version", clean(one.Version.Engine)))
			continue
		}
		words := say.Error(one.Err)
		fmt.Fprintf(&text, "    %s\n    %s\n", words.Title, words.Hint)
	}
	if len(found) == 0 {
		fmt.Fprintln(&text, "  "+say.L("terminal.doctor.none"))
	}
	fmt.Fprintln(&text, "\n"+say.L("terminal.doctor.machine"))
	fmt.Fprintln(&text, "  "+machineWords(ctx, o.Machines))
	_, _ = fmt.Fprint(o.Out, text.String())
	return code
}

// freeSpace asks the disk that path is on, or will be: the first folder above it
// that is there.
func freeSpace(path string) (free int64, folder string, ok bool) {
	if path == "" {
		return 0, "", false
	}
	for folder = path; ; folder = filepath.Dir(folder) {
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			break
		}
		if filepath.Dir(folder) == folder {
			return 0, "", false
		}
	}
	free, err := machine.FreeSpace(filepath.Join(folder, "x"))
	return free, folder, err == nil
}

// examine tries every place at the same time; the order is the finder's.
func examine(ctx context.Context, o Options) []engine.Candidate {
	places := o.Finder.Endpoints(ctx)
	found := make([]engine.Candidate, len(places))
	var all sync.WaitGroup
	for i, place := range places {
		all.Go(func() { found[i] = o.Finder.Probe(ctx, place) })
	}
	all.Wait()
	return found
}

// machineWords says what the Escale Machine is doing, or why there is none.
func machineWords(ctx context.Context, machines Machines) string {
	if machines == nil {
		return say.L("terminal.doctor.machine.absent")
	}
	list, err := machines.List(ctx)
	if errors.Is(err, machine.ErrNoHelper) {
		if err = machines.Offered(); err == nil {
			return say.L("terminal.doctor.machine.asleep")
		}
	}
	if err != nil {
		words := say.Error(err)
		return words.Title + "\n  " + words.Hint
	}
	for _, one := range list {
		if one.Name == machine.DefaultName {
			return stateWords(one)
		}
	}
	return say.L("terminal.doctor.machine.absent")
}

func stateWords(s machine.Status) string {
	switch s.State {
	case machine.StateRunning:
		return say.L("terminal.doctor.machine.running")
	case machine.StatePaused:
		return say.L("terminal.doctor.machine.paused")
	case machine.StateStopped:
		return say.L("terminal.doctor.machine.stopped")
	case machine.StateStarting, machine.StateStopping:
		return say.L("terminal.doctor.machine.busy")
	case machine.StateFailed:
		words := say.MachineCause(s.Cause)
		return words.Title + "\n  " + words.Hint
	case machine.StateAbsent:
	}
	return say.L("terminal.doctor.machine.absent")
}

// address is a host without what must stay secret.
func address(host string) string {
	u, err := url.Parse(host)
	if err != nil {
		return ""
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	u.RawQuery, u.Fragment = "", ""
	return clean(u.String())
}
