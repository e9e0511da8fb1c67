package shell

import (
	"time"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/app/task"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// taskRow is one task of the drawer.
type taskRow struct {
	shell   *Shell
	task    task.Task
	content fyne.CanvasObject

	col     *fyne.Container
	icon    *kit.Icon
	title   *kit.Text
	bar     *kit.MeterBar
	state   *kit.Paragraph
	buttons *fyne.Container

	cancel, retry, open, dismiss *kit.Press
}

func newTaskRow(s *Shell) *taskRow {
	r := &taskRow{
		shell: s, icon: kit.NewIcon(theme.IconSpinner, 16, theme.Busy), title: kit.NewText("", theme.Strong, theme.Ink).Ellipsis(),
		bar: kit.Meter(0, theme.AccentFill, 6), state: kit.NewParagraph("", theme.Small, theme.InkMuted),
	}
	tasks := s.app.Tasks
	r.cancel = kit.SmallButton(kit.Secondary, "", say.L("tasks.cancel"), func() { tasks.Cancel(r.task.ID) })
	r.retry = kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("tasks.retry"), func() { tasks.Retry(r.task.ID) })
	r.open = kit.SmallButton(kit.Secondary, "", say.L("tasks.open"), r.show)
	r.dismiss = kit.IconButton(theme.IconCross, say.L("tasks.dismiss"), func() { tasks.Dismiss(r.task.ID) })
	r.buttons = kit.Row(theme.Space2, r.cancel, r.retry, r.open)
	r.col = kit.Col(theme.Space2,
		kit.Fixed(0, 30, kit.Row(theme.Space2, r.icon, kit.Grow(r.title), r.dismiss)), r.bar, r.state, r.buttons)
	r.content = kit.CardInset(theme.Space3, r.col)
	return r
}

// set shows how far a task has come. Only what differs is drawn.
func (r *taskRow) set(t task.Task, now time.Time) {
	r.task = t
	r.icon.Set(taskIcon(t.State))
	r.title.SetText(taskHeadline(t))
	words := taskState(t, now)
	r.state.SetText(words)
	r.bar.Set(float32(max(t.Progress.Fraction, 0)))
	_, opens := whereDone(t)
	visible := map[fyne.CanvasObject]bool{
		r.bar:     !t.Over() && t.Progress.Fraction >= 0 && t.Progress.Stage != "",
		r.state:   words != "",
		r.cancel:  t.State == task.Running,
		r.retry:   t.State == task.Failed || t.State == task.Cancelled,
		r.open:    t.State == task.Done && opens,
		r.dismiss: t.Over(),
		r.buttons: t.State != task.Cancelling && (t.State != task.Done || opens),
	}
	changed := false
	for part, on := range visible {
		if part.Visible() == on {
			continue
		}
		changed = true
		if on {
			part.Show()
		} else {
			part.Hide()
		}
	}
	if changed {
		r.content.Refresh()
	}
}

// show opens what the task has made.
func (r *taskRow) show() {
	if route, ok := whereDone(r.task); ok {
		r.shell.Open(route)
	}
}

func taskIcon(s task.State) (theme.IconName, theme.Color) {
	switch s {
	case task.Done:
		return theme.IconCheck, theme.Running
	case task.Failed:
		return theme.IconWarning, theme.Danger
	case task.Cancelled:
		return theme.IconCross, theme.Idle
	case task.Running, task.Cancelling:
	}
	return theme.IconSpinner, theme.Busy
}

func taskHeadline(t task.Task) string {
	switch t.State {
	case task.Done:
		return taskDone(t)
	case task.Failed:
		return taskFailed(t)
	case task.Running, task.Cancelling, task.Cancelled:
	}
	return taskTitle(t)
}

// taskState is the line below a task's title.
func taskState(t task.Task, now time.Time) string {
	switch t.State {
	case task.Done:
		return say.L("tasks.done", "Time", say.Seconds(t.Ended.Sub(t.Started)))
	case task.Cancelled:
		return say.L("tasks.cancelled")
	case task.Cancelling:
		return say.L("tasks.cancelling")
	case task.Failed:
		words := say.Error(t.Err)
		return words.Title + ". " + words.Hint
	case task.Running:
	}
	switch {
	case t.Progress.Stage != "":
		text := stageTitle(t.Progress.Stage)
		if pull := t.Progress.Pull; t.Progress.Stage == task.StagePull && pull.TotalBytes > 0 {
			text += " · " + say.Bytes(pull.CurrentBytes) + " / " + say.Bytes(pull.TotalBytes)
		}
		if c := t.Progress.Copied; t.Progress.Stage == task.StageKeep && c.TotalBytes > 0 {
			text += " · " + say.Bytes(c.CurrentBytes) + " / " + say.Bytes(c.TotalBytes)
		}
		return text
	case t.Slow(now):
		return say.L("tasks.slow")
	}
	return ""
}

// whereDone is the screen that shows what a task has made.
func whereDone(t task.Task) (nav.Route, bool) {
	switch t.Verb {
	case store.VerbRun, store.VerbStart, store.VerbRestart:
		id := t.Result
		if id == "" {
			id = t.ObjectID
		}
		return nav.Route{Place: nav.Container, ID: id}, id != ""
	case store.VerbPull:
		return nav.Route{Place: nav.Images}, true
	case store.VerbCreate:
		return nav.Route{Place: nav.Volumes, ID: t.Subject}, true
	case store.VerbCompare:
		return nav.Route{Place: nav.Compare}, true
	case store.VerbKeep:
		return nav.Route{Place: nav.Run, Kept: t.Result}, t.Result != ""
	case store.VerbStop, store.VerbPause, store.VerbResume, store.VerbKill, store.VerbRename, store.VerbRemove,
		store.VerbUpdate, store.VerbPrune, store.VerbTag, store.VerbConnect,
		store.VerbTrim, store.VerbReclaim, store.VerbReset,
		store.VerbBackup, store.VerbRestore, store.VerbMove, store.VerbUpgrade:
	}
	return nav.Route{}, false
}
