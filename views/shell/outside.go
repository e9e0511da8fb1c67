package shell

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/notice"
	"escale/views/post"
	"escale/views/say"
	"escale/views/tray"
)

// trayGone is how long a desktop may be without a tray before a hidden window
// comes back: panels are started anew, too.
const trayGone = 3 * time.Second

// trayLate is the same for a start without the window: at the beginning of a
// session, the panel may come after the programs that it has icons of.
const trayLate = 8 * time.Second

// outside is the part of the program that is not in its window: the tray, and
// what the desktop is told. Its fields belong to the UI goroutine.
type outside struct {
	shell   *Shell
	bar     *tray.Bar // nil where the desktop cannot be asked for one
	deeds   *tray.Deeds
	hosted  tray.Hosted
	sender  *notice.Sender
	falls   notice.Falls
	trouble trouble
	cancels []func()
	waiting func() // stops waiting for a tray that is gone
}

// newOutside follows the store. notify is the desktop; nil is the toolkit's.
func newOutside(s *Shell, notify func(title, text string)) *outside {
	if notify == nil {
		notify = func(title, text string) {
			if tray.HasBus() {
				s.toolkit.SendNotification(fyne.NewNotification(title, text))
			}
		}
	}
	o := &outside{shell: s, sender: notice.NewSender(notify), waiting: func() {}, trouble: trouble{waiting: func() {}}}
	o.deeds = tray.NewDeeds(s.app, s.app.Store, errands{s})
	draw := post.Coalesce(s, o.draw)
	all := s.app.Store
	o.cancels = []func(){all.Connection.Subscribe(draw), all.Containers.Subscribe(draw), all.Machine.Subscribe(draw)}
	o.draw()
	return o
}

// begin puts the icon into the tray, and follows whether anybody shows it. Call
// it once there is a display, and before the toolkit's loop begins.
func (o *outside) begin() {
	desk, able := o.shell.toolkit.(desktop.App)
	if !able || !tray.HasBus() || !hasDisplay() {
		o.setHosted(tray.Absent)
		return
	}
	o.show(desk, tray.FollowHost)
}

func (o *outside) show(desk tray.Desk, follow func(context.Context, func(tray.Hosted))) {
	o.bar = tray.NewBar(desk, o.deeds.Act)
	o.draw()
	ctx, cancel := context.WithCancel(context.Background())
	var following sync.WaitGroup
	following.Go(func() {
		follow(ctx, func(h tray.Hosted) { o.shell.Post(func() { o.setHosted(h) }) })
	})
	o.cancels = append(o.cancels, func() { cancel(); following.Wait() })
}

func (o *outside) close() {
	o.waiting()
	o.trouble.waiting()
	for _, cancel := range o.cancels {
		cancel()
	}
	o.deeds.Close()
	o.sender.Close()
}

// draw is the only writer of the tray. It also sees what the desktop is to be
// told of, for both follow the same values.
func (o *outside) draw() {
	s := o.shell
	facts := tray.FactsOf(s.app.Store)
	if o.bar != nil {
		o.bar.Show(tray.MenuOf(facts))
	}
	o.tellFallen(o.falls.Next(facts.Containers, facts.Connection.Phase, s.app.Store.Busy.Get(), time.Now()))
	o.trouble.now(o, tray.StateOf(facts))
}

// setHosted takes note of a tray that came or went. Without one the window has
// the menu; a hidden window must come back.
func (o *outside) setHosted(h tray.Hosted) {
	o.hosted = h
	o.shell.sidebar.setQuick(h == tray.Absent)
	o.waiting()
	if h != tray.Absent || !o.shell.hidden {
		return
	}
	patience, title, text := trayGone, say.L("tray.gone.title"), say.L("tray.gone.text")
	if o.shell.unmade {
		patience, title, text = trayLate, say.L("tray.late.title"), say.L("tray.late.text")
	}
	o.waiting = post.After(o.shell, patience, func() {
		if o.shell.hidden {
			o.shell.raise()
			o.shell.Toast(kit.Note, title, text)
		}
	})
}

// errands are what the tray's menu asks of the window.
type errands struct{ *Shell }

// Show implements tray.Window.
func (e errands) Show(r nav.Route) {
	e.raise()
	if r.Place != "" {
		e.Open(r)
	}
}

// Sure implements tray.Window.
func (e errands) Sure(verb store.Verb, running []engine.Container, do func()) {
	names := make([]string, len(running))
	for i, c := range running {
		names[i] = c.Name
	}
	q := kit.Confirmation{
		Title: say.L("machine.stop.title"), Text: say.N("machine.stop.text", len(names)), Lost: names,
		Verb: say.L("action.stop"), Cancel: say.L("action.cancel"), OnConfirm: func(bool) { do() },
	}
	if verb == store.VerbRestart {
		q.Title, q.Text, q.Verb = say.L("machine.restart.title"), say.N("machine.restart.text", len(names)), say.L("action.restart")
	}
	e.raise()
	kit.Confirm(e.window.Canvas(), q)
}

// Retry implements tray.Window.
func (e errands) Retry() { e.app.Session.Retry() }

// Quit implements tray.Window.
func (e errands) Quit() { e.leave() }

// quickMenu opens the tray's menu in the window.
func (s *Shell) quickMenu() {
	s.openQuick(tray.MenuOf(tray.FactsOf(s.app.Store)).Items, nil)
}

// openQuick shows one level of the menu; back is how to get to the one above,
// nil at the top.
func (s *Shell) openQuick(items []tray.Item, back func()) {
	var rows []kit.MenuItem
	if back != nil {
		rows = append(rows, kit.MenuItem{Label: "‹ " + say.L("tray.back"), OnTapped: back}, kit.MenuSeparator())
	}
	for _, item := range items {
		row := kit.MenuItem{Label: item.Label, Disabled: item.Disabled, Separator: item.Separator}
		switch {
		case item.Action.Do == tray.Open: // here it is
			continue
		case len(item.Items) > 0:
			row.Shortcut = "›"
			row.OnTapped = func() { s.openQuick(item.Items, func() { s.openQuick(items, back) }) }
		case item.Action.Do != tray.Nothing:
			row.OnTapped = func() { s.outside.deeds.Act(item.Action) }
		}
		rows = append(rows, row)
	}
	kit.ShowMenu(s.sidebar.quick, rows...)
}

// addressOf is where a browser finds a container, or empty.
func (s *Shell) addressOf(id string) string {
	st := s.app.Store
	for _, c := range st.Containers.Get().Rows {
		if c.ID == id && id != "" {
			return life.FirstURL(life.LinksHere(c, st.Connection.Get().Endpoint, st.Machine.Get()))
		}
	}
	return ""
}
