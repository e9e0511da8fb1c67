package session

import (
	"context"
	"sync"

	"escale/engine"
)

// found is a Finder of places, some of which need no probing.
type found struct {
	places func() []engine.Candidate
	probe  func(context.Context, engine.Endpoint) engine.Candidate

	mu     sync.Mutex
	broken map[string]engine.Candidate // by ID: what is known to be wrong
}

// Found makes a Finder of two functions: places lists where engines may be, and
// those whose Err is set already, such as a context that cannot be read, are
// taken at their word; probe tries the others.
func Found(places func() []engine.Candidate, probe func(context.Context, engine.Endpoint) engine.Candidate) Finder {
	return &found{places: places, probe: probe}
}

// Endpoints implements Finder.
func (f *found) Endpoints(context.Context) []engine.Endpoint {
	all := f.places()
	eps := make([]engine.Endpoint, len(all))
	broken := map[string]engine.Candidate{}
	for i, c := range all {
		eps[i] = c.Endpoint
		if c.Err != nil {
			broken[c.Endpoint.ID] = c
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = broken
	return eps
}

// Probe implements Finder.
func (f *found) Probe(ctx context.Context, ep engine.Endpoint) engine.Candidate {
	f.mu.Lock()
	c, ok := f.broken[ep.ID]
	f.mu.Unlock()
	if ok {
		return c
	}
	return f.probe(ctx, ep)
}
