//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"escale/packaging/debs"
)

// The engine. This version of moby's module is the very commit that Docker
// released as Engine 29.7.1: both tags are on it.
const (
	engineVersion     = "29.7.1"
	engineCommit      = "c5b8ce9274b5"
	containerdVersion = "v2.3.3" // the one that this moby is made for
	runcVersion       = "1.5.2"

	dockerVar     = "github.com/moby/moby/v2/dockerversion."
	containerdVar = "github.com/containerd/containerd/v2/version."
)

// goProgram is a program that is built from modules/NAME.
type goProgram struct {
	name, pkg string
	tags      []string
	set       []string // variables of the linker
	static    bool     // with C, linked statically
	changes   []change
}

var goPrograms = []goProgram{
	{
		name: "engine", pkg: ".",
		tags:    []string{"netgo", "osusergo", "static_build", "no_cri", "no_btrfs", "no_zfs", "no_devmapper"},
		set:     []string{dockerVar + "Version=" + engineVersion, dockerVar + "GitCommit=" + engineCommit, containerdVar + "Version=" + containerdVersion},
		changes: []change{lateAuthority},
	},
	{
		name: "shim", pkg: "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
		tags: []string{"netgo", "osusergo", "static_build", "no_cri", "no_btrfs", "no_zfs", "no_devmapper"},
		set:  []string{containerdVar + "Version=" + containerdVersion},
	},
	{
		name: "proxy", pkg: "github.com/moby/moby/v2/cmd/docker-proxy",
		tags: []string{"netgo", "osusergo", "static_build"}, set: []string{dockerVar + "Version=" + engineVersion},
	},
	{
		name: "runc", pkg: "github.com/opencontainers/runc",
		tags: []string{"netgo", "osusergo", "seccomp", "urfave_cli_no_docs"}, set: []string{"main.version=" + runcVersion}, static: true,
	},
}

// built is a finished program.
type built struct {
	name    string
	content []byte
}

func (in *inputs) program(name string) []byte {
	for _, p := range in.programs {
		if p.name == name {
			return p.content
		}
	}
	panic("no program " + name) // a typing mistake in this package
}

func (b *builder) buildPrograms(ctx context.Context) ([]built, error) {
	var all []built
	for _, p := range goPrograms {
		content, err := b.cached(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("build %s: %w", p.name, err)
		}
		all = append(all, built{p.name, content})
	}
	own, err := b.buildInit(ctx)
	if err != nil {
		return nil, fmt.Errorf("build init: %w", err)
	}
	return append(all, built{"init", own}), nil
}

// cached builds a program unless it is in the cache: the engine takes eight
// minutes of a processor.
func (b *builder) cached(ctx context.Context, p goProgram) ([]byte, error) {
	dir := filepath.Join(b.source, "modules", p.name)
	var key strings.Builder
	_, _ = fmt.Fprintln(&key, b.arch, p, runtime.Version())
	for _, name := range []string{"go.mod", "go.sum", "main.go"} {
		content, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // our own sources
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		key.WriteString(hash(content))
	}
	file := filepath.Join(b.cache, "programs", p.name+"-"+b.arch+"-"+hash([]byte(key.String()))[:16])
	if content, err := os.ReadFile(file); err == nil { //nolint:gosec // our own cache
		return content, nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // public files
		return nil, err
	}
	b.log.Info("building", "program", p.name, "arch", b.arch)
	env := []string{"GOARCH=" + b.arch, "CGO_ENABLED=0"}
	link := "-s -w -buildid= -X " + strings.Join(p.set, " -X ")
	if p.static {
		more, err := b.forC(ctx)
		if err != nil {
			return nil, err
		}
		env = append([]string{"GOARCH=" + b.arch}, more...)
		link += " -linkmode external -extldflags -static"
	}
	work, err := os.MkdirTemp(b.cache, "making-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := changed(ctx, dir, work, p.changes); err != nil {
		return nil, err
	}
	_, err = goTool(ctx, work, env, "build", "-mod=readonly", "-trimpath", "-buildvcs=false",
		"-tags", strings.Join(p.tags, ","), "-ldflags", link, "-o", file+".new", p.pkg)
	if err != nil {
		return nil, err
	}
	if err := os.Rename(file+".new", file); err != nil {
		return nil, err
	}
	return os.ReadFile(file) //nolint:gosec // our own cache
}

// forC gives the environment that builds C for the guest: runc filters system
// calls with libseccomp.
func (b *builder) forC(ctx context.Context) ([]string, error) {
	const library = "libseccomp-dev"
	root := filepath.Join(b.cache, "seccomp-"+b.arch)
	if _, err := os.Stat(filepath.Join(root, "usr/include/seccomp.h")); err != nil {
		// Of this computer's own release, as the C library that it is linked with.
		apt, err := debs.Same(ctx, filepath.Join(b.cache, "apt", "own-"+b.arch), b.arch)
		if err != nil {
			return nil, err
		}
		packages := filepath.Join(b.cache, "apt", "own-"+b.arch, "debs")
		if err := apt.Download(ctx, packages, []string{library}); err != nil {
			return nil, err
		}
		file, err := debs.File(packages, library)
		if err != nil {
			return nil, err
		}
		if err := debs.RunIn(ctx, ".", "dpkg-deb", "--extract", file, root); err != nil {
			return nil, err
		}
	}
	return []string{
		"CGO_ENABLED=1", "CC=" + b.machine.cross, "PKG_CONFIG_SYSROOT_DIR=" + root,
		"PKG_CONFIG_LIBDIR=" + filepath.Join(root, "usr/lib", b.machine.triplet, "pkgconfig"),
	}, nil
}

// buildInit builds the guest's own program; Go's own cache makes that quick.
func (b *builder) buildInit(ctx context.Context) ([]byte, error) {
	if err := os.MkdirAll(b.cache, 0o755); err != nil { //nolint:gosec // public files
		return nil, err
	}
	work, err := os.MkdirTemp(b.cache, "making-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	file := filepath.Join(work, "init")
	_, err = goTool(ctx, b.source, []string{"GOARCH=" + b.arch, "CGO_ENABLED=0"}, "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -buildid=", "-o", file, "./init")
	if err != nil {
		return nil, err
	}
	return os.ReadFile(file) //nolint:gosec // just built
}

// goTool runs the go command for the guest and gives what it wrote.
func goTool(ctx context.Context, dir string, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // fixed commands of this program
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOOS=linux"), env...)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		text := complaint.String()
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, text[max(0, len(text)-2000):])
	}
	return string(out), nil
}
