// Package enginepage is the screen about the engine: which one is in use and
// why, how it started, what is wrong with it, and which others there are.
package enginepage

import (
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/store"
	"escale/engine"
	"escale/engine/find"
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

// tick is how often the time of a working step moves on.
const tick = 250 * time.Millisecond

// Page is the screen. Its fields belong to the UI goroutine.
type Page struct {
	host    nav.Host
	session Session
	store   *store.Value[store.Connection]

	content *fyne.Container
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
	p := &Page{host: host, session: session, store: connection, content: container.NewStack(), stop: func() {}}
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

// draw is the only writer of the content.
func (p *Page) draw() {
	c := p.store.Get()
	p.content.Objects = []fyne.CanvasObject{p.page(c)}
	p.content.Refresh()
	p.stop()
	if starting(c.Phase) && p.shown {
		p.stop = post.After(p.host, tick, p.draw)
	}
}

func starting(phase store.Phase) bool {
	return phase == store.Searching || phase == store.Connecting || phase == store.Loading
}

func (p *Page) page(c store.Connection) fyne.CanvasObject {
	title, subtitle := say.L("engine.title"), say.L("engine.subtitle")
	switch {
	case c.Phase == store.Failed:
		title, subtitle = say.L("engine.failed.title"), say.L("engine.failed.subtitle")
	case starting(c.Phase):
		title, subtitle = say.L("engine.starting.title"), say.L("engine.starting.subtitle")
	}
	head := kit.Toolbar(title, subtitle,
		kit.Button(kit.Secondary, theme.IconRefresh, say.L("engine.rescan"), p.session.Rescan))
	left := kit.Col(theme.Space4, p.main(c))
	left = kit.Col(theme.Space5, left, p.others(c))
	right := kit.Stretch(kit.Fixed(264, 0, kit.Col(theme.Space4, p.aside(c))))
	return kit.Page(head, kit.Row(theme.Space4, kit.GrowStretch(left), right))
}

// main is the card about the engine in use, or about what is wrong.
func (p *Page) main(c store.Connection) fyne.CanvasObject {
	lines := []fyne.CanvasObject{}
	if c.Endpoint.ID != "" {
		lines = append(lines, p.identity(c))
	}
	if trouble := p.trouble(c); trouble != nil {
		lines = append(lines, trouble)
	}
	if starting(c.Phase) || c.Phase == store.Failed {
		lines = append(lines, kit.StepLadder(ladder(c, time.Now())...))
	}
	if known := facts(c); c.Endpoint.ID != "" && len(known) > 1 {
		lines = append(lines, factGrid(known))
	}
	return kit.CardInset(20, kit.Col(theme.Space4, lines...))
}

func (p *Page) identity(c store.Connection) fyne.CanvasObject {
	reason := why(c.Endpoint)
	if c.Chosen {
		reason = say.L("engine.why.chosen")
	}
	return kit.Row(theme.Space3,
		kit.IconTile(theme.IconEngine, 44, theme.Accent, theme.AccentSoft),
		kit.Grow(kit.Col(2,
			kit.Row(10, kit.NewText(c.Endpoint.Name, theme.Heading, theme.Ink), kit.StateBadge(condition(c.Phase), phaseWord(c.Phase))),
			kit.NewText(reason, theme.Small, theme.InkMuted).Ellipsis())))
}

func factGrid(known []fact) fyne.CanvasObject {
	var cells []fyne.CanvasObject
	for _, f := range known {
		cells = append(cells, kit.Fixed(0, 26, kit.Row(theme.Space3,
			kit.Fixed(140, 0, kit.NewText(f.name, theme.Small, theme.InkMuted).Ellipsis()),
			kit.Grow(kit.NewText(f.value, theme.Small, theme.Ink).Ellipsis()))))
	}
	return kit.Col(theme.Space3, kit.Divider(), kit.Grid(300, 2, cells...))
}

// trouble is what is wrong and how to mend it; nil when nothing is.
func (p *Page) trouble(c store.Connection) fyne.CanvasObject {
	if c.Err == nil || c.Phase == store.Ready {
		return nil
	}
	words := say.Error(c.Err)
	tone := kit.Problem
	if c.Phase != store.Failed {
		tone = kit.Caution
	}
	actions := []fyne.CanvasObject{
		kit.SmallButton(kit.Primary, theme.IconRefresh, say.L("action.retry"), p.session.Retry),
		kit.SmallButton(kit.Secondary, theme.IconCopy, say.L("action.copydetails"), func() { p.host.Copy(words.Detail) }),
	}
	lines := []fyne.CanvasObject{kit.Callout(tone, words.Title, words.Hint, actions...)}
	if caption, command := remedy(c); command != "" {
		bar := kit.CommandBar(say.L("action.copy"), say.L("action.copied"), command)
		lines = append(lines, kit.Col(theme.Space2, kit.NewParagraph(caption, theme.Small, theme.InkMuted), bar))
	}
	return kit.Col(theme.Space3, lines...)
}

// remedy is the command that mends a failure, where one is known.
func remedy(c store.Connection) (caption, command string) {
	blamed := c.Endpoint
	if one, ok := find.ToMend(c.Candidates); ok && blamed.ID == "" {
		blamed = one.Endpoint
	}
	switch {
	case errors.Is(c.Err, engine.ErrPermission):
		fix, ok := find.PermissionFix(blamed)
		if !ok || fix.Group == "" {
			return "", ""
		}
		return say.L("engine.fix.group", "User", fix.User, "Group", fix.Group), "sudo usermod -aG " + fix.Group + " " + fix.User
	case errors.Is(c.Err, engine.ErrNoEngine):
		return say.L("engine.fix.install"), "sudo apt install docker.io"
	case errors.Is(c.Err, engine.ErrRefused), errors.Is(c.Err, engine.ErrSocketMissing):
		return say.L("engine.fix.start"), "sudo systemctl start docker"
	}
	return "", ""
}

// aside explains, and shows how an engine that runs was started.
func (p *Page) aside(c store.Connection) fyne.CanvasObject {
	what := kit.Well(kit.Col(theme.Space2,
		kit.NewText(say.L("engine.what.title"), theme.Strong, theme.Ink),
		kit.NewParagraph(say.L("engine.what.text"), theme.Small, theme.InkMuted)))
	switch {
	case c.Phase == store.Failed:
		return kit.Col(theme.Space4, what, p.withoutEngine())
	case starting(c.Phase) || len(c.Steps) == 0:
		return what
	}
	how := kit.Card(kit.Col(theme.Space3,
		kit.NewText(say.L("engine.ladder"), theme.Strong, theme.Ink),
		kit.StepLadder(ladder(c, time.Now())...)))
	return kit.Col(theme.Space4, what, how)
}

func (p *Page) withoutEngine() fyne.CanvasObject {
	row := kit.Row(theme.Space3,
		kit.IconTile(theme.IconDiscover, 36, theme.Accent, theme.AccentSoft),
		kit.Grow(kit.Col(2,
			kit.NewText(say.L("engine.without.discover"), theme.Strong, theme.Ink).Ellipsis(),
			kit.NewText(say.L("engine.without.discover.text"), theme.Small, theme.InkMuted).Ellipsis())),
		kit.NewIcon(theme.IconChevronRight, 14, theme.InkFaint))
	card := kit.NewPress(kit.Pad(theme.Space3, row), theme.RadiusCard, kit.CardLook, func() { p.host.Open(nav.Route{Place: nav.Discover}) })
	return kit.Col(theme.Space3, kit.NewText(say.L("engine.without"), theme.Strong, theme.Ink), card)
}

// others lists every engine that was found, with its reason.
func (p *Page) others(c store.Connection) fyne.CanvasObject {
	found, empty := split(c.Candidates)
	if len(found) == 0 && empty == 0 {
		return kit.Gap(0, 0)
	}
	head := []fyne.CanvasObject{kit.Grow(kit.Col(2,
		kit.NewText(say.L("engine.others"), theme.Heading, theme.Ink),
		kit.NewText(say.L("engine.others.text"), theme.Small, theme.InkFaint).Ellipsis()))}
	if c.Chosen {
		head = append(head, kit.SmallButton(kit.Secondary, "", say.L("engine.automatic"), func() { p.session.Use("") }))
	}
	var rows []fyne.CanvasObject
	for i, one := range found {
		if i > 0 {
			rows = append(rows, kit.DividerInset(60))
		}
		rows = append(rows, p.candidate(one, c))
	}
	lines := []fyne.CanvasObject{kit.Row(theme.Space3, head...)}
	if len(rows) > 0 {
		lines = append(lines, kit.CardInset(4, kit.Col(0, rows...)))
	}
	if empty > 0 {
		lines = append(lines, kit.NewParagraph(say.N("engine.places", empty)+". "+say.L("engine.places.text"), theme.Small, theme.InkFaint))
	}
	return kit.Col(theme.Space3, lines...)
}

func (p *Page) candidate(one engine.Candidate, c store.Connection) fyne.CanvasObject {
	state := kit.StateWord(kit.IsRunning, joined(one.Version.Product, one.Version.Engine))
	if one.Err != nil {
		state = kit.StateWord(kit.IsFailed, say.Error(one.Err).Title)
	}
	var action fyne.CanvasObject = kit.SmallButton(kit.Secondary, "", say.L("engine.use"), func() { p.session.Use(one.Endpoint.ID) })
	if one.Endpoint.ID == c.Endpoint.ID {
		action = kit.Tag(theme.IconCheck, say.L("engine.inuse"), theme.Accent, theme.AccentSoft)
	}
	row := kit.Row(theme.Space3,
		kit.IconTile(theme.IconEngine, 36, theme.Idle, theme.IdleSoft),
		kit.Grow(kit.Col(2,
			kit.NewText(one.Endpoint.Name, theme.Strong, theme.Ink).Ellipsis(),
			kit.NewText(why(one.Endpoint)+" · "+one.Endpoint.Host, theme.Small, theme.InkFaint).Ellipsis())),
		kit.Fixed(232, 0, state),
		action)
	return kit.Fixed(0, theme.RowHeight, kit.Inset(0, theme.Space3, 0, theme.Space3, row))
}
