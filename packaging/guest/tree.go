//go:build linux

package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
)

// tree is a file system that is being put together. Everything in it belongs to
// root and is as old as epoch.
type tree map[string]node

type node struct {
	kind    byte // tar.TypeReg, TypeDir, TypeSymlink
	mode    int64
	content []byte
	target  string
	owner   string // the package that it is from
}

func (t tree) file(name string, content []byte, mode int64) {
	t.parents(name)
	t[name] = node{kind: tar.TypeReg, mode: mode, content: content}
}

func (t tree) link(name, target string) {
	t.parents(name)
	t[name] = node{kind: tar.TypeSymlink, mode: 0o777, target: target}
}

func (t tree) dir(name string) {
	t.parents(name)
	if _, ok := t[name]; !ok {
		t[name] = node{kind: tar.TypeDir, mode: dirMode(name)}
	}
}

func (t tree) parents(name string) {
	if dir := path.Dir(name); dir != "." {
		t.dir(dir)
	}
}

func dirMode(name string) int64 {
	switch name {
	case "tmp", "var/tmp":
		return 0o1777
	case "root":
		return 0o700
	default:
		return 0o755
	}
}

// names are in an order in which a folder comes before what is in it.
func (t tree) names() []string { return slices.Sorted(maps.Keys(t)) }

// bytes is the size of all files.
func (t tree) bytes() (sum int64) {
	for _, n := range t {
		sum += int64(len(n.content))
	}
	return sum
}

// archive is the tree as a tar.
func (t tree) archive() (*bytes.Buffer, error) {
	var archive bytes.Buffer
	err := t.writeTar(&archive)
	return &archive, err
}

// writeTar writes the tree as a tar.
func (t tree) writeTar(w io.Writer) error {
	out := tar.NewWriter(w)
	for _, name := range t.names() {
		n := t[name]
		header := &tar.Header{
			Name: name, Typeflag: n.kind, Mode: n.mode, Size: int64(len(n.content)), Linkname: n.target, ModTime: epoch, Format: tar.FormatUSTAR,
		}
		if err := out.WriteHeader(header); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		if _, err := out.Write(n.content); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return out.Close()
}

// writeCpio writes the tree in the form that the kernel unpacks.
//
// Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst.
func (t tree) writeCpio(w io.Writer) error {
	for i, name := range append(t.names(), "TRAILER!!!") {
		n := t[name]
		var kind int64
		switch n.kind {
		case tar.TypeReg:
			kind = 0o100000
		case tar.TypeDir:
			kind = 0o040000
		case tar.TypeSymlink:
			kind, n.content = 0o120000, []byte(n.target)
		}
		var head strings.Builder
		head.WriteString("070701")
		for _, field := range []int64{int64(i + 1), kind | n.mode, 0, 0, 1, epoch.Unix(), int64(len(n.content)), 0, 0, 0, 0, int64(len(name) + 1), 0} {
			_, _ = fmt.Fprintf(&head, "%08X", field)
		}
		head.WriteString(name + "\x00")
		if _, err := io.WriteString(w, padded(head.String())+padded(string(n.content))); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

func padded(s string) string { return s + strings.Repeat("\x00", (4-len(s)%4)%4) }
