package find

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"escale/engine"
)

// Candidates asks every place at once and returns them all in order, those that
// do not exist with engine.ErrSocketMissing. It takes as long as the slowest.
func Candidates(ctx context.Context, env Environment) []engine.Candidate {
	places := Places(env)
	ProbeAll(ctx, places, func(i int, c engine.Candidate) { places[i] = c })
	return places
}

// ProbeAll asks all places at once, and calls report with the index and the
// outcome of each as it comes, one call at a time. It returns when all have
// been reported; cancelling ctx makes that soon, with context.Canceled for those
// still under way. Places whose Err is set already are reported as they are.
func ProbeAll(ctx context.Context, places []engine.Candidate, report func(i int, c engine.Candidate)) {
	var (
		group sync.WaitGroup
		one   sync.Mutex
	)
	for i, c := range places {
		group.Go(func() {
			if c.Err == nil {
				c = Probe(ctx, c.Endpoint)
			}
			one.Lock()
			defer one.Unlock()
			report(i, c)
		})
	}
	group.Wait()
}

// Best is the first candidate that can be used. Without one it returns an error
// that wraps engine.ErrNoEngine and tells, as detail, what is wrong with each.
func Best(candidates []engine.Candidate) (engine.Candidate, error) {
	var reasons strings.Builder
	for _, c := range candidates {
		if c.Err == nil {
			return c, nil
		}
		fmt.Fprintf(&reasons, "\n%s (%s): %s", c.Endpoint.Name, c.Endpoint.Host, strings.ReplaceAll(c.Err.Error(), "\n", ": "))
	}
	return engine.Candidate{}, engine.Unreachable(engine.ErrNoEngine, errors.New("places looked at:"+reasons.String()))
}
