// Package teacher runs the lesson that is open: it looks at what the engine says
// whenever that changes, and ticks the tasks that are done. It never asks on a
// clock, and it changes nothing but progress.
package teacher

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"escale/app/lesson"
	"escale/app/progress"
	"escale/app/store"
	"escale/engine"
)

// The paces of a teacher.
const (
	rest       = 100 * time.Millisecond // between two looks
	lookWait   = 20 * time.Second       // for all questions of one look
	againAfter = 2 * time.Second        // when something could not be looked at …
	mostAgain  = 3                      // … so often, until something changes
)

// Source gives the engine in use; release must be called after use.
type Source func() (eng engine.Engine, release func(), err error)

// Options are what a Teacher needs.
type Options struct {
	Store    *store.Store
	Engine   Source
	Progress *progress.Store
	Log      *slog.Logger // nil discards
}

// Open is the lesson that is open, and what was found of it. It is a value.
type Open struct {
	Lesson  *lesson.Lesson // nil when none is
	Key     string         // its key in the progress
	Foreign bool
	Blind   bool // the engine does not say anything now
	Figures map[Asked]Reading
}

// Asked names a figure.
type Asked struct {
	What lesson.Figure
	Of   string
}

// Reading is a figure that was measured: one of the three.
type Reading struct {
	Took  time.Duration
	Bytes int64
	Count int
}

// Teacher runs one lesson at a time. Safe for concurrent use; no method waits.
type Teacher struct {
	Open     *store.Value[Open]
	Progress *progress.Store

	options Options
	poked   chan struct{}

	mu     sync.Mutex
	heard  int64         // events before the lesson was opened
	steps  map[int]int64 // events before a step was first shown, in this run
	engine string        // which engine those are of
}

// New returns a teacher that does nothing until Run.
func New(o Options) *Teacher {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Teacher{
		Open: store.NewValue(Open{}), Progress: o.Progress, options: o,
		poked: make(chan struct{}, 1), steps: map[int]int64{},
	}
}

// Begin opens a lesson, where the user left it. key names it in the progress.
func (t *Teacher) Begin(l *lesson.Lesson, key string, foreign bool) {
	t.mu.Lock()
	t.heard, t.steps = t.options.Store.History.Get().Heard, map[int]int64{}
	t.mu.Unlock()
	last := len(l.Steps) - 1
	t.Progress.Update(key, func(r *progress.Record) {
		if !r.Started() {
			r.Begun = time.Now()
		}
		r.Step, r.Reached = min(r.Step, last), min(r.Reached, last)
	})
	t.Open.Set(Open{Lesson: l, Key: key, Foreign: foreign, Blind: !t.ready(), Figures: map[Asked]Reading{}})
	t.poke()
}

// Turn shows another step of the open lesson.
func (t *Teacher) Turn(step int) {
	open := t.Open.Get()
	if open.Lesson == nil || step < 0 || step >= len(open.Lesson.Steps) {
		return
	}
	t.Progress.Update(open.Key, func(r *progress.Record) { r.Step, r.Reached = step, max(r.Reached, step) })
	t.poke()
}

// Answer notes that the right answer to a question was found; both count from 0.
func (t *Teacher) Answer(question, answer int) {
	open := t.Open.Get()
	if open.Lesson == nil || question >= len(open.Lesson.Quiz()) {
		return
	}
	t.Progress.Update(open.Key, func(r *progress.Record) {
		for len(r.Answered) <= question {
			r.Answered = append(r.Answered, 0)
		}
		r.Answered[question] = answer + 1
	})
	t.finish(open)
}

// Again begins the open lesson anew, and returns what was forgotten.
func (t *Teacher) Again() map[string]progress.Record {
	open := t.Open.Get()
	if open.Lesson == nil {
		return nil
	}
	gone := t.Progress.Forget(open.Key)
	t.Begin(open.Lesson, open.Key, open.Foreign)
	return gone
}

// Close closes the open lesson.
func (t *Teacher) Close() {
	t.Open.Set(Open{})
	t.poke()
}

func (t *Teacher) poke() {
	select {
	case t.poked <- struct{}{}:
	default:
	}
}

// Run looks after the open lesson until ctx ends.
func (t *Teacher) Run(ctx context.Context) {
	st := t.options.Store
	for _, cancel := range []func(){
		st.Connection.Subscribe(t.poke), st.Containers.Subscribe(t.poke), st.Images.Subscribe(t.poke),
		st.Volumes.Subscribe(t.poke), st.Networks.Subscribe(t.poke), st.History.Subscribe(t.poke),
	} {
		defer cancel()
	}
	eyes := newEyes(t.options.Engine, t.poke)
	defer eyes.close()
	failed := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.poked:
		}
		again := t.look(ctx, eyes)
		if failed++; !again {
			failed = 0
		}
		if again && failed <= mostAgain {
			time.AfterFunc(againAfter, t.poke)
		}
		if !pause(ctx, rest) {
			return
		}
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// ready tells whether the store says what the engine has.
func (t *Teacher) ready() bool {
	st := t.options.Store
	return st.Connection.Get().Phase == store.Ready && st.Containers.Get().Loaded && st.Images.Get().Loaded &&
		st.Volumes.Get().Loaded && st.Networks.Get().Loaded
}

// look looks at everything once; again tells that something could not be seen.
func (t *Teacher) look(ctx context.Context, eyes *eyes) (again bool) {
	open := t.Open.Get()
	if open.Lesson == nil {
		eyes.close()
		return false
	}
	blind := !t.ready()
	if blind != open.Blind {
		t.change(open.Key, func(o *Open) { o.Blind = blind })
	}
	if blind {
		return false
	}
	ctx, cancel := context.WithTimeoutCause(ctx, lookWait, engine.ErrTimeout)
	defer cancel()
	eyes.open()
	scene := t.scene(eyes)
	t.mark(open, scene)
	again = t.tick(ctx, open, scene)
	again = t.measure(ctx, open, eyes) || again
	eyes.rest()
	return again
}

// change edits the open lesson, unless another was opened meanwhile.
func (t *Teacher) change(key string, edit func(*Open)) {
	t.Open.Update(func(o Open) Open {
		if o.Lesson != nil && o.Key == key {
			o.Figures = maps.Clone(o.Figures)
			edit(&o)
		}
		return o
	})
}

// scene is what the store says now.
func (t *Teacher) scene(eyes *eyes) *lesson.Scene {
	st := t.options.Store
	t.mu.Lock()
	heard := t.heard
	t.mu.Unlock()
	return &lesson.Scene{
		Containers: st.Containers.Get().Rows, Images: st.Images.Get().Rows, Volumes: st.Volumes.Get().Rows,
		Networks: st.Networks.Get().Rows, Events: st.History.Get().Since(heard), Look: eyes,
	}
}

// where names the engine in use.
func (t *Teacher) where() string {
	c := t.options.Store.Connection.Get()
	if c.Info.ID != "" {
		return c.Info.ID
	}
	return c.Endpoint.ID
}
