package life

import (
	"errors"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

func TestVacancyOf(t *testing.T) {
	rows := []engine.Volume{{Name: "a"}}
	for name, tc := range map[string]struct {
		all   store.Snapshot[engine.Volume]
		phase store.Phase
		shown int
		want  Vacancy
	}{
		"rows":                    {store.Snapshot[engine.Volume]{Rows: rows, Loaded: true}, store.Ready, 1, Occupied},
		"old rows":                {store.Snapshot[engine.Volume]{Rows: rows, Loaded: true, Err: engine.ErrTimeout}, store.Reconnecting, 1, Occupied},
		"never read":              {store.Snapshot[engine.Volume]{Err: engine.ErrTimeout}, store.Ready, 0, Failed},
		"never read, engine lost": {store.Snapshot[engine.Volume]{Err: engine.ErrTimeout}, store.Reconnecting, 0, Loading},
		"no engine":               {store.Snapshot[engine.Volume]{}, store.Failed, 0, Absent},
		"being read":              {store.Snapshot[engine.Volume]{}, store.Ready, 0, Loading},
		"none":                    {store.Snapshot[engine.Volume]{Loaded: true}, store.Ready, 0, Empty},
		"none that match":         {store.Snapshot[engine.Volume]{Rows: rows, Loaded: true}, store.Ready, 0, NoMatch},
	} {
		if got := VacancyOf(tc.all, tc.phase, tc.shown); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

// TestStandin checks that words are made anew only when they say something else.
func TestStandin(t *testing.T) {
	viewtest.App(t)
	made := 0
	s := &Standin{Content: container.NewStack(), Command: func() string { return "docker volume ls" }, NoMatch: func(query string) fyne.CanvasObject {
		made++
		return kit.NewText("nothing like "+query, theme.Body, theme.Ink)
	}}
	w := viewtest.Window(t, s.Content, 900, 600)
	if s.Show(NoMatch, nil, "a"); s.Show(NoMatch, nil, "a") || !s.Show(NoMatch, nil, "b") || made != 2 {
		t.Errorf("made %d times", made)
	}
	if !viewtest.Shows(w, "nothing like b") {
		t.Errorf("shows %q", viewtest.Texts(w))
	}
	s.Show(Failed, errors.New("no"), "b")
	if !viewtest.Shows(w, "docker volume ls") || s.Why() != Failed {
		t.Errorf("shows %q", viewtest.Texts(w))
	}
	if s.Show(Occupied, nil, ""); len(s.Content.Objects) != 0 {
		t.Error("words stand over rows")
	}
}
