package session

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"escale/app/store"
	"escale/engine"
)

// How an engine that says nothing is told from one that hangs.
const (
	silence  = 15 * time.Second // after it, a ping
	pingWait = 3 * time.Second
	misses   = 2               // unanswered pings that make it Unresponsive
	recheck  = 2 * time.Second // between pings of an unresponsive engine
)

// errRevived ends the feed of an engine that was unresponsive and answers
// again: events may have been lost, so everything is read anew.
var errRevived = errors.New("engine answers again")

// health watches over one connection.
type health struct {
	s     *Session
	eng   engine.Engine
	ours  bool         // the machine's engine
	heard atomic.Int64 // when it last said something, Unix nanoseconds
}

func (s *Session) newHealth(eng engine.Engine, ours bool) *health {
	h := &health{s: s, eng: eng, ours: ours}
	h.hear()
	return h
}

func (h *health) hear() { h.heard.Store(time.Now().UnixNano()) }

func (h *health) last() time.Time { return time.Unix(0, h.heard.Load()) }

// watch pings after silence and when asked to, until ctx ends or the
// connection is lost; lose is then told why.
func (h *health) watch(ctx context.Context, lose func(error)) {
	timer := time.NewTimer(silence)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.s.suspect:
		case <-timer.C:
			if h.vouched() {
				h.hear()
			}
			if quiet := time.Since(h.last()); quiet < silence {
				timer.Reset(silence - quiet)
				continue
			}
		}
		if err := h.check(ctx); err != nil {
			lose(err)
			return
		}
		timer.Reset(silence)
	}
}

// vouched tells whether the helper says that the machine is up, awake or asleep.
// A ping would keep an idle one from its sleep, or wake it.
func (h *health) vouched() bool { return h.ours && h.s.o.Machine.State().Up() }

// check returns nil when the engine answers one of two pings. Else it shows
// that the engine does not respond, and returns once it does or is lost.
func (h *health) check(ctx context.Context) error {
	for range misses {
		if sure, err := h.ping(ctx); sure {
			return err
		}
	}
	h.s.edit(func(c *store.Connection) { c.Phase, c.Lost = store.Unresponsive, h.last() })
	for {
		sure, err := h.ping(ctx)
		switch {
		case sure && err == nil && ctx.Err() == nil:
			return errRevived
		case sure:
			return err
		}
		h.s.wait(ctx, recheck)
	}
}

// ping asks once. It is sure of a good answer, of an engine that is gone or
// answers with an internal error, and of a context that has ended; a missing
// answer leaves it unsure.
func (h *health) ping(ctx context.Context) (sure bool, err error) {
	pinged, cancel := context.WithTimeoutCause(ctx, pingWait, engine.ErrTimeout)
	defer cancel()
	err = h.eng.Ping(pinged)
	switch {
	case ctx.Err() != nil:
		return true, nil
	case err == nil:
		h.hear()
		return true, nil
	case pinged.Err() != nil, errors.Is(err, engine.ErrTimeout):
		return false, nil
	case errors.Is(err, engine.ErrUnreachable), errors.Is(err, engine.ErrServer):
		return true, fmt.Errorf("ping engine: %w", err)
	}
	return false, nil
}
