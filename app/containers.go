package app

import (
	"context"
	"errors"
	"time"

	"escale/app/store"
	"escale/engine"
)

// StartContainer starts a container, as a task; returns the task's ID.
func (a *App) StartContainer(id string) int {
	return a.container(store.VerbStart, id, workWait, func(ctx context.Context, eng engine.Engine) error {
		began := time.Now()
		err := eng.StartContainer(ctx, id)
		if err == nil {
			a.starts.note(id, time.Since(began))
		}
		return err
	})
}

// StopContainer asks a container to end, and kills it after ten seconds.
func (a *App) StopContainer(id string) int {
	return a.container(store.VerbStop, id, stopGrace+answerWait, func(ctx context.Context, eng engine.Engine) error {
		return eng.StopContainer(ctx, id, stopGrace)
	})
}

// RestartContainer stops a container and starts it again.
func (a *App) RestartContainer(id string) int {
	return a.container(store.VerbRestart, id, stopGrace+workWait, func(ctx context.Context, eng engine.Engine) error {
		return eng.RestartContainer(ctx, id, stopGrace)
	})
}

// PauseContainer freezes a container's processes.
func (a *App) PauseContainer(id string) int {
	return a.container(store.VerbPause, id, answerWait, func(ctx context.Context, eng engine.Engine) error {
		return eng.PauseContainer(ctx, id)
	})
}

// ResumeContainer ends a pause.
func (a *App) ResumeContainer(id string) int {
	return a.container(store.VerbResume, id, answerWait, func(ctx context.Context, eng engine.Engine) error {
		return eng.ResumeContainer(ctx, id)
	})
}

// KillContainer ends a container at once.
func (a *App) KillContainer(id string) int {
	return a.container(store.VerbKill, id, 2*answerWait, func(ctx context.Context, eng engine.Engine) error {
		return eng.KillContainer(ctx, id, "")
	})
}

// RemoveContainer removes a container. One that is gone already is no error.
func (a *App) RemoveContainer(id string, o engine.RemoveContainer) int {
	return a.container(store.VerbRemove, id, workWait, func(ctx context.Context, eng engine.Engine) error {
		err := eng.RemoveContainer(ctx, id, o)
		if errors.Is(err, engine.ErrNotFound) {
			return nil
		}
		return err
	})
}

// RenameContainer gives a container another name.
func (a *App) RenameContainer(id, name string) int {
	return a.container(store.VerbRename, id, answerWait, func(ctx context.Context, eng engine.Engine) error {
		return eng.RenameContainer(ctx, id, name)
	})
}

// UpdateContainer changes a container's limits and restart policy.
func (a *App) UpdateContainer(id string, c engine.ContainerUpdate) int {
	return a.container(store.VerbUpdate, id, 2*answerWait, func(ctx context.Context, eng engine.Engine) error {
		return eng.UpdateContainer(ctx, id, c)
	})
}

// container starts an operation on one container.
func (a *App) container(v store.Verb, id string, limit time.Duration, do func(context.Context, engine.Engine) error) int {
	return a.operate(operation{
		verb: v, kind: engine.KindContainer, object: id, subject: a.containerName(id), limit: limit, do: on(do),
	})
}

// containerName is what the user calls a container.
func (a *App) containerName(id string) string {
	for _, c := range a.Store.Containers.Get().Rows {
		if c.ID == id {
			return c.Name
		}
	}
	return id[:min(len(id), 12)]
}

// InspectContainer reads everything about a container. It blocks, at most five
// seconds.
func (a *App) InspectContainer(ctx context.Context, id string) (engine.ContainerDetail, error) {
	return ask(ctx, a, answerWait, func(ctx context.Context, eng engine.Engine) (engine.ContainerDetail, error) {
		return eng.InspectContainer(ctx, id)
	})
}

// ask reads something from the engine in use within limit.
func ask[T any](ctx context.Context, a *App, limit time.Duration, read func(context.Context, engine.Engine) (T, error)) (T, error) {
	eng, release, err := a.Session.Acquire()
	if err != nil {
		var none T
		return none, err
	}
	defer release()
	a.awaken(ctx)
	ctx, cancel := timely(ctx, limit)
	defer cancel()
	doubt := time.AfterFunc(doubtAfter, a.Session.Suspect)
	defer doubt.Stop()
	v, err := read(ctx, eng)
	return v, overdue(ctx, err)
}
