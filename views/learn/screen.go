package learn

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/lesson"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// proseWidth is the widest that text gets.
const proseWidth = 680

// Screen lists the lessons, or shows the one that is open. It belongs to the UI
// goroutine.
type Screen struct {
	parts   Parts
	content *fyne.Container

	list    fyne.CanvasObject
	grid    *fyne.Container
	reader  *reader
	files   int  // lesson files that were asked for
	reading bool // the reader is in view
	shown   bool
	cancel  func()
}

var _ nav.Screen = (*Screen)(nil)

// New returns the screen.
func New(parts Parts) *Screen {
	s := &Screen{parts: parts, content: container.NewStack()}
	s.reader = newReader(parts, s.all)
	s.list = s.buildList()
	s.cancel = parts.follow(s.draw)
	return s
}

// Content implements nav.Screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Show implements nav.Screen: a route with a lesson opens it, one with a file
// asks first. Without either, a lesson that is open goes on.
func (s *Screen) Show(r nav.Route) {
	s.shown = true
	open := s.parts.Teacher.Open.Get()
	switch {
	case r.File != "":
		s.read(r.File)
	case r.ID != "" && (open.Lesson == nil || open.Key != r.ID):
		if l := lesson.ByID(say.Language(), r.ID); l != nil {
			s.parts.begin(l)
		}
	}
	s.draw()
}

// Hide implements nav.Screen.
func (s *Screen) Hide() { s.shown = false }

// Close implements nav.Screen.
func (s *Screen) Close() { s.cancel() }

// draw shows the list, or the lesson that is open.
func (s *Screen) draw() {
	l, open, r := s.parts.now()
	if l == nil {
		kit.SetChildren(s.grid, s.cards()...)
		s.put(s.list, false)
		return
	}
	s.reader.draw(l, open, r)
	s.put(s.reader.content, true)
}

func (s *Screen) put(o fyne.CanvasObject, reading bool) {
	if len(s.content.Objects) == 1 && s.content.Objects[0] == o {
		return
	}
	s.reading = reading
	s.content.Objects = []fyne.CanvasObject{o}
	s.content.Refresh()
}

// all closes the lesson: the list is in its place.
func (s *Screen) all() {
	s.parts.Teacher.Close()
	s.parts.Host.Open(nav.Route{Place: nav.Learn})
}

func (s *Screen) buildList() fyne.CanvasObject {
	var more *kit.Press
	more = kit.IconButton(theme.IconMore, say.L("action.more"), func() {
		kit.ShowMenu(more,
			kit.MenuItem{Icon: theme.IconFile, Label: say.L("learn.open"), OnTapped: s.choose},
			kit.MenuSeparator(),
			kit.MenuItem{
				Icon: theme.IconTrash, Label: say.L("learn.forget"), OnTapped: s.parts.forget,
				Disabled: !s.parts.Teacher.Progress.Any(),
			})
	})
	s.grid = kit.Grid(cardWidth, theme.Space4)
	head := kit.Toolbar(say.L("learn.title"), say.L("learn.subtitle"), more)
	body := []fyne.CanvasObject{}
	if entries := s.entries(); len(entries) > 0 {
		body = append(body, kit.Grid(cardWidth, theme.Space4, entries...))
	}
	return kit.Page(head, kit.Col(theme.Space5, append(body, s.grid)...))
}

// choose asks for a lesson file, and opens it.
func (s *Screen) choose() {
	life.ChooseFile(s.parts.Host.Window().Canvas(), say.L("learn.open.title"), lesson.Ending, func(path string) {
		s.parts.Host.Open(nav.Route{Place: nav.Learn, File: path})
	})
}
