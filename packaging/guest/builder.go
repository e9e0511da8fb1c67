//go:build linux

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"escale/packaging/debs"
)

// initVersion is that of the guest's own parts: raise it when they change what
// the helper can ask for. The guest's is manifest.Version.
const initVersion = "1"

// builder builds the guest of one architecture.
type builder struct {
	arch    string
	machine machine
	cache   string // absolute
	source  string // this folder
	wsl     bool   // with the root as a distribution of WSL
	log     *slog.Logger
}

// inputs is all that a guest is made from.
type inputs struct {
	packages []debs.Package
	apt      debs.Apt
	kernel   string // name of its package
	programs []built
}

// ensure builds the guest unless it is in the cache, and returns its folder.
func (b *builder) ensure(ctx context.Context) (string, error) {
	if err := b.findSource(ctx); err != nil {
		return "", err
	}
	in, err := b.gather(ctx)
	if err != nil {
		return "", err
	}
	key, err := b.key(in)
	if err != nil {
		return "", err
	}
	ready := filepath.Join(b.cache, "images", b.arch+"-"+key)
	if _, err := os.Stat(filepath.Join(ready, manifestName)); err == nil {
		b.log.Info("the guest is in the cache", "folder", ready)
		return ready, nil
	}
	work, err := os.MkdirTemp(b.cache, "making-")
	if err != nil {
		return "", fmt.Errorf("make cache: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	out := filepath.Join(work, "image")
	if err := b.make(ctx, in, out); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(ready), 0o755); err != nil { //nolint:gosec // public files
		return "", fmt.Errorf("keep image: %w", err)
	}
	if err := os.Rename(out, ready); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("keep image: %w", err)
	}
	return ready, nil
}

func (b *builder) findSource(ctx context.Context) error {
	file, err := goTool(ctx, ".", nil, "env", "GOMOD")
	if err != nil {
		return fmt.Errorf("find sources: %w", err)
	}
	b.source = filepath.Join(filepath.Dir(strings.TrimSpace(file)), "packaging", "guest")
	if _, err := os.Stat(filepath.Join(b.source, "modules")); err != nil {
		return fmt.Errorf("find sources: %w", err)
	}
	return nil
}

// gather finds the packages and builds the programs.
func (b *builder) gather(ctx context.Context) (*inputs, error) {
	apt, err := debs.Other(ctx, filepath.Join(b.cache, "apt", release+"-"+b.arch), release, b.arch)
	if err != nil {
		return nil, err
	}
	newest, err := apt.Find(ctx, []string{b.machine.kernel})
	if err != nil {
		return nil, err
	}
	in := &inputs{apt: apt}
	in.kernel, _, _ = strings.Cut(newest[0].Depends, " ")
	if in.packages, err = apt.Find(ctx, append(packageNames(), in.kernel)); err != nil {
		return nil, err
	}
	in.programs, err = b.buildPrograms(ctx)
	return in, err
}

func packageNames() []string {
	names := slices.Concat(libraries, []string{authorities, otherArch})
	for _, p := range slices.Concat(programs, tools) {
		names = append(names, p.pkg)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// key is the hash of everything that goes in.
func (b *builder) key(in *inputs) (string, error) {
	sum := sha256.New()
	_, _ = fmt.Fprintln(sum, b.arch, b.wsl)
	for _, p := range in.packages {
		_, _ = fmt.Fprintln(sum, p.Name, p.Version, p.SHA256)
	}
	for _, p := range in.programs {
		_, _ = fmt.Fprintln(sum, p.name, hash(p.content))
	}
	sources, err := filepath.Glob(filepath.Join(b.source, "*.go"))
	if err != nil {
		return "", fmt.Errorf("hash sources: %w", err)
	}
	for _, file := range sources {
		content, err := os.ReadFile(file) //nolint:gosec // our own sources
		if err != nil {
			return "", fmt.Errorf("hash sources: %w", err)
		}
		if !strings.HasSuffix(file, "_test.go") {
			_, _ = io.WriteString(sum, filepath.Base(file)+hash(content))
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// make puts the guest together in out.
func (b *builder) make(ctx context.Context, in *inputs, out string) error {
	from, err := b.fetch(ctx, in)
	if err != nil {
		return err
	}
	kernel, err := readKernel(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil { //nolint:gosec // public files
		return fmt.Errorf("make image folder: %w", err)
	}
	if err := os.WriteFile(filepath.Join(out, "vmlinuz"), kernel.image, 0o644); err != nil { //nolint:gosec // public files
		return fmt.Errorf("write kernel: %w", err)
	}
	plain, err := kernel.plain()
	if err != nil {
		return err
	}
	if plain == nil && b.arch == "amd64" {
		b.log.Warn("the kernel is not packed by zstd as it was: it is not unpacked beforehand, and emulated machines start a second later")
	}
	b.log.Info("making the initramfs")
	if err := b.makeInitramfs(ctx, in, kernel, out); err != nil {
		return err
	}
	b.log.Info("making the root file system")
	root, err := b.makeRoot(ctx, in, from, kernel, out)
	if err != nil {
		return err
	}
	if err := b.makeTools(ctx, root, from, out); err != nil {
		return err
	}
	return b.writeManifest(in, plain, from.users(root), out)
}

// fetch downloads the packages, unless the cache has these very ones, and reads
// what may be of use.
func (b *builder) fetch(ctx context.Context, in *inputs) (parcel, error) {
	names := make([]string, 0, len(in.packages))
	var sums strings.Builder
	for _, p := range in.packages {
		names = append(names, p.Name)
		sums.WriteString(p.SHA256)
	}
	dir := filepath.Join(b.cache, "packages", b.arch+"-"+hash([]byte(sums.String()))[:16])
	complete := filepath.Join(dir, "complete")
	if _, err := os.Stat(complete); err != nil {
		b.log.Info("downloading packages", "count", len(names), "arch", b.arch)
		if err := in.apt.Download(ctx, dir, names); err != nil {
			return nil, err
		}
		if err := os.WriteFile(complete, nil, 0o644); err != nil { //nolint:gosec // public
			return nil, fmt.Errorf("keep packages: %w", err)
		}
	}
	return readPackages(ctx, dir, names, b.wanted)
}

// wanted is true of the files of packages that may be of use.
func (b *builder) wanted(name string) bool {
	for _, p := range slices.Concat(programs, tools) {
		if p.from == name {
			return true
		}
	}
	for _, dir := range []string{"usr/lib/" + b.machine.triplet + "/", "boot/vmlinuz-", "usr/lib/modules/", "usr/share/ca-certificates/mozilla/"} {
		if strings.HasPrefix(name, dir) {
			return true
		}
	}
	return name == "usr/bin/"+b.machine.other
}
