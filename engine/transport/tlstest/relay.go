package tlstest

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"testing"
)

// Relay stands before the engine at the path of its socket until the test ends:
// it returns the address, host and port, at which only those enter who have a
// certificate of the authority.
func (a *Authority) Relay(t *testing.T, socket string) (address string) {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", a.Server(t))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			go join(from, socket)
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-ended
	})
	return listener.Addr().String()
}

// join ends when one side does.
func join(from net.Conn, socket string) {
	defer from.Close() //nolint:errcheck // the other side sees it
	to, err := new(net.Dialer).DialContext(context.Background(), "unix", socket)
	if err != nil {
		return
	}
	defer to.Close() //nolint:errcheck // the other side sees it
	back := make(chan struct{})
	go func() {
		defer close(back)
		_, _ = io.Copy(from, to)
		_ = from.Close()
	}()
	_, _ = io.Copy(to, from)
	_ = to.Close()
	<-back
}
