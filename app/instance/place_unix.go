//go:build !windows

package instance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// socket is the path that the first one listens on.
func socket(dir string) string { return filepath.Join(dir, "escale.sock") }

// claim takes the lock and listens; errHeld while another process has the lock.
// The system ends the lock with the process, however that ends, and the socket
// that it leaves is taken away by the next one.
func claim(ctx context.Context, dir string) (net.Listener, func() error, error) {
	file, err := os.OpenFile(filepath.Join(dir, "escale.lock"), os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600) //nolint:gosec // in our own folder
	if errors.Is(err, syscall.ELOOP) {
		return nil, nil, fmt.Errorf("%w: the lock is a link", ErrStranger)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("be the first: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = errHeld
		}
		return nil, nil, errors.Join(err, file.Close())
	}
	if err := os.Remove(socket(dir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, errors.Join(fmt.Errorf("be the first: %w", err), file.Close())
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", socket(dir))
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("be the first: %w", err), file.Close())
	}
	if err := os.Chmod(socket(dir), 0o600); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("be the first: %w", err), listener.Close(), file.Close())
	}
	return listener, file.Close, nil
}

// dial reaches the first one, if what is there is a socket of this user.
func dial(ctx context.Context, dir string) (net.Conn, error) {
	info, err := os.Lstat(socket(dir))
	if err != nil {
		return nil, err
	}
	if info.Mode().Type() != fs.ModeSocket || !ours(info) {
		return nil, fmt.Errorf("%w: %s", ErrStranger, socket(dir))
	}
	return new(net.Dialer).DialContext(ctx, "unix", socket(dir))
}

// private makes a folder that only its owner may enter, or makes sure that one is.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make private folder: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("make private folder: %w", err)
	}
	if !info.IsDir() || !ours(info) {
		return fmt.Errorf("%w: %s", ErrStranger, dir)
	}
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a folder must be entered
		return fmt.Errorf("make private folder: %w", err)
	}
	return nil
}

func ours(info fs.FileInfo) bool {
	owner, known := info.Sys().(*syscall.Stat_t)
	return known && int(owner.Uid) == os.Getuid()
}
