//go:build linux

package main

import (
	"archive/tar"
	"os"
	"slices"
	"strings"
	"testing"
)

// taken is a parcel with every file of the tools; docker is this very program,
// which needs libraries or none.
func taken(t *testing.T, docker []byte) parcel {
	t.Helper()
	p := parcel{}
	for _, file := range tools {
		p[file.from] = node{kind: tar.TypeReg, mode: 0o755, content: []byte("#!" + file.name), owner: file.pkg}
	}
	p["usr/bin/docker"] = node{kind: tar.TypeReg, mode: 0o755, content: docker, owner: "docker-cli"}
	return p
}

// TestTools: a shell, the docker command and what else a beginner types are in
// it, and nothing that the root has already.
func TestTools(t *testing.T) {
	b := &builder{arch: "amd64", machine: machines["amd64"]}
	root := tree{}
	root.link("usr/bin/ls", "busybox")
	root.link("usr/bin/touch", "busybox")
	made, err := b.toolsTree(root, taken(t, []byte("a program without libraries")))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bin/docker", "bin/bash", "bin/clear", "etc/profile", "etc/inputrc", "share/terminfo/x/xterm-256color"} {
		if _, there := made[name]; !there {
			t.Errorf("%s is missing", name)
		}
	}
	for _, name := range []string{"bin/ls", "bin/touch"} {
		if _, twice := made[name]; twice {
			t.Errorf("%s is in the root", name)
		}
	}
	if n := made["bin/clear"]; n.kind != tar.TypeSymlink || n.target != "/usr/bin/busybox" {
		t.Errorf("clear is %+v", n)
	}
	again, err := b.toolsTree(root, taken(t, []byte("a program without libraries")))
	if err != nil {
		t.Fatal(err)
	}
	one, err1 := made.archive()
	other, err2 := again.archive()
	if err1 != nil || err2 != nil || one.String() != other.String() {
		t.Error("the same tools are not the same twice")
	}
}

// TestToolsLibraries: a library that only the tools would need stops the build:
// no loader would find it.
func TestToolsLibraries(t *testing.T) {
	program, err := os.ReadFile("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	needed, loader, err := linked(program)
	if err != nil || len(needed) == 0 {
		t.Fatalf("this computer's shell needs %q, %v", needed, err)
	}
	b := &builder{arch: "amd64", machine: machines["amd64"]}
	from, root := taken(t, program), tree{}
	dir := "usr/lib/" + b.machine.triplet + "/"
	for _, name := range append(needed, loader[strings.LastIndex(loader, "/")+1:]) {
		from[dir+name] = node{kind: tar.TypeReg, mode: 0o644, content: []byte("a library")}
	}
	if _, err := b.toolsTree(root, from); err == nil || !strings.Contains(err.Error(), "docker needs usr/lib") {
		t.Errorf("built: %v", err)
	}
	if err := b.addProgram(root, from, "usr/bin/docker", "usr/bin/of-the-root"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.toolsTree(root, from); err != nil {
		t.Errorf("the root has them all: %v", err)
	}
}

// TestToolsTravelApart: who needs none of the tools fetches none.
func TestToolsTravelApart(t *testing.T) {
	for _, b := range []*builder{{}, {wsl: true}} {
		if slices.Contains(b.together(), toolsFile) || !slices.Contains(b.files(), toolsFile) || !slices.Contains(b.files(), "root.sqfs") {
			t.Errorf("together %q, all %q", b.together(), b.files())
		}
	}
}
