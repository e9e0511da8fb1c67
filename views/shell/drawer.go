package shell

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/store"
	"escale/app/task"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// drawerWidth is the width of the open drawer.
const drawerWidth = 320

// drawer lists the long work: what is under way, and how the rest ended. It
// belongs to the window, so work goes on whatever screen is shown.
type drawer struct {
	shell   *Shell
	content *fyne.Container
	open    bool
	cancel  func()
	ticking func()
	said    string
}

func newDrawer(s *Shell) *drawer {
	d := &drawer{shell: s, content: container.NewStack(), ticking: func() {}}
	d.cancel = s.app.Tasks.List.Subscribe(post.Coalesce(s, d.draw))
	return d
}

func (d *drawer) close() { d.cancel(); d.ticking() }

func (d *drawer) toggle() { d.open = !d.open; d.draw() }

func (d *drawer) hide() {
	if d.open {
		d.toggle()
	}
}

// shown are the tasks worth a line: not the quick quiet ones that went well.
func shown(all []task.Task, now time.Time) []task.Task {
	var worth []task.Task
	for _, t := range all {
		if !t.Quiet || t.Slow(now) || t.State == task.Failed {
			worth = append(worth, t)
		}
	}
	return worth
}

// draw is the only writer of the drawer's content. It builds the list again
// only when what it says has changed.
func (d *drawer) draw() {
	now := time.Now()
	tasks := shown(d.shell.app.Tasks.List.Get(), now)
	running := 0
	for _, t := range d.shell.app.Tasks.List.Get() {
		if !t.Over() {
			running++
		}
	}
	d.ticking()
	if running > 0 {
		d.ticking = post.After(d.shell, time.Second, d.draw)
	}
	d.shell.sidebar.setActivity(running)
	said := fmt.Sprint(d.open)
	for _, t := range tasks {
		said += fmt.Sprint("|", t.ID, t.State, t.Slow(now), percent(t.Progress.Fraction), t.Progress.Stage)
	}
	if said == d.said {
		return
	}
	d.said = said
	d.content.Objects = nil
	if d.open {
		d.content.Objects = []fyne.CanvasObject{d.panel(tasks, now)}
	}
	d.content.Refresh()
}

func percent(fraction float64) int { return int(fraction * 100) }

func (d *drawer) panel(tasks []task.Task, now time.Time) fyne.CanvasObject {
	head := kit.Row(theme.Space2,
		kit.Grow(kit.NewText(say.L("tasks.title"), theme.Heading, theme.Ink)),
		kit.IconButton(theme.IconCross, say.L("action.close"), d.hide))
	var rows []fyne.CanvasObject
	ended := false
	for _, t := range tasks {
		rows = append(rows, d.row(t, now))
		ended = ended || t.Over()
	}
	var body fyne.CanvasObject = kit.Col(theme.Space2,
		kit.NewText(say.L("tasks.empty.title"), theme.Strong, theme.InkMuted),
		kit.NewParagraph(say.L("tasks.empty.text"), theme.Small, theme.InkFaint))
	if len(rows) > 0 {
		body = kit.Col(theme.Space3, rows...)
	}
	lines := []fyne.CanvasObject{head, kit.Grow(kit.Scrolled(kit.Inset(0, 8, 8, 0, body)))}
	if ended {
		lines = append(lines, kit.Start(kit.SmallButton(kit.Quiet, "", say.L("tasks.clear"), d.clear)))
	}
	column := container.NewStack(kit.NewSurface(theme.Sidebar, 0),
		kit.Inset(20, theme.Space3, theme.Space4, theme.Space4, kit.Col(theme.Space3, lines...)))
	return kit.Row(0, kit.Stretch(kit.VerticalDivider()), kit.GrowStretch(kit.Fixed(drawerWidth, 0, column)))
}

func (d *drawer) clear() {
	for _, t := range d.shell.app.Tasks.List.Get() {
		if t.Over() {
			d.shell.app.Tasks.Dismiss(t.ID)
		}
	}
}

func (d *drawer) row(t task.Task, now time.Time) fyne.CanvasObject {
	icon, ink := theme.IconSpinner, theme.Busy
	switch t.State {
	case task.Done:
		icon, ink = theme.IconCheck, theme.Running
	case task.Failed:
		icon, ink = theme.IconWarning, theme.Danger
	case task.Cancelled:
		icon, ink = theme.IconCross, theme.Idle
	case task.Running, task.Cancelling:
	}
	title := taskTitle(t)
	switch t.State {
	case task.Done:
		title = taskDone(t)
	case task.Failed:
		title = taskFailed(t)
	case task.Running, task.Cancelling, task.Cancelled:
	}
	lines := []fyne.CanvasObject{
		kit.Row(theme.Space2, kit.NewIcon(icon, 16, ink), kit.Grow(kit.NewText(title, theme.Strong, theme.Ink).Ellipsis())),
	}
	if t.State == task.Running && t.Progress.Fraction >= 0 && t.Progress.Stage != "" {
		lines = append(lines, kit.Meter(float32(t.Progress.Fraction), theme.AccentFill, 6))
	}
	lines = append(lines, kit.NewParagraph(taskState(t, now), theme.Small, theme.InkMuted))
	if actions := d.actions(t); len(actions) > 0 {
		lines = append(lines, kit.Row(theme.Space2, actions...))
	}
	return kit.CardInset(theme.Space3, kit.Col(theme.Space2, lines...))
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
		return say.Error(t.Err).Title + ". " + say.Error(t.Err).Hint
	case task.Running:
	}
	switch {
	case t.Progress.Stage != "":
		text := stageTitle(t.Progress.Stage)
		if pull := t.Progress.Pull; t.Progress.Stage == task.StagePull && pull.TotalBytes > 0 {
			text += " · " + say.Bytes(pull.CurrentBytes) + " / " + say.Bytes(pull.TotalBytes)
		}
		return text
	case t.Slow(now):
		return say.L("tasks.slow")
	}
	return "…"
}

func (d *drawer) actions(t task.Task) []fyne.CanvasObject {
	tasks := d.shell.app.Tasks
	switch t.State {
	case task.Running:
		return []fyne.CanvasObject{kit.SmallButton(kit.Secondary, "", say.L("tasks.cancel"), func() { tasks.Cancel(t.ID) })}
	case task.Failed:
		return []fyne.CanvasObject{
			kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("tasks.retry"), func() { tasks.Retry(t.ID) }),
			kit.IconButton(theme.IconTrash, say.L("tasks.dismiss"), func() { tasks.Dismiss(t.ID) }),
		}
	case task.Done:
		if route, ok := whereDone(t); ok {
			return []fyne.CanvasObject{kit.SmallButton(kit.Quiet, "", say.L("tasks.open"), func() { d.shell.Open(route) })}
		}
	case task.Cancelling, task.Cancelled:
	}
	return nil
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
	case store.VerbStop, store.VerbPause, store.VerbResume, store.VerbKill, store.VerbRename, store.VerbRemove,
		store.VerbUpdate, store.VerbPrune, store.VerbTag, store.VerbConnect:
	}
	return nav.Route{}, false
}
