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
// answer: it tries again until the engine does, for two minutes. name is what
// the run was to make.
func (a *App) sweep(name string, left remains) {
	spec := task.Spec{Key: "sweep:" + name + ":" + left.id, Verb: store.VerbRemove, Subject: name, ObjectID: left.id, Quiet: true}
	a.Tasks.Start(spec, func(ctx context.Context, _ func(task.Progress)) error {
		ctx, cancel := timely(ctx, sweepFor)
		defer cancel()
		for {
			err := a.unmake(ctx, left)
			if err == nil {
				a.Session.Refresh(engine.KindNetwork)
				a.settle(ctx, engine.KindContainer, left.id)
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

// unmake removes a container, then its volumes and its network; what is gone
// already is no error.
func (a *App) unmake(ctx context.Context, left remains) error {
	eng, release, err := a.Session.Acquire()
	if err != nil {
		return err
	}
	defer release()
	ctx, cancel := timely(ctx, cleanupWait)
	defer cancel()
	if left.id != "" {
		err = eng.RemoveContainer(ctx, left.id, engine.RemoveContainer{Force: true, Volumes: true})
		if err != nil && !errors.Is(err, engine.ErrNotFound) {
			return err
		}
	}
	for _, name := range left.volumes {
		if err := eng.RemoveVolume(ctx, name); err != nil && !errors.Is(err, engine.ErrNotFound) {
			return err
		}
	}
	if left.network == "" {
		return nil
	}
	if err := eng.RemoveNetwork(ctx, left.network); err != nil && !unneeded(err) {
		return err
	}
	return nil
}
