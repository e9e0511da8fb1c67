package session

import (
	"context"
	"sync"
	"time"

	"escale/app/store"
	"escale/engine"
)

// The paces of trying again.
const (
	reconnectLeast = 250 * time.Millisecond
	searchLeast    = 2 * time.Second
	retryMost      = 10 * time.Second
	healthy        = 30 * time.Second // after it, pauses are short again
)

// Run keeps the session until ctx ends. It may be called once.
func (s *Session) Run(ctx context.Context) {
	for ctx.Err() == nil {
		cycle, stop := context.WithCancel(ctx)
		s.mu.Lock()
		wanted := s.wanted
		s.restart = stop
		s.mu.Unlock()
		var wg sync.WaitGroup
		s.cycle(cycle, &wg, wanted)
		stop()
		wg.Wait()
		s.leave(ctx.Err() != nil)
	}
}

// cycle finds an engine and stays with it until ctx ends. Goroutines that may
// outlast it are in wg.
func (s *Session) cycle(ctx context.Context, wg *sync.WaitGroup, wanted string) {
	wg.Go(func() { s.rescans(ctx) })
	pauses := backoff{least: searchLeast, most: retryMost}
	for quiet := false; ctx.Err() == nil; {
		if !quiet {
			s.searching()
		}
		c, chosen := s.search(ctx, wg, wanted, quiet)
		if c.Err == nil {
			v := &visit{s: s, ep: c.Endpoint, quiet: quiet}
			c.Err = v.stay(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		d := pauses.pause()
		s.failed(c.Endpoint, chosen, c.Err, time.Now().Add(d))
		quiet = !s.wait(ctx, d)
		if !quiet {
			pauses.reset()
		}
	}
}

// leave lets go of the engine. Unless the app is ending, the store is emptied:
// what comes next belongs to another engine.
func (s *Session) leave(ending bool) {
	s.mu.Lock()
	l := s.link
	s.link = nil
	s.mu.Unlock()
	if l != nil {
		l.retire()
	}
	if !ending {
		s.clear()
	}
}

// clear empties the store of one engine's objects.
func (s *Session) clear() {
	st := s.o.Store
	st.Containers.Set(store.Snapshot[engine.Container]{})
	st.Images.Set(store.Snapshot[engine.Image]{})
	st.Volumes.Set(store.Snapshot[engine.Volume]{})
	st.Networks.Set(store.Snapshot[engine.Network]{})
	if s.o.Switched != nil {
		s.o.Switched()
	}
}
