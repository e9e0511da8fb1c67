// Package feed keeps the store equal to one engine, for as long as one
// connection lasts: it subscribes to events, lists everything, and reads again
// what events say has changed.
package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"escale/app/store"
	"escale/engine"
)

// The deadlines and paces of a feed.
const (
	readWait      = 5 * time.Second        // for a list or one object
	volumesWait   = 30 * time.Second       // the engine measures every volume
	subscribeWait = 6 * time.Second        // beyond the 5 s that Watch grants itself
	doubtAfter    = 2 * time.Second        // a reply that takes longer raises doubt
	settle        = 100 * time.Millisecond // events gather this long after the last …
	settleMost    = 500 * time.Millisecond // … and this long after the first
	fullFrom      = 50                     // more changed objects than this are listed, not read
	restShort     = 500 * time.Millisecond // least time between two lists of containers
	restLong      = time.Second            // … and of what is slower or less urgent
)

// Hooks are told what happens on the connection. They are called from several
// goroutines and must not block. None is nil.
type Hooks struct {
	Heard      func()          // the engine answered, or sent an event
	Doubt      func()          // a reply is overdue
	Subscribed func(err error) // Watch has returned
	Loaded     func(err error) // containers, images and networks have been listed once, or failed
}

// Feed is the data of one connection.
type Feed struct {
	eng   engine.Engine
	st    *store.Store
	hooks Hooks
	done  chan struct{} // closed when Run has returned

	containers *lane[engine.Container]
	images     *lane[engine.Image]
	volumes    *lane[engine.Volume]
	networks   *lane[engine.Network]
}

// New returns a feed from eng to st that does nothing until Run.
func New(eng engine.Engine, st *store.Store, hooks Hooks) *Feed {
	f := &Feed{eng: eng, st: st, hooks: hooks, done: make(chan struct{})}
	f.containers = &lane[engine.Container]{
		marks: newMarks(true), hooks: hooks, out: st.Containers,
		all: eng.ListContainers, wait: readWait, pace: restShort,
		one: func(ctx context.Context, id string) (engine.Container, error) {
			d, err := eng.InspectContainer(ctx, id)
			return d.Container, err
		},
		id:    func(c engine.Container) string { return c.ID },
		order: newestFirst, keep: keepTimes, vague: tellsTooLittle,
		after: func() { syncUses(st) },
	}
	f.images = &lane[engine.Image]{
		marks: newMarks(false), hooks: hooks, out: st.Images,
		all: eng.ListImages, wait: readWait, pace: restLong,
	}
	f.volumes = &lane[engine.Volume]{
		marks: newMarks(false), hooks: hooks, out: st.Volumes,
		all: eng.ListVolumes, wait: volumesWait, pace: restLong,
		after: func() { syncUses(st) },
	}
	f.networks = &lane[engine.Network]{
		marks: newMarks(false), hooks: hooks, out: st.Networks,
		all: eng.ListNetworks, wait: readWait, pace: restLong,
	}
	return f
}

