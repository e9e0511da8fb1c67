package enginepage

import (
	"time"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// side explains, and shows how an engine that runs was started.
type side struct {
	content *fyne.Container
	ladder  *kit.Ladder
	how     fyne.CanvasObject
	without fyne.CanvasObject
}

func newSide(p *Page) *side {
	s := &side{ladder: kit.StepLadder(), without: withoutEngine(p)}
	s.how = kit.Card(kit.Col(theme.Space3, kit.NewText(say.L("engine.ladder"), theme.Strong, theme.Ink), s.ladder))
	what := kit.Well(kit.Col(theme.Space2,
		life.Titled(p.host, kit.NewText(say.L("engine.what.title"), theme.Strong, theme.Ink), "daemon"),
		kit.NewParagraph(say.L("engine.what.text"), theme.Small, theme.InkMuted),
		kit.Hang(4, kit.Start(kit.Link(say.L("compare.lead"), func() { p.host.Open(nav.Route{Place: nav.Compare}) })))))
	s.content = kit.Col(theme.Space4, what, s.how, s.without)
	return s
}

// draw is the only writer of the column.
func (s *side) draw(c store.Connection, now time.Time) {
	failed, over := c.Phase == store.Failed, !starting(c.Phase) && len(c.Steps) > 0
	if over && !failed {
		s.ladder.SetSteps(climbed(c, now)...)
	}
	set(s.content, s.without, failed)
	set(s.content, s.how, over && !failed)
}

// set shows or hides a child of a container.
func set(in *fyne.Container, child fyne.CanvasObject, visible bool) {
	if child.Visible() == visible {
		return
	}
	if visible {
		child.Show()
	} else {
		child.Hide()
	}
	in.Refresh()
}

func withoutEngine(p *Page) fyne.CanvasObject {
	row := kit.Row(theme.Space3,
		kit.IconTile(theme.IconDiscover, 36, theme.Accent, theme.AccentSoft),
		kit.Grow(kit.Col(2,
			kit.NewText(say.L("engine.without.discover"), theme.Strong, theme.Ink).Ellipsis(),
			kit.NewText(say.L("engine.without.discover.text"), theme.Small, theme.InkMuted).Ellipsis())),
		kit.NewIcon(theme.IconChevronRight, 14, theme.InkFaint))
	open := func() { p.host.Open(nav.Route{Place: nav.Discover}) }
	card := kit.NewPress(kit.Pad(theme.Space3, row), theme.RadiusCard, kit.CardLook, open).Named(say.L("engine.without.discover"))
	return kit.Col(theme.Space3, kit.NewText(say.L("engine.without"), theme.Strong, theme.Ink), card)
}
