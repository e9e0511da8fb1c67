// Package glossary is the screen of the words of containers.
package glossary

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/glossary"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

const (
	listWidth   = 280
	searchWidth = 220
	rowHeight   = 44
	textStart   = 10
)

// Screen shows the terms beside the chosen one. It belongs to the UI goroutine.
type Screen struct {
	host  nav.Host
	words *glossary.Glossary

	content fyne.CanvasObject
	search  *kit.SearchBox
	list    *kit.List
	columns *fyne.Container
	none    *fyne.Container
	detail  *fyne.Container

	lines    map[fyne.CanvasObject]*line
	rows     []glossary.Term
	selected string
}

var (
	_ nav.Screen   = (*Screen)(nil)
	_ nav.Searcher = (*Screen)(nil)
	_ nav.Lister   = (*Screen)(nil)
)

// New returns the screen, in the language in use.
func New(host nav.Host) *Screen {
	s := &Screen{host: host, words: glossary.In(say.Language()), lines: map[fyne.CanvasObject]*line{}}
	s.selected = s.words.Terms[0].ID
	s.build()
	s.draw()
	return s
}

// Content implements nav.Screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Show implements nav.Screen. A route with an ID shows that term.
func (s *Screen) Show(r nav.Route) {
	if _, known := s.words.Get(r.ID); known {
		s.search.SetQuery("")
		s.selected = r.ID
	}
	s.draw()
	for i, t := range s.rows {
		if t.ID == r.ID {
			s.list.SetCurrent(i)
		}
	}
}

// Hide implements nav.Screen.
func (s *Screen) Hide() {}

// Close implements nav.Screen.
func (s *Screen) Close() {}

// FocusSearch implements nav.Searcher.
func (s *Screen) FocusSearch() { s.search.Focus() }

// FocusList implements nav.Lister.
func (s *Screen) FocusList() { s.list.Enter() }

func (s *Screen) build() {
	s.search = kit.SearchField(say.L("glossary.search"), say.L("action.clear"), searchWidth, func(string) {
		s.draw()
		s.list.ScrollToTop()
	})
	s.search.Input.OnSubmitted = func(string) { s.list.Enter() }
	s.list = kit.NewList(kit.ListModel{
		Length:   func() int { return len(s.rows) },
		Height:   func(kit.RowKind) float32 { return rowHeight },
		Create:   func(kit.RowKind) fyne.CanvasObject { return s.newLine() },
		Update:   func(i int, o fyne.CanvasObject) { s.setLine(o, s.rows[i]) },
		ID:       func(i int) string { return s.rows[i].ID },
		Selected: func(i int) bool { return s.rows[i].ID == s.selected },
		Open:     func(i int) { s.pick(s.rows[i].ID) },
		Name:     func(i int) string { return s.rows[i].Name },
	}, textStart).Plain()
	s.detail = container.NewStack()
	s.columns = kit.Row(theme.Space4, kit.Stretch(kit.Fixed(listWidth, 0, kit.CardInset(4, s.list))), kit.GrowStretch(s.detail))
	s.none = container.NewStack()
	head := kit.Toolbar(say.L("glossary.title"), say.N("glossary.subtitle", len(s.words.Terms)), s.search)
	s.content = kit.PageFilled(head, container.NewStack(s.columns, s.none))
}

// line is the name of a term, and below it what else it is called.
type line struct{ name, other *kit.Text }

func (s *Screen) newLine() fyne.CanvasObject {
	l := &line{name: kit.NewText("", theme.Label, theme.Ink).Ellipsis(), other: kit.NewText("", theme.Small, theme.InkFaint).Ellipsis()}
	o := kit.Inset(0, 10, 0, 10, kit.Row(0, kit.Grow(kit.Col(1, l.name, l.other))))
	s.lines[o] = l
	return o
}

func (s *Screen) setLine(o fyne.CanvasObject, t glossary.Term) {
	l := s.lines[o]
	l.name.SetText(t.Name)
	second := other(t)
	l.other.SetText(second)
	l.other.Hidden = second == ""
	o.Refresh()
}

// other is what a term is called elsewhere.
func other(t glossary.Term) string {
	if t.Other != t.Name {
		return t.Other
	}
	return strings.Join(t.Also, ", ")
}

// pick shows a term beside the list.
func (s *Screen) pick(id string) {
	s.selected = id
	s.list.Refresh()
	s.drawDetail()
}

// draw lists what the search finds. Something of it is always chosen.
func (s *Screen) draw() {
	s.rows = s.words.Search(s.search.Query())
	found := false
	for _, t := range s.rows {
		found = found || t.ID == s.selected
	}
	if !found && len(s.rows) > 0 {
		s.selected = s.rows[0].ID
	}
	s.list.Refresh()
	s.columns.Hidden = len(s.rows) == 0
	s.none.Objects = nil
	if len(s.rows) == 0 {
		s.none.Objects = []fyne.CanvasObject{kit.EmptyState(theme.IconSearch, say.L("glossary.none.title", "Query", s.search.Query()), say.L("glossary.none.text"),
			kit.LargeButton(kit.Primary, "", say.L("glossary.none.button"), s.search.Clear))}
	}
	s.drawDetail()
	s.content.Refresh()
}

func (s *Screen) drawDetail() {
	t, known := s.words.Get(s.selected)
	if !known {
		return
	}
	parts := []fyne.CanvasObject{kit.NewParagraph(t.Name, theme.Title, theme.Ink)}
	if names := called(t); names != "" {
		parts = append(parts, kit.NewParagraph(names, theme.Small, theme.InkMuted))
	}
	prose := theme.Style{Font: theme.Body.Font, Size: 15}
	parts = append(parts, kit.Gap(0, 4), kit.NewParagraph(t.Text[0], prose, theme.Ink), kit.NewParagraph(t.Text[1], prose, theme.Ink))
	if route, there := nav.LessonAt(s.host, t.Lesson); there {
		parts = append(parts, kit.Start(kit.SmallButton(kit.Secondary, theme.IconLearn, say.L("glossary.lesson"), func() { s.host.Open(route) })))
	}
	links := make([]fyne.CanvasObject, 0, len(t.See))
	for _, id := range t.See {
		if related, ok := s.words.Get(id); ok {
			links = append(links, kit.Chip(related.Name, -1, false, func() { s.lead(id) }))
		}
	}
	if len(links) > 0 {
		parts = append(parts, kit.Gap(0, theme.Space2), kit.NewText(say.L("glossary.see"), theme.Strong, theme.Ink), kit.Flow(theme.Space2, links...))
	}
	surface := kit.NewSurface(theme.Surface, theme.RadiusCard).WithStroke(theme.Hairline)
	s.detail.Objects = []fyne.CanvasObject{surface, kit.Scrolled(kit.Pad(theme.Space5, kit.UpTo(640, kit.Col(theme.Space3, parts...))))}
	s.detail.Refresh()
}

// called are the other names of a term.
func called(t glossary.Term) string {
	var names []string
	if t.Other != t.Name {
		names = append(names, say.L("glossary.other", "Name", t.Other))
	}
	also := slices.DeleteFunc(slices.Clone(t.Also), func(name string) bool { return glossary.Fold(name) == glossary.Fold(t.Other) })
	if len(also) > 0 {
		names = append(names, say.L("glossary.also", "Names", strings.Join(also, ", ")))
	}
	return strings.Join(names, " · ")
}

// lead goes on to a related term, whatever was searched for.
func (s *Screen) lead(id string) { s.host.Open(nav.Route{Place: nav.Glossary, ID: id}) }
