// Package mend judges engines that cannot be used: which is most worth mending,
// and what would let the user in. It knows no client library, so views may ask
// it.
package mend

import (
	"errors"

	"escale/engine"
)

// ToMend is the candidate that is most worth mending when none can be used: the
// first that exists, else the first that somebody configured. It is false when
// there is none, and an engine has to be installed first.
func ToMend(candidates []engine.Candidate) (engine.Candidate, bool) {
	var configured *engine.Candidate
	for _, c := range Present(candidates) {
		switch {
		case !errors.Is(c.Err, engine.ErrUnreachable): // it works, or nobody waited for its answer
		case !errors.Is(c.Err, engine.ErrSocketMissing):
			return c, true
		case configured == nil:
			configured = &c
		}
	}
	if configured == nil {
		return engine.Candidate{}, false
	}
	return *configured, true
}

// Present leaves out the standard sockets that do not exist.
func Present(candidates []engine.Candidate) []engine.Candidate {
	var out []engine.Candidate
	for _, c := range candidates {
		if c.Endpoint.Kind != engine.EndpointSocket || !errors.Is(c.Err, engine.ErrSocketMissing) {
			out = append(out, c)
		}
	}
	return out
}
