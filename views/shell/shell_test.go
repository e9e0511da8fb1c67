package shell

import (
	"math"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"go.uber.org/goleak"

	"escale/app"
	"escale/app/settings"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/kit"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is the whole window on a scripted engine.
type rig struct {
	*Shell
	app   *app.App
	fake  *enginetest.Fake
	queue *viewtest.Queue
	w     fyne.Window
}

func newRig(t *testing.T, prefs settings.Prefs) *rig {
	t.Helper()
	viewtest.App(t)
	fake := enginetest.New(enginetest.WithContainers(
		engine.Container{ID: "a1", Name: "web", Image: "nginx:1.29", State: engine.StateRunning},
		engine.Container{ID: "b2", Name: "db", Image: "postgres:17", State: engine.StateExited}))
	r := &rig{app: lifetest.Online(t, fake), fake: fake, queue: viewtest.NewQueue()}
	prefs.Theme, prefs.Language = "light", "en"
	if err := r.app.Settings.Update(func(p *settings.Prefs) { *p = prefs }); err != nil {
		t.Fatal(err)
	}
	r.Shell = New(r.app, fyne.CurrentApp(), r.queue, Options{Version: "1.2.3"})
	r.w = r.window
	t.Cleanup(func() {
		r.end()
		r.window.Close()
		say.SetLanguage("en")
	})
	r.settle()
	return r
}

func (r *rig) settle() { r.queue.Drain(); viewtest.Settle(r.w) }

// until drains until the window shows words.
func (r *rig) until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	if !r.queue.Settle(func() bool { viewtest.Settle(r.w); return cond() }) {
		t.Fatalf("%s: the window shows %q", what, viewtest.Texts(r.w))
	}
}

func (r *rig) press(name fyne.KeyName, modifier fyne.KeyModifier) {
	r.keys.TypedShortcut(&desktop.CustomShortcut{KeyName: name, Modifier: modifier})
	r.settle()
}

const ctrl = fyne.KeyModifierShortcutDefault

func TestDestinations(t *testing.T) {
	r := newRig(t, settings.Prefs{})
	if r.route.Place != nav.Discover {
		t.Errorf("the first start opens %q", r.route.Place)
	}
	for i, d := range destinations {
		r.press([]fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6, fyne.Key7}[i], ctrl)
		if r.route.Place != d.place || !r.sidebar.items[i].Press().Selected() {
			t.Errorf("Ctrl+%d opens %q, want %q selected", i+1, r.route.Place, d.place)
		}
	}
	viewtest.Tap(t, r.w, "Containers")
	if !viewtest.Shows(r.w, "web") || r.route.Place != nav.Containers {
		t.Errorf("the containers are not shown: %q", viewtest.Texts(r.w))
	}
	r.Back()
	if r.route.Place != nav.Learn {
		t.Errorf("Back goes to %q", r.route.Place)
	}
	viewtest.Tap(t, r.w, "Engine running")
	if r.route.Place != nav.Engine {
		t.Errorf("the pill opens %q", r.route.Place)
	}
}

func TestKeys(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "settings"})
	r.press(fyne.KeyEqual, ctrl|fyne.KeyModifierShift)
	if got := r.app.Settings.Get().TextScale; got != 1.1 {
		t.Errorf("Ctrl and + gives the text size %v", got)
	}
	r.press(fyne.Key0, ctrl)
	r.press(fyne.KeyPageDown, ctrl)
	r.press(fyne.KeyPageDown, ctrl)
	r.press(fyne.KeyPageUp, ctrl)
	if got := r.app.Settings.Get().TextScale; math.Round(float64(got)*100) != 90 {
		t.Errorf("twice Ctrl+Page Down and once Ctrl+Page Up give the text size %v", got)
	}
	r.press(fyne.Key0, ctrl)
	r.press(fyne.Key2, ctrl)
	if r.route.Place != nav.Containers || r.app.Settings.Get().TextScale != 1 {
		t.Errorf("at %q with the text size %v", r.route.Place, r.app.Settings.Get().TextScale)
	}
	r.press(fyne.KeyF, ctrl)
	if r.w.Canvas().Focused() == nil {
		t.Error("Ctrl+F does not put the cursor into the search")
	}
}

// TestFormsStay checks that a key that goes elsewhere asks a form first.
func TestFormsStay(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "engine"})
	may := false
	kit.ShowSheet(r.w.Canvas(), kit.Gap(10, 10), func() bool { return may })
	r.press(fyne.Key2, ctrl)
	r.press(fyne.KeyJ, ctrl)
	if r.route.Place != nav.Engine || r.drawer.content.Visible() || !r.covered() {
		t.Errorf("the form was left: at %q", r.route.Place)
	}
	may = true
	r.press(fyne.Key2, ctrl)
	if r.route.Place != nav.Containers || r.covered() {
		t.Errorf("the form stays: at %q", r.route.Place)
	}
}

