package helper

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"escale/engine/machine/wire"
	"escale/engine/private"
)

// longestRequest is how much of a request's first line is looked at.
const longestRequest = 1024

// openRelay listens on the machine's own socket for the engine's clients. They
// wait while the machine boots; end ends them all.
func (r *run) openRelay() (end func(), err error) {
	listener, err := private.Listen(r.ctx, r.vm.h.home.Docker(r.vm.name))
	if err != nil {
		return nil, fmt.Errorf("offer the engine: %w", err)
	}
	ctx, cancel := context.WithCancel(r.ctx)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if errors.Is(err, net.ErrClosed) || ctx.Err() != nil {
				return
			}
			if err != nil { // out of descriptors
				if !pause(ctx, 50*time.Millisecond) {
					return
				}
				continue
			}
			all.Go(func() { r.serve(ctx, conn) })
		}
	})
	return func() {
		cancel()
		_ = listener.Close()
		all.Wait()
	}, nil
}

// serve carries one client's connection. One that says nothing needs nothing:
// the machine stays asleep.
func (r *run) serve(ctx context.Context, conn net.Conn) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	defer conn.Close() //nolint:errcheck // it has ended
	client := newClient(conn)
	if err := client.wait(); err != nil {
		return
	}
	select {
	case <-r.ready:
	case <-r.ended:
		return
	case <-ctx.Done():
		return
	}
	b := r.booted.Load()
	if b == nil {
		return
	}
	b.use()
	kept := sync.OnceFunc(b.unuse)
	defer kept()
	if err := b.wake(ctx); err != nil {
		r.vm.h.log.Warn("machine not woken", "machine", r.vm.name, "error", err)
		return
	}
	stream, err := b.session.Open(ctx, wire.Header{Do: wire.Docker})
	if err != nil {
		return
	}
	defer stream.Close() //nolint:errcheck // it has ended
	client.said = func(request string) {
		_ = b.wake(ctx) // it may have been put to sleep meanwhile, by hand
		if watches(request) {
			kept()
		}
	}
	_ = wire.Join(client, stream)
}

// watches says whether a request only waits for news: it needs no machine that
// is awake, for a frozen one has none.
func watches(request string) bool {
	target, ok := strings.CutPrefix(request, "GET ")
	if !ok {
		return false
	}
	path, _, _ := strings.Cut(target, " ")
	path, _, _ = strings.Cut(path, "?")
	return strings.HasSuffix(path, "/events")
}

// client is a connection whose requests are looked at: programs ask several
// things on one, and listen to events on it last.
type client struct {
	net.Conn
	reader *bufio.Reader
	said   func(line string) // with the first line of what comes, may be nil
}

func newClient(conn net.Conn) *client { return &client{Conn: conn, reader: bufio.NewReader(conn)} }

// wait waits for the first bytes.
func (c *client) wait() error {
	_, err := c.reader.Peek(1)
	return err
}

func (c *client) Read(p []byte) (int, error) {
	n, err := c.reader.Read(p)
	if n > 0 && c.said != nil {
		first, _, _ := strings.Cut(string(p[:min(n, longestRequest)]), "\r\n")
		c.said(first)
	}
	return n, err
}

// CloseWrite implements wire.HalfCloser; sockets and message pipes can.
func (c *client) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}
