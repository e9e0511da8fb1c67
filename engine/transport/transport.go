// Package transport opens connections to container engines, however their
// address is written, and tells why one could not be opened.
//
// The connections carry plain HTTP/1.1: TLS and ssh are already wrapped around
// them. A client library is therefore told to talk plain HTTP to Host and given
// the function of Dialer. It must not use a proxy: set Proxy to nil.
package transport

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"escale/engine"
)

// Host is the address to give to an HTTP client whose connections come from
// Dialer: it is never looked up.
const Host = "tcp://engine"

// dialTimeout bounds the opening of one connection, TLS handshake included,
// even when the caller's context does not.
const dialTimeout = 10 * time.Second

// DialFunc opens one connection to the engine.
//
// Its errors wrap engine.ErrUnreachable and one cause; when ctx was cancelled
// by the caller they wrap only context.Canceled. A connection through ssh opens
// at once: what is wrong there shows at the first read, as engine.ErrSSH.
type DialFunc = func(ctx context.Context) (net.Conn, error)

// Dialer prepares connections to ep without opening one. It fails, with the
// errors of a DialFunc, when the address cannot be understood here or its
// certificates are not PEM.
func Dialer(ep engine.Endpoint) (DialFunc, error) {
	dial, err := dialerFor(ep)
	if err != nil {
		return nil, failed(ep.Host, err)
	}
	return func(ctx context.Context) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, dialTimeout)
		defer cancel()
		conn, err := dial(ctx)
		if err != nil {
			return nil, failed(ep.Host, err)
		}
		return conn, nil
	}, nil
}

func dialerFor(ep engine.Endpoint) (DialFunc, error) {
	scheme, rest, ok := strings.Cut(ep.Host, "://")
	if !ok || rest == "" {
		return nil, &because{engine.ErrHostUnknown, fmt.Errorf("address %q has no scheme or no place", ep.Host)}
	}
	switch scheme {
	case "unix":
		return socketDialer(rest), nil
	case "npipe":
		return pipeDialer(rest)
	case "tcp":
		return tcpDialer(ep)
	case "ssh":
		return sshDialer(ep.Host)
	}
	return nil, &because{engine.ErrHostUnknown, fmt.Errorf("scheme %q is not known", scheme)}
}

func socketDialer(path string) DialFunc {
	return func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}
}

func tcpDialer(ep engine.Endpoint) (DialFunc, error) {
	addr, err := url.Parse(ep.Host)
	if err != nil || addr.Hostname() == "" {
		return nil, &because{engine.ErrHostUnknown, fmt.Errorf("address %q has no host", ep.Host)}
	}
	port := addr.Port()
	if port == "" {
		port = "2375"
		if ep.TLS != nil {
			port = "2376"
		}
	}
	place := net.JoinHostPort(addr.Hostname(), port)
	dial := func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", place)
	}
	if ep.TLS == nil {
		return plainDialer(dial), nil
	}
	return tlsDialer(dial, addr.Hostname(), ep.TLS)
}

// failure is a connection that was not opened. Its words are its own, for some
// HTTP clients replace errors that contain certain phrases of the operating
// system, and so would lose the cause.
type failure struct {
	host  string
	cause error // wraps engine.ErrUnreachable, or is the caller's cancellation
}

func failed(host string, err error) error { return &failure{host, Classify(err)} }

func (f *failure) Error() string {
	words := strings.ReplaceAll(f.cause.Error(), "\n", ": ")
	words = strings.ReplaceAll(words, "connection refused", "refused")
	words = strings.ReplaceAll(words, "dial unix", "dial")
	words = strings.ReplaceAll(words, "open //./pipe/", "open pipe ")
	return "connect to " + f.host + ": " + words
}

func (f *failure) Unwrap() error { return f.cause }
