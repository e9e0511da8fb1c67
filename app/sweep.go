package app

import (
	"context"
	"errors"
	"time"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
)

// sweep removes what a failed run left behind because the engine did not
// answer: it tries again until the engine does, for two minutes.
func (a *App) sweep(id string, volumes []string) {
	spec := task.Spec{Key: "sweep:" + id, Verb: store.VerbRemove, Subject: id[:min(len(id), 12)], ObjectID: id, Quiet: true}
	a.Tasks.Start(spec, func(ctx context.Context, _ func(task.Progress)) error {
		ctx, cancel := timely(ctx, sweepFor)
		defer cancel()
		for {
			err := a.unmake(ctx, id, volumes)
			if err == nil {
				a.settle(ctx, engine.KindContainer, id)
				return nil
			}
			select {
			case <-ctx.Done():
				return overdue(ctx, err)
			case <-time.After(sweepEvery):
			}
		}
	})
}

// unmake removes a container, then volumes; what is gone already is no error.
func (a *App) unmake(ctx context.Context, id string, volumes []string) error {
	eng, release, err := a.Session.Acquire()
	if err != nil {
		return err
	}
	defer release()
	ctx, cancel := timely(ctx, cleanupWait)
	defer cancel()
	err = eng.RemoveContainer(ctx, id, engine.RemoveContainer{Force: true, Volumes: true})
	if err != nil && !errors.Is(err, engine.ErrNotFound) {
		return err
	}
	for _, name := range volumes {
		if err := eng.RemoveVolume(ctx, name); err != nil && !errors.Is(err, engine.ErrNotFound) {
			return err
		}
	}
	return nil
}
