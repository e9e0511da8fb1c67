package app

import (
	"context"
	"errors"
	"strconv"
	"time"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
)

// PullImage downloads ref, as a task with progress; returns the task's ID.
func (a *App) PullImage(ref string) int {
	return a.operate(operation{
		verb: store.VerbPull, kind: engine.KindImage, object: ref, subject: ref, loud: true,
		do: func(ctx context.Context, eng engine.Engine, report func(task.Progress)) error {
			st := newStages(report)
			st.enter(task.StagePull)
			if err := eng.PullImage(ctx, ref, st.pull); err != nil {
				return err
			}
			st.end()
			return nil
		},
	})
}

// RemoveImage removes a reference; force removes an ID with all its references.
func (a *App) RemoveImage(ref string, force bool) int {
	return a.image(store.VerbRemove, ref, pruneWait, func(ctx context.Context, eng engine.Engine) error {
		err := eng.RemoveImage(ctx, ref, force)
		if errors.Is(err, engine.ErrNotFound) {
			return nil
		}
		return err
	})
}

// TagImage gives an image another name.
func (a *App) TagImage(ref, newRef string) int {
	return a.image(store.VerbTag, ref, workWait, func(ctx context.Context, eng engine.Engine) error {
		return eng.TagImage(ctx, ref, newRef)
	})
}

// PruneImages removes images without a tag; all: every image that no container
// uses. The task's result is the number of bytes freed.
func (a *App) PruneImages(all bool) int {
	return a.operate(operation{
		verb: store.VerbPrune, kind: engine.KindImage, limit: pruneWait, loud: true,
		do: func(ctx context.Context, eng engine.Engine, report func(task.Progress)) error {
			freed, err := eng.PruneImages(ctx, all)
			if err == nil {
				report(task.Progress{Fraction: 1, Made: strconv.FormatInt(freed.Bytes, 10)})
			}
			return err
		},
	})
}

func (a *App) image(v store.Verb, ref string, limit time.Duration, do func(context.Context, engine.Engine) error) int {
	return a.operate(operation{
		verb: v, kind: engine.KindImage, object: ref, subject: a.imageName(ref), limit: limit, do: on(do),
	})
}

// imageName is what the user calls an image.
func (a *App) imageName(ref string) string {
	for _, i := range a.Store.Images.Get().Rows {
		if i.ID == ref && len(i.Tags) > 0 {
			return i.Tags[0]
		}
	}
	return ref
}

// PrunableImages tells what PruneImages would remove. It blocks, at most half a
// minute.
func (a *App) PrunableImages(ctx context.Context, all bool) (engine.Pruned, error) {
	return ask(ctx, a, slowWait, func(ctx context.Context, eng engine.Engine) (engine.Pruned, error) {
		return eng.PrunableImages(ctx, all)
	})
}

// InspectImage reads everything about an image. It blocks, at most five
// seconds.
func (a *App) InspectImage(ctx context.Context, ref string) (engine.ImageDetail, error) {
	return ask(ctx, a, answerWait, func(ctx context.Context, eng engine.Engine) (engine.ImageDetail, error) {
		return eng.InspectImage(ctx, ref)
	})
}

// ImageHistory reads how an image was made, newest step first.
func (a *App) ImageHistory(ctx context.Context, ref string) ([]engine.HistoryEntry, error) {
	return ask(ctx, a, answerWait, func(ctx context.Context, eng engine.Engine) ([]engine.HistoryEntry, error) {
		return eng.ImageHistory(ctx, ref)
	})
}
