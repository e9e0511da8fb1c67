//go:build !windows

package helper

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
)

// lockFile opens path, which it makes where it is missing, and locks it for as
// long as the returned file, or one that a child inherited from it, is open.
// errLocked when another process has it.
func lockFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // ours
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = errLocked
		}
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), file.Close())
	}
	return file, nil
}

// lockOf is the file of which the lock says that the disk is in use: itself, but
// on macOS one beside it, for the framework locks the disks that it opens.
func lockOf(disk string) string {
	if runtime.GOOS == "darwin" {
		return disk + ".lock"
	}
	return disk
}
