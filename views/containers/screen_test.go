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
		{
			ID: "c7", Name: "postgres-test", Image: "postgres:17-alpine", State: engine.StateExited,
			Ports: []engine.Port{{Container: 5432, Protocol: "tcp", Host: 5432}},
		},
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

func TestActsOnRows(t *testing.T) {
	r := online(t, engine.Container{ID: "a1", Name: "web", Image: "nginx:1.29", State: engine.StateRunning},
		engine.Container{ID: "b2", Name: "job", Image: "busybox", State: engine.StateExited})
	viewtest.Tap(t, r.w, "Stop")
	r.until(t, "web stopped", func() bool { return r.answer.active == 0 })
	viewtest.Tap(t, r.w, "Start") // job stands above web
	r.until(t, "job started", func() bool { return r.answer.active == 1 })
	if calls := r.fake.Calls(); !slices.Contains(calls, "StopContainer") || !slices.Contains(calls, "StartContainer") {
		t.Errorf("calls %v", calls)
	}
}

func TestOpensByKeyboard(t *testing.T) {
	r := offline(t, sample())
	r.w.Canvas().Focus(r.list)
	viewtest.Key(r.w, fyne.KeyDown)
	viewtest.Key(r.w, fyne.KeyReturn)
	if len(r.host.Routes) != 1 || r.host.Routes[0] != (nav.Route{Place: nav.Container, ID: "c2", Tab: "overview"}) {
		t.Errorf("opened %v", r.host.Routes)
	}
	viewtest.Key(r.w, fyne.KeyDelete)
	if !viewtest.Shows(r.w, "Delete blog-db?") || !viewtest.Shows(r.w, "blog-db — running; it is stopped first") {
		t.Errorf("Delete shows %v", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Cancel")
	if len(r.app.Tasks.List.Get()) != 0 {
		t.Error("a cancelled question started something")
	}
}

func TestSpaceStops(t *testing.T) {
	r := online(t, engine.Container{ID: "a1", Name: "web", State: engine.StateRunning})
	r.w.Canvas().Focus(r.list)
	viewtest.Key(r.w, fyne.KeySpace)
	r.until(t, "stopped", func() bool { return r.answer.active == 0 })
}

func TestFilterAndSearch(t *testing.T) {
	r := offline(t, sample())
	viewtest.Tap(t, r.w, "Stopped")
	if got := lines(r.answer.items); got != "importer postgres-test" {
		t.Errorf("stopped: %s", got)
	}
	viewtest.Type(t, r.w, "Search containers", "zzz")
	r.until(t, "no match", func() bool { return viewtest.Shows(r.w, "No container matches") })
	viewtest.Tap(t, r.w, "Show all containers")
	if len(r.answer.items) != 9 || r.chips.Selected() != 0 || r.search.Query() != "" {
		t.Errorf("%d lines after the way back", len(r.answer.items))
	}
}

func TestBulk(t *testing.T) {
	rows := []engine.Container{
		{ID: "a1", Name: "one", State: engine.StateRunning},
		{ID: "a2", Name: "three", State: engine.StateExited},
		{ID: "a3", Name: "two", State: engine.StateRunning},
	}
	r := online(t, rows...)
	viewtest.Tap(t, r.w, "Select one")
	if !viewtest.Shows(r.w, "1 selected") {
		t.Fatalf("no bar: %v", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "two, Running") // while choosing, a click chooses
	viewtest.Tap(t, r.w, "Stop")
	r.until(t, "both stopped", func() bool { return r.answer.active == 0 })
	r.pickAll()
	viewtest.Settle(r.w)
	viewtest.Tap(t, r.w, "Delete…")
	if !viewtest.Shows(r.w, "Delete 3 containers?") {
		t.Fatalf("no question: %v", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Delete")
	r.until(t, "all deleted", func() bool { return viewtest.Shows(r.w, "No containers yet") })
	if len(r.pick) != 0 || r.bulk.content.Visible() {
		t.Error("the selection outlived its rows")
	}
	viewtest.Tap(t, r.w, "Run your first container")
	if len(r.host.Routes) != 1 || r.host.Routes[0].Place != nav.Discover {
		t.Errorf("opened %v", r.host.Routes)
	}
}

func TestStopsGroup(t *testing.T) {
	r := online(t, engine.Container{ID: "a1", Name: "web", Project: "blog", State: engine.StateRunning},
		engine.Container{ID: "a2", Name: "db", Project: "blog", State: engine.StateRunning},
		engine.Container{ID: "a3", Name: "own", State: engine.StateRunning})
	viewtest.Tap(t, r.w, "Stop all")
	r.until(t, "the group stopped", func() bool { return r.answer.active == 1 })
	viewtest.Tap(t, r.w, "Start all")
	r.until(t, "the group started", func() bool { return r.answer.active == 3 })
}

func TestSlowActionCanBeCancelled(t *testing.T) {
	r := online(t, engine.Container{ID: "a1", Name: "web", State: engine.StateRunning})
	r.fake.Hang("StopContainer")
	viewtest.Tap(t, r.w, "Stop")
	r.until(t, "busy", func() bool { return viewtest.Shows(r.w, "Stopping…") })
	r.until(t, "slow", func() bool { return viewtest.Shows(r.w, "Still waiting") })
	viewtest.Tap(t, r.w, "Cancel")
	r.until(t, "idle again", func() bool { return len(r.app.Store.Busy.Get()) == 0 && viewtest.Find(r.w, "Stop") != nil })
}

func TestBurstCostsOneDraw(t *testing.T) {
	r := offline(t, sample())
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() { fill(r.app, sample()) })
	}
	wg.Wait()
	if n := r.host.Drain(); n != 1 {
		t.Errorf("a burst of 100 changes cost %d draws, want 1", n)
	}
}

func TestHeldWhileThePointerIsThere(t *testing.T) {
	r := offline(t, sample())
	out := viewtest.Hover(t, r.w, "blog-db, Running")
	fill(r.app, sample()[:1])
	r.host.Drain()
	viewtest.Settle(r.w)
	if len(r.answer.items) != 9 || !viewtest.Shows(r.w, "Deleted") {
		t.Errorf("lines went from under the pointer: %s", lines(r.answer.items))
	}
	out()
	r.until(t, "the others went", func() bool { return lines(r.answer.items) == "[blog 1/1] blog-web" })
}

func TestThousandRows(t *testing.T) {
	var rows []engine.Container
	for i := range 1000 {
		rows = append(rows, box(fmt.Sprintf("c%04d", i), fmt.Sprintf("p%02d", i%10), engine.StateRunning))
	}
	r := offline(t, rows)
	if n := len(r.rows); n > 30 {
		t.Errorf("%d rows were made for a window of about twelve", n)
	}
	if n := len(r.watched); n == 0 || n > 20 {
		t.Errorf("%d containers are sampled", n)
	}
	start := time.Now()
	for range 10 {
		fill(r.app, rows)
		r.host.Drain()
	}
	if took := time.Since(start) / 10; took > 200*time.Millisecond {
		t.Errorf("a reload took %v", took)
	}
	r.list.SetOffset(30_000)
	viewtest.Settle(r.w)
	if !slices.ContainsFunc(r.watched, func(id string) bool { return strings.Contains(id, "c0") }) {
		t.Errorf("watched %v", r.watched)
	}
}

func TestStale(t *testing.T) {
	r := offline(t, sample())
	r.app.Store.Connection.Set(store.Connection{Phase: store.Reconnecting, Lost: time.Now().Add(-40 * time.Second)})
	r.host.Drain()
	viewtest.Settle(r.w)
	if stop, ok := viewtest.Find(r.w, "Stop").(*kit.Press); !ok || stop.Enabled() || stop.Reason() == "" {
		t.Error("a stale row can be stopped, or does not say why not")
	}
	if !viewtest.Shows(r.w, "last seen 40") || viewtest.Find(r.w, "localhost:8080") != nil {
		t.Errorf("texts %v", viewtest.Texts(r.w))
	}
}

func TestLoading(t *testing.T) {
	a := lifetest.Offline(t, enginetest.New())
	r := screen(t, a, 1020, 760)
	if viewtest.Shows(r.w, "Reading") {
		t.Error("loading is shown at once")
	}
	r.until(t, "loading", func() bool { return viewtest.Shows(r.w, "Reading your containers…") })
	a.Store.Connection.Set(store.Connection{Phase: store.Failed})
	r.until(t, "failed", func() bool { return viewtest.Shows(r.w, "No engine to ask") })
	fill(a, sample())
	r.until(t, "rows", func() bool { return viewtest.Shows(r.w, "blog-web") })
}

func TestMenuAndLinks(t *testing.T) {
	r := offline(t, sample())
	viewtest.TapSecondary(t, r.w, "hello-nginx, Running")
	viewtest.Tap(t, r.w, "Open in the browser")
	viewtest.Tap(t, r.w, "localhost:8080")
	if !slices.Equal(r.host.Browsed, []string{"http://localhost:8081", "http://localhost:8080"}) {
		t.Errorf("browsed %v", r.host.Browsed)
	}
	viewtest.TapSecondary(t, r.w, "hello-nginx, Running")
	viewtest.Tap(t, r.w, "Copy as a command")
	r.app.Store.Connection.Set(store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{ID: "context:far", Kind: engine.EndpointContext}})
	viewtest.TapSecondary(t, r.w, "hello-nginx, Running")
	viewtest.Tap(t, r.w, "Copy as a command")
	if !slices.Equal(r.host.Copied, []string{"docker stop hello-nginx", "docker --context far stop hello-nginx"}) {
		t.Errorf("copied %v", r.host.Copied)
	}
}

func TestRename(t *testing.T) {
	r := online(t, engine.Container{ID: "a1", Name: "web", State: engine.StateRunning}, engine.Container{ID: "a2", Name: "db", State: engine.StateRunning})
	viewtest.TapSecondary(t, r.w, "web, Running")
	viewtest.Tap(t, r.w, "Rename…")
	field := r.w.Canvas().Focused()
	for _, c := range "db" {
		field.TypedRune(c)
	}
	if !viewtest.Shows(r.w, "Another container is called db.") {
		t.Errorf("a taken name passes: %v", viewtest.Texts(r.w))
	}
	field.TypedRune('2')
	viewtest.Tap(t, r.w, "Rename")
	r.until(t, "renamed", func() bool { return viewtest.Shows(r.w, "db2") })
}

func TestFacts(t *testing.T) {
	rows := sample()
	oom := rows[5]
	bare := oom
	bare.Started, bare.Ended, bare.OOMKilled = time.Time{}, time.Time{}, false
	asked := 0
	q := viewtest.NewQueue()
	changed := 0
	f := newFacts(func(string) (engine.ContainerDetail, error) {
		asked++
		return engine.ContainerDetail{Container: oom}, nil
	}, q, func() { changed++ })
	f.want([]engine.Container{bare, rows[0]})
	if !q.Settle(func() bool { return changed == 1 }) {
		t.Fatal("no answer")
	}
	if got := f.about(bare); !got.OOMKilled || !got.Ended.Equal(oom.Ended) {
		t.Errorf("about = %+v", got)
	}
	f.want([]engine.Container{bare})
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	bare.State = engine.StateRunning
	if got := f.about(bare); got.OOMKilled {
		t.Error("what was known of another state is used")
	}
	f.forget()
	if got := f.about(rows[0]); got.Name != rows[0].Name {
		t.Error("a row that lacks nothing was changed")
	}
}

func TestGoldens(t *testing.T) {
	a := lifetest.Offline(t, enginetest.New())
	fill(a, nil)
	r := screen(t, a, 1020, 760)
	viewtest.Golden(t, "empty.xml", r.w)
	rows := sample()
	fill(a, rows)
	r.host.Drain()
	viewtest.Golden(t, "rows.xml", r.w)
	a.Store.Connection.Set(store.Connection{Phase: store.Unresponsive})
	r.host.Drain()
	viewtest.Golden(t, "stale.xml", r.w)
}

func TestFrenchFits(t *testing.T) {
	say.SetLanguage("fr")
	defer say.SetLanguage("en")
	r := offline(t, sample())
	r.w.Resize(fyne.NewSize(680, 600))
	viewtest.Fits(t, r.Content(), fyne.NewSize(680, 600))
}

func TestStateWordsFitTheirColumn(t *testing.T) {
	viewtest.App(t)
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		defer say.SetLanguage("en")
		for _, word := range []string{
			say.L("container.state.running"), say.L("container.state.unhealthy"), say.L("container.state.paused"),
			say.L("container.state.created"), say.L("container.state.looping"), say.L("container.state.dead"), say.L("container.state.port"),
			say.L("container.state.command"), say.L("container.state.denied"), say.L("container.state.cpu"), say.L("container.state.mount"),
			say.L("container.state.start"), say.L("container.state.memory"), say.L("container.state.killed"), say.L("container.state.interrupted"),
			say.L("container.state.aborted"), say.L("container.state.crashed"), say.L("container.state.failed", "Code", 255),
			say.L("container.state.stopped"), say.L("container.busy.slow"), say.L("container.busy.pause"), say.L("container.busy.update"),
		} {
			if width := kit.NewText(word, theme.SmallLabel, theme.Ink).MinSize().Width; width > stateColumn-18 {
				t.Errorf("%s: %q is %v wide, its room is %v", language, word, width, stateColumn-18)
			}
		}
	}
}

// TestEmptyStatesOfferACommand: what stands in place of rows has a button that
// does the next thing, and a command.
func TestEmptyStatesOfferACommand(t *testing.T) {
	for name, tc := range map[string]struct {
		prepare         func(r rig)
		button, command string
	}{
		"no engine": {func(r rig) {
			r.app.Store.Containers.Set(store.Snapshot[engine.Container]{})
			r.app.Store.Connection.Set(store.Connection{Phase: store.Failed})
		}, "See what is wrong", "docker ps -a"},
		"no match":        {func(r rig) { r.search.SetQuery("zzz"); r.ask() }, "Show all containers", "docker ps -a"},
		"nothing running": {func(r rig) { fill(r.app, sample()[5:]); r.show = running; r.ask() }, "Show all containers", "docker ps -a"},
		"nothing stopped": {func(r rig) { fill(r.app, sample()[:5]); r.show = stopped; r.ask() }, "Show all containers", "docker ps -a"},
		"none at all":     {func(r rig) { fill(r.app, nil) }, "Run your first container", firstCommand},
	} {
		t.Run(name, func(t *testing.T) {
			r := offline(t, sample())
			tc.prepare(r)
			r.host.Drain()
			viewtest.Settle(r.w)
			if viewtest.Find(r.w, tc.button) == nil || !viewtest.Shows(r.w, tc.command) {
				t.Errorf("want %q and %q: %q, %q", tc.button, tc.command, viewtest.Labels(r.w), viewtest.Texts(r.w))
			}
		})
	}
}

// TestEnterGoesFromTheSearchToTheRows types faster than the search waits.
func TestEnterGoesFromTheSearchToTheRows(t *testing.T) {
	r := offline(t, sample())
	viewtest.Type(t, r.w, "Search containers", "nginx")
	viewtest.Key(r.w, fyne.KeyReturn)
	viewtest.Key(r.w, fyne.KeyReturn)
	if want := (nav.Route{Place: nav.Container, ID: "c4", Tab: "overview"}); !slices.Contains(r.host.Routes, want) {
		t.Errorf("opened %v", r.host.Routes)
	}
}
