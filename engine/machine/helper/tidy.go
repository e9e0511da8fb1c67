package helper

import (
	"context"
	"sync"
	"time"

	"escale/engine/machine/wire"
)

// chores are what a running machine owes this computer, and when.
type chores struct {
	mu       sync.Mutex
	reclaim  time.Time // when memory is given back; zero: nothing was freed
	trim     time.Time // the same for disk
	lastTrim time.Time
	used     time.Time // the newest event of the engine
}

// memoryFreed and diskFreed put the giving back off until nothing has happened
// for a while: engines go on removing things after they have told of it.
func (c *chores) memoryFreed(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reclaim = at
}

func (c *chores) diskFreed(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trim, c.reclaim = at, at
}

func (c *chores) noticed(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used = now
}

// due says what is to be done now, and takes it as done.
func (c *chores) due(now time.Time, hourly time.Duration) (reclaim, trim bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if reclaim = !c.reclaim.IsZero() && !now.Before(c.reclaim); reclaim {
		c.reclaim = time.Time{}
	}
	trim = !c.trim.IsZero() && !now.Before(c.trim) || now.Sub(c.lastTrim) >= hourly && c.used.After(c.lastTrim)
	if trim {
		c.trim, c.lastTrim = time.Time{}, now
	}
	return reclaim, trim
}

// stock says whether what is remembered of the machine's contents is old.
type stock struct {
	mu          sync.Mutex
	seen, taken int // the newest event, and the one that was counted in
}

func (s *stock) changed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen++
}

func (s *stock) begin() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

func (s *stock) end(asked int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = max(s.taken, asked)
}

func (s *stock) old() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen != s.taken
}

// happened takes an event of the engine.
func (b *booted) happened(e event) {
	now := time.Now()
	b.chores.noticed(now)
	b.stock.changed()
	if e.Type == "image" && (e.Action == "delete" || e.Action == "prune") || e.Type == "volume" && (e.Action == "destroy" || e.Action == "prune") ||
		e.Type == "container" && e.Action == "destroy" {
		b.chores.diskFreed(now.Add(b.run.vm.h.timing.settle))
	}
}

// tidy gives memory and disk back when it is time. A machine that is paused has
// done it before.
func (b *booted) tidy(ctx context.Context) {
	b.mu.Lock()
	frozen := b.frozen || b.stalled
	b.mu.Unlock()
	if frozen {
		return
	}
	t := b.run.vm.h.timing
	reclaim, trim := b.chores.due(time.Now(), t.trimEvery)
	for _, c := range []struct {
		due  bool
		what string
	}{{reclaim, wire.Reclaim}, {trim, wire.Trim}} {
		if !c.due {
			continue
		}
		asking, cancel := context.WithTimeout(ctx, t.chore)
		var answer wire.Answer
		err := b.session.Ask(asking, wire.Header{Do: c.what}, &answer)
		cancel()
		if err == nil {
			err = answer.Err()
		}
		b.run.vm.h.log.Info("gave back", "machine", b.run.vm.name, "what", c.what, "bytes", answer.Bytes, "error", err)
	}
}
