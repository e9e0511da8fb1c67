package app

import (
	"context"
	"errors"
	"strconv"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
)

// CreateVolume makes a volume, as a task whose result is the volume's name.
func (a *App) CreateVolume(name string) int {
	return a.operate(operation{
		verb: store.VerbCreate, kind: engine.KindVolume, object: name, subject: name, limit: workWait,
		do: func(ctx context.Context, eng engine.Engine, report func(task.Progress)) error {
			v, err := eng.CreateVolume(ctx, name, nil)
			report(task.Progress{Fraction: -1, Made: v.Name})
			return err
		},
	})
}

// RemoveVolume removes a volume and what is in it; ErrInUse while a container
// mounts it.
func (a *App) RemoveVolume(name string) int {
	return a.operate(operation{
		verb: store.VerbRemove, kind: engine.KindVolume, object: name, subject: name, limit: workWait,
		do: on(func(ctx context.Context, eng engine.Engine) error {
			err := eng.RemoveVolume(ctx, name)
			if errors.Is(err, engine.ErrNotFound) {
				return nil
			}
			return err
		}),
	})
}

// PruneVolumes removes unused volumes; all: named ones too. The task's result
// is the number of bytes freed.
func (a *App) PruneVolumes(all bool) int {
	return a.operate(operation{
		verb: store.VerbPrune, kind: engine.KindVolume, limit: pruneWait, loud: true,
		do: func(ctx context.Context, eng engine.Engine, report func(task.Progress)) error {
			freed, err := eng.PruneVolumes(ctx, all)
			if err == nil {
				report(task.Progress{Fraction: 1, Made: strconv.FormatInt(freed.Bytes, 10)})
			}
			return err
		},
	})
}

// InspectVolume reads one volume, and measures it. It blocks, at most half a
// minute.
func (a *App) InspectVolume(ctx context.Context, name string) (engine.Volume, error) {
	return ask(ctx, a, slowWait, func(ctx context.Context, eng engine.Engine) (engine.Volume, error) {
		return eng.InspectVolume(ctx, name)
	})
}
