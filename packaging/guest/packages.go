//go:build linux

package main

import (
	"archive/tar"
	"bytes"
	"context"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"escale/packaging/debs"
)

// parcel is the files of some packages, by path.
type parcel map[string]node

// readPackages reads what keep wants of the downloaded packages.
func readPackages(ctx context.Context, dir string, names []string, keep func(name string) bool) (parcel, error) {
	all := parcel{}
	for _, name := range names {
		file, err := debs.File(dir, name)
		if err != nil {
			return nil, err
		}
		owner := name
		err = debs.Read(ctx, file, func(header *tar.Header, content io.Reader) error {
			name := strings.TrimPrefix(path.Clean(header.Name), "./")
			if !keep(name) || header.Typeflag != tar.TypeReg && header.Typeflag != tar.TypeSymlink {
				return nil
			}
			bytes, err := io.ReadAll(content)
			all[name] = node{kind: header.Typeflag, mode: header.Mode & 0o777, content: bytes, target: header.Linkname, owner: owner}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// open follows links within the parcel.
func (p parcel) open(name string) (node, error) {
	for range 8 {
		n, ok := p[name]
		if !ok {
			break
		}
		if n.kind != tar.TypeSymlink {
			return n, nil
		}
		if path.IsAbs(n.target) {
			name = n.target[1:]
		} else {
			name = path.Join(path.Dir(name), n.target)
		}
	}
	return node{}, fmt.Errorf("%s: %w", name, os.ErrNotExist)
}

// users says which packages a root has files of, or its tools.
func (p parcel) users(t tree) map[string]bool {
	used := map[string]bool{authorities: true, otherArch: true}
	for _, taken := range slices.Concat(programs, tools) {
		used[taken.pkg] = true
	}
	for name := range t {
		if n, err := p.open(name); err == nil {
			used[n.owner] = true
		}
	}
	return used
}

// addProgram puts a file into the tree, with the libraries that it needs.
func (b *builder) addProgram(t tree, from parcel, name, to string) error {
	n, err := from.open(name)
	if err != nil {
		return fmt.Errorf("take from packages: %w", err)
	}
	t.file(to, n.content, n.mode)
	return b.addLibraries(t, from, to, n.content)
}

func (b *builder) addLibraries(t tree, from parcel, user string, content []byte) error {
	needed, interpreter, err := linked(content)
	if err != nil {
		return fmt.Errorf("read %s: %w", user, err)
	}
	dir := path.Join("usr/lib", b.machine.triplet)
	if interpreter != "" {
		needed = append(needed, path.Base(interpreter))
		if name := "usr" + interpreter; path.Dir(name) != dir { // /lib64/ld-linux-x86-64.so.2
			t.link(name, "/"+path.Join(dir, path.Base(interpreter)))
		}
	}
	for _, library := range needed {
		name := path.Join(dir, library)
		if _, ok := t[name]; ok {
			continue
		}
		n, err := from.open(name)
		if err != nil {
			return fmt.Errorf("library of %s: %w", user, err)
		}
		t.file(name, n.content, n.mode)
		if err := b.addLibraries(t, from, name, n.content); err != nil {
			return err
		}
	}
	return nil
}

// linked says which libraries a file needs, and its loader. A file that is no
// program needs none.
func linked(content []byte) (needed []string, interpreter string, err error) {
	if !bytes.HasPrefix(content, []byte(elf.ELFMAG)) {
		return nil, "", nil
	}
	program, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return nil, "", err
	}
	for _, segment := range program.Progs {
		if segment.Type == elf.PT_INTERP {
			text, err := io.ReadAll(segment.Open())
			if err != nil {
				return nil, "", err
			}
			interpreter = strings.TrimRight(string(text), "\x00")
		}
	}
	if needed, err = program.ImportedLibraries(); err != nil {
		return nil, "", err
	}
	return needed, interpreter, nil
}

// bundle makes one file of the certificates of authorities.
func bundle(from parcel) []byte {
	var all bytes.Buffer
	names := []string{}
	for name := range from {
		if strings.HasPrefix(name, "usr/share/ca-certificates/mozilla/") && filepath.Ext(name) == ".crt" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		all.Write(bytes.TrimSpace(from[name].content))
		all.WriteByte('\n')
	}
	return all.Bytes()
}
