package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// target is what programs are built for.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "-" + t.arch }

func (t target) exe(name string) string {
	if t.os == "windows" {
		return name + ".exe"
	}
	return name
}

// programs are the paths of what was built.
type programs struct{ app, helper string }

// The tools that are built from the Go module proxy, at these versions.
const (
	nfpmTool    = "github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0" // the newest that builds from the proxy
	winresTool  = "github.com/tc-hib/go-winres@v0.3.3"
	releaseTags = "migrated_fynedo,release"
)

// buildApp builds the program with the window, by cgo with the C compiler cc.
func (m *maker) buildApp(ctx context.Context, t target, cc, linkerFlags string) (string, error) {
	file := filepath.Join(m.work, t.String(), t.exe("escale"))
	tags := releaseTags
	if m.tags == inspector { // it complains of what a release does not look for
		tags = "release," + inspector
	}
	env := []string{"CGO_ENABLED=1", "CC=" + cc}
	if t.os == "windows" {
		tags += ",no_emoji" // it has such a font itself, which the toolkit finds: 4 MB less
		// OpenGL's package then does without windows.h. Cgo asks the compiler of
		// thousands of names that are not there, and for each of them it would look
		// through all of that header's for one that was meant: minutes of a first build.
		env = append(env, "CGO_CFLAGS=-g -O2 -DAPIENTRY=__stdcall")
	}
	release, err := releaseFlags()
	if err != nil {
		return file, err
	}
	return file, m.goBuild(ctx, t, env, file, ".", tags, release+" "+linkerFlags)
}

// buildHelper builds the program that runs machines, which needs no C.
func (m *maker) buildHelper(ctx context.Context, t target, linkerFlags string) (string, error) {
	file := filepath.Join(m.work, t.String(), t.exe("escale-machine"))
	return file, m.goBuild(ctx, t, []string{"CGO_ENABLED=0"}, file, "./engine/machine/escale-machine", "", "-X main.version="+m.app.Version+" "+linkerFlags)
}

// goBuild builds without anything of this computer in the file: no paths, no
// build ID, no date.
func (m *maker) goBuild(ctx context.Context, t target, env []string, file, of, tags, linkerFlags string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", tags, //nolint:gosec // fixed
		"-ldflags", "-s -w -buildid= "+linkerFlags, "-o", file, of)
	cmd.Env = append(append(os.Environ(), "GOFLAGS=", "GOOS="+t.os, "GOARCH="+t.arch), env...)
	return try(cmd)
}

// try runs a command, whose words are in the error.
func try(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, bytes.TrimSpace(out))
	}
	return nil
}

// tool returns a program of Go's module proxy, which is kept in the user's cache.
func (m *maker) tool(ctx context.Context, module string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find cache: %w", err)
	}
	at, version := filepath.Split(module) // github.com/…/ nfpm@v2.43.0
	dir := filepath.Join(cache, "escale", "tools", version)
	name, _, _ := bytes.Cut([]byte(version), []byte("@"))
	file := filepath.Join(dir, string(name))
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	m.tell("  building %s\n", version)
	cmd := exec.CommandContext(ctx, "go", "install", at+version) //nolint:gosec // the constants above
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOBIN="+dir, "GOOS=", "GOARCH=")
	return file, try(cmd)
}

// has says whether a program can be run; the error names the Debian package that
// has it.
func has(program, debian string) error {
	if _, err := exec.LookPath(program); err != nil {
		return leftOut("%s is not installed (Debian: %s)", program, debian)
	}
	return nil
}

// here is this computer as a target.
func here() target { return target{runtime.GOOS, runtime.GOARCH} }
