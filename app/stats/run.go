package stats

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	every   = 2 * time.Second // between two samples of a row
	flights = 4               // rows sampled at once
	patient = 5 * time.Second // for the samples of a short stream
	needed  = 2               // samples until the use of the CPU is known: it is a difference
)

// Run samples until ctx ends.
func (s *Sampler) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { s.rounds(ctx) })
	s.streams(ctx, &wg)
	wg.Wait()
}

// rounds samples the watched rows, each when its time has come.
func (s *Sampler) rounds(ctx context.Context) {
	for ctx.Err() == nil {
		s.prune(time.Now())
		round, stop := context.WithCancel(ctx)
		ids, next := s.due(time.Now(), stop)
		var group errgroup.Group
		group.SetLimit(flights)
		for _, id := range ids {
			group.Go(func() error { s.once(round, id); return nil })
		}
		_ = group.Wait() // rows that cannot be sampled simply have no new sample
		stop()
		if len(ids) > 0 {
			continue
		}
		s.idle(ctx, next)
	}
}

// idle waits for d, or for ever when it is zero, or until something is asked.
func (s *Sampler) idle(ctx context.Context, d time.Duration) {
	var over <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-ctx.Done():
	case <-over:
	case <-s.turn:
	}
}

// due takes the rows whose time has come; when there are none, next is how long
// until there will be, zero when nothing is watched.
func (s *Sampler) due(now time.Time, stop func()) (ids []string, next time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop = stop
	if s.paused {
		return nil, 0
	}
	for _, id := range s.watched {
		if s.open[id] > 0 {
			continue // its live stream tells more
		}
		if wait := every - now.Sub(s.tried[id]); wait > 0 {
			if next == 0 || wait < next {
				next = wait
			}
			continue
		}
		s.tried[id] = now
		ids = append(ids, id)
	}
	return ids, next
}

// once takes one sample through a short stream, which gives two.
func (s *Sampler) once(ctx context.Context, id string) {
	if ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patient)
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
	for range needed - 1 {
		<-stream.C
	}
	if sample, ok := <-stream.C; ok && ctx.Err() == nil {
		s.add(id, sample)
	}
}

// streams keeps one live stream for each open container, on goroutines in wg.
func (s *Sampler) streams(ctx context.Context, wg *sync.WaitGroup) {
	live := map[string]context.CancelFunc{}
	for {
		wanted := s.opened()
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
		select {
		case <-ctx.Done():
			for _, stop := range live {
				stop()
			}
			return
		case <-s.follow:
		}
	}
}

func (s *Sampler) opened() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := map[string]bool{}
	if !s.paused {
		for id := range s.open {
			ids[id] = true
		}
	}
	return ids
}

// stream follows one container until ctx ends, through restarts of it and of
// the engine.
func (s *Sampler) stream(ctx context.Context, id string) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		s.drain(ctx, id)
		timer.Reset(every)
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
