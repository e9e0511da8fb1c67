package session

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"escale/app/store"
	"escale/engine"
)

// search looks for an engine to use: the wanted one when it still exists, else
// the first that works. A quiet search shows only its candidates, and leaves
// out what is dear to try. The result's Err is nil when it can be used; chosen
// says that it is the wanted one.
func (s *Session) search(ctx context.Context, wg *sync.WaitGroup, wanted string, quiet bool) (c engine.Candidate, chosen bool) {
	eps, results := s.probe(ctx, wg, func(ep engine.Endpoint) bool {
		return quiet && ep.ID != wanted && strings.HasPrefix(ep.Host, "ssh://")
	})
	if i := slices.IndexFunc(eps, func(ep engine.Endpoint) bool { return ep.ID == wanted }); i >= 0 && wanted != "" {
		return receive(ctx, results[i]), true
	}
	var unusable []engine.Candidate
	for _, r := range results {
		c := receive(ctx, r)
		if c.Err == nil {
			return c, false
		}
		unusable = append(unusable, c)
	}
	return mostTelling(unusable), false
}

func receive(ctx context.Context, r <-chan engine.Candidate) engine.Candidate {
	select {
	case c := <-r:
		return c
	case <-ctx.Done():
		return engine.Candidate{Err: context.Cause(ctx)}
	}
}

// probe tries all endpoints at once, on goroutines in wg, and shows each result
// as it comes. What skip names keeps its last result.
func (s *Session) probe(ctx context.Context, wg *sync.WaitGroup, skip func(engine.Endpoint) bool) ([]engine.Endpoint, []<-chan engine.Candidate) {
	eps := s.o.Finder.Endpoints(ctx)
	s.mu.Lock()
	s.places = eps
	s.mu.Unlock()
	results := make([]<-chan engine.Candidate, len(eps))
	for i, ep := range eps {
		r := make(chan engine.Candidate, 1)
		results[i] = r
		if skip(ep) {
			r <- s.last(ep)
			continue
		}
		wg.Go(func() {
			c := s.try(ctx, ep)
			if ctx.Err() != nil {
				return // what it says is about the cancellation
			}
			s.mu.Lock()
			s.found[ep.ID] = c
			s.mu.Unlock()
			s.showCandidates()
			r <- c
		})
	}
	return eps, results
}

// try probes one endpoint.
func (s *Session) try(ctx context.Context, ep engine.Endpoint) engine.Candidate {
	if ep.Kind == engine.EndpointMachine && s.o.Machine != nil {
		return s.o.Machine.Probe(ctx, ep, s.o.Finder.Probe)
	}
	return s.o.Finder.Probe(ctx, ep)
}

// last is what is known of ep without trying it.
func (s *Session) last(ep engine.Endpoint) engine.Candidate {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.found[ep.ID]; ok && c.Err != nil {
		return c
	}
	return engine.Candidate{Endpoint: ep, Err: engine.ErrUnreachable} // nobody waited for its answer
}

// showCandidates shows every place that has been probed, in their order.
func (s *Session) showCandidates() {
	s.edit(func(c *store.Connection) {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.Candidates = nil
		for _, ep := range s.places {
			if found, ok := s.found[ep.ID]; ok {
				c.Candidates = append(c.Candidates, found)
			}
		}
	})
}

// rescans probes everything again each time Rescan asks for it, until ctx ends.
func (s *Session) rescans(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.look:
		}
		var wg sync.WaitGroup
		s.probe(ctx, &wg, func(engine.Endpoint) bool { return false })
		wg.Wait()
	}
}

// mostTelling picks, of the engines that cannot be used, the one whose reason
// helps most: one that is there but keeps us out tells more than one that was
// never installed. Without any it is no endpoint, with ErrNoEngine.
func mostTelling(unusable []engine.Candidate) engine.Candidate {
	for _, cause := range []error{
		engine.ErrPermission, engine.ErrTooOld, engine.ErrUnsupported, engine.ErrTLS, engine.ErrSSH, engine.ErrServer,
		engine.ErrNotEngine, engine.ErrTimeout, engine.ErrRefused, engine.ErrContextInvalid, engine.ErrHostUnknown,
	} {
		for _, c := range unusable {
			if errors.Is(c.Err, cause) {
				return c
			}
		}
	}
	errs := make([]error, len(unusable))
	for i, c := range unusable {
		errs[i] = c.Err
	}
	return engine.Candidate{Err: engine.Unreachable(engine.ErrNoEngine, errors.Join(errs...))}
}
