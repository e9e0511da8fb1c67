package containers

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"go.uber.org/goleak"

	"escale/app"
	"escale/app/stats"
	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/kit"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is the screen in a window.
type rig struct {
	*Screen
	host *lifetest.Host
	fake *enginetest.Fake
	w    fyne.Window
}

// sample is the list of the design, on an engine whose clock is now.
func sample() []engine.Container {
	now := time.Now()
	web := func(port uint16) []engine.Port {
		return []engine.Port{{Container: 80, Protocol: "tcp", Host: port}}
	}
	rows := []engine.Container{
		{ID: "c1", Name: "blog-web", Image: "wordpress:6.8", Project: "blog", State: engine.StateRunning, Ports: web(8080)},
		{ID: "c2", Name: "blog-db", Image: "mariadb:11.4", Project: "blog", State: engine.StateRunning},
		{ID: "c3", Name: "blog-cache", Image: "redis:7.4-alpine", Project: "blog", State: engine.StateRunning},
		{ID: "c4", Name: "hello-nginx", Image: "nginx:1.29", State: engine.StateRunning, Ports: web(8081)},
		{ID: "c5", Name: "notebook", Image: "jupyter/minimal-notebook", State: engine.StatePaused},
		{ID: "c6", Name: "importer", Image: "python:3.13-slim", State: engine.StateExited, ExitCode: 137, OOMKilled: true},
		{ID: "c7", Name: "postgres-test", Image: "postgres:17-alpine", State: engine.StateExited,
			Ports: []engine.Port{{Container: 5432, Protocol: "tcp", Host: 5432}}},
	}
	for i := range rows {
		rows[i].Created = now.Add(-3 * time.Hour)
		if rows[i].Active() {
			rows[i].ExitCode, rows[i].Started = -1, now.Add(-2*time.Hour-14*time.Minute)
		} else {
			rows[i].Started, rows[i].Ended = now.Add(-time.Hour), now.Add(-4*time.Minute-time.Second)
		}
	}
	return rows
}

func fill(a *app.App, rows []engine.Container) {
	a.Store.Connection.Set(store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{Host: "unix:///var/run/docker.sock"}})
	a.Store.Containers.Set(store.Snapshot[engine.Container]{Rows: rows, Loaded: true, At: time.Now()})
}

func series(n int) stats.Series {
	s := stats.Series{}
	for i := range 26 {
		s.Samples = append(s.Samples, engine.Sample{CPUPercent: float64((i*n)%7) / 3, MemoryBytes: int64(n) * 21e6})
	}
	return s
}

func screen(t *testing.T, a *app.App, width, height float32) rig {
	t.Helper()
	viewtest.App(t)
	host := lifetest.NewHost()
	s := New(a, host)
	t.Cleanup(s.Close)
	host.View = viewtest.Window(t, s.Content(), width, height)
	s.Show(nav.Route{Place: nav.Containers})
	viewtest.Settle(host.View)
	host.Drain()
	viewtest.Settle(host.View)
	return rig{Screen: s, host: host, w: host.View}
}

func offline(t *testing.T, rows []engine.Container) rig {
	t.Helper()
	a := lifetest.Offline(t, enginetest.New())
	fill(a, rows)
	a.Stats.Latest.Set(map[string]stats.Series{"c1": series(4), "c2": series(10), "c3": series(1), "c4": series(2)})
	return screen(t, a, 1020, 760)
}

func online(t *testing.T, rows ...engine.Container) rig {
	t.Helper()
	fake := enginetest.New(enginetest.WithContainers(rows...))
	r := screen(t, lifetest.Online(t, fake), 1020, 760)
	r.fake = fake
	return r
}

// until drains until something shows.
func (r rig) until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	if !r.host.Settle(cond) {
		t.Fatalf("never: %s; the screen says\n%s", what, strings.Join(viewtest.Texts(r.w), "\n"))
	}
	viewtest.Settle(r.w)
}

func TestShots(t *testing.T) {
	for name, tc := range map[string]struct {
		mode          theme.Mode
		lang          string
		width, height float32
	}{
		"containers-light-en": {theme.AlwaysLight, "en", 1020, 760},
		"containers-dark-en":  {theme.AlwaysDark, "en", 1020, 760},
		"containers-light-fr": {theme.AlwaysLight, "fr", 1020, 760},
		"containers-small-fr": {theme.AlwaysDark, "fr", 680, 600},
	} {
		t.Run(name, func(t *testing.T) {
			say.SetLanguage(tc.lang)
			defer say.SetLanguage("en")
			a := lifetest.Offline(t, enginetest.New())
			fill(a, sample())
			a.Stats.Latest.Set(map[string]stats.Series{"c1": series(4), "c2": series(10), "c3": series(1), "c4": series(2)})
			r := screen(t, a, tc.width, tc.height)
			fyne.CurrentApp().Settings().SetTheme(theme.New(tc.mode))
			viewtest.ShotWindow(t, name, r.w)
			if strings.HasSuffix(name, "light-en") {
				r.togglePick(1)
				r.togglePick(2)
				viewtest.ShotWindow(t, name+"-picked", r.w)
				r.pickNone()
				a.Store.Connection.Set(store.Connection{Phase: store.Reconnecting, Lost: time.Now().Add(-40 * time.Second)})
				a.Store.Busy.Set(map[string]store.Busy{"c1": {Verb: store.VerbStop, Since: time.Now()}})
				r.host.Drain()
				viewtest.ShotWindow(t, name+"-stale", r.w)
				fill(a, sample())
				r.host.Drain()
				viewtest.ShotWindow(t, name+"-busy", r.w)
				viewtest.TapSecondary(t, r.w, "hello-nginx, Running")
				viewtest.ShotWindow(t, name+"-menu", r.w)
				kit.Escape(r.w.Canvas())
				r.controls.Delete([]engine.Container{sample()[0], sample()[6]}, nil)
				viewtest.ShotWindow(t, name+"-delete", r.w)
				kit.Escape(r.w.Canvas())
				r.controls.Rename(sample()[0])
				viewtest.ShotWindow(t, name+"-rename", r.w)
				kit.Escape(r.w.Canvas())
				fill(a, nil)
				r.host.Drain()
				viewtest.ShotWindow(t, name+"-empty", r.w)
			}
		})
	}
}

var _ = fmt.Sprint
var _ = slices.Sort[[]int]
var _ sync.Mutex
