//go:build !windows

package helper

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
)

// listen listens on a socket that only its owner can open. The folder is
// private already, so nobody gets in between the two steps. A socket that is
// there is a dead helper's: the caller holds the home's lock.
func listen(ctx context.Context, path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("listen: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("listen: %w", err), listener.Close())
	}
	return listener, nil
}

// private makes a folder that only its owner may enter, or makes sure that one is.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil { //nolint:gosec // in the home
		return fmt.Errorf("make private folder: %w", err)
	}
	info, err := os.Lstat(dir) //nolint:gosec // in the home
	if err != nil {
		return fmt.Errorf("make private folder: %w", err)
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !known || int(owner.Uid) != os.Getuid() {
		return fmt.Errorf("make private folder: %s is not this user's folder", dir)
	}
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a folder must be entered
		return fmt.Errorf("make private folder: %w", err)
	}
	return nil
}
