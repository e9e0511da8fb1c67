package runsheet

import (
	"testing"
	"time"

	"escale/app/discover"
	"escale/app/run"
	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/viewtest"
)

// Each state of the sheet, as markup that reads as a diff.
func TestGolden(t *testing.T) {
	still := func(t *testing.T) *rig {
		t.Helper()
		a := withHub(t, hub{tags: []discover.Tag{{Name: "latest", SizeBytes: 23e6}}})
		r := open(t, a, enginetest.New(), "nginx")
		r.until(t, "doctor and tags", func() bool { return len(r.verdicts) > 0 && len(r.tags.hub) > 0 })
		clear(r.verdicts)
		r.form.Ports[0].Host, r.form.Ports[0].Skipped = "8080", 0
		r.f.build()
		r.drain()
		return r
	}
	t.Run("form", func(t *testing.T) {
		viewtest.Golden(t, "form.xml", still(t).w)
	})
	t.Run("port taken", func(t *testing.T) {
		r := still(t)
		r.verdicts[r.keyOf(r.form.Ports[0])] = run.Verdict{Port: 8080, Kind: run.HeldByProcess, Name: "nginx", PID: 412, Next: 8081}
		r.f.build()
		viewtest.Golden(t, "taken.xml", r.w)
	})
	start := time.Date(2026, 6, 5, 9, 0, 0, 0, time.UTC)
	over := task.Task{
		State: task.Failed, Started: start, Ended: start.Add(4200 * time.Millisecond), Err: engine.ErrPortTaken,
		Progress: task.Progress{Stage: task.StageStart, Stages: []task.StageTime{
			{Stage: task.StagePull, Started: start, Took: 4 * time.Second, Done: true},
			{Stage: task.StageCreate, Started: start.Add(4 * time.Second), Took: 100 * time.Millisecond, Done: true},
			{Stage: task.StageStart, Started: start.Add(4100 * time.Millisecond)},
		}},
	}
	t.Run("failed", func(t *testing.T) {
		r := still(t)
		r.showEnd(over)
		viewtest.Golden(t, "failed.xml", r.w)
	})
	t.Run("done", func(t *testing.T) {
		r := still(t)
		over.State, over.Err, over.Progress.Stages[2].Done = task.Done, nil, true
		r.showEnd(over)
		viewtest.Golden(t, "done.xml", r.w)
	})
}

// showEnd shows how a task ended.
func (r *rig) showEnd(t task.Task) {
	r.Sheet.w.begin()
	r.endOf, r.drawn = t, ""
	r.show(ended)
	r.drain()
}
