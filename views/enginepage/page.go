// Package enginepage is the screen about the engine: which one is in use and
// why, how it started, what is wrong with it, and which others there are.
package enginepage

import (
	"runtime"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/views/kit"
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
	host    nav.Host
	session Session
	store   *store.Value[store.Connection]
	system  system

	content fyne.CanvasObject
	columns *fyne.Container
	height  float32 // of the columns, when they were last laid out
	head    *kit.Head
	card    *card
	found   *found
	side    *side
	cancel  func()
	shown   bool
	stop    func() // ends the ticking
}

var (
	_ nav.Screen    = (*Page)(nil)
	_ nav.Refresher = (*Page)(nil)
)

// New returns the screen. Close it when it leaves the window for good.
func New(connection *store.Value[store.Connection], session Session, host nav.Host) *Page {
	p := &Page{host: host, session: session, store: connection, stop: func() {}}
	p.system = system{os: runtime.GOOS, family: linuxFamily()}
	p.head = kit.Toolbar("", "", kit.Button(kit.Secondary, theme.IconRefresh, say.L("engine.rescan"), p.session.Rescan))
	p.card, p.found, p.side = newCard(p), newFound(p), newSide(p)
	left := kit.Col(theme.Space5, p.card.content, p.found.content)
	p.columns = columns(left, p.side.content)
	p.content = kit.Page(p.head, p.columns)
	p.cancel = connection.Subscribe(post.Coalesce(host, p.draw))
	p.draw()
	return p
}

// Content implements nav.Screen.
func (p *Page) Content() fyne.CanvasObject { return p.content }

// Show implements nav.Screen.
func (p *Page) Show(nav.Route) { p.shown = true; p.draw() }

// Hide implements nav.Screen.
func (p *Page) Hide() { p.shown = false; p.stop() }

// Close implements nav.Screen.
func (p *Page) Close() { p.cancel(); p.stop() }

// Refresh looks for engines again.
func (p *Page) Refresh() { p.session.Rescan() }

// draw brings every part up to date. It makes new widgets only where the words
// differ, so that the scroll position, the focus and what is under the pointer
// survive.
func (p *Page) draw() {
	c, now := p.store.Get(), time.Now()
	title, subtitle := say.L("engine.title"), say.L("engine.subtitle")
	switch {
	case c.Phase == store.Failed:
		title, subtitle = say.L("engine.failed.title"), say.L("engine.failed.subtitle")
	case starting(c.Phase):
		title, subtitle = say.L("engine.starting.title"), say.L("engine.starting.subtitle")
	}
	p.head.SetTitle(title)
	p.head.SetSubtitle(subtitle)
	p.card.draw(c, now)
	p.found.draw(c)
	p.side.draw(c, now)
	p.layOut()
	p.tickLater(c, now)
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
	case c.NextTry.After(now):
		p.stop = post.After(p.host, waitTick, p.draw)
	}
}

func starting(phase store.Phase) bool {
	return phase == store.Searching || phase == store.Connecting || phase == store.Loading
}
