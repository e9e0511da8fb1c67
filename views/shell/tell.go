package shell

import (
	"time"

	"escale/app/diagnosis"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/views/life"
	"escale/views/notice"
	"escale/views/post"
	"escale/views/say"
	"escale/views/tray"
)

const (
	apart       = 3               // containers that fell together are told one by one up to here
	troubleTime = 5 * time.Second // before trouble with the engine is told: most of it passes
)

// tell gives a notice to the desktop, unless the user does not want its kind.
func (o *outside) tell(n notice.Notice) {
	if notice.Wanted(o.shell.app.Settings.Get().Notices, n.Kind) {
		o.sender.Send(n)
	}
}

// ended tells how a task ended: always when the tray had asked for it, and else
// while the user looks elsewhere, as far as the window would tell.
func (o *outside) ended(t task.Task) {
	outcome, ours, whole := o.deeds.Ended(t)
	switch {
	case whole && outcome.All > 1:
		o.tell(ofAll(outcome))
	case whole:
		o.tell(o.shell.outcome(outcome.Task))
	case ours || !o.shell.away || t.State != task.Failed && t.Quiet:
	case t.State == task.Failed || t.State == task.Done:
		o.tell(o.shell.outcome(t))
	}
}

// outcome words a task's end.
func (s *Shell) outcome(t task.Task) notice.Notice {
	n := notice.Notice{Kind: notice.Outcome, Title: taskDone(t)}
	if t.Verb == store.VerbPull {
		n.Kind = notice.Download
	}
	switch {
	case t.State == task.Failed:
		words := say.Error(t.Err)
		n.Title, n.Text = taskFailed(t), words.Title+". "+words.Hint
	case t.Verb == store.VerbRun:
		n.Text = s.addressOf(t.Result)
	}
	return n
}

// ofAll words the end of what was done to many containers at once.
func ofAll(o tray.Outcome) notice.Notice {
	n := notice.Notice{Kind: notice.Outcome, Title: say.N("tray.paused.done", o.Done)}
	if o.Verb == store.VerbResume {
		n.Title = say.N("tray.resumed.done", o.Done)
	}
	if left := o.All - o.Done; left > 0 {
		words := say.Error(o.Task.Err)
		n.Text = say.N("tray.some.failed", left) + " " + words.Title + ". " + words.Hint
	}
	return n
}

// tellFallen tells of containers that ended with an error by themselves.
func (o *outside) tellFallen(rows []engine.Container) {
	if len(rows) > apart {
		o.tell(notice.Notice{Kind: notice.Fallen, Title: say.N("notice.fallen.many", len(rows))})
		return
	}
	for _, c := range rows {
		words := life.Explain(diagnosis.Of(engine.ContainerDetail{Container: c}))
		o.tell(notice.Notice{Kind: notice.Fallen, Title: say.L("notice.fallen", "Name", c.Name), Text: words.Title})
	}
}

// trouble is trouble with the engine that the user may not see.
type trouble struct {
	is      bool
	told    bool
	waiting func() // stops waiting for it to pass
}

// now takes note of the engine's state. What lasts is told while the user looks
// elsewhere, and then its end, too.
func (t *trouble) now(o *outside, state tray.State) {
	if state == tray.Starting {
		return // between two tries, the engine is as lost as before
	}
	is := state == tray.Trouble
	if is && !t.is {
		t.waiting = post.After(o.shell, troubleTime, func() { t.lasts(o) })
	}
	if !is {
		t.waiting()
	}
	t.is = is
	if state == tray.Running && t.told {
		t.told = false
		o.tell(notice.Notice{Kind: notice.Engine, Title: say.L("notice.engine.back"), Text: say.L("notice.engine.back.text")})
	}
}

func (t *trouble) lasts(o *outside) {
	if !o.shell.away {
		return
	}
	t.told = true
	o.tell(notice.Notice{Kind: notice.Engine, Title: say.L("notice.engine"), Text: say.L("notice.engine.text")})
}
