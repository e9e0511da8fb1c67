// Package stats samples what running containers use. It is the only part of
// the app that polls, and it polls only what somebody looks at.
package stats

import (
	"maps"
	"slices"
	"sync"
	"time"

	"escale/app/store"
	"escale/engine"
)

// Length is how many samples a series keeps.
const Length = 150

// forget is how long a series outlives the interest in it.
const forget = 5 * time.Minute

// Source gives the engine in use; release must be called after use.
type Source func() (eng engine.Engine, release func(), err error)

// Series are the recent samples of one container, oldest first. The slice is
// never edited.
type Series struct {
	Samples []engine.Sample
}

// Last returns the newest sample; false when there is none.
func (s Series) Last() (engine.Sample, bool) {
	if len(s.Samples) == 0 {
		return engine.Sample{}, false
	}
	return s.Samples[len(s.Samples)-1], true
}

// Sampler samples the containers that somebody looks at. Safe for concurrent
// use.
type Sampler struct {
	// Latest holds the series by container ID.
	Latest *store.Value[map[string]Series]

	source Source
	turn   chan struct{} // wakes the rounds
	follow chan struct{} // wakes the live streams

	mu      sync.Mutex
	watched []string
	open    map[string]int
	paused  bool
	tried   map[string]time.Time // when a row was last sampled
	stop    func()               // ends the round under way; nil when none
}

// New returns a sampler that does nothing until Run.
func New(source Source) *Sampler {
	return &Sampler{
		Latest: store.NewValue(map[string]Series{}),
		source: source,
		turn:   make(chan struct{}, 1), follow: make(chan struct{}, 1),
		open: map[string]int{}, tried: map[string]time.Time{},
	}
}

// Watch declares the running containers whose rows are visible: each is sampled
// about every two seconds. It replaces the earlier declaration.
func (s *Sampler) Watch(ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched = slices.Clone(ids)
	poke(s.turn)
}

// Open streams one container live, until Close was called as often.
func (s *Sampler) Open(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[id]++
	poke(s.follow)
}

// Close ends what Open began.
func (s *Sampler) Close(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[id]--; s.open[id] <= 0 {
		delete(s.open, id)
	}
	poke(s.follow)
}

// Pause stops all sampling while the window cannot be seen.
func (s *Sampler) Pause(paused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paused = paused
	if paused && s.stop != nil {
		s.stop()
	}
	poke(s.turn)
	poke(s.follow)
}

// Reset forgets all series: another engine is in use.
func (s *Sampler) Reset() {
	s.mu.Lock()
	clear(s.tried)
	s.mu.Unlock()
	s.Latest.Set(map[string]Series{})
}

// add puts a sample at the end of a series.
func (s *Sampler) add(id string, sample engine.Sample) {
	if sample.At.IsZero() {
		sample.At = time.Now()
	}
	s.Latest.Update(func(old map[string]Series) map[string]Series {
		latest := maps.Clone(old)
		samples := latest[id].Samples
		samples = samples[max(0, len(samples)-Length+1):]
		latest[id] = Series{Samples: append(slices.Clip(samples), sample)}
		return latest
	})
}

// prune forgets series that nobody has looked at for long.
func (s *Sampler) prune(now time.Time) {
	s.mu.Lock()
	for id, at := range s.tried {
		if now.Sub(at) > forget {
			delete(s.tried, id)
		}
	}
	s.mu.Unlock()
	old := func(_ string, series Series) bool {
		last, ok := series.Last()
		return !ok || now.Sub(last.At) > forget
	}
	for id, series := range s.Latest.Get() {
		if old(id, series) {
			s.Latest.Update(func(m map[string]Series) map[string]Series {
				m = maps.Clone(m)
				maps.DeleteFunc(m, old)
				return m
			})
			return
		}
	}
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
