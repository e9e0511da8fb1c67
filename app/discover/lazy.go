package discover

import (
	"context"
	"sync"
	"time"
)

const (
	inFlight  = 4                // at once, of each kind
	waiting   = 64               // the oldest wishes are dropped beyond
	keep      = 10 * time.Minute // what was read
	tryAgain  = 2 * time.Minute  // after a failure
	cacheSize = 128
)

// lazy reads things by name, when somebody first looks at them.
type lazy[T any] struct {
	spawn   func(func(context.Context))
	load    func(context.Context, string) (T, error)
	arrived func()

	mu      sync.Mutex
	known   map[string]answer[T]
	queue   []string // newest last
	asked   map[string]bool
	workers int
	era     int // grows when all is forgotten
}

type answer[T any] struct {
	value T
	ok    bool
	until time.Time
}

func newLazy[T any](spawn func(func(context.Context)), load func(context.Context, string) (T, error), arrived func()) *lazy[T] {
	return &lazy[T]{spawn: spawn, load: load, arrived: arrived, known: map[string]answer[T]{}, asked: map[string]bool{}}
}

// get returns what is known of name; when nothing is, it is asked for.
func (l *lazy[T]) get(name string) (T, bool) {
	l.mu.Lock()
	a, ok := l.known[name]
	if ok && (a.ok || time.Now().Before(a.until)) || l.asked[name] {
		l.mu.Unlock()
		return a.value, a.ok
	}
	l.asked[name] = true
	l.queue = append(l.queue, name)
	if len(l.queue) > waiting {
		delete(l.asked, l.queue[0])
		l.queue = l.queue[1:]
	}
	start := l.workers < inFlight
	if start {
		l.workers++
	}
	l.mu.Unlock()
	if start {
		l.spawn(l.work)
	}
	return a.value, a.ok
}

// work reads until nothing is wanted.
func (l *lazy[T]) work(ctx context.Context) {
	for ctx.Err() == nil {
		name, era, ok := l.next()
		if !ok {
			return
		}
		value, err := l.load(ctx, name)
		l.mu.Lock()
		delete(l.asked, name)
		stale := l.era != era
		if !stale {
			l.known[name] = answer[T]{value: value, ok: err == nil, until: time.Now().Add(tryAgain)}
		}
		l.mu.Unlock()
		if err == nil || stale { // who still wants a stale one asks again
			l.arrived()
		}
	}
}

// next takes the oldest wish; without one the worker is gone.
func (l *lazy[T]) next() (name string, era int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		l.workers--
		return "", l.era, false
	}
	name = l.queue[0]
	l.queue = l.queue[1:]
	return name, l.era, true
}

// forget drops what is known, and what is being read.
func (l *lazy[T]) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.era++
	clear(l.known)
}

// cache keeps answers for a while.
type cache[T any] struct {
	mu    sync.Mutex
	known map[string]answer[T]
}

func newCache[T any]() *cache[T] { return &cache[T]{known: map[string]answer[T]{}} }

func (c *cache[T]) get(key string) (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.known[key]
	return a.value, ok && time.Now().Before(a.until)
}

func (c *cache[T]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.known)
}

func (c *cache[T]) put(key string, value T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= cacheSize {
		clear(c.known)
	}
	c.known[key] = answer[T]{value: value, ok: true, until: time.Now().Add(keep)}
}
