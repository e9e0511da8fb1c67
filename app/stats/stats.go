// Package stats samples what running containers use. It is the only part of
// the app that polls.
package stats

import (
	"context"
	"slices"
	"sync"

	"escale/app/store"
	"escale/engine"
)

// Length is how many samples a series keeps.
const Length = 150

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
	wake   chan struct{}

	mu      sync.Mutex
	watched []string
	open    map[string]int
	paused  bool
}

// New returns a sampler that does nothing until Run.
func New(source Source) *Sampler {
	return &Sampler{
		Latest: store.NewValue(map[string]Series{}),
		source: source,
		wake:   make(chan struct{}, 1),
		open:   map[string]int{},
	}
}

// Watch declares the running containers whose rows are visible: each is sampled
// about every two seconds. It replaces the earlier declaration.
func (s *Sampler) Watch(ids []string) {
	s.mu.Lock()
	s.watched = slices.Clone(ids)
	s.mu.Unlock()
	s.poke()
}

// Open streams one container live until Close is called as often.
func (s *Sampler) Open(id string) {
	s.mu.Lock()
	s.open[id]++
	s.mu.Unlock()
	s.poke()
}

// Close ends what Open began.
func (s *Sampler) Close(id string) {
	s.mu.Lock()
	if s.open[id]--; s.open[id] <= 0 {
		delete(s.open, id)
	}
	s.mu.Unlock()
	s.poke()
}

// Pause stops all sampling while the window cannot be seen.
func (s *Sampler) Pause(paused bool) {
	s.mu.Lock()
	s.paused = paused
	s.mu.Unlock()
	s.poke()
}

func (s *Sampler) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run samples until ctx ends.
func (s *Sampler) Run(ctx context.Context) { <-ctx.Done() }

// Reset forgets all series: another engine is in use.
func (s *Sampler) Reset() { s.Latest.Set(map[string]Series{}) }
