package feed

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"escale/app/store"
	"escale/engine"
)

// The limits of reading objects one by one, and of trying a list again.
const (
	atOnce     = 4  // reads in flight
	batch      = 32 // vague rows read before marks are looked at again
	retryLeast = 2 * time.Second
	retryMost  = 10 * time.Second
)

// lane keeps one kind of object equal to the engine's. Its fields but marks
// belong to the goroutine of run.
type lane[T any] struct {
	*marks
	hooks Hooks
	out   *store.Value[store.Snapshot[T]]
	all   func(context.Context) ([]T, error)
	wait  time.Duration // for all
	pace  time.Duration // least time between lists; slow lists rest longer
	after func()        // called when rows have changed; may be nil

	// The rest is nil for a kind that is only listed.
	one   func(ctx context.Context, id string) (T, error)
	id    func(T) string
	order func(a, b T) int             // where a row that appears goes
	keep  func(old, fresh T) (T, bool) // adds what lists do not tell; false when the two disagree
	vague func(T) bool                 // the list tells too little: read this one by itself
	todo  []string                     // vague rows still to be read
	known map[string]bool              // rows that were read, not listed, on this connection
	fails int                          // lists that failed in a row
}

// run lists once, tells first how that went, and then does what marks say until
// ctx ends.
func (l *lane[T]) run(ctx context.Context, first func(error)) {
	l.known = map[string]bool{}
	first(l.relist(ctx, nil))
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		w, next := l.take(time.Now())
		switch {
		case w.full:
			_ = l.relist(ctx, w.ids) // the store shows the error
		case len(w.ids) > 0:
			l.reread(ctx, w.ids)
		case len(l.todo) > 0:
			l.readVague(ctx)
		default:
			var due <-chan time.Time
			if !next.IsZero() {
				timer.Reset(time.Until(next))
				due = timer.C
			}
			select {
			case <-ctx.Done():
			case <-l.changed:
			case <-due:
			}
		}
		w.finish()
	}
}

// relist replaces all rows. Those in dirty have changed since they were read.
func (l *lane[T]) relist(ctx context.Context, dirty map[string]bool) error {
	began := time.Now()
	rows, err := ask(ctx, l.wait, l.hooks, l.all)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		l.failed(err)
		return err
	}
	l.fails = 0
	l.rest(time.Now().Add(max(l.pace, 2*time.Since(began))))
	if l.one != nil {
		l.complete(rows, dirty)
	}
	l.out.Set(store.Snapshot[T]{Rows: rows, Loaded: true, At: time.Now()})
	l.changedRows()
	return nil
}

// failed shows that the rows could not be read, and has them listed again.
func (l *lane[T]) failed(err error) {
	pause := min(retryLeast<<min(l.fails, 3), retryMost)
	l.fails++
	l.rest(time.Now().Add(pause))
	l.stale()
	l.out.Update(func(s store.Snapshot[T]) store.Snapshot[T] {
		s.Err = err
		return s
	})
}

// complete adds to listed rows what is known of them, and notes which of them
// must be read one by one.
func (l *lane[T]) complete(rows []T, dirty map[string]bool) {
	old := make(map[string]T)
	for _, r := range l.out.Get().Rows {
		if id := l.id(r); l.known[id] && !dirty[id] {
			old[id] = r
		}
	}
	l.todo, l.known = nil, make(map[string]bool, len(old))
	for i, r := range rows {
		id := l.id(r)
		// A list that contradicts what was read of an object may be the older of
		// the two, for lists lag behind: then neither is taken at its word.
		if o, ok := old[id]; ok {
			rows[i], l.known[id] = l.keep(o, r)
		}
		if l.vague(rows[i]) && !l.known[id] {
			l.todo = append(l.todo, id)
		}
	}
}

// readVague reads some of the rows that the list told too little about.
func (l *lane[T]) readVague(ctx context.Context) {
	n := min(batch, len(l.todo))
	ids := make(map[string]bool, n)
	for _, id := range l.todo[:n] {
		ids[id] = true
	}
	l.todo = l.todo[n:]
	l.reread(ctx, ids)
}

// reread reads the rows with these IDs, and shows all of them at once.
func (l *lane[T]) reread(ctx context.Context, ids map[string]bool) {
	var (
		mu     sync.Mutex
		fresh  = make(map[string]T, len(ids))
		gone   = make(map[string]bool)
		failed error
		group  errgroup.Group
	)
	group.SetLimit(atOnce)
	for id := range ids {
		group.Go(func() error {
			row, err := ask(ctx, readWait, l.hooks, func(ctx context.Context) (T, error) { return l.one(ctx, id) })
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				fresh[id] = row
			case errors.Is(err, engine.ErrNotFound):
				gone[id] = true
			default:
				failed = err
			}
			return nil
		})
	}
	_ = group.Wait() // errors are in failed
	if ctx.Err() != nil {
		return
	}
	for id := range fresh {
		l.known[id] = true
	}
	if l.apply(fresh, gone) {
		l.changedRows()
	}
	if failed != nil {
		l.failed(failed)
	}
}

// apply puts rows that were read into the snapshot and takes those that are
// gone out of it. It reports whether that changed anything.
func (l *lane[T]) apply(fresh map[string]T, gone map[string]bool) bool {
	old := l.out.Get()
	changed := false
	rows := make([]T, 0, len(old.Rows)+len(fresh))
	for _, r := range old.Rows {
		id := l.id(r)
		if gone[id] {
			changed = true
			continue
		}
		if f, ok := fresh[id]; ok {
			changed = changed || !reflect.DeepEqual(r, f)
			r = f
			delete(fresh, id)
		}
		rows = append(rows, r)
	}
	for _, r := range fresh {
		i, _ := slices.BinarySearchFunc(rows, r, l.order)
		rows = slices.Insert(rows, i, r)
		changed = true
	}
	if changed {
		// Nobody else writes rows of a kind that can be read one by one.
		l.out.Update(func(s store.Snapshot[T]) store.Snapshot[T] {
			s.Rows, s.At = rows, time.Now()
			return s
		})
	}
	return changed
}

func (l *lane[T]) changedRows() {
	if l.after != nil {
		l.after()
	}
}

// ask reads something within d, and tells the hooks how it goes.
func ask[T any](ctx context.Context, d time.Duration, hooks Hooks, read func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, d, engine.ErrTimeout)
	defer cancel()
	doubt := time.AfterFunc(doubtAfter, hooks.Doubt)
	defer doubt.Stop()
	v, err := read(ctx)
	switch {
	case err == nil, errors.Is(err, engine.ErrNotFound):
		hooks.Heard()
	case errors.Is(context.Cause(ctx), engine.ErrTimeout) && !errors.Is(err, engine.ErrTimeout):
		err = errors.Join(engine.ErrTimeout, err)
	}
	return v, err
}
