// Package docker speaks the Docker Engine API, versions 1.41 to 1.51, with
// Docker and with Podman, and is the only package that knows that API.
//
// What Podman does otherwise is handled where it happens; the comments say so.
package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/client"

	"escale/engine"
	"escale/engine/transport"
)

// oldest is the first API version that we speak.
const oldest = "1.41"

// How long an engine may take to answer. A pull has stallDeadline, a stop its
// grace more.
const (
	callDeadline   = 5 * time.Second  // list, inspect
	changeDeadline = 30 * time.Second // create, start, remove …: they wait for the kernel and the disk
	slowDeadline   = 30 * time.Second // what measures the disk or asks a registry
	pruneDeadline  = 5 * time.Minute
	stallDeadline  = time.Minute
	unpackDeadline = 15 * time.Minute // instead of stallDeadline while Podman unpacks, which it does in silence
)

// adapter is one connection to an engine. It is safe for concurrent use.
type adapter struct {
	api      *client.Client
	http     *http.Client
	conns    *connections
	endpoint engine.Endpoint
	podman   bool
	libpod   string // the version of Podman's own API; empty on Docker
}

var _ engine.Engine = (*adapter)(nil)

// Connect connects to the engine at ep and agrees with it on an API version.
// It returns within 5 s (10 s for an engine behind ssh). Every error wraps
// engine.ErrUnreachable, and mostly one of its causes, save when ctx was
// cancelled.
func Connect(ctx context.Context, ep engine.Endpoint) (engine.Engine, error) {
	dial, err := transport.Dialer(ep)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	limit := callDeadline
	if len(ep.Host) > 4 && ep.Host[:4] == "ssh:" {
		limit *= 2
	}
	ctx, cancel := within(ctx, limit)
	defer cancel()
	a, err := connect(ctx, ep, dial)
	if err != nil {
		return nil, err
	}
	return a, nil
}

func connect(ctx context.Context, ep engine.Endpoint, dial transport.DialFunc) (*adapter, error) {
	conns := &connections{open: map[net.Conn]struct{}{}}
	plumbing := &http.Transport{ // all to one host
		MaxIdleConns: 6, MaxIdleConnsPerHost: 6, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: maxHeader,
	}
	requests := &http.Client{Transport: plumbing, CheckRedirect: client.CheckRedirect}
	api, err := client.NewClientWithOpts(client.WithHTTPClient(requests), client.WithHost(transport.Host),
		client.WithScheme("http"), client.WithAPIVersionNegotiation())
	if err != nil {
		return nil, fmt.Errorf("connect: %w", engine.Unreachable(engine.ErrHostUnknown, err))
	}
	// The options above set these for an address of their own.
	plumbing.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return conns.dial(ctx, dial) }
	plumbing.Proxy, plumbing.DisableCompression = nil, true
	requests.Transport = &bounded{requests.Transport, maxAnswer} // they also want to find plumbing itself there
	a := &adapter{api: api, http: requests, conns: conns, endpoint: ep}
	if err := a.greet(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// greet finds out what answers at the address. It asks no more than the ping,
// for Podman starts several programs to tell its version.
//
// Source: GET /_ping; its headers name the API version, and Podman.
func (a *adapter) greet(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address("/_ping"), http.NoBody)
	if err != nil {
		return stranger(ctx, err, engine.ErrHostUnknown)
	}
	answer, err := a.http.Do(request)
	if err != nil {
		return stranger(ctx, err, engine.ErrNotEngine)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, 4096))
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return stranger(ctx, err, engine.ErrNotEngine)
	}
	api := answer.Header.Get("Api-Version")
	switch {
	case answer.StatusCode >= http.StatusInternalServerError:
		return stranger(ctx, errors.New(answer.Status), engine.ErrServer)
	case answer.StatusCode != http.StatusOK || api == "":
		return stranger(ctx, fmt.Errorf("answer %s, API version %q", answer.Status, api), engine.ErrNotEngine)
	case versions.LessThan(api, oldest):
		return stranger(ctx, fmt.Errorf("API %s, need %s", api, oldest), engine.ErrTooOld)
	}
	a.api.NegotiateAPIVersionPing(types.Ping{APIVersion: api})
	a.libpod = answer.Header.Get("Libpod-Api-Version")
	a.podman = a.libpod != ""
	return nil
}

// address is a URL on the engine, whatever its name.
func address(path string) string { return "http://engine" + path }

// stranger words why nothing that we can use answers. cause is for errors that
// do not tell theirs.
func stranger(ctx context.Context, err, cause error) error {
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return fmt.Errorf("connect: %w", context.Cause(ctx))
	}
	if !errors.Is(err, engine.ErrUnreachable) {
		if known := transport.Cause(err); ctx.Err() != nil {
			cause = engine.ErrTimeout
		} else if known != nil {
			cause = known
		}
		err = engine.Unreachable(cause, err)
	}
	return fmt.Errorf("connect: %w", err)
}

// Endpoint implements engine.Engine.
func (a *adapter) Endpoint() engine.Endpoint { return a.endpoint }

// Close implements engine.Engine. Streams that are open end with an error.
func (a *adapter) Close() error {
	err := a.conns.close()
	err = errors.Join(err, a.api.Close()) // the idle connections
	if err != nil {
		return fmt.Errorf("close connections: %w", err)
	}
	return nil
}

// within bounds a call: after d it fails with ErrTimeout.
func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d, engine.ErrTimeout)
}

// connections are all open connections to an engine, so that Close can end them.
type connections struct {
	mu     sync.Mutex
	open   map[net.Conn]struct{}
	closed bool
}

func (c *connections) dial(ctx context.Context, dial transport.DialFunc) (net.Conn, error) {
	raw, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	conn := &connection{Conn: raw, owner: c}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, engine.Unreachable(engine.ErrRefused, errors.Join(net.ErrClosed, raw.Close()))
	}
	c.open[conn] = struct{}{}
	return conn, nil
}

func (c *connections) close() error {
	c.mu.Lock()
	c.closed = true
	open := c.open
	c.open = map[net.Conn]struct{}{}
	c.mu.Unlock()
	var all error
	for conn := range open {
		if err := conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			all = errors.Join(all, err)
		}
	}
	return all
}

// connection forgets itself when it is closed.
type connection struct {
	net.Conn
	owner *connections
}

func (c *connection) Close() error {
	c.owner.mu.Lock()
	delete(c.owner.open, c)
	c.owner.mu.Unlock()
	return c.Conn.Close()
}
