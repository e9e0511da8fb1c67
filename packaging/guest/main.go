//go:build linux

// Command guest builds the guest of the Escale Machine: a folder with a kernel,
// an initramfs, a root file system and a manifest of what is in them.
//
//	go run ./packaging/guest --arch amd64 --out DIR [--wsl]
//
// With --wsl the root is there a second time, as a distribution of WSL.
//
// Debian packages come through this computer's apt, the engine from the Go
// module proxy at the versions of modules/*/go.mod. What was built is kept in
// the user's cache, by a hash of everything that went in.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
)

func main() {
	arch := flag.String("arch", runtime.GOARCH, "amd64 or arm64")
	out := flag.String("out", "", "folder for the guest")
	cache := flag.String("cache", "", "folder for what is kept (default: escale/guest in the user's cache)")
	wsl := flag.Bool("wsl", false, "with "+wslFile+", for Windows")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	b := &builder{arch: *arch, machine: machines[*arch], cache: *cache, wsl: *wsl, log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	err := b.run(ctx, *out)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "guest:", err)
		os.Exit(1)
	}
}

func (b *builder) run(ctx context.Context, out string) (err error) {
	if _, ok := machines[b.arch]; !ok || out == "" {
		return fmt.Errorf("--arch must be amd64 or arm64, and --out a folder")
	}
	if b.cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("find cache: %w", err)
		}
		b.cache = filepath.Join(dir, "escale", "guest")
	}
	if b.cache, err = filepath.Abs(b.cache); err != nil {
		return fmt.Errorf("find cache: %w", err)
	}
	built, err := b.ensure(ctx)
	if err != nil {
		return err
	}
	return handOut(built, out, b.files())
}

// handOut copies the guest to where it is wanted.
func handOut(built, out string, files []string) error {
	if err := os.MkdirAll(out, 0o755); err != nil { //nolint:gosec // public files
		return fmt.Errorf("make %s: %w", out, err)
	}
	for _, name := range append([]string{manifestName}, files...) {
		if err := copyFile(filepath.Join(built, name), filepath.Join(out, name)); err != nil {
			return fmt.Errorf("copy %s: %w", name, err)
		}
	}
	return nil
}

// copyFile replaces the target at once: a machine may be running from it.
func copyFile(from, to string) error {
	content, err := os.ReadFile(from) //nolint:gosec // our own cache
	if err != nil {
		return err
	}
	if err := os.WriteFile(to+".new", content, 0o644); err != nil { //nolint:gosec // public files
		return err
	}
	return os.Rename(to+".new", to)
}
