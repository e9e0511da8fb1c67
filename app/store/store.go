// Package store holds what the app knows, as values that are replaced and never
// edited: whoever reads one may keep it for ever.
package store

import (
	"sync"
	"time"

	"escale/engine"
)

// Value is one thing that changes. Safe for concurrent use.
type Value[T any] struct {
	mu   sync.Mutex
	v    T
	subs map[int]func()
	next int
}

// NewValue returns a Value that holds v.
func NewValue[T any](v T) *Value[T] { return &Value[T]{v: v, subs: map[int]func(){}} }

// Get returns the current value. The caller must not change what it points to.
func (s *Value[T]) Get() T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.v
}

// Set replaces the value and tells the subscribers.
func (s *Value[T]) Set(v T) { s.Update(func(T) T { return v }) }

// Update replaces the value by what edit makes of it, in one step, and tells
// the subscribers. edit must return a new value and must not block.
func (s *Value[T]) Update(edit func(T) T) {
	s.mu.Lock()
	s.v = edit(s.v)
	told := make([]func(), 0, len(s.subs))
	for _, f := range s.subs {
		told = append(told, f)
	}
	s.mu.Unlock()
	for _, f := range told {
		f()
	}
}

// Subscribe calls f after each change, on the goroutine that made it, until
// the returned function is called. f must not block; views pass post.Coalesce.
func (s *Value[T]) Subscribe(f func()) (cancel func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.next
	s.next++
	s.subs[k] = f
	return func() { s.mu.Lock(); defer s.mu.Unlock(); delete(s.subs, k) }
}

// Snapshot is one kind of object as the engine last listed it.
type Snapshot[T any] struct {
	Rows   []T
	Loaded bool      // false until the first list has come
	At     time.Time // when it was last right
	Err    error     // why the newest list failed; the rows are the older ones
}

// Store is everything that views draw about the engine.
type Store struct {
	Connection *Value[Connection]
	Containers *Value[Snapshot[engine.Container]]
	Images     *Value[Snapshot[engine.Image]]
	Volumes    *Value[Snapshot[engine.Volume]]
	Networks   *Value[Snapshot[engine.Network]]
	Machine    *Value[Machine]
	// History is what has happened on the engine since it was connected.
	History *Value[History]
	// Busy says what is being done to which object, by ID or name.
	Busy *Value[map[string]Busy]
}

// New returns an empty store.
func New() *Store {
	return &Store{
		Connection: NewValue(Connection{}),
		Containers: NewValue(Snapshot[engine.Container]{}),
		Images:     NewValue(Snapshot[engine.Image]{}),
		Volumes:    NewValue(Snapshot[engine.Volume]{}),
		Networks:   NewValue(Snapshot[engine.Network]{}),
		Machine:    NewValue(Machine{}),
		History:    NewValue(History{}),
		Busy:       NewValue(map[string]Busy{}),
	}
}
