package shell

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/command"
	"escale/app/task"
	"escale/views/kit"
	"escale/views/life"
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
	content *pane // hidden while the drawer is closed
	list    *fyne.Container
	column  *fyne.Container
	empty   fyne.CanvasObject
	command *kit.CommandLine // of the empty drawer
	clear   *kit.Press

	rows    map[int]*taskRow // by task ID
	order   []int            // of the rows on screen
	cancel  func()
	ticking func()
}

func newDrawer(s *Shell) *drawer {
	d := &drawer{shell: s, rows: map[int]*taskRow{}, list: kit.Col(theme.Space3), ticking: func() {}}
	head := kit.Row(theme.Space2,
		kit.Grow(life.Titled(s, kit.NewText(say.L("tasks.title"), theme.Heading, theme.Ink), "task")),
		kit.IconButton(theme.IconCross, say.L("action.close"), d.hide))
	d.command = kit.CommandBar(say.L("action.copy"), say.L("action.copied"), "")
	d.empty = kit.Col(theme.Space2,
		kit.NewText(say.L("tasks.empty.title"), theme.Strong, theme.InkMuted).Ellipsis(),
		kit.NewParagraph(say.L("tasks.empty.text"), theme.Small, theme.InkFaint),
		kit.Start(kit.SmallButton(kit.Secondary, theme.IconDiscover, say.L("nav.discover"), func() { s.Open(nav.Route{Place: nav.Discover}) })),
		d.command)
	d.clear = kit.SmallButton(kit.Quiet, "", say.L("tasks.clear"), d.clearEnded)
	commands := kit.SmallButton(kit.Secondary, theme.IconTerminal, say.L("tasks.commands"), func() { s.Open(nav.Route{Place: nav.Commands}) })
	d.column = kit.Col(theme.Space3, head,
		kit.Grow(kit.Scrolled(kit.Inset(0, 8, 8, 0, kit.Col(0, d.empty, d.list)))), kit.Flow(theme.Space2, commands, d.clear))
	solid := container.NewStack(kit.NewSurface(theme.Sidebar, 0), kit.Inset(20, theme.Space3, theme.Space4, theme.Space4, d.column))
	d.content = newPane(kit.Row(0, kit.Stretch(kit.VerticalDivider()), kit.GrowStretch(kit.Fixed(drawerWidth, 0, solid))))
	d.content.Hide()
	d.cancel = s.app.Tasks.List.Subscribe(post.Coalesce(s, d.draw))
	return d
}

func (d *drawer) close() { d.cancel(); d.ticking() }

// ShowActivity implements nav.Host.
func (s *Shell) ShowActivity() { s.drawer.show() }

func (d *drawer) toggle() {
	if d.content.Visible() {
		d.hide()
		return
	}
	d.show()
}

func (d *drawer) show() {
	if !d.content.Visible() {
		d.content.Show()
		d.draw()
		d.shell.frame.Refresh()
	}
}

func (d *drawer) hide() {
	if d.content.Visible() {
		d.content.Hide()
		d.shell.frame.Refresh()
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

// draw is the only writer of the drawer's content. A row lives as long as its
// task, so that a button does not vanish under the pointer.
func (d *drawer) draw() {
	now := time.Now()
	all := d.shell.app.Tasks.List.Get()
	d.ticking()
	if slices.ContainsFunc(all, func(t task.Task) bool { return !t.Over() }) {
		d.ticking = post.After(d.shell, time.Second, d.draw) // work becomes slow by itself
	}
	tasks := shown(all, now)
	running, ended := 0, false
	for _, t := range tasks {
		if t.Over() {
			ended = true
		} else {
			running++
		}
	}
	d.shell.sidebar.setActivity(running)
	if !d.content.Visible() {
		return
	}
	d.command.SetCommand(command.For(d.shell.app.Store.Connection.Get().Endpoint).Pull("hello-world"))
	d.place(tasks)
	for _, t := range tasks {
		d.rows[t.ID].set(t, now)
	}
	if d.clear.Visible() != ended || d.empty.Visible() != (len(tasks) == 0) {
		d.clear.Hidden, d.empty.(*fyne.Container).Hidden = !ended, len(tasks) > 0
		d.column.Refresh()
	}
}

// place makes rows for new tasks, drops those of old ones and keeps the rest.
func (d *drawer) place(tasks []task.Task) {
	order := make([]int, len(tasks))
	for i, t := range tasks {
		order[i] = t.ID
	}
	if slices.Equal(order, d.order) {
		return
	}
	d.order = order
	kept := map[int]*taskRow{}
	rows := make([]fyne.CanvasObject, len(tasks))
	for i, id := range order {
		row, ok := d.rows[id]
		if !ok {
			row = newTaskRow(d.shell)
		}
		kept[id], rows[i] = row, row.content
	}
	d.rows = kept
	kit.SetChildren(d.list, rows...)
}

// clearEnded takes everything off the list that is over.
func (d *drawer) clearEnded() {
	for _, t := range d.shell.app.Tasks.List.Get() {
		if t.Over() {
			d.shell.app.Tasks.Dismiss(t.ID)
		}
	}
}
