package machine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"

	"escale/engine"
)

// Watch streams the machine's status: once at first, then after every change.
// A reader that is slow gets the newest and misses what came between.
func (c *Client) Watch(ctx context.Context, name string) (*engine.Stream[Status], error) {
	answer, err := c.do(ctx, http.MethodGet, path(name, "events"), nil) //nolint:bodyclose // read closes it
	if err != nil {
		return nil, err
	}
	out := make(chan Status)
	var ended atomic.Pointer[error]
	go func() {
		defer close(out)
		defer answer.Body.Close() //nolint:errcheck // only read
		if err := read(ctx, answer.Body, out); err != nil {
			ended.Store(&err)
		}
	}()
	return &engine.Stream[Status]{C: out, Err: func() error {
		if err := ended.Load(); err != nil {
			return *err
		}
		return nil
	}}, nil
}

func read(ctx context.Context, from io.Reader, to chan<- Status) error {
	decoder := json.NewDecoder(from)
	for {
		var s Status
		if err := decoder.Decode(&s); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fmt.Errorf("read machine events: %w", because(ctx, err))
		}
		select {
		case to <- s:
		case <-ctx.Done():
			return fmt.Errorf("read machine events: %w", context.Cause(ctx))
		}
	}
}

// Log reads one of the machine's logs, at most its last tail bytes, and goes on
// with what is written later when follow. Its reader must close it.
func (c *Client) Log(ctx context.Context, name string, log LogName, tail int, follow bool) (io.ReadCloser, error) {
	query := url.Values{"name": {string(log)}, "tail": {strconv.Itoa(tail)}}
	if follow {
		query.Set("follow", "1")
	}
	answer, err := c.do(ctx, http.MethodGet, path(name, "log")+"?"+query.Encode(), nil) // the caller closes it
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// Shell opens a root shell in the guest, for finding faults; it is not part of
// any container. The connection carries the bytes of a terminal of that size.
func (c *Client) Shell(ctx context.Context, home Home, name string, rows, cols int) (net.Conn, error) {
	conn, err := dial(ctx, home.control())
	if err != nil {
		return nil, &noHelperError{err}
	}
	target := fmt.Sprintf("%s?rows=%d&cols=%d", path(name, "shell"), rows, cols)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://machine"+target, http.NoBody)
	if err == nil {
		request.Header.Set("Connection", "Upgrade")
		request.Header.Set("Upgrade", "shell")
		err = request.Write(conn)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ask for a shell: %w", err), conn.Close())
	}
	reader := bufio.NewReader(conn)
	answer, err := http.ReadResponse(reader, request) //nolint:bodyclose // an upgraded connection has none
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ask for a shell: %w", err), conn.Close())
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		return nil, errors.Join(fmt.Errorf("ask for a shell: %w", fault(answer)), conn.Close())
	}
	return &upgraded{Conn: conn, reader: reader}, nil
}

// upgraded is a connection of which a reader may hold the first bytes.
type upgraded struct {
	net.Conn
	reader *bufio.Reader
}

func (u *upgraded) Read(p []byte) (int, error) { return u.reader.Read(p) }
