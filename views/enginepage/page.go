// Package enginepage is the screen about the engine: which one is in use and
// why, how it started, what is wrong with it, and which others there are.
package enginepage

import (
	"time"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// Session is what the page asks of the app's session.
type Session interface {
	// Retry tries to connect now.
	Retry()
	// Rescan looks for engines again.
	Rescan()
	// Use switches to an engine; an empty ID chooses automatically.
	Use(endpointID string)
}

// How often a figure moves on: the time of a working step, and the countdown to
// the next attempt.
const (
	stepTick = 250 * time.Millisecond
	waitTick = time.Second
)

// Page is the screen. Its fields belong to the UI goroutine.
type Page struct {
	host     nav.Host
	session  Session
	store    *store.Store
	operator Operator
	tasks    *task.Manager
	draft    Draft
	system   system
	computer machine.Computer

	content fyne.CanvasObject
	columns *fyne.Container
	left    *fyne.Container
	height  float32 // of the columns, when they were last laid out
	head    *kit.Head
	card    *card
	found   *found
	panel   *panel
	side    *side
	cancels []func()
	shown   bool
	stop    func()   // ends the ticking
	console *console // the machine's logs, while they are shown
}

var (
	_ nav.Screen    = (*Page)(nil)
	_ nav.Refresher = (*Page)(nil)
)

// New returns the screen. Close it when it leaves the window for good.
func New(parts Parts) *Page {
	return newPage(parts, thisSystem(), machine.ThisComputer())
}

func newPage(parts Parts, sys system, computer machine.Computer) *Page {
	p := &Page{
		host: parts.Host, session: parts.Session, store: parts.Store, operator: parts.Machine, tasks: parts.Tasks,
		draft: parts.Draft, system: sys, computer: computer, stop: func() {},
	}
	if p.draft == nil {
		p.draft = Draft{}
	}
	p.head = kit.Toolbar("", "", kit.Button(kit.Secondary, theme.IconRefresh, say.L("engine.rescan"), p.session.Rescan)).WithMark(life.What(p.host, "engine"))
	p.card, p.found, p.side, p.panel = newCard(p), newFound(p), newSide(p), newPanel(p)
	p.left = kit.Col(theme.Space5, p.card.content, p.panel.content, p.found.content)
	p.columns = columns(p.left, p.side.content)
	p.content = kit.Page(p.head, p.columns)
	draw := post.Coalesce(p.host, p.draw)
	p.cancels = []func(){
		p.store.Connection.Subscribe(draw), p.store.Machine.Subscribe(draw), p.store.Busy.Subscribe(draw), p.panel.close,
	}
	p.draw()
	return p
}

// Content implements nav.Screen.
func (p *Page) Content() fyne.CanvasObject { return p.content }

// Show implements nav.Screen.
func (p *Page) Show(nav.Route) { p.shown = true; p.operator.ShowMachine(); p.draw() }

// Hide implements nav.Screen.
func (p *Page) Hide() { p.shown = false; p.stop() }

// Close implements nav.Screen.
func (p *Page) Close() {
	for _, cancel := range p.cancels {
		cancel()
	}
	p.stop()
	if p.console != nil {
		p.console.layer.Close()
	}
}

// Refresh looks for engines again.
func (p *Page) Refresh() { p.session.Rescan() }

// draw brings every part up to date. It makes new widgets only where the words
// differ, so that the scroll position, the focus and what is under the pointer
// survive.
func (p *Page) draw() {
	c, now := p.store.Connection.Get(), time.Now()
	title, subtitle := say.L("engine.title"), say.L("engine.subtitle")
	switch {
	case c.Phase == store.Failed && unstarted(blame(c)):
		title, subtitle = say.L("machine.stopped.title"), say.L("engine.failed.subtitle")
	case c.Phase == store.Failed:
		title, subtitle = say.L("engine.failed.title"), say.L("engine.failed.subtitle")
	case starting(c.Phase) && c.Endpoint.Kind == engine.EndpointMachine:
		title, subtitle = say.L("machine.starting.title"), say.L("engine.starting.subtitle")
	case starting(c.Phase):
		title, subtitle = say.L("engine.starting.title"), say.L("engine.starting.subtitle")
	}
	p.head.SetTitle(title)
	p.head.SetSubtitle(subtitle)
	p.card.draw(c, now)
	p.panel.draw(c, now)
	p.found.draw(c)
	p.order(c)
	p.side.draw(c, now)
	p.layOut()
	p.tickLater(c, now)
}

// order puts the machine above the list of engines where it is the one in use,
// and below it otherwise.
func (p *Page) order(c store.Connection) {
	parts := []fyne.CanvasObject{p.card.content, p.found.content, p.panel.content}
	if about(c) {
		parts[1], parts[2] = parts[2], parts[1]
	}
	if !same(p.left.Objects, parts) {
		kit.SetChildren(p.left, parts...)
	}
}

// layOut gives every part its room again when they need more or less of it.
// New paragraphs know their height once they have a width: hence twice.
func (p *Page) layOut() {
	if p.columns.MinSize().Height == p.height {
		return
	}
	p.columns.Refresh()
	p.columns.Refresh()
	p.height = p.columns.MinSize().Height
}

// tickLater draws again while a figure moves.
func (p *Page) tickLater(c store.Connection, now time.Time) {
	p.stop()
	switch {
	case !p.shown:
	case starting(c.Phase):
		p.stop = post.After(p.host, stepTick, p.draw)
	case c.NextTry.After(now), p.panel.moves():
		p.stop = post.After(p.host, waitTick, p.draw)
	}
}

func starting(phase store.Phase) bool {
	return phase == store.Searching || phase == store.Connecting || phase == store.Loading
}
