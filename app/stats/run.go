package stats

import (
	"context"
	"sync"
	"time"
)

const (
	most    = 32              // streams of rows open at once, unless the engine bears fewer
	again   = 2 * time.Second // until a stream that ended is opened again
	rotate  = 8 * time.Second // how long rows keep their streams while others wait
	publish = time.Second     // between two changes of Latest while a container is open
	glance  = 2 * publish     // while only rows are watched
)

// Run samples until ctx ends.
func (s *Sampler) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { s.publishing(ctx) })
	s.streams(ctx, &wg)
	wg.Wait()
}

// streams keeps one live stream for each container that is wanted, on
// goroutines in wg.
func (s *Sampler) streams(ctx context.Context, wg *sync.WaitGroup) {
	live := map[string]context.CancelFunc{}
	turn := time.NewTimer(rotate)
	defer turn.Stop()
	for {
		wanted, crowded := s.wanted()
		for id, stop := range live {
			if !wanted[id] {
				stop()
				delete(live, id)
			}
		}
		for id := range wanted {
			if live[id] == nil {
				one, stop := context.WithCancel(ctx)
				live[id] = stop
				wg.Go(func() { s.stream(one, id) })
			}
		}
		var next <-chan time.Time
		if crowded {
			turn.Reset(rotate)
			next = turn.C
		}
		select {
		case <-ctx.Done():
			for _, stop := range live {
				stop()
			}
			return
		case <-s.changed:
		case <-next:
			s.advance()
		}
	}
}

// wanted are the containers to stream now: those that are open, and as many of
// the watched ones as may be; crowded when there are more of these.
func (s *Sampler) wanted() (ids map[string]bool, crowded bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids = map[string]bool{}
	if s.paused {
		return ids, false
	}
	for id := range s.open {
		ids[id] = true
	}
	n := len(s.watched)
	room := min(n, s.limit())
	for i := range room {
		ids[s.watched[(s.first+i)%n]] = true
	}
	return ids, n > room
}

// advance gives the streams to the rows that waited.
func (s *Sampler) advance() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.watched); n > 0 {
		s.first = (s.first + s.limit()) % n
	}
}

func (s *Sampler) limit() int {
	if s.bears == nil {
		return most
	}
	return min(max(1, s.bears()), most)
}

// stream follows one container until ctx ends, through restarts of it and of
// the engine.
func (s *Sampler) stream(ctx context.Context, id string) {
	for {
		s.drain(ctx, id)
		select {
		case <-ctx.Done():
			return
		case <-time.After(again):
		}
	}
}

// drain reads one stream to its end.
func (s *Sampler) drain(ctx context.Context, id string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	eng, release, err := s.source()
	if err != nil {
		return
	}
	defer release()
	stream, err := eng.Stats(ctx, id)
	if err != nil {
		return
	}
	first := true
	for sample := range stream.C {
		unknown := first && sample.CPUPercent == 0 // nothing to compare it with
		first = false
		if !unknown && ctx.Err() == nil {
			s.add(id, sample)
		}
	}
}

// pace is how long the views may show what they show.
func (s *Sampler) pace() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.open) > 0 {
		return publish
	}
	return glance
}

// publishing brings what has come into Latest, at most once in a while: many
// streams together cost one draw.
func (s *Sampler) publishing(ctx context.Context) {
	timer := time.NewTimer(publish)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.fresh:
		}
		s.publish()
		timer.Reset(s.pace())
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
	}
}
