package transport_test

import (
	"errors"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"escale/engine"
	"escale/engine/transport"
)

// An engine that accepts nobody fills its queue: Linux then refuses at once, in
// words of its own.
func TestFullQueueHangs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if err := errors.Join(unix.Bind(fd, &unix.SockaddrUnix{Name: path}), unix.Listen(fd, 1)); err != nil {
		t.Fatal(err)
	}
	dial, err := transport.Dialer(engine.Endpoint{Host: "unix://" + path})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		conn, err := dial(t.Context())
		if err != nil {
			if !errors.Is(err, engine.ErrTimeout) {
				t.Errorf("got %v, want %v", err, engine.ErrTimeout)
			}
			return
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
	t.Error("the queue never filled")
}
