package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"escale/app/parcel"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
)

// How long making and unmaking a container may take.
const (
	makeWait    = time.Minute
	cleanupWait = 15 * time.Second
	sweepEvery  = 3 * time.Second
	sweepFor    = 2 * time.Minute
)

// RunImage makes a container from spec and starts it; the image is pulled when
// it is not here. The task has the key "run:<name>", timed stages, and the
// container's ID as its result. A network that spec names and nobody made yet
// is made first. When it fails or is cancelled, nothing that it made stays, but
// for the image. Before the container is made, each of the copies makes a volume
// and fills it: the volume must not exist (ErrConflict), and a folder that cannot
// be copied is a *parcel.Error.
func (a *App) RunImage(spec engine.ContainerSpec, copies ...parcel.Copy) int {
	name := spec.Name
	if name == "" {
		name = spec.Image
	}
	return a.Tasks.Start(task.Spec{Key: runKey(name), Verb: store.VerbRun, Subject: name},
		func(ctx context.Context, report func(task.Progress)) error {
			era := a.era.Load()
			eng, release, err := a.Session.Acquire()
			if err != nil {
				return err
			}
			defer release()
			r := &runner{
				eng: eng, spec: spec, copies: copies, stages: newStages(report), log: a.log, doubt: a.Session.Suspect, known: a.volumeNames(),
				made: leftover{name: spec.Name, era: era, at: eng.Endpoint().ID},
			}
			a.awaken(ctx)
			if err = r.run(ctx); err == nil {
				a.starts.note(r.made.id, r.stages.took(task.StageCreate, task.StageStart))
			}
			a.Session.Refresh(engine.KindImage, engine.KindVolume, engine.KindNetwork)
			a.settle(ctx, engine.KindContainer, r.made.id)
			if r.left {
				a.sweep(r.made) //nolint:contextcheck // it outlives this task
			}
			return err
		})
}

func runKey(name string) string { return "run:" + name }

func (a *App) volumeNames() map[string]bool {
	names := map[string]bool{}
	for _, v := range a.Store.Volumes.Get().Rows {
		names[v.Name] = true
	}
	return names
}

// runner is one attempt to run an image. It belongs to the task's goroutine.
type runner struct {
	eng    engine.Engine
	spec   engine.ContainerSpec
	copies []parcel.Copy
	stages *stages
	log    *slog.Logger
	doubt  func()          // the engine takes long to answer
	known  map[string]bool // volumes that were there before

	made leftover // so far
	sure bool     // whether the name was free is known
	left bool     // something could not be removed again
}

func (r *runner) run(ctx context.Context) error {
	r.stages.enter(task.StagePull)
	if err := r.pull(ctx); err != nil {
		return err
	}
	r.newVolumes(ctx)
	err := r.fillVolumes(ctx)
	if err == nil {
		err = r.makeNetwork(ctx)
	}
	if err == nil {
		r.stages.enter(task.StageCreate)
		err = r.create(ctx)
	}
	if err != nil {
		r.undo(ctx)
		return err
	}
	r.stages.made(r.made.id)
	r.stages.enter(task.StageStart)
	err = r.within(ctx, makeWait, func(ctx context.Context) error { return r.eng.StartContainer(ctx, r.made.id) })
	if err == nil {
		err = ctx.Err() // cancelled at the last moment
	}
	if err != nil {
		r.undo(ctx)
		return err
	}
	r.stages.end()
	return nil
}

// pull gets the image, unless it is here.
func (r *runner) pull(ctx context.Context) error {
	err := r.within(ctx, answerWait, func(ctx context.Context) error {
		_, err := r.eng.InspectImage(ctx, r.spec.Image)
		return err
	})
	if err == nil || !errors.Is(err, engine.ErrNotFound) && !errors.Is(err, engine.ErrImageMissing) {
		return err
	}
	return r.eng.PullImage(ctx, r.spec.Image, r.stages.pull) // the adapter ends it when it stalls
}

// newVolumes notes which named volumes the engine is about to make. It asks
// only for those that are not known: an engine measures what it has, and says
// at once what it has not.
func (r *runner) newVolumes(ctx context.Context) {
	for _, m := range r.spec.Mounts {
		if m.Kind != engine.MountVolume || m.Source == "" || r.known[m.Source] || slices.Contains(r.made.volumes, m.Source) {
			continue
		}
		err := r.within(ctx, answerWait, func(ctx context.Context) error {
			_, err := r.eng.InspectVolume(ctx, m.Source)
			return err
		})
		if errors.Is(err, engine.ErrNotFound) {
			r.made.volumes = append(r.made.volumes, m.Source)
		}
	}
}

