package wire

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
)

// HalfCloser is a connection whose directions end one by one: a Stream, a TCP
// or unix connection.
type HalfCloser interface {
	net.Conn
	CloseWrite() error
}

// Join carries bytes both ways until both directions have ended, or one failed,
// and closes both connections. An end that somebody made is no error.
func Join(a, b HalfCloser) error {
	var both sync.WaitGroup
	var errs [2]error
	carry := func(to, from HalfCloser, err *error) {
		if _, *err = io.Copy(to, from); *err != nil {
			_ = a.Close() // the other direction ends too
			_ = b.Close()
			return
		}
		_ = to.CloseWrite()
	}
	both.Go(func() { carry(a, b, &errs[0]) })
	both.Go(func() { carry(b, a, &errs[1]) })
	both.Wait()
	_ = a.Close()
	_ = b.Close()
	return ordinary(errors.Join(errs[0], errs[1]))
}

// ordinary leaves out the errors that ending a connection makes.
func ordinary(err error) error {
	for _, end := range []error{net.ErrClosed, io.ErrClosedPipe, ErrStopped, syscall.EPIPE, syscall.ECONNRESET} {
		if errors.Is(err, end) {
			return nil
		}
	}
	return err
}
