package learn

import (
	"strings"

	"fyne.io/fyne/v2"

	"escale/app/lesson"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// cardWidth is the least width of a card.
const cardWidth = 270

// cards are all lessons that come with Escale.
func (s *Screen) cards() []fyne.CanvasObject {
	var cards []fyne.CanvasObject
	next := true
	for _, l := range lesson.All(say.Language()) {
		cards = append(cards, s.card(l, next))
		next = next && s.parts.Teacher.Progress.Get(l.ID).Finished()
	}
	return cards
}

// card is one lesson; next says that those before it are done.
func (s *Screen) card(l *lesson.Lesson, next bool) fyne.CanvasObject {
	r := s.parts.Teacher.Progress.Get(l.ID)
	tasks := len(l.Tasks())
	state := kit.Tag("", say.L("learn.new"), theme.InkMuted, theme.IdleSoft)
	verb, rank := say.L("learn.start"), kit.Secondary
	if next {
		rank = kit.Primary
	}
	switch {
	case r.Finished():
		state = kit.Tag(theme.IconCheck, say.L("learn.done"), theme.Running, theme.RunningSoft)
		verb, rank = say.L("learn.again"), kit.Secondary
	case r.Started():
		state = kit.Tag("", say.N("learn.progress", tasks, "Done", tasks-openTasks(l, r)), theme.Accent, theme.AccentSoft)
		verb = say.L("learn.continue")
	}
	open := kit.Button(rank, "", verb, func() { s.parts.Host.Open(nav.Route{Place: nav.Learn, ID: l.ID}) })
	note := kit.NewText(say.N("learn.minutes", l.Minutes), theme.Small, theme.InkFaint)
	lines := []fyne.CanvasObject{
		kit.NewParagraph(l.Title, theme.Heading, theme.Ink).Leading(1.25),
		kit.NewParagraph(l.Summary, theme.Small, theme.InkMuted),
	}
	if missing := s.missing(l); missing != "" {
		lines = append(lines, kit.NewParagraph(say.L("learn.needs", "Titles", missing), theme.Small, theme.InkFaint))
	}
	lines = append(lines, kit.Grow(kit.Gap(0, 0)),
		kit.Row(theme.Space2, state, kit.Grow(note)), kit.Start(open))
	return kit.Card(kit.Col(theme.Space2, lines...))
}

// missing names the lessons that are best done before and were not.
func (s *Screen) missing(l *lesson.Lesson) string {
	var titles []string
	for _, id := range l.Needs {
		if s.parts.Teacher.Progress.Get(id).Finished() {
			continue
		}
		if need := lesson.ByID(say.Language(), id); need != nil {
			titles = append(titles, need.Title)
		}
	}
	return strings.Join(titles, ", ")
}

// entries lead to what else there is to learn.
func (s *Screen) entries() []fyne.CanvasObject {
	var entries []fyne.CanvasObject
	for _, e := range s.parts.Entries {
		words := kit.Col(2, kit.NewText(e.Title, theme.Strong, theme.Ink).Ellipsis(), kit.NewParagraph(e.Text, theme.Small, theme.InkMuted))
		body := kit.Pad(theme.Space4, kit.Row(theme.Space3, kit.NewIcon(e.Icon, theme.IconLarge, theme.Accent), kit.Grow(words)))
		entries = append(entries, kit.NewPress(body, theme.RadiusCard, kit.CardLook, func() { s.parts.Host.Open(e.Route) }).Named(e.Title))
	}
	return entries
}
