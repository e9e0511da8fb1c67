package task

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"escale/app/store"
)

// kept is how many tasks the list holds; the oldest ended ones go first.
const kept = 50

// ErrCancelled is the cause of the context of a task that somebody cancelled.
var ErrCancelled = errors.New("cancelled")

// Spec says what a task is about.
type Spec struct {
	Key      string // a task whose key is running already is joined, not started
	Verb     store.Verb
	Subject  string
	ObjectID string // gets a busy mark while the task runs; may be empty
	Quiet    bool   // vanishes by itself unless it fails
}

// Func is the work of a task. It may be run again by Retry, and must return
// soon after its context ends.
type Func func(ctx context.Context, report func(Progress)) error

// Manager runs tasks. Safe for concurrent use.
type Manager struct {
	// List holds the tasks, newest first. Ended ones stay until dismissed.
	List *store.Value[[]Task]

	busy *store.Value[map[string]store.Busy]

	mu      sync.Mutex
	jobs    map[int]job
	running map[string]int // key → ID
	ended   map[int]func(Task)
	last    int
	closed  bool
	wg      sync.WaitGroup
}

type job struct {
	spec   Spec
	run    Func
	cancel context.CancelCauseFunc
}

// NewManager returns a manager without tasks. It keeps the marks of busy up to
// date; busy may be nil.
func NewManager(busy *store.Value[map[string]store.Busy]) *Manager {
	if busy == nil {
		busy = store.NewValue(map[string]store.Busy{})
	}
	return &Manager{
		List: store.NewValue[[]Task](nil),
		busy: busy,
		jobs: map[int]job{}, running: map[string]int{}, ended: map[int]func(Task){},
	}
}

// Start runs fn on a goroutine of its own and returns the task's ID; when a
// task with the same key runs already, its ID. Returns 0 after Close.
func (m *Manager) Start(spec Spec, fn Func) int {
	id, _ := m.start(spec, fn)
	return id
}

func (m *Manager) start(spec Spec, fn Func) (id int, started bool) {
	ctx, cancel := context.WithCancelCause(context.Background())
	m.mu.Lock()
	if id, ok := m.running[spec.Key]; (ok && spec.Key != "") || m.closed {
		m.mu.Unlock()
		cancel(nil)
		return id, false
	}
	m.last++
	id = m.last
	m.jobs[id] = job{spec, fn, cancel}
	m.running[spec.Key] = id
	m.wg.Add(1)
	m.mu.Unlock()

	t := Task{
		ID: id, Key: spec.Key, Verb: spec.Verb, Subject: spec.Subject, ObjectID: spec.ObjectID,
		Quiet: spec.Quiet, Started: time.Now(), Progress: Progress{Fraction: -1},
	}
	m.mark(t)
	m.List.Update(func(old []Task) []Task { return append([]Task{t}, old...) })
	m.trim()
	go func() {
		defer m.wg.Done()
		err := fn(ctx, func(p Progress) { m.report(id, p) })
		m.finish(id, err, context.Cause(ctx))
		cancel(nil)
	}()
	return id, true
}

// report shows progress.
func (m *Manager) report(id int, p Progress) {
	m.edit(id, func(t *Task) {
		if t.Over() {
			return
		}
		t.Progress, t.Result = p, p.Made
	})
}

// finish ends a task: list, then busy mark, then listeners.
func (m *Manager) finish(id int, err, cause error) {
	end := func(t *Task) {
		t.Ended = time.Now()
		t.Err = err
		switch {
		case err == nil:
			t.State = Done
		case cause != nil:
			t.State = Cancelled
		default:
			t.State = Failed
		}
	}
	t, _ := m.Get(id)
	end(&t)

	m.mu.Lock()
	delete(m.running, t.Key)
	hooks := make([]func(Task), 0, len(m.ended))
	for _, f := range m.ended {
		hooks = append(hooks, f)
	}
	m.mu.Unlock()

	if t.Quiet && t.State != Failed {
		m.drop(id)
	} else {
		m.edit(id, end)
		m.trim()
	}
	m.unmark(t)
	for _, f := range hooks {
		f(t)
	}
}

// Cancel asks a running task to end. Its state is Cancelling until it has.
func (m *Manager) Cancel(id int) {
	m.edit(id, func(t *Task) {
		if t.State == Running {
			t.State = Cancelling
		}
	})
	m.mu.Lock()
	j, ok := m.jobs[id]
	m.mu.Unlock()
	if ok {
		j.cancel(ErrCancelled)
	}
}

// Dismiss takes an ended task off the list.
func (m *Manager) Dismiss(id int) {
	if t, ok := m.Get(id); ok && t.Over() {
		m.drop(id)
	}
}

// Retry runs an ended task's work again, as a new task that takes the place of
// the old one, and returns its ID; 0 when there is nothing to retry.
func (m *Manager) Retry(id int) int {
	m.mu.Lock()
	j, ok := m.jobs[id]
	m.mu.Unlock()
	if t, found := m.Get(id); !ok || !found || !t.Over() {
		return 0
	}
	m.drop(id)
	return m.Start(j.spec, j.run)
}

// Get returns a task that is on the list.
func (m *Manager) Get(id int) (Task, bool) {
	list := m.List.Get()
	i := slices.IndexFunc(list, func(t Task) bool { return t.ID == id })
	if i < 0 {
		return Task{}, false
	}
	return list[i], true
}

// OnEnd calls f with each task that ends, on the task's goroutine, until the
// returned function is called. f must not block.
func (m *Manager) OnEnd(f func(Task)) (cancel func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last++
	k := m.last
	m.ended[k] = f
	return func() { m.mu.Lock(); defer m.mu.Unlock(); delete(m.ended, k) }
}

// Close cancels every task and waits until they have ended or ctx has. No task
// starts after it.
func (m *Manager) Close(ctx context.Context) error {
	m.mu.Lock()
	m.closed = true
	for _, j := range m.jobs {
		j.cancel(ErrCancelled)
	}
	m.mu.Unlock()
	done := make(chan struct{})
	go func() { m.wg.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
