//go:build linux

package main

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// imageFiles are what every guest is, beside its manifest and its tools.
var imageFiles = []string{"vmlinuz", "initrd.zst", "root.sqfs"}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// makeInitramfs makes what finds the root file system.
func (b *builder) makeInitramfs(ctx context.Context, in *inputs, k *kernel, out string) error {
	modules, err := k.load(ctx, earlyModules)
	if err != nil {
		return err
	}
	t := tree{}
	for _, dir := range []string{"dev", "proc", "sys", "newroot"} {
		t.dir(dir)
	}
	var list strings.Builder
	for _, m := range loadOrder(modules, earlyModules) {
		name := "lib/modules/" + m.name + ".ko"
		t.file(name, m.content, 0o644)
		list.WriteString("/" + name + "\n")
	}
	t.file("modules.load", []byte(list.String()), 0o644)
	t.file("init", in.program("init"), 0o755)
	var archive bytes.Buffer
	if err := t.writeCpio(&archive); err != nil {
		return err
	}
	return pipe(ctx, &archive, "zstd", "-19", "-q", "-f", "-o", filepath.Join(out, "initrd.zst"))
}

// makeRoot makes the root file system.
func (b *builder) makeRoot(ctx context.Context, in *inputs, from parcel, k *kernel, out string) (tree, error) {
	t := tree{}
	for _, dir := range folders {
		t.dir(dir)
	}
	for name, content := range written {
		t.file(name, []byte(content), 0o644)
	}
	for name, content := range map[string]string{"usr/sbin/init": "init", "usr/bin/dockerd": "engine", "usr/bin/containerd-shim-runc-v2": "shim", "usr/bin/docker-proxy": "proxy", "usr/bin/runc": "runc"} {
		t.file(name, in.program(content), 0o755)
	}
	for _, p := range programs {
		if err := b.addProgram(t, from, p.from, p.to); err != nil {
			return nil, err
		}
	}
	if err := b.addProgram(t, from, "usr/bin/"+b.machine.other, "usr/bin/"+b.machine.other); err != nil {
		return nil, err
	}
	t.file("etc/ssl/certs/ca-certificates.crt", bundle(from), 0o644)
	for _, name := range applets {
		t.link("usr/bin/"+name, "busybox")
	}
	for name, target := range links {
		t.link(name, target)
	}
	if err := addModules(ctx, t, k); err != nil {
		return nil, err
	}
	b.log.Info("compressing", "files", len(t), "bytes", t.bytes())
	if b.wsl {
		if err := writeWSL(t, filepath.Join(out, wslFile)); err != nil {
			return nil, err
		}
	}
	archive, err := t.archive()
	if err != nil {
		return nil, err
	}
	return t, squash(ctx, archive, filepath.Join(out, "root.sqfs"))
}

func addModules(ctx context.Context, t tree, k *kernel) error {
	modules, err := k.load(ctx, slices.Concat(earlyModules, bootModules, askedModules))
	if err != nil {
		return err
	}
	for _, m := range modules {
		t.file(m.file, m.content, 0o644)
	}
	t.file("etc/modules.map", moduleTable(modules), 0o644)
	var boot strings.Builder
	for _, m := range loadOrder(modules, bootModules) {
		boot.WriteString(m.name + "\n")
	}
	t.file("etc/modules.boot", []byte(boot.String()), 0o644)
	return nil
}

// squash makes a squashfs of a tar, with nothing compressed: in a machine with
// little memory the engine's pages come and go, and each would be a megabyte to
// unpack. What travels is packed as a whole, which is smaller, too; see pack.
func squash(ctx context.Context, archive *bytes.Buffer, file string) error {
	date := strconv.FormatInt(epoch.Unix(), 10)
	return pipe(ctx, archive, "mksquashfs", "-", file, "-tar", "-quiet", "-no-progress", "-reproducible", "-no-xattrs", "-all-root",
		"-mkfs-time", date, "-all-time", date, "-root-mode", "0755", "-root-uid", "0", "-root-gid", "0", "-processors", "2",
		"-noI", "-noD", "-noF")
}

// pack makes the one file in which a guest travels: the same bytes for the same
// guest. Its window of 128 MiB is what makes it small, and what unpacking takes.
func pack(ctx context.Context, image string, files []string, file string) error {
	var archive bytes.Buffer
	out := tar.NewWriter(&archive)
	for _, name := range append([]string{manifestName}, files...) {
		content, err := os.ReadFile(filepath.Join(image, name)) //nolint:gosec // our own cache
		if err != nil {
			return fmt.Errorf("pack: %w", err)
		}
		header := &tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content)), ModTime: epoch, Format: tar.FormatUSTAR}
		if err := out.WriteHeader(header); err != nil {
			return fmt.Errorf("pack %s: %w", name, err)
		}
		if _, err := out.Write(content); err != nil {
			return fmt.Errorf("pack %s: %w", name, err)
		}
	}
	if err := out.Close(); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	return pipe(ctx, &archive, "zstd", "--ultra", "-22", "--long=27", "-q", "-f", "-o", file)
}

// pipe runs a program with something to read.
func pipe(ctx context.Context, in *bytes.Buffer, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // fixed commands of this program
	cmd.Stdin = in
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(said))
	}
	return nil
}
