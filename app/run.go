package app

import (
	"context"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
)

// RunImage makes a container from spec and starts it: the image is pulled when
// it is not here. The task has the key "run:<name>", timed stages, and the
// container's ID as its result. When it fails or is cancelled, nothing it made
// stays but the image.
func (a *App) RunImage(spec engine.ContainerSpec) int {
	name := spec.Name
	if name == "" {
		name = spec.Image
	}
	return a.Tasks.Start(task.Spec{Key: "run:" + name, Verb: store.VerbRun, Subject: name},
		func(ctx context.Context, report func(task.Progress)) error {
			eng, release, err := a.Session.Acquire()
			if err != nil {
				return err
			}
			defer release()
			r := &runner{eng: eng, spec: spec, stages: newStages(report)}
			return r.run(ctx)
		})
}

type runner struct {
	eng    engine.Engine
	spec   engine.ContainerSpec
	stages *stages
}

func (r *runner) run(ctx context.Context) error {
	r.stages.enter(task.StageCreate)
	id, _, err := r.eng.CreateContainer(ctx, r.spec)
	if err != nil {
		return err
	}
	r.stages.made(id)
	r.stages.enter(task.StageStart)
	return r.eng.StartContainer(ctx, id)
}
