//go:build !windows

package vfkit

import (
	"context"
	"net"
	"sync"
	"time"
)

const (
	callAgain = 50 * time.Millisecond
	// unanswered is how long a call may stay without an answer: a guest that has
	// only just begun may have lost it.
	unanswered = 3 * time.Second
)

// line is the channel to the guest. vfkit takes every connection on its socket,
// and ends it when nobody in the guest listens yet. So the line calls until it
// has heard something; from then on it is that one connection. What is written
// before that may be lost, as greetings may.
type line struct {
	socket string
	ctx    context.Context //nolint:containedctx // ends with Close
	end    context.CancelFunc

	mu    sync.Mutex
	conn  net.Conn // nil between calls
	heard bool
}

func newLine(socket string) *line {
	l := &line{socket: socket}
	l.ctx, l.end = context.WithCancel(context.Background())
	return l
}

// Read implements io.Reader, for one caller.
func (l *line) Read(p []byte) (int, error) {
	for {
		conn, final, err := l.call()
		if err != nil {
			return 0, err
		}
		if !final {
			_ = conn.SetReadDeadline(time.Now().Add(unanswered))
		}
		n, err := conn.Read(p)
		if n > 0 {
			if !final {
				l.answered(conn)
			}
			return n, nil
		}
		if final || l.ctx.Err() != nil {
			return 0, err
		}
		l.hangUp(conn)
	}
}

// Write implements io.Writer, for one caller.
func (l *line) Write(p []byte) (int, error) {
	for {
		conn, final, err := l.call()
		if err != nil {
			return 0, err
		}
		n, err := conn.Write(p)
		if err == nil || final || l.ctx.Err() != nil {
			return n, err
		}
		l.hangUp(conn)
	}
}

// call is the connection, made if there is none.
func (l *line) call() (conn net.Conn, final bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	again := time.NewTicker(callAgain)
	defer again.Stop()
	for l.ctx.Err() == nil {
		if l.conn != nil {
			return l.conn, l.heard, nil
		}
		if conn, err := new(net.Dialer).DialContext(l.ctx, "unix", l.socket); err == nil {
			l.conn = conn
			continue
		}
		select {
		case <-again.C:
		case <-l.ctx.Done():
		}
	}
	return nil, false, net.ErrClosed
}

func (l *line) answered(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == conn {
		l.heard = true
		_ = conn.SetReadDeadline(time.Time{})
	}
}

// hangUp ends a call that came to nothing, a moment later: the guest may be busy
// beginning.
func (l *line) hangUp(conn net.Conn) {
	wait := time.NewTimer(callAgain)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-l.ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = conn.Close()
	if l.conn == conn && !l.heard {
		l.conn = nil
	}
}

// Close implements io.Closer.
func (l *line) Close() error {
	l.end()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return nil
	}
	return l.conn.Close()
}
