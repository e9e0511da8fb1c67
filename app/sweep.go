package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
)

// clocks is how far the engine's clock may be from ours when it matters which
// of two things came first.
const clocks = 2 * time.Second

// leftover is what a run has made, and leaves behind when it fails and cannot
// remove it.
type leftover struct {
	id      string   // of the container; empty when none is known of
	volumes []string // named by the form, that did not exist before
	network string   // named by the form, that did not exist before

	// An engine that is lost may have made the container without saying so: then
	// lost is when, and the container has that name, but not the ID of the one
	// that had it before.
	lost           time.Time
	name, namesake string

	at  string // the endpoint's ID …
	era int64  // … and which of the engines that were there: names mean something on one only
}

// is tells whether c, found under the leftover's name, was made by the run: it
// was never started, and somebody else's came earlier or after the loss.
func (l leftover) is(c engine.ContainerDetail) bool {
	return c.Name == l.name && c.ID != l.namesake && c.State == engine.StateCreated &&
		(l.lost.IsZero() || c.Created.Before(l.lost.Add(clocks)))
}

// sweep removes what a failed run left behind because the engine did not
// answer: it tries again until the engine does, for two minutes.
func (a *App) sweep(l leftover) {
	subject := cmp.Or(l.name, l.id[:min(len(l.id), 12)])
	spec := task.Spec{
		Key:  fmt.Sprintf("sweep:%s:%s:%d", l.name, l.id, time.Now().UnixNano()),
		Verb: store.VerbRemove, Subject: subject, ObjectID: l.id, Quiet: true,
	}
	a.Tasks.Start(spec, func(ctx context.Context, _ func(task.Progress)) error {
		ctx, cancel := timely(ctx, sweepFor)
		defer cancel()
		for {
			err := a.unmake(ctx, &l)
			if err == nil {
				a.Session.Refresh(engine.KindVolume, engine.KindNetwork)
				a.settle(ctx, engine.KindContainer, l.id)
				return nil
			}
			select {
			case <-ctx.Done():
				if l.id == "" && len(l.volumes) == 0 {
					return nil // nothing is known to be left
				}
				return overdue(ctx, err)
			case <-time.After(sweepEvery):
			}
		}
	})
}

// unmake removes a container, then its volumes and its network; what is gone already, or is in use
// by now, is no error. Another engine that has taken the place of the one that
// the run was on is left alone: the session knows which one it is once it is
// ready.
func (a *App) unmake(ctx context.Context, l *leftover) error {
	if a.Store.Connection.Get().Phase != store.Ready {
		return fmt.Errorf("remove what a run left: %w", engine.ErrUnreachable)
	}
	eng, release, err := a.Session.Acquire()
	if err != nil {
		return err
	}
	defer release()
	if a.era.Load() != l.era || eng.Endpoint().ID != l.at {
		a.log.Info("leave what a run left on another engine", "name", l.name, "id", l.id)
		return nil
	}
	ctx, cancel := timely(ctx, cleanupWait)
	defer cancel()
	if err := a.find(ctx, eng, l); err != nil {
		return err
	}
	if l.id != "" {
		if err := removeMade(ctx, eng, l.id); err != nil {
			return err
		}
	}
	for _, name := range l.volumes {
		if err := eng.RemoveVolume(ctx, name); err != nil && !unneeded(err) {
			return err
		}
	}
	if l.network == "" {
		return nil
	}
	if err := eng.RemoveNetwork(ctx, l.network); err != nil && !unneeded(err) {
		return err
	}
	return nil
}

// find learns the ID of a container that may have been made without a word. It
// waits for a run that makes another one of that name.
func (a *App) find(ctx context.Context, eng engine.Engine, l *leftover) error {
	if l.id != "" || l.lost.IsZero() {
		return nil
	}
	if a.running(runKey(l.name)) {
		return fmt.Errorf("find container %s: %w", l.name, engine.ErrConflict)
	}
	c, err := eng.InspectContainer(ctx, l.name)
	if errors.Is(err, engine.ErrNotFound) {
		return nil
	}
	if err == nil && l.is(c) {
		l.id = c.ID
	}
	return err
}

// running tells whether a task with this key is under way.
func (a *App) running(key string) bool {
	for _, t := range a.Tasks.List.Get() {
		if t.Key == key && !t.Over() {
			return true
		}
	}
	return false
}

// removeMade removes a container that was made a moment ago, with its anonymous
// volumes; one that is gone is no error.
func removeMade(ctx context.Context, eng engine.Containers, id string) error {
	err := eng.RemoveContainer(ctx, id, engine.RemoveContainer{Force: true, Volumes: true})
	if errors.Is(err, engine.ErrNotFound) {
		return nil
	}
	return err
}
