package qemu

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"

	"escale/engine/machine/driver"
)

var errIncomplete = errors.New("QEMU ended before it took its connections")

// connect listens for the streams in the machine's own folder, which only its
// owner may enter: a program on Windows cannot inherit connections. Each
// listener takes one connection and is gone.
func connect(command *exec.Cmd, s driver.Spec) (w wires, ours func(context.Context) (ends, error), theirs func(), err error) {
	var listeners []net.Listener
	release := func() {
		for _, l := range listeners {
			_ = l.Close()
		}
	}
	for _, name := range []string{"q", "c", "n", "s"} {
		path := filepath.Join(s.Sockets, name)
		_ = os.Remove(path) // of a helper that was killed
		l, err := new(net.ListenConfig).Listen(context.Background(), "unix", path)
		if err != nil {
			release()
			return wires{}, nil, nil, fmt.Errorf("listen for QEMU: %w", err)
		}
		listeners = append(listeners, l)
	}
	if err := driver.Child(command, s.Lock); err != nil {
		release()
		return wires{}, nil, nil, err
	}
	accept := func(ctx context.Context) (ends, error) {
		defer release()
		stop := context.AfterFunc(ctx, release)
		defer stop()
		var got [4]net.Conn
		for i, l := range listeners {
			c, err := l.Accept()
			if err != nil {
				ends{got[0], got[1], got[2], got[3]}.close()
				return ends{}, fmt.Errorf("%w: %w", errIncomplete, err)
			}
			got[i] = c
		}
		return ends{qmp: got[0], channel: got[1], network: got[2], console: got[3]}, nil
	}
	return inFolder(filepath.ToSlash(s.Sockets)), accept, func() {}, nil
}
