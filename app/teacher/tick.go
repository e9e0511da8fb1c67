package teacher

import (
	"context"
	"time"

	"escale/app/lesson"
	"escale/app/progress"
)

// mark remembers what was there when the lesson and its steps were begun, where
// that was not done before. Another engine has other things: then all is
// remembered anew.
func (t *Teacher) mark(open Open, scene *lesson.Scene) {
	where := t.where()
	t.mu.Lock()
	if t.engine != where && t.engine != "" {
		t.heard, t.steps = t.options.Store.History.Get().Heard, map[int]int64{}
		scene.Events = nil
	}
	t.engine = where
	t.mu.Unlock()
	r := t.Progress.Get(open.Key)
	now := lesson.MarkNow(where, scene)
	if r.Lesson.Engine != where {
		t.Progress.Update(open.Key, func(r *progress.Record) { r.Lesson, r.Steps = now, nil })
		r = t.Progress.Get(open.Key)
	}
	for i, step := range open.Lesson.Steps {
		_, marked := r.Steps[i]
		wanted := i <= r.Reached && pending(step, r)
		if wanted == marked {
			continue
		}
		t.Progress.Update(open.Key, func(r *progress.Record) {
			if r.Steps == nil {
				r.Steps = map[int]lesson.Mark{}
			}
			if wanted {
				r.Steps[i] = now
			} else {
				delete(r.Steps, i)
			}
		})
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range r.Reached + 1 {
		if _, known := t.steps[i]; !known {
			t.steps[i] = t.options.Store.History.Get().Heard
		}
	}
}

// pending tells whether a step has tasks that are not done.
func pending(step lesson.Step, r progress.Record) bool {
	for _, task := range step.Tasks() {
		if _, done := r.Tasks[task.ID]; !done {
			return true
		}
	}
	return false
}

// tick ticks the tasks that are done, of the steps that were shown; again tells
// that something could not be seen.
func (t *Teacher) tick(ctx context.Context, open Open, scene *lesson.Scene) (again bool) {
	r := t.Progress.Get(open.Key)
	scene.Lesson = r.Lesson
	scene.Deeds = map[string]lesson.Deed{}
	for id, tick := range r.Tasks {
		scene.Deeds[id] = tick.Deed
	}
	for i, step := range open.Lesson.Steps[:min(r.Reached+1, len(open.Lesson.Steps))] {
		for _, task := range step.Tasks() {
			_, done := r.Tasks[task.ID]
			if done && !gone(scene, scene.Deeds[task.ID]) {
				continue
			}
			t.mu.Lock()
			heard := max(t.heard, t.steps[i])
			t.mu.Unlock()
			scene.Task, scene.Fresh = r.Steps[i], t.options.Store.History.Get().Since(heard)
			if done {
				scene.Task = r.Lesson // its own mark has been dropped
			}
			deed, holds, err := task.Check.Eval(ctx, scene)
			if err != nil {
				t.options.Log.Debug("look at a task", "task", task.ID, "error", err)
				again = true
			}
			if !holds {
				continue
			}
			scene.Deeds[task.ID] = deed
			t.note(open, task.ID, deed)
		}
	}
	return again
}

// gone tells whether the thing that ticked a task is there no more: then another
// one may take its place, for the tasks that go on with it.
func gone(scene *lesson.Scene, d lesson.Deed) bool {
	switch d.Kind {
	case lesson.OnContainer, lesson.OnFile:
		for _, c := range scene.Containers {
			if c.ID == d.ID {
				return false
			}
		}
		return true
	case lesson.OnImage, lesson.OnVolume, lesson.OnNetwork, lesson.OnEvent:
	}
	return false
}

// note ticks a task, or puts another thing in the place of what ticked it.
func (t *Teacher) note(open Open, id string, deed lesson.Deed) {
	t.Progress.Update(open.Key, func(r *progress.Record) {
		tick, done := r.Tasks[id]
		if !done {
			tick.At = time.Now()
		}
		tick.Deed = deed
		r.Tasks[id] = tick
	})
	t.finish(open)
}

// finish notes when all of a lesson was done for the first time.
func (t *Teacher) finish(open Open) {
	r := t.Progress.Get(open.Key)
	if r.Finished() || !Complete(open.Lesson, r) {
		return
	}
	t.Progress.Update(open.Key, func(r *progress.Record) { r.Done = time.Now() })
}

// Complete tells whether all tasks are done and all questions answered.
func Complete(l *lesson.Lesson, r progress.Record) bool {
	for _, s := range l.Steps {
		if pending(s, r) {
			return false
		}
	}
	for i := range l.Quiz() {
		if i >= len(r.Answered) || r.Answered[i] == 0 {
			return false
		}
	}
	return true
}
