package glossary

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"go.uber.org/goleak"

	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func screen(t *testing.T, language string, width, height float32) (*Screen, *lifetest.Host) {
	t.Helper()
	viewtest.App(t)
	say.SetLanguage(language)
	t.Cleanup(func() { say.SetLanguage("en") })
	host := lifetest.NewHost()
	s := New(host)
	t.Cleanup(s.Close)
	host.View = viewtest.Window(t, s.Content(), width, height)
	s.Show(nav.Route{Place: nav.Glossary})
	viewtest.Settle(host.View)
	return s, host
}

func (s *Screen) find(t *testing.T, query string) []string {
	t.Helper()
	s.search.SetQuery(query)
	s.draw()
	viewtest.Settle(s.host.Window())
	var ids []string
	for _, term := range s.rows {
		ids = append(ids, term.ID)
	}
	return ids
}

func TestSearch(t *testing.T) {
	s, host := screen(t, "fr", 1000, 700)
	for query, want := range map[string]string{"ETIQUETTE": "tag", "Conteneur": "container", "container": "container", "reseau": "network"} {
		if found := s.find(t, query); len(found) == 0 || found[0] != want || s.selected != want && !slices.Contains(found, s.selected) {
			t.Errorf("%q finds %v, shows %s", query, found, s.selected)
		}
	}
	if found := s.find(t, "qqq"); len(found) != 0 || !viewtest.Shows(host.View, "qqq") {
		t.Errorf("nonsense finds %v", found)
	}
	viewtest.Tap(t, host.View, say.L("glossary.none.button"))
	if len(s.rows) != len(s.words.Terms) {
		t.Errorf("all are shown again: %d", len(s.rows))
	}
}

// TestTerm shows both names, both sentences, and leads on.
func TestTerm(t *testing.T) {
	s, host := screen(t, "fr", 1000, 700)
	s.find(t, "réseau")
	s.Show(nav.Route{Place: nav.Glossary, ID: "tag"})
	viewtest.Settle(host.View)
	term, _ := s.words.Get("tag")
	shown := strings.Join(viewtest.Texts(host.View), "\n")
	for _, want := range []string{term.Name, say.L("glossary.other", "Name", "Tag"), "Empreinte"} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q in\n%s", want, shown)
		}
	}
	if s.search.Query() != "" {
		t.Error("a term that was asked for by its name is searched for, too")
	}
	chips := viewtest.FindAll(host.View, "Empreinte") // the row of the list comes first
	test.Tap(chips[len(chips)-1].(fyne.Tappable))
	if want := (nav.Route{Place: nav.Glossary, ID: "digest"}); len(host.Routes) != 1 || host.Routes[0] != want {
		t.Errorf("it leads to %v", host.Routes)
	}
	s.Show(nav.Route{Place: nav.Glossary, ID: "nonsense"})
	if s.selected != "tag" {
		t.Errorf("an unknown term shows %s", s.selected)
	}
}

// teacher is a host with one lesson.
type teacher struct{ *lifetest.Host }

func (teacher) Lesson(id string) (nav.Route, bool) {
	return nav.Route{Place: "learn", ID: id}, id == "images"
}

// TestLesson links to lessons that there are, and to no other.
func TestLesson(t *testing.T) {
	host := teacher{lifetest.NewHost()}
	for id, want := range map[string]bool{"images": true, "other": false, "": false} {
		if route, there := nav.LessonAt(host, id); there != want || there && route.ID != id {
			t.Errorf("lesson %q: %v, %v", id, route, there)
		}
	}
	if _, there := nav.LessonAt(host.Host, "images"); there {
		t.Error("a host without lessons has one")
	}
}

func TestFits(t *testing.T) {
	for _, language := range []string{"en", "fr"} {
		s, host := screen(t, language, 1020, 700)
		s.Show(nav.Route{ID: "bind-mount"})
		viewtest.ShotWindow(t, "glossary-"+language, host.View)
		s.find(t, "machine")
		viewtest.ShotWindow(t, "glossary-search-"+language, host.View)
		small, view := screen(t, language, 680, 600)
		viewtest.ShotWindow(t, "glossary-small-"+language, view.View)
		if least := small.Content().MinSize(); least.Width > 680 || least.Height > 600 {
			t.Errorf("%s: needs %v", language, least)
		}
	}
	_, host := screen(t, "en", 1020, 700)
	fyne.CurrentApp().Settings().SetTheme(theme.New(theme.AlwaysDark))
	viewtest.ShotWindow(t, "glossary-dark", host.View)
}
