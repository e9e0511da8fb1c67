package hub

import (
	"context"
	"sync"
	"time"

	"escale/engine"
)

// cache remembers answers for a while.
type cache struct {
	mu      sync.Mutex
	entries map[string]remembered
}

type remembered struct {
	value any
	until time.Time
}

const maxRemembered = 256

func newCache() *cache { return &cache{entries: map[string]remembered{}} }

func (c *cache) get(key string) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, ok := c.entries[key]
	if !ok || time.Now().After(entry.until) {
		return nil, false
	}
	return entry.value, true
}

func (c *cache) put(key string, value any, keep time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= maxRemembered {
		var first string
		for name, entry := range c.entries {
			if first == "" || entry.until.Before(c.entries[first].until) {
				first = name
			}
		}
		delete(c.entries, first)
	}
	c.entries[key] = remembered{value, time.Now().Add(keep)}
}

// flights lets one request run for everyone who asks the same.
type flights struct {
	mu    sync.Mutex
	calls map[string]*call
}

// call is a request under way. Its fields are set before done is closed, or
// belong to flights.mu.
type call struct {
	done    chan struct{}
	value   any
	err     error
	waiting int
	cancel  context.CancelFunc
}

func newFlights() *flights { return &flights{calls: map[string]*call{}} }

// do joins the request of that key, or makes it. The request ends early when
// nobody waits for it any more.
func (f *flights) do(ctx context.Context, key string, wait time.Duration, question func(context.Context) (any, error)) (any, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	current, joined := f.calls[key]
	if !joined {
		detached, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), wait, engine.ErrTimeout)
		current = &call{done: make(chan struct{}), cancel: cancel}
		f.calls[key] = current
		go f.run(detached, key, current, question)
	}
	current.waiting++
	f.mu.Unlock()

	select {
	case <-current.done:
		return current.value, current.err
	case <-ctx.Done():
		f.leave(key, current)
		return nil, transportError(ctx, context.Cause(ctx))
	}
}

func (f *flights) run(ctx context.Context, key string, current *call, question func(context.Context) (any, error)) {
	defer current.cancel()
	current.value, current.err = question(ctx)
	f.mu.Lock()
	if f.calls[key] == current {
		delete(f.calls, key)
	}
	f.mu.Unlock()
	close(current.done)
}

// leave gives up waiting; the last one out ends the request.
func (f *flights) leave(key string, current *call) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if current.waiting--; current.waiting > 0 {
		return
	}
	if f.calls[key] == current {
		delete(f.calls, key)
	}
	current.cancel()
}
