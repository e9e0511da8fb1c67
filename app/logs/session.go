// Package logs follows what a container prints: through its restarts and
// through lost connections, without losing or repeating a line.
package logs

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"escale/app/ansi"
	"escale/app/ring"
	"escale/app/store"
	"escale/engine"
)

const (
	flushEvery   = 100 * time.Millisecond // how often changes are told …
	backlogEvery = 250 * time.Millisecond // … and while there are more lines than time
	retryFirst   = 250 * time.Millisecond
	retryMost    = 2 * time.Second
)

// State is what a session is doing.
type State int

// The states of a session.
const (
	Opening State = iota // nothing has come yet
	Live                 // new lines appear as they are printed
	Ended                // the container has stopped; it goes on when it starts again
	Waiting              // the engine cannot be reached; it goes on when it can
	Failed               // the log cannot be read: see Status.Err
	Gone                 // the container was removed; what was read stays
)

// Status is a session at one moment.
type Status struct {
	State  State
	Err    error // of Waiting and Failed
	First  int   // the ring holds the lines First ≤ n < End
	End    int
	Stderr int // how many of them are errors
}

// Source gives the engine in use, or an error that wraps
// engine.ErrUnreachable; release must be called after use.
type Source func() (eng engine.Engine, release func(), err error)

// Options say what to read and how much to keep.
type Options struct {
	Tail     int       // last lines to start with; 0 and less is all
	Since    time.Time // zero is from the start
	MaxBytes int       // of memory; 0 is the ring's default
	// Store wakes the session when the container starts again or the engine is
	// back. Without one it only tries again by itself after errors.
	Store *store.Store
}

// Session is the log of one container, being read until Close.
type Session struct {
	// Lines hold what was read. Their texts are hostile: draw them with ansi.
	Lines *ring.Ring
	// Status changes at most ten times a second.
	Status *store.Value[Status]

	id     string
	wake   chan struct{} // something has changed, or the user asks
	retry  chan struct{} // the user asks
	cancel context.CancelFunc
	done   chan struct{}
	unsubs []func()
	store  *store.Store
	closed sync.Once
	tailed bool      // older lines were left out
	start  time.Time // of the first line read; run's goroutine only
}

// Open starts to read the log of a container, and returns at once.
func Open(ctx context.Context, source Source, id string, o Options) *Session {
	ctx, cancel := context.WithCancel(ctx)
	s := &Session{
		Lines:  newLines(o.MaxBytes),
		Status: store.NewValue(Status{}),
		id:     id, store: o.Store, cancel: cancel, tailed: o.Tail > 0,
		wake: make(chan struct{}, 1), retry: make(chan struct{}, 1), done: make(chan struct{}),
	}
	if o.Store != nil {
		s.unsubs = append(s.unsubs, o.Store.Containers.Subscribe(s.nudge), o.Store.Connection.Subscribe(s.nudge))
	}
	go func() {
		defer close(s.done)
		s.run(ctx, source, o)
	}()
	return s
}

func newLines(maxBytes int) *ring.Ring {
	return ring.New(ring.Options{MaxBytes: maxBytes, Plain: ansi.Plain})
}

// Close stops reading. The lines stay. It does not wait: Done tells.
func (s *Session) Close() {
	s.closed.Do(func() {
		for _, f := range s.unsubs {
			f()
		}
		s.cancel()
	})
}

// Done is closed when the session has released all it held.
func (s *Session) Done() <-chan struct{} { return s.done }

// Retry tries again now, after Failed or Waiting.
func (s *Session) Retry() {
	poke(s.retry)
	poke(s.wake)
}

func (s *Session) nudge() { poke(s.wake) }

// poke wakes whoever waits on c, or will wait next.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run reads one stream after another until its context ends.
func (s *Session) run(ctx context.Context, source Source, o Options) {
	options := engine.LogOptions{Follow: true, Tail: o.Tail, Since: o.Since}
	if options.Tail <= 0 {
		options.Tail = -1
	}
	pause := retryFirst
	for ctx.Err() == nil {
		_, before := s.Lines.Bounds()
		err := s.follow(ctx, source, options)
		if ctx.Err() != nil {
			return
		}
		state := s.after(err)
		s.tell(state, err)
		first, end := s.Lines.Bounds()
		if end > before {
			pause = retryFirst
		}
		if errors.Is(err, engine.ErrUnsupported) {
			if !s.restForGood(ctx) {
				return
			}
		} else if !s.rest(ctx, state, pause) {
			return
		}
		pause = min(2*pause, retryMost)
		if end > first { // from now on only what is newer
			options.Tail = -1
			options.Since = s.resumeFrom()
		}
	}
}

// after names the state at the end of a stream.
func (s *Session) after(err error) State {
	switch {
	case err == nil:
		return Ended
	case errors.Is(err, engine.ErrNotFound):
		return Gone
	case errors.Is(err, engine.ErrUnreachable), errors.Is(err, engine.ErrTimeout):
		return Waiting
	}
	return Failed
}

// rest waits until it makes sense to open a stream again: at least pause after
// an error, and until the container runs after a regular end.
func (s *Session) rest(ctx context.Context, state State, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	due := false
	for {
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			due = true
		case <-s.wake:
		}
		if due && s.ready(state) {
			return true
		}
	}
}

// restForGood waits until the user asks: an engine that cannot read this log
// never will.
func (s *Session) restForGood(ctx context.Context) bool {
	select { // what was asked before is answered
	case <-s.retry:
	default:
	}
	select {
	case <-ctx.Done():
		return false
	case <-s.retry:
		return true
	}
}

func (s *Session) ready(state State) bool {
	if s.store == nil {
		return state == Waiting || state == Failed
	}
	if state == Waiting || state == Failed {
		return true
	}
	rows := s.store.Containers.Get().Rows
	i := slices.IndexFunc(rows, func(c engine.Container) bool { return c.ID == s.id })
	return i >= 0 && rows[i].Active()
}

func (s *Session) tell(state State, err error) {
	first, end := s.Lines.Bounds()
	s.Status.Set(Status{State: state, Err: err, First: first, End: end, Stderr: s.Lines.Stderr()})
}
