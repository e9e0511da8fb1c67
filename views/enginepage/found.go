package enginepage

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// found lists every engine of this computer, each with the reason why it can or
// cannot be used, and the places where nothing is.
type found struct {
	page    *Page
	content *fyne.Container
	rows    *fyne.Container
	card    fyne.CanvasObject
	auto    *kit.Press
	empty   *fyne.Container
	said    string

	open   map[string]bool // whose details are shown, by endpoint ID
	places bool            // the empty places are shown
}

func newFound(p *Page) *found {
	f := &found{page: p, open: map[string]bool{}, rows: kit.Col(0), empty: kit.Col(theme.Space2)}
	f.auto = kit.SmallButton(kit.Secondary, "", say.L("engine.automatic"), func() { p.session.Use("") })
	head := kit.Row(theme.Space3, kit.Grow(kit.Col(2,
		life.Titled(p.host, kit.NewText(say.L("engine.others"), theme.Heading, theme.Ink).Ellipsis(), "endpoint"),
		kit.NewText(say.L("engine.others.text"), theme.Small, theme.InkFaint).Ellipsis())), f.auto)
	f.card = kit.CardInset(4, f.rows)
	f.content = kit.Col(theme.Space3, head, f.card, f.empty)
	f.said = "\x00" // nothing was drawn yet
	return f
}

// draw is the only writer of the list. It is made anew only when it would say
// something else.
func (f *found) draw(c store.Connection) {
	present, empty := split(c.Candidates)
	if said := f.key(c, present, empty); said != f.said {
		f.said = said
		f.rebuild(c, present, empty)
	}
}

func (f *found) key(c store.Connection, present, empty []engine.Candidate) string {
	said := []string{fmt.Sprint(c.Endpoint.ID, c.Phase == store.Failed, c.Chosen, f.places, len(empty))}
	for _, one := range slices.Concat(present, empty) {
		said = append(said, fmt.Sprint(one.Endpoint.ID, one.Endpoint.Name, one.Endpoint.Host, f.open[one.Endpoint.ID], verdict(one)))
	}
	return strings.Join(said, "|")
}

func (f *found) rebuild(c store.Connection, present, empty []engine.Candidate) {
	f.content.Hidden = len(present)+len(empty) == 0
	f.auto.Hidden = !c.Chosen
	f.card.Show()
	if len(present) == 0 {
		f.card.Hide()
	}
	var rows []fyne.CanvasObject
	for i, one := range present {
		if i > 0 {
			rows = append(rows, kit.DividerInset(60))
		}
		rows = append(rows, f.row(one, one.Endpoint.ID == c.Endpoint.ID && c.Phase != store.Failed))
	}
	kit.SetChildren(f.rows, rows...)
	kit.SetChildren(f.empty, f.emptyPlaces(empty)...)
	f.content.Refresh()
}

// row is one engine. One that cannot be used opens to say why and what to do.
func (f *found) row(one engine.Candidate, inUse bool) fyne.CanvasObject {
	state := kit.StateWord(kit.IsRunning, verdict(one))
	switch {
	case unstarted(one):
		state = kit.StateWord(kit.IsStopped, verdict(one))
	case one.Err != nil:
		state = kit.StateWord(kit.IsFailed, verdict(one))
	}
	about := why(one.Endpoint)
	if !inUse { // the card above shows the address of the one in use
		about += " · " + one.Endpoint.Host
	}
	line := func(trailing fyne.CanvasObject) fyne.CanvasObject {
		return kit.Fixed(0, theme.RowHeight, kit.Inset(0, theme.Space3, 0, theme.Space3, kit.Row(theme.Space3,
			kit.IconTile(theme.IconEngine, 36, theme.Idle, theme.IdleSoft),
			kit.GrowBy(5, kit.Col(2,
				kit.NewText(called(one.Endpoint, one.Version), theme.Strong, theme.Ink).Ellipsis(),
				kit.NewText(about, theme.Small, theme.InkFaint).Ellipsis())),
			kit.GrowBy(4, state), trailing)))
	}
	id := one.Endpoint.ID
	switch {
	case inUse:
		return line(kit.Tag(theme.IconCheck, say.L("engine.inuse"), theme.Accent, theme.AccentSoft))
	case one.Err == nil || unstarted(one):
		return line(kit.SmallButton(kit.Secondary, "", say.L("engine.use"), func() { f.page.session.Use(id) }))
	}
	arrow := theme.IconChevronRight
	if f.open[id] {
		arrow = theme.IconChevronDown
	}
	head := kit.NewPress(line(kit.NewIcon(arrow, 16, theme.InkFaint)), theme.RadiusBase, kit.RowLook, func() { f.toggle(id) }).Named(one.Endpoint.Name)
	if !f.open[id] {
		return head
	}
	return kit.Col(0, head, kit.Inset(4, theme.Space3, theme.Space3, theme.Space3, f.why(one)))
}

// why is what is wrong with an engine of the list.
func (f *found) why(one engine.Candidate) fyne.CanvasObject {
	words := say.Error(one.Err)
	callout := kit.Callout(kit.Caution, words.Title, words.Hint,
		kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("engine.rescan"), f.page.session.Rescan),
		kit.SmallButton(kit.Secondary, theme.IconCopy, say.L("action.copydetails"), func() { f.page.host.Copy(details(one)) }),
		kit.SmallButton(kit.Quiet, "", say.L("engine.use.anyway"), func() { f.page.session.Use(one.Endpoint.ID) }))
	return kit.Col(theme.Space3, append([]fyne.CanvasObject{callout}, f.page.mending(one)...)...)
}

// toggle shows or hides why an engine cannot be used.
func (f *found) toggle(id string) {
	f.open[id] = !f.open[id]
	f.page.draw()
}

// emptyPlaces is a line about the usual addresses where nothing is, which opens.
func (f *found) emptyPlaces(empty []engine.Candidate) []fyne.CanvasObject {
	if len(empty) == 0 {
		return nil
	}
	arrow := theme.IconChevronRight
	if f.places {
		arrow = theme.IconChevronDown
	}
	flip := func() { f.places = !f.places; f.page.draw() }
	lines := []fyne.CanvasObject{kit.Start(kit.Hang(10, kit.SmallButton(kit.Quiet, arrow, say.N("engine.places", len(empty)), flip)))}
	if !f.places {
		return lines
	}
	rows := []fyne.CanvasObject{kit.NewParagraph(say.L("engine.places.text"), theme.Small, theme.InkMuted), kit.Gap(0, 4)}
	for _, one := range empty {
		rows = append(rows, kit.Fixed(0, 24, kit.Row(theme.Space3,
			kit.Fixed(140, 0, kit.NewText(one.Endpoint.Name, theme.Small, theme.Ink).Ellipsis()),
			kit.Grow(kit.NewText(one.Endpoint.Host, theme.MonoSmall, theme.InkFaint).Ellipsis()))))
	}
	return append(lines, kit.Well(kit.Col(2, rows...)))
}
