// Package stats samples what running containers use: one stream for each
// container that somebody looks at, closed as soon as nobody does.
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

	source  Source
	bears   func() int    // how many streams the engine bears; nil for any number
	changed chan struct{} // wakes the streams
	fresh   chan struct{} // wakes the publishing

	mu      sync.Mutex
	watched []string
	first   int // of the watched ones, whose turn it is
	open    map[string]int
	paused  bool
	pending map[string][]engine.Sample // not in Latest yet
}

// New returns a sampler that does nothing until Run. The engine is asked for at
// most as many streams of rows at once as bears says; nil sets no bound of its
// own.
func New(source Source, bears func() int) *Sampler {
	return &Sampler{
		Latest: store.NewValue(map[string]Series{}),
		source: source, bears: bears,
		changed: make(chan struct{}, 1), fresh: make(chan struct{}, 1),
		open: map[string]int{}, pending: map[string][]engine.Sample{},
	}
}

// Watch declares the running containers whose rows are visible: each is
// streamed. It replaces the earlier declaration.
func (s *Sampler) Watch(ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched, s.first = slices.Clone(ids), 0
	poke(s.changed)
}

// Open streams one container, until Close was called as often.
func (s *Sampler) Open(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[id]++
	poke(s.changed)
}

// Close ends what Open began.
func (s *Sampler) Close(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[id]--; s.open[id] <= 0 {
		delete(s.open, id)
	}
	poke(s.changed)
}

// Pause stops all sampling while the window cannot be seen.
func (s *Sampler) Pause(paused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.paused != paused {
		s.paused = paused
		poke(s.changed)
	}
}

// Reset forgets all series: another engine is in use.
func (s *Sampler) Reset() {
	s.mu.Lock()
	clear(s.pending)
	s.mu.Unlock()
	s.Latest.Set(map[string]Series{})
}

// add notes a sample for the next publication.
func (s *Sampler) add(id string, sample engine.Sample) {
	if sample.At.IsZero() {
		sample.At = time.Now()
	}
	s.mu.Lock()
	s.pending[id] = append(s.pending[id], sample)
	s.mu.Unlock()
	poke(s.fresh)
}

// publish puts the new samples at the ends of their series, and forgets series
// that nobody has looked at for long.
func (s *Sampler) publish() {
	s.mu.Lock()
	pending := s.pending
	s.pending = map[string][]engine.Sample{}
	s.mu.Unlock()
	if len(pending) == 0 {
		return
	}
	now := time.Now()
	s.Latest.Update(func(old map[string]Series) map[string]Series {
		latest := maps.Clone(old)
		maps.DeleteFunc(latest, func(_ string, series Series) bool {
			last, ok := series.Last()
			return !ok || now.Sub(last.At) > forget
		})
		for id, samples := range pending {
			all := slices.Concat(latest[id].Samples, samples)
			latest[id] = Series{Samples: all[max(0, len(all)-Length):]}
		}
		return latest
	})
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