// TestLanguage checks that another language takes the window over at once, and
// that the widgets of the old one no longer follow anything.
func TestLanguage(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "settings"})
	cost := func() int {
		r.queue.Drain()
		r.app.Store.Connection.Update(func(c store.Connection) store.Connection { return c })
		return r.queue.Drain()
	}
	viewtest.Type(t, r.w, "Docker Hub address", "hub.example")
	r.drawer.toggle()
	undone := false
	r.Toast(kit.Note, "Gone", "", nav.ToastAction{Label: "Undo", Tapped: func() { undone = true }})
	before := cost()
	for _, language := range []string{"fr", "en", "fr"} {
		if err := r.app.Settings.Update(func(p *settings.Prefs) { p.Language = language }); err != nil {
			t.Fatal(err)
		}
		r.settle()
	}
	if after := cost(); after != before {
		t.Errorf("one change costs %d draws, and %d after the language has changed", before, after)
	}
	if r.route.Place != nav.Settings || !viewtest.Shows(r.w, "Réglages") || !r.drawer.content.Visible() {
		t.Errorf("at %q: %q", r.route.Place, viewtest.Texts(r.w))
	}
	if got := viewtest.Input(t, r.w, "Adresse de Docker Hub").Text(); got != "hub.example" {
		t.Errorf("what was typed became %q", got)
	}
	if r.w.Canvas().Focused() == nil {
		t.Error("nothing has the focus")
	}
	if viewtest.Tap(t, r.w, "Undo"); !undone {
		t.Error("what could be undone cannot be any more")
	}
}

// TestLook checks that another appearance or text size keeps the widgets.
func TestLook(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "settings"})
	screen := r.current()
	width := r.layout.sidebar.Size().Width
	if err := r.app.Settings.Update(func(p *settings.Prefs) { p.Theme, p.TextScale = "dark", 1.3 }); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if r.current() != screen {
		t.Error("the screen was made anew")
	}
	if wider := r.layout.sidebar.Size().Width; wider <= width {
		t.Errorf("the sidebar is %v wide, was %v", wider, width)
	}
	r.zoom(0)
	r.settle()
}

func TestFirstRoute(t *testing.T) {
	for last, want := range map[string]nav.Route{
		"": {Place: nav.Discover}, "images": {Place: nav.Images}, "repository:library/nginx": {Place: nav.Repository, ID: "library/nginx"},
		"container:a1": {Place: nav.Container, ID: "a1", Tab: "overview"}, "container:": {Place: nav.Discover},
		"container": {Place: nav.Discover}, "nonsense:1": {Place: nav.Discover},
	} {
		r := &Shell{app: app.New(app.Options{})}
		if err := r.app.Settings.Update(func(p *settings.Prefs) { p.LastRoute = last }); err != nil {
			t.Fatal(err)
		}
		if got := r.firstRoute(); got != want {
			t.Errorf("%q: %v, want %v", last, got, want)
		}
	}
}

// TestRemember checks what is kept for the next start.
func TestRemember(t *testing.T) {
	was := settings.Window{Width: 1000, Height: 700, X: 5, Y: 6, Placed: true}
	r := newRig(t, settings.Prefs{Window: was})
	if got := r.w.Canvas().Size(); got != fyne.NewSize(1000, 700) {
		t.Errorf("the window is %v", got)
	}
	r.Open(nav.Route{Place: nav.Container, ID: "a1"})
	r.w.Resize(fyne.NewSize(1100, 800))
	r.remember()
	want := settings.Window{Width: 1100, Height: 800, X: 5, Y: 6, Placed: true} // a test window has no place
	if got := r.app.Settings.Get(); got.Window != want || got.LastRoute != "container:a1" {
		t.Errorf("kept %+v at %q", got.Window, got.LastRoute)
	}
	for _, bad := range []settings.Window{{Width: 10, Height: 10}, {}} {
		restorePlace(r.w, bad)
		if got := r.w.Canvas().Size(); got != fyne.NewSize(defaultWidth, defaultHeight) {
			t.Errorf("%+v makes a window of %v", bad, got)
		}
	}
}

// TestCloseHung checks that the program ends within two seconds although the
// engine answers nothing and work is under way.
func TestCloseHung(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "containers"})
	r.fake.Hang()
	id := r.app.StopContainer("a1")
	r.until(t, "stopping", func() bool { got, _ := r.app.Tasks.Get(id); return got.State == task.Running })
	start := time.Now()
	r.remember()
	r.app.Close()
	if took := time.Since(start); took > 2500*time.Millisecond {
		t.Errorf("closing took %v", took)
	}
}

func TestSmallestWindow(t *testing.T) {
	for _, language := range []string{"en", "fr"} {
		r := newRig(t, settings.Prefs{Window: settings.Window{Width: leastWidth, Height: leastHeight}})
		if err := r.app.Settings.Update(func(p *settings.Prefs) { p.Language = language }); err != nil {
			t.Fatal(err)
		}
		r.settle()
		for _, d := range destinations {
			r.Open(nav.Route{Place: d.place})
			r.settle()
			if least := r.w.Content().MinSize(); least.Width > leastWidth || least.Height > leastHeight {
				t.Errorf("%s: %s needs %v", language, d.place, least)
			}
		}
	}
}

func TestHome(t *testing.T) {
	var places []nav.Place
	for _, d := range destinations {
		places = append(places, d.place)
	}
	for _, p := range []nav.Place{nav.Discover, nav.Repository, nav.Containers, nav.Container, nav.Images, nav.Volumes, nav.Engine, nav.Settings} {
		if !slices.Contains(places, home(p)) {
			t.Errorf("%q belongs to %q, which the sidebar has not", p, home(p))
		}
	}
}
