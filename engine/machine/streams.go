package machine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

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

// Hold keeps a throwaway machine with OrphanMillis alive until release is called,
// or this program ends, however it ends. The machine need not be there yet.
func (c *Client) Hold(ctx context.Context, name string) (release func(), err error) {
	lasting, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	late := time.AfterFunc(askTimeout, func() { cancel(engine.ErrTimeout) })
	defer late.Stop()
	defer context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })()
	answer, err := c.do(lasting, http.MethodGet, path(name, "hold"), nil)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	return sync.OnceFunc(func() {
		cancel(nil)
		_ = answer.Body.Close() // nothing was to be read
	}), nil
}
