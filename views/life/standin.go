package life

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/store"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// Vacancy is why a page of things has no rows.
type Vacancy int

// The reasons. Occupied is none: there are rows.
const (
	Occupied Vacancy = iota
	Failed           // the engine could not list them
	Absent           // there is no engine
	Loading          // they are being read
	Empty            // there are none
	NoMatch          // none that the user asked for
)

// VacancyOf tells why no rows are shown of what the store holds.
func VacancyOf[T any](all store.Snapshot[T], phase store.Phase, shown int) Vacancy {
	switch {
	case shown > 0:
		return Occupied
	case !all.Loaded && all.Err != nil && phase == store.Ready:
		return Failed
	case !all.Loaded && phase == store.Failed:
		return Absent
	case !all.Loaded:
		return Loading
	case len(all.Rows) == 0:
		return Empty
	}
	return NoMatch
}

// Standin is what stands in place of rows. It belongs to the UI goroutine.
type Standin struct {
	Content *fyne.Container

	// Words about this kind of thing.
	Reading, AbsentTitle, AbsentText, AbsentButton string
	Command                                        func() string // lists them on the engine in use

	Empty   func() fyne.CanvasObject
	NoMatch func(query string) fyne.CanvasObject

	Host  nav.Host
	Retry func()

	why  Vacancy
	said string // what it is about: an engine, an error, a query
}

// Show says why there are no rows, and tells whether that is another reason
// than before.
func (s *Standin) Show(why Vacancy, err error, query string) (changed bool) {
	about := s.Command()
	switch {
	case why == Failed && err != nil:
		about += err.Error()
	case why == NoMatch:
		about += query
	}
	if why == s.why && about == s.said {
		return false
	}
	s.why, s.said = why, about
	s.Content.Objects = nil
	if o := s.build(err, query); o != nil {
		s.Content.Objects = []fyne.CanvasObject{o}
	}
	s.Content.Refresh()
	return true
}

// Why is the reason that is shown.
func (s *Standin) Why() Vacancy { return s.why }

func (s *Standin) build(err error, query string) fyne.CanvasObject {
	list := kit.CommandBar(say.L("action.copy"), say.L("action.copied"), s.Command())
	switch s.why {
	case Failed:
		words := say.Error(err)
		return kit.EmptyState(theme.IconWarning, words.Title, words.Hint,
			kit.LargeButton(kit.Primary, theme.IconRefresh, say.L("action.retry"), s.Retry), list)
	case Absent:
		return kit.EmptyState(theme.IconEngine, s.AbsentTitle, s.AbsentText,
			kit.LargeButton(kit.Primary, theme.IconEngine, s.AbsentButton, func() { s.Host.Open(nav.Route{Place: nav.Engine}) }), list)
	case Loading:
		return container.NewCenter(kit.Row(theme.Space2, kit.NewIcon(theme.IconSpinner, 16, theme.InkFaint),
			kit.NewText(s.Reading, theme.Body, theme.InkMuted)))
	case Empty:
		return s.Empty()
	case NoMatch:
		return s.NoMatch(query)
	case Occupied:
	}
	return nil
}

// Notice says above rows that they are old, and why: the newest list could not
// be read. While the engine is out of reach, the window says more than that.
func Notice[T any](box *fyne.Container, all store.Snapshot[T], phase store.Phase, old func(ago string) string) {
	box.Objects = nil
	if all.Err != nil && all.Loaded && phase == store.Ready {
		box.Objects = []fyne.CanvasObject{kit.Callout(kit.Caution, say.Error(all.Err).Title, old(say.Ago(all.At, time.Now())))}
	}
	box.Hidden = len(box.Objects) == 0
	box.Refresh()
}
