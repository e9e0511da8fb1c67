package session

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
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
	defer s.whenMachineIsUp()()
	pauses := backoff{least: searchLeast, most: retryMost}
	var down engine.Candidate // the machine when it may not be started unasked: it failed, or was stopped
	for quiet := false; ctx.Err() == nil; {
		if !quiet {
			s.searching()
		}
		c, chosen := s.search(ctx, wg, wanted, quiet)
		ep, ok := s.bootable(c, chosen)
		switch {
		case !ok || ctx.Err() != nil || down.Err != nil:
		case s.unattended.Load():
			c = engine.Candidate{Endpoint: ep, Err: engine.Unreachable(engine.ErrNotStarted, errors.New("nobody has asked for it yet"))}
		default:
			if quiet {
				s.searching()
			}
			quiet = false
			c = s.boot(ctx, ep, chosen)
			down = c
		}
		again := false
		if c.Err == nil {
			down, again = s.visit(ctx, &c, quiet)
		} else if down.Err != nil {
			c = down // what the user waits for tells more than what was never there
		}
		if ctx.Err() != nil {
			return
		}
		if again {
			quiet = false
			continue
		}
		quiet = s.rest(ctx, c, chosen, &pauses)
		if s.asked.Swap(false) {
			down = engine.Candidate{}
		}
	}
}

// visit stays with c for as long as it can be used, and puts into c why it
// cannot be any more. down is the machine if it has ended; again says that it
// did so by itself, after it was well: it is started again.
func (s *Session) visit(ctx context.Context, c *engine.Candidate, quiet bool) (down engine.Candidate, again bool) {
	s.forget(c.Endpoint.ID)
	v := &visit{s: s, ep: c.Endpoint, quiet: quiet}
	c.Err = v.stay(ctx)
	if !v.was || ctx.Err() != nil {
		return engine.Candidate{}, false
	}
	if errors.Is(c.Err, errCrashed) && v.lasted >= healthy {
		s.letGo()
		s.kept = v.ep.ID // what is known of it stays in sight, old as it is, until it is back
		return engine.Candidate{}, true
	}
	s.leave(false)
	return *c, false
}

// rest shows that no engine can be used, and waits before the next search; it
// reports whether that is one of its own accord.
func (s *Session) rest(ctx context.Context, c engine.Candidate, chosen bool, pauses *backoff) (quiet bool) {
	s.forget("") // it did not come back
	d := pauses.pause()
	next := time.Now().Add(d)
	if c.Endpoint.Kind == engine.EndpointMachine && errors.Is(c.Err, engine.ErrNotStarted) {
		next = time.Time{} // only others are looked for: it starts when it is asked to
	}
	s.asked.Store(false) // what was asked before is not about this
	s.failed(c.Endpoint, chosen, c.Err, next)
	if s.wait(ctx, d) {
		pauses.reset()
		return false
	}
	return true
}

// whenMachineIsUp stops waiting for an engine when the machine, which somebody
// started, is one; until the returned function is called.
func (s *Session) whenMachineIsUp() (cancel func()) {
	if s.o.Machine == nil {
		return func() {}
	}
	var up atomic.Bool
	up.Store(s.o.Machine.State().Up())
	return s.o.Machine.Subscribe(func() {
		now := s.o.Machine.State().Up()
		if was := up.Swap(now); now && !was && s.o.Store.Connection.Get().Phase == store.Failed {
			poke(s.wake)
		}
	})
}

// leave lets go of the engine. Unless the app is ending, the store is emptied:
// what comes next belongs to another engine.
func (s *Session) leave(ending bool) {
	s.letGo()
	if !ending {
		s.kept = ""
		s.clear()
	}
}

// letGo lets go of the engine alone: what the store knows of it stays.
func (s *Session) letGo() {
	s.mu.Lock()
	l := s.link
	s.link = nil
	s.mu.Unlock()
	if l != nil {
		l.retire()
	}
}

// forget empties the store of what was kept of a machine that crashed, unless
// the engine with this ID is it.
func (s *Session) forget(endpointID string) {
	if s.kept != "" && s.kept != endpointID {
		s.kept = ""
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
