//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// up starts what is not running yet, and mends what a test left behind that was
// ended half-way: stopped processes and faults in force.
func (l layout) up(ctx context.Context, podman bool, log *slog.Logger) error {
	began := time.Now()
	for _, name := range serviceNames {
		if l.running(name) != 0 {
			if err := l.signal(name, syscall.SIGCONT); err != nil {
				return err
			}
		}
	}
	if err := l.make(); err != nil {
		return err
	}
	if !namespaceExists(l) { // a restart of the computer, or the first start
		if err := l.wipe(); err != nil {
			return err
		}
		if err := l.make(); err != nil {
			return err
		}
	}
	if err := makeNamespace(ctx, l); err != nil {
		return err
	}
	if err := l.startRegistry(ctx, log); err != nil {
		return err
	}
	if err := l.startServer(ctx); err != nil {
		return err
	}
	if err := l.startEngine(ctx); err != nil {
		return err
	}
	if podman {
		if err := l.startPodman(ctx); err != nil {
			return err
		}
	}
	if err := l.resetFaults(ctx); err != nil {
		return err
	}
	log.Info("testbed is up", "took", time.Since(began).Round(time.Millisecond), "folder", l.dir)
	return nil
}

// down ends every process, unmounts what they left and removes all but the
// logs and the made images.
func (l layout) down(ctx context.Context) error {
	var failed []error
	if namespaceExists(l) {
		failed = append(failed, l.stopPodman(ctx), l.stopEngine(ctx))
	}
	for _, name := range []string{"podman", "dockerd", "containerd", "server", "registry"} {
		failed = append(failed, l.stop(ctx, name, 5*time.Second))
	}
	if err := errors.Join(failed...); err != nil {
		return err
	}
	if err := l.wipe(); err != nil {
		return err
	}
	if namespaceExists(l) {
		return command(ctx, "ip", "netns", "del", l.namespace)
	}
	return nil
}

// wipe removes what stopped engines leave behind.
func (l layout) wipe() error {
	if err := unmountBelow(l.dir, l.run); err != nil {
		return err
	}
	gone := []string{l.run}
	for _, name := range []string{"docker", "containerd", "podman", "pid", "conf", "testbed", "registry"} {
		gone = append(gone, l.path(name))
	}
	for _, name := range gone {
		if err := os.RemoveAll(name); err != nil {
			return fmt.Errorf("clean up: %w", err)
		}
	}
	return nil
}

// unmountBelow unmounts everything below the folders, the deepest first.
func unmountBelow(folders ...string) error {
	content, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return fmt.Errorf("list mounts: %w", err)
	}
	var below []string
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		target := strings.ReplaceAll(fields[4], `\040`, " ")
		for _, folder := range folders {
			if strings.HasPrefix(target, filepath.Clean(folder)+"/") {
				below = append(below, target)
			}
		}
	}
	slices.Reverse(below) // mounts are listed in the order in which they were made
	for _, target := range below {
		if err := unix.Unmount(target, unix.MNT_DETACH); err != nil && !errors.Is(err, unix.EINVAL) {
			return fmt.Errorf("unmount %s: %w", target, err)
		}
	}
	return nil
}
