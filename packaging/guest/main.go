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
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

func main() {
	arch := flag.String("arch", runtime.GOARCH, "amd64 or arm64")
	out := flag.String("out", "", "folder for the guest")
	packed := flag.String("pack", "", "file in which the guest travels, FILE"+packedEnd+", made too (takes minutes); its tools travel in FILE-tools"+packedEnd)
	cache := flag.String("cache", "", "folder for what is kept (default: escale/guest in the user's cache)")
	wsl := flag.Bool("wsl", false, "with "+wslFile+", for Windows")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	b := &builder{arch: *arch, machine: machines[*arch], cache: *cache, wsl: *wsl, log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	err := b.run(ctx, *out, *packed)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "guest:", err)
		os.Exit(1)
	}
}

func (b *builder) run(ctx context.Context, out, packed string) (err error) {
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
	if err := handOut(built, out, b.files()); err != nil || packed == "" {
		return err
	}
	name, ok := strings.CutSuffix(packed, packedEnd)
	if !ok {
		return fmt.Errorf("--pack %s: its name must end in %s", packed, packedEnd)
	}
	limit := b.machine.limit
	if b.wsl {
		limit *= 2
	}
	tools := b.handPacked(ctx, built, travel{built + "-tools" + packedEnd, name + "-tools" + packedEnd, []string{toolsFile}, toolsLimit})
	return errors.Join(tools, b.handPacked(ctx, built, travel{built + packedEnd, packed, b.together(), limit}))
}

// packedEnd is how the name ends of what something travels in.
const packedEnd = ".tar.zst"

// travel is how some files of a guest travel.
type travel struct {
	kept, file string // in the cache, and where it is wanted
	files      []string
	limit      int64 // bytes
}

// handPacked packs files of the guest, unless the cache has them packed, and says
// how large that is.
func (b *builder) handPacked(ctx context.Context, built string, t travel) error {
	kept, file := t.kept, t.file
	if _, err := os.Stat(kept); err != nil {
		b.log.Info("packing", "file", kept)
		if err := pack(ctx, built, t.files, kept+".new"); err != nil {
			return err
		}
		if err := os.Rename(kept+".new", kept); err != nil {
			return fmt.Errorf("keep what was packed: %w", err)
		}
	}
	if err := copyFile(kept, file); err != nil {
		return fmt.Errorf("copy %s: %w", kept, err)
	}
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("measure what was packed: %w", err)
	}
	b.log.Info("packed", "file", file, "MB", float64(info.Size())/1e6, "limit", t.limit/1e6)
	if info.Size() > t.limit {
		return fmt.Errorf("%s for %s travel as %.1f MB: at most %d may", strings.Join(t.files, " "), b.arch, float64(info.Size())/1e6, t.limit/1e6)
	}
	return nil
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
