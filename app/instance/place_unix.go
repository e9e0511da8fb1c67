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

	"escale/engine/private"
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
	listener, err := private.Listen(ctx, socket(dir))
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("be the first: %w", err), file.Close())
	}
	return listener, file.Close, nil
}

// dial reaches the first one, if what is there is a socket of this user.
func dial(ctx context.Context, dir string) (net.Conn, error) {
	info, err := os.Lstat(socket(dir))
	if err != nil {
		return nil, err
	}
	if info.Mode().Type() != fs.ModeSocket || !private.Ours(info) {
		return nil, fmt.Errorf("%w: %s", ErrStranger, socket(dir))
	}
	return new(net.Dialer).DialContext(ctx, "unix", socket(dir))
}
