//go:build linux

package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

// serve serves one session to its end.
func (a *agent) serve(session *wire.Session) {
	a.host.come()
	defer a.host.leave()
	defer func() { _ = session.Close() }()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	terminals := newTerminals()
	for {
		stream, header, err := session.Accept()
		if err != nil {
			return
		}
		go func() {
			defer a.survive(header.Do)
			defer func() { _ = stream.Close() }()
			if err := a.handle(ctx, terminals, stream, header); err != nil && !errors.Is(err, wire.ErrGone) && !errors.Is(err, wire.ErrStopped) {
				say("%s: %v", header.Do, err)
			}
		}()
	}
}

func (a *agent) handle(ctx context.Context, t *terminals, s *wire.Stream, h wire.Header) error {
	switch h.Do {
	case wire.Docker:
		return docker(ctx, s)
	case wire.Dial:
		return dial(ctx, s, h)
	case wire.Boot:
		return a.untilClosed(ctx, s, func(ctx context.Context) error {
			return a.boot.tell(ctx, func(step wire.Step) error { return s.WriteJSON(step) })
		})
	case wire.Status:
		return s.WriteJSON(a.status(ctx))
	case wire.Log:
		return a.untilClosed(ctx, s, func(ctx context.Context) error {
			if h.Name == wire.LogKernel {
				return copyKernelLog(ctx, s, h.Tail)
			}
			return a.engine.log.copy(ctx, s, h.Tail)
		})
	case wire.Shell:
		return t.shell(ctx, s, h)
	case wire.Resize:
		return s.WriteJSON(t.resize(h))
	case wire.Shutdown:
		err := s.WriteJSON(wire.Answer{OK: true})
		a.end("the host says so", h.Grace(defaultGrace))
		return err
	default:
		return s.WriteJSON(a.act(ctx, h))
	}
}

// act does what is answered with one line once it is done.
func (a *agent) act(ctx context.Context, h wire.Header) wire.Answer {
	var err error
	answer := wire.Answer{OK: true}
	if a.inside {
		switch h.Do {
		case wire.Clock: // whose kernel it is, his is the clock
			return answer
		case wire.Grow:
			return wire.Fail(wire.FailOther, errors.New("the disk grows by itself"))
		}
	}
	switch h.Do {
	case wire.Trim:
		answer.Bytes, err = trim()
	case wire.Grow:
		var disk string
		if disk, err = diskBySerial("data", 0); err == nil {
			err = grow(ctx, disk)
		}
		if err == nil {
			answer.Bytes, _, err = dataSize()
		}
	case wire.Reclaim:
		err = reclaim()
	case wire.Shares:
		answer.Refused = a.shares.mount(h.Shares)
	case wire.Touched:
		a.shares.touch(h.Paths)
	case wire.Clock:
		err = unix.ClockSettime(unix.CLOCK_REALTIME, new(unix.NsecToTimespec(h.UnixNanos)))
	default:
		err = errors.New("not done by this guest")
	}
	if err != nil {
		return wire.Fail(wire.FailOther, err)
	}
	return answer
}

// untilClosed runs what has no end of its own until the host closes the stream.
func (a *agent) untilClosed(ctx context.Context, s *wire.Stream, run func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, s)
	}()
	return run(ctx)
}

// docker joins a stream with the engine. While there is none the stream is just
// closed.
func docker(ctx context.Context, s *wire.Stream) error {
	c, err := new(net.Dialer).DialContext(ctx, "unix", dockerSocket)
	if err != nil {
		return err
	}
	return wire.Join(s, c.(*net.UnixConn)) //nolint:forcetypeassert // "unix" gives nothing else
}

func dial(ctx context.Context, s *wire.Stream, h wire.Header) error {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	c, err := dialer.DialContext(ctx, h.Network, h.Address)
	if err != nil {
		return s.WriteJSON(wire.Fail(dialFailure(err), err))
	}
	if err := s.WriteJSON(wire.Answer{OK: true}); err != nil {
		_ = c.Close()
		return err
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		return wire.Join(s, tcp)
	}
	return wire.JoinDatagrams(s, c)
}

func dialFailure(err error) string {
	var slow net.Error
	switch {
	case errors.Is(err, unix.ECONNREFUSED):
		return wire.FailRefused
	case errors.As(err, &slow) && slow.Timeout():
		return wire.FailTimeout
	default:
		return wire.FailOther
	}
}

// reclaim frees memory that only caches use; the kernel reports free pages to
// the host by itself.
func reclaim() error {
	unix.Sync()
	for file, value := range map[string]string{"drop_caches": "3", "compact_memory": "1"} {
		if err := os.WriteFile("/proc/sys/vm/"+file, []byte(value), 0o644); err != nil { //nolint:gosec // procfs
			return err
		}
	}
	return nil
}