// makeNetwork makes the network that spec names, unless there is one. As with
// create, the answer is awaited whatever ctx says.
func (r *runner) makeNetwork(ctx context.Context) error {
	name := r.spec.Network
	if name == "" {
		return nil
	}
	err := r.within(ctx, answerWait, func(ctx context.Context) error {
		_, err := r.eng.InspectNetwork(ctx, name)
		return err
	})
	if !errors.Is(err, engine.ErrNotFound) {
		return ctx.Err() // it is there, or making the container will say what is wrong
	}
	r.stages.enter(task.StageNetwork)
	r.made.network = name
	err = r.within(context.WithoutCancel(ctx), makeWait, func(ctx context.Context) error {
		_, err := r.eng.CreateNetwork(ctx, engine.NetworkSpec{Name: name})
		return err
	})
	if err != nil && !errors.Is(err, engine.ErrTimeout) {
		r.made.network = "" // it is not ours
	}
	if errors.Is(err, engine.ErrConflict) {
		err = nil // somebody made it a moment ago, which serves as well
	}
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// create makes the container. A request that was sent is not taken back by
// cancelling it, so the answer is awaited whatever ctx says: it names what must
// be removed.
func (r *runner) create(ctx context.Context) error {
	request := func(ctx context.Context) error {
		id, warnings, err := r.eng.CreateContainer(ctx, r.spec)
		r.made.id = id
		for _, w := range warnings {
			r.log.Info("engine warns about container", "warning", w)
		}
		return err
	}
	lasting := context.WithoutCancel(ctx)
	r.noteNamesake(lasting)
	err := r.within(lasting, makeWait, request)
	if errors.Is(err, engine.ErrImageMissing) && ctx.Err() == nil {
		// It was removed a moment ago, or is here for another platform only.
		r.stages.enter(task.StagePull)
		if err := r.eng.PullImage(ctx, r.spec.Image, r.stages.pull); err != nil {
			return err
		}
		r.stages.enter(task.StageCreate)
		r.noteNamesake(lasting)
		err = r.within(lasting, makeWait, request)
	}
	if errors.Is(err, engine.ErrTimeout) || errors.Is(err, engine.ErrUnreachable) {
		r.findLost(lasting)
	}
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// noteNamesake notes which container has the name already: it must not be taken
// for ours.
func (r *runner) noteNamesake(ctx context.Context) {
	r.made.namesake = ""
	err := r.inspectName(ctx, func(c engine.ContainerDetail) { r.made.namesake = c.ID })
	r.sure = err == nil || errors.Is(err, engine.ErrNotFound)
}

// findLost looks for a container that was made although the engine did not say
// so. An engine that cannot be asked now is asked by the sweep, later.
func (r *runner) findLost(ctx context.Context) {
	if r.spec.Name == "" || !r.sure {
		return
	}
	noticed := time.Now()
	err := r.inspectName(ctx, func(c engine.ContainerDetail) {
		if r.made.is(c) {
			r.made.id = c.ID
		}
	})
	if err != nil && !errors.Is(err, engine.ErrNotFound) {
		r.log.Debug("look for half-made container", "name", r.spec.Name, "error", err)
		r.made.lost, r.left = noticed, true
	}
}

// inspectName hands the container over that has the name now; ErrNotFound
// without one.
func (r *runner) inspectName(ctx context.Context, found func(engine.ContainerDetail)) error {
	if r.spec.Name == "" {
		return nil
	}
	return r.within(ctx, answerWait, func(ctx context.Context) error {
		c, err := r.eng.InspectContainer(ctx, r.spec.Name)
		if err == nil {
			found(c)
		}
		return err
	})
}

// undo removes what was made, whether ctx has ended or not: the container, its
// anonymous volumes, and the named ones and the network that were made for it.
func (r *runner) undo(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	if r.made.id != "" {
		err := r.within(ctx, cleanupWait, func(ctx context.Context) error { return removeMade(ctx, r.eng, r.made.id) })
		if err != nil {
			r.log.Warn("remove half-made container", "id", r.made.id, "error", err)
			r.left = true
			return
		}
		r.stages.made("")
	}
	var kept []string
	for _, name := range r.made.volumes {
		err := r.within(ctx, answerWait, func(ctx context.Context) error { return r.eng.RemoveVolume(ctx, name) })
		if err != nil && !errors.Is(err, engine.ErrNotFound) {
			r.log.Warn("remove volume of half-made container", "volume", name, "error", err)
			kept, r.left = append(kept, name), true
		}
	}
	r.made.volumes = kept
	if r.made.network == "" {
		return
	}
	err := r.within(ctx, answerWait, func(ctx context.Context) error { return r.eng.RemoveNetwork(ctx, r.made.network) })
	if err != nil && !unneeded(err) {
		r.log.Warn("remove network of half-made container", "network", r.made.network, "error", err)
		r.left = true
	}
}

// unneeded reports whether a volume or a network need not be removed after all:
// it is gone, or another container uses it.
func unneeded(err error) bool {
	return errors.Is(err, engine.ErrNotFound) || errors.Is(err, engine.ErrInUse)
}

// within does one call, and raises doubt when its answer takes long.
func (r *runner) within(ctx context.Context, d time.Duration, do func(context.Context) error) error {
	ctx, cancel := timely(ctx, d)
	defer cancel()
	doubt := time.AfterFunc(doubtAfter, r.doubt)
	defer doubt.Stop()
	if err := overdue(ctx, do(ctx)); err != nil {
		return fmt.Errorf("run image %s: %w", r.spec.Image, err)
	}
	return nil
}
