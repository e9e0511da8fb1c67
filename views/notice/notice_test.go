package notice

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/settings"
	"escale/app/store"
	"escale/engine"
)

func TestEachKindCanBeSwitchedOff(t *testing.T) {
	off := map[Kind]settings.Notices{
		Outcome: {NoOutcomes: true}, Fallen: {NoFallen: true}, Download: {NoDownloads: true}, Engine: {NoEngine: true},
	}
	for kind := range off {
		for silenced, prefs := range off {
			if got := Wanted(prefs, kind); got != (kind != silenced) {
				t.Errorf("without kind %d, %d is told: %v", silenced, kind, got)
			}
		}
		if !Wanted(settings.Notices{}, kind) {
			t.Errorf("a fresh installation does not tell kind %d", kind)
		}
	}
}

// TestHungDesktop: whoever tells never waits for the desktop, and what it is
// told later is not a pile of old news.
func TestHungDesktop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		release := make(chan struct{})
		s := NewSender(func(title, _ string) { <-release; got = append(got, title) })
		for i := range 100 {
			s.Send(Notice{Title: fmt.Sprint(i)})
			synctest.Wait()
		}
		close(release)
		synctest.Wait()
		s.Close()
		if len(got) != waiting+1 || got[0] != "0" || got[1] != "1" {
			t.Errorf("told %v", got)
		}
	})
}

func TestNamesMakeNoLinks(t *testing.T) {
	text := `<a href="http://x">web</a> & co`
	if got := body(text, "linux"); got != "&lt;a href=&#34;http://x&#34;&gt;web&lt;/a&gt; &amp; co" {
		t.Errorf("on linux %q", got)
	}
	if got := body(text, "windows"); got != text {
		t.Errorf("on windows %q", got)
	}
}

// passes are what Falls sees, one after the other.
type passes struct {
	t *testing.T
	f Falls
	n time.Time
}

func (p *passes) next(phase store.Phase, busy string, rows ...engine.Container) (names []string) {
	marks := map[string]store.Busy{}
	if busy != "" {
		marks[busy] = store.Busy{Verb: store.VerbStop}
	}
	p.n = p.n.Add(time.Second)
	for _, c := range p.f.Next(store.Snapshot[engine.Container]{Rows: rows, Loaded: true}, phase, marks, p.n) {
		names = append(names, c.Name)
	}
	return names
}

func box(s engine.State, code int) engine.Container {
	return engine.Container{ID: "a1", Name: "web", State: s, ExitCode: code}
}

func TestFalls(t *testing.T) {
	up := box(engine.StateRunning, -1)
	for name, tc := range map[string]struct {
		first, then engine.Container
		lost        bool   // the engine, in between
		busy        string // while it ends
		want        []string
	}{
		"a failure":                   {first: up, then: box(engine.StateExited, 3), want: []string{"web"}},
		"a loop":                      {first: up, then: box(engine.StateRestarting, 1), want: []string{"web"}},
		"its work is done":            {first: up, then: box(engine.StateExited, 0)},
		"somebody stopped it":         {first: up, then: box(engine.StateExited, 143)},
		"somebody killed it":          {first: up, then: box(engine.StateExited, 137)},
		"the user is stopping it":     {first: up, then: box(engine.StateExited, 1), busy: "a1"},
		"another one is being worked": {first: up, then: box(engine.StateExited, 1), busy: "b2", want: []string{"web"}},
		"it lay there before":         {first: box(engine.StateExited, 1), then: box(engine.StateExited, 1)},
		"it went with its engine":     {first: up, then: box(engine.StateExited, 1), lost: true},
		"nobody has seen it run":      {first: engine.Container{ID: "z", Name: "z"}, then: box(engine.StateExited, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			p := &passes{t: t}
			if got := p.next(store.Ready, "", tc.first); got != nil {
				t.Errorf("the first list tells %v", got)
			}
			if tc.lost {
				p.next(store.Reconnecting, "", tc.first)
			}
			if tc.busy != "" {
				p.next(store.Ready, tc.busy, tc.first)
			}
			if got := p.next(store.Ready, "", tc.then); !slices.Equal(got, tc.want) {
				t.Errorf("tells %v, want %v", got, tc.want)
			}
			if got := p.next(store.Ready, "", tc.then); got != nil {
				t.Errorf("tells %v again", got)
			}
		})
	}
}

// TestLoopsAreToldOnce: one that ends every minute is no news each time.
func TestLoopsAreToldOnce(t *testing.T) {
	p := &passes{t: t}
	told := 0
	for range 20 {
		p.next(store.Ready, "", box(engine.StateRunning, -1))
		told += len(p.next(store.Ready, "", box(engine.StateExited, 1)))
	}
	if told != 1 {
		t.Errorf("told %d times, want once", told)
	}
	p.n = p.n.Add(quietTime)
	p.next(store.Ready, "", box(engine.StateRunning, -1))
	if got := p.next(store.Ready, "", box(engine.StateExited, 1)); len(got) != 1 {
		t.Error("later it is news again")
	}
}