// Run feeds the store until the connection is lost or ctx ends, and returns
// why: never nil. Nothing of it touches the store afterwards. It may be called
// once.
func (f *Feed) Run(ctx context.Context) error {
	defer close(f.done)
	ctx, stop := context.WithCancelCause(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop(nil)

	events, err := f.subscribe(ctx, stop)
	f.hooks.Subscribed(err)
	if err != nil {
		return err
	}
	wg.Go(func() { f.load(ctx, &wg) })
	for e := range events.C {
		f.hooks.Heard()
		f.route(e)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := events.Err(); err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	return fmt.Errorf("read events: %w", engine.ErrUnreachable)
}

// subscribe bounds the wait for the subscription, but not the stream.
func (f *Feed) subscribe(ctx context.Context, stop context.CancelCauseFunc) (*engine.Stream[engine.Event], error) {
	late := time.AfterFunc(subscribeWait, func() { stop(engine.ErrTimeout) })
	events, err := f.eng.Watch(ctx)
	if !late.Stop() {
		err = errors.Join(engine.ErrTimeout, err)
	}
	if err != nil {
		return nil, fmt.Errorf("subscribe to events: %w", err)
	}
	return events, nil
}

// load starts a goroutine for each kind, in wg, and reports the first lists;
// volumes are not waited for.
func (f *Feed) load(ctx context.Context, wg *sync.WaitGroup) {
	first := make(chan error, 3)
	tell := func(err error) { first <- err }
	wg.Go(func() { f.volumes.run(ctx, func(error) {}) })
	wg.Go(func() { f.containers.run(ctx, tell) })
	wg.Go(func() { f.images.run(ctx, tell) })
	wg.Go(func() { f.networks.run(ctx, tell) })
	var errs []error
	for range cap(first) {
		errs = append(errs, <-first)
	}
	if ctx.Err() == nil {
		f.hooks.Loaded(errors.Join(errs...))
	}
}

// Refresh reads these kinds again, all of them when none is named. It returns
// at once.
func (f *Feed) Refresh(kinds ...engine.Kind) {
	if len(kinds) == 0 {
		kinds = []engine.Kind{engine.KindContainer, engine.KindImage, engine.KindVolume, engine.KindNetwork}
	}
	for _, k := range kinds {
		if m := f.marks(k); m != nil {
			m.force("")
		}
	}
}

// Settle reads one object again, or its whole kind when id is empty or the
// engine has no cheaper way, and returns when the store shows it, ctx has
// ended or the feed has.
func (f *Feed) Settle(ctx context.Context, kind engine.Kind, id string) {
	m := f.marks(kind)
	if m == nil {
		return
	}
	select {
	case <-m.force(id):
	case <-ctx.Done():
	case <-f.done:
	}
}

func (f *Feed) marks(k engine.Kind) *marks {
	switch k {
	case engine.KindContainer:
		return f.containers.marks
	case engine.KindImage:
		return f.images.marks
	case engine.KindVolume:
		return f.volumes.marks
	case engine.KindNetwork:
		return f.networks.marks
	case engine.KindDaemon:
	}
	return nil
}

func newestFirst(a, b engine.Container) int {
	return b.Created.Compare(a.Created)
}

// keepTimes gives a listed container what only inspecting it told, as long as
// nothing has happened to it since; false when something has, or when the list
// does not know yet what inspecting told.
func keepTimes(old, fresh engine.Container) (engine.Container, bool) {
	if old.State != fresh.State || old.ExitCode != fresh.ExitCode {
		return fresh, false
	}
	if fresh.Started.IsZero() {
		fresh.Started = old.Started
	}
	if fresh.Ended.IsZero() {
		fresh.Ended, fresh.OOMKilled = old.Ended, old.OOMKilled
	}
	return fresh, true
}

// tellsTooLittle says that a listed container must be read by itself: one that
// failed, for its row does not say when or why, and one that is said to run,
// for an engine may announce an end long before its lists know of it.
func tellsTooLittle(c engine.Container) bool {
	failed := (c.State == engine.StateExited || c.State == engine.StateDead) && c.ExitCode != 0
	return c.Active() || failed && c.Ended.IsZero()
}

// syncUses brings what volumes say about their containers up to date, without
// asking the engine to measure them again.
func syncUses(st *store.Store) {
	if _, changed := updatedUses(st.Volumes.Get().Rows, containersByID(st)); !changed {
		return
	}
	st.Volumes.Update(func(s store.Snapshot[engine.Volume]) store.Snapshot[engine.Volume] {
		if fresh, changed := updatedUses(s.Rows, containersByID(st)); changed {
			s.Rows = fresh
		}
		return s
	})
}

func containersByID(st *store.Store) map[string]engine.Container {
	all := st.Containers.Get().Rows
	rows := make(map[string]engine.Container, len(all))
	for _, c := range all {
		rows[c.ID] = c
	}
	return rows
}

// updatedUses returns vs with names and states of users as in rows.
func updatedUses(vs []engine.Volume, rows map[string]engine.Container) (fresh []engine.Volume, changed bool) {
	fresh = slices.Clone(vs)
	for i, v := range vs {
		uses := slices.Clone(v.UsedBy)
		for j, u := range uses {
			c, ok := rows[u.ContainerID]
			if ok && (u.Running != c.Active() || u.Container != c.Name) {
				uses[j].Running, uses[j].Container = c.Active(), c.Name
				fresh[i].UsedBy, changed = uses, true
			}
		}
	}
	return fresh, changed
}
