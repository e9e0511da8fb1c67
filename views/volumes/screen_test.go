package volumes

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"go.uber.org/goleak"

	"escale/app"
	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/kit"
	"escale/views/life"
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
	w    fyne.Window
}

func use(name, target string, running bool) engine.VolumeUse {
	return engine.VolumeUse{ContainerID: "id-" + name, Container: name, Target: target, Running: running}
}

func sample() []engine.Volume {
	created := time.Date(2020, 6, 5, 12, 0, 0, 0, time.UTC)
	place := func(name string) string { return "/var/lib/docker/volumes/" + name + "/_data" }
	rows := []engine.Volume{
		{Name: "blog-db-data", SizeBytes: 512e6, UsedBy: []engine.VolumeUse{use("blog-db", "/var/lib/mysql", true)}},
		{Name: "blog-files", SizeBytes: 188e6, UsedBy: []engine.VolumeUse{
			use("blog-web", "/var/www/html", true), use("blog-backup-of-every-night", "/backup/some/quite/long/path/in/there", false),
		}, Labels: map[string]string{"com.docker.compose.project": "blog", "com.docker.compose.volume": "files"}},
		{Name: "hello-pages", SizeBytes: 24e3, UsedBy: []engine.VolumeUse{use("hello-nginx", "/usr/share/nginx/html", false)}},
		{Name: "notebooks", SizeBytes: -1},
		{Name: "old-postgres", SizeBytes: 540e6},
		{Name: strings.Repeat("3fa9c0de", 8), SizeBytes: 12e6, Anonymous: true},
	}
	for i := range rows {
		rows[i].Driver, rows[i].Created, rows[i].Mountpoint = "local", created, place(rows[i].Name)
	}
	return rows
}

func fill(a *app.App, rows []engine.Volume) {
	a.Store.Connection.Set(store.Connection{Phase: store.Ready})
	a.Store.Volumes.Set(store.Snapshot[engine.Volume]{Rows: rows, Loaded: true, At: time.Now()})
}

func screen(t *testing.T, a *app.App, width, height float32) rig {
	t.Helper()
	viewtest.App(t)
	host := lifetest.NewHost()
	s := New(a, host)
	t.Cleanup(s.Close)
	host.View = viewtest.Window(t, s.Content(), width, height)
	s.Show(nav.Route{Place: nav.Volumes})
	r := rig{s, host, host.View}
	r.drain()
	return r
}

func (r rig) drain() {
	viewtest.Settle(r.w)
	r.host.Drain()
	viewtest.Settle(r.w)
}

// until drains until something shows.
func (r rig) until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	if !r.host.Settle(cond) {
		t.Fatalf("never: %s; the screen says\n%s", what, strings.Join(viewtest.Texts(r.w), "\n"))
	}
	viewtest.Settle(r.w)
}

func (r rig) shows(t *testing.T, words ...string) {
	t.Helper()
	for _, word := range words {
		if !viewtest.Shows(r.w, word) {
			t.Errorf("nothing says %q; the screen says\n%s", word, strings.Join(viewtest.Texts(r.w), "\n"))
		}
	}
}

func (r rig) names() string {
	names := make([]string, len(r.rows))
	for i, row := range r.rows {
		names[i] = row.Name
	}
	return strings.Join(names, " ")
}

func offline(t *testing.T) rig {
	t.Helper()
	a := lifetest.Offline(t, enginetest.New())
	fill(a, sample())
	return screen(t, a, 1020, 760)
}

// online is a real app on a scripted engine.
func online(t *testing.T, prepare func(*enginetest.Fake)) rig {
	t.Helper()
	fake := enginetest.New()
	prepare(fake)
	r := screen(t, lifetest.Online(t, fake), 1020, 760)
	r.until(t, "volumes are listed", func() bool { return r.app.Store.Volumes.Get().Loaded && r.standin.Why() != life.Loading })
	return r
}

func TestShots(t *testing.T) {
	for name, tc := range map[string]struct {
		mode          theme.Mode
		lang          string
		width, height float32
	}{
		"volumes-light-en": {theme.AlwaysLight, "en", 1020, 760},
		"volumes-dark-en":  {theme.AlwaysDark, "en", 1020, 760},
		"volumes-small-fr": {theme.AlwaysLight, "fr", 680, 600},
	} {
		t.Run(name, func(t *testing.T) {
			say.SetLanguage(tc.lang)
			defer say.SetLanguage("en")
			a := lifetest.Offline(t, enginetest.New())
			fill(a, sample())
			r := screen(t, a, tc.width, tc.height)
			fyne.CurrentApp().Settings().SetTheme(theme.New(tc.mode))
			r.pick("blog-files")
			viewtest.ShotWindow(t, name, r.w)
			r.askRemove(r.rows[1])
			viewtest.ShotWindow(t, name+"-inuse", r.w)
			viewtest.Key(r.w, fyne.KeyEscape)
			r.askPrune(unused(sample()), true)
			viewtest.ShotWindow(t, name+"-clean", r.w)
			viewtest.Key(r.w, fyne.KeyEscape)
			fill(a, nil)
			r.drain()
			viewtest.ShotWindow(t, name+"-empty", r.w)
		})
	}
}

func TestGoldens(t *testing.T) {
	r := offline(t)
	viewtest.Golden(t, "rows.xml", r.w)
	fill(r.app, nil)
	r.drain()
	viewtest.Golden(t, "empty.xml", r.w)
	r.app.Store.Volumes.Set(store.Snapshot[engine.Volume]{Err: engine.ErrTimeout})
	r.drain()
	viewtest.Golden(t, "failed.xml", r.w)
}

func TestFrenchFits(t *testing.T) {
	say.SetLanguage("fr")
	defer say.SetLanguage("en")
	viewtest.App(t)
	for name, rows := range map[string][]engine.Volume{"rows": sample(), "empty": nil} {
		a := lifetest.Offline(t, enginetest.New())
		fill(a, rows)
		s := New(a, lifetest.NewHost())
		t.Run(name, func(t *testing.T) { viewtest.Fits(t, s.Content(), fyne.NewSize(680, 600)) })
		s.Close()
	}
}

func TestList(t *testing.T) {
	r := offline(t)
	r.shows(t, "blog-db", say.L("volumes.measuring"), "(no name) 3fa9c0de3fa9", say.L("volumes.unused"))
	if r.selected != "blog-db-data" {
		t.Errorf("at first %q is chosen", r.selected)
	}
	r.order = bySize
	r.choose()
	if !strings.HasPrefix(r.names(), "old-postgres blog-db-data") {
		t.Errorf("largest first gives %s", r.names())
	}
	viewtest.Type(t, r.w, say.L("volumes.search"), "NGINX")
	if r.names() != "hello-pages" || r.selected != "hello-pages" {
		t.Errorf("a search by container finds %s and shows %s", r.names(), r.selected)
	}
	r.shows(t, "mounted in hello-nginx at /usr/share/nginx/html")
	viewtest.Type(t, r.w, say.L("volumes.search"), "zzz")
	viewtest.Tap(t, r.w, say.L("volumes.none.button"))
	if len(r.rows) != 6 {
		t.Errorf("after clearing there are %d rows", len(r.rows))
	}
	r.list.Focus()
	viewtest.Key(r.w, fyne.KeyEnd)
	viewtest.Key(r.w, fyne.KeyReturn)
	if r.selected != "notebooks" {
		t.Errorf("End and Enter show %s", r.selected)
	}
}

func TestRouteSelects(t *testing.T) {
	r := offline(t)
	r.Show(nav.Route{Place: nav.Volumes, ID: "blog-files"})
	viewtest.Settle(r.w)
	r.shows(t, "com.docker.compose.project=blog", "/var/www/html", "docker")
	viewtest.Tap(t, r.w, "blog-web")
	if want := (nav.Route{Place: nav.Container, ID: "id-blog-web", Tab: "overview"}); !slices.Contains(r.host.Routes, want) {
		t.Errorf("routes are %v", r.host.Routes)
	}
}

func TestRowsWaitForThePointer(t *testing.T) {
	r := offline(t)
	before := r.names()
	out := viewtest.Hover(t, r.w, "notebooks")
	fill(r.app, sample()[2:])
	r.drain()
	if r.names() != before {
		t.Errorf("rows moved under the pointer: %s", r.names())
	}
	r.shows(t, say.L("volumes.gone"))
	out()
	r.drain()
	if strings.Contains(r.names(), "blog") {
		t.Errorf("after the pointer left: %s", r.names())
	}
}

func TestConnectionLost(t *testing.T) {
	r := offline(t)
	r.app.Store.Connection.Set(store.Connection{Phase: store.Reconnecting})
	r.drain()
	remove := viewtest.Find(r.w, say.L("action.remove"))
	if len(r.rows) != 6 || remove == nil || remove.Enabled() {
		t.Errorf("%d rows, remove %v: want the rows, and nothing to remove with", len(r.rows), remove)
	}
	r.app.Store.Volumes.Set(store.Snapshot[engine.Volume]{})
	r.app.Store.Connection.Set(store.Connection{Phase: store.Failed})
	r.drain()
	viewtest.Tap(t, r.w, say.L("volumes.absent.button"))
	if len(r.host.Routes) != 1 || r.host.Routes[0].Place != nav.Engine {
		t.Errorf("routes are %v", r.host.Routes)
	}
}

// lists counts how often the engine was asked for its volumes.
func lists(fake *enginetest.Fake) (n int) {
	for _, call := range fake.Calls() {
		if call == "ListVolumes" {
			n++
		}
	}
	return n
}

func TestRefreshReadsAgain(t *testing.T) {
	var fake *enginetest.Fake
	r := online(t, func(f *enginetest.Fake) { fake = f })
	before := lists(fake)
	r.Refresh()
	r.until(t, "the volumes are listed again", func() bool { return lists(fake) > before })
}

// commands are those in sight.
func (r rig) commands() (all []string) {
	viewtest.Visit(r.w, func(o fyne.CanvasObject) {
		if line, ok := o.(*kit.CommandLine); ok {
			all = append(all, line.Command())
		}
	})
	return all
}

func TestCommandsAreForTheEngineInUse(t *testing.T) {
	r := offline(t)
	r.app.Store.Volumes.Set(store.Snapshot[engine.Volume]{Loaded: true})
	for _, want := range []string{"", "--context far ", "--context near "} {
		c := store.Connection{Phase: store.Ready}
		if name := strings.TrimSpace(strings.TrimPrefix(want, "--context ")); name != "" {
			c.Endpoint = engine.Endpoint{ID: "context:" + name, Kind: engine.EndpointContext, Name: name}
		}
		r.app.Store.Connection.Set(c)
		r.drain()
		if got := r.commands(); !slices.Equal(got, []string{"docker " + want + "volume create " + say.L("volumes.example")}) {
			t.Errorf("commands are %q", got)
		}
	}
	fill(r.app, []engine.Volume{{Name: "data"}})
	r.app.Store.Connection.Set(store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{ID: "context:near", Kind: engine.EndpointContext}})
	r.drain()
	if got := r.commands(); !slices.Equal(got, []string{"docker --context near run --rm -it -v data:/data alpine"}) {
		t.Errorf("commands are %q", got)
	}
}

func TestCreate(t *testing.T) {
	r := online(t, func(f *enginetest.Fake) { f.AddVolume(engine.Volume{Name: "taken"}) })
	for name, want := range map[string]string{
		"été":   say.L("volumes.create.letters"),
		"taken": say.L("volumes.create.taken", "Name", "taken"),
		"-x":    say.L("volumes.create.letters"),
	} {
		viewtest.Tap(t, r.w, say.L("volumes.new"))
		viewtest.Type(t, r.w, say.L("volumes.create.label"), name)
		r.shows(t, want)
		viewtest.Key(r.w, fyne.KeyEscape)
	}
	viewtest.Tap(t, r.w, say.L("volumes.new"))
	viewtest.Key(r.w, fyne.KeyReturn)
	r.shows(t, say.L("volumes.create.empty"))
	viewtest.Type(t, r.w, say.L("volumes.create.label"), "my-files")
	viewtest.Key(r.w, fyne.KeyReturn)
	r.until(t, "the volume is there", func() bool { return strings.Contains(r.names(), "my-files") && r.drawn.name == "my-files" })
}

func TestRemove(t *testing.T) {
	r := online(t, func(f *enginetest.Fake) {
		f.AddVolume(engine.Volume{Name: "free", SizeBytes: 5e6}, engine.Volume{Name: "held", SizeBytes: 6e6})
		f.AddContainer(engine.Container{
			ID: "c1", Name: "db", State: engine.StateExited,
			Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "held", Target: "/data"}},
		})
	})
	r.pick("held")
	viewtest.Settle(r.w)
	viewtest.Tap(t, r.w, say.L("action.remove"))
	r.shows(t, "held is in use", "/data")
	viewtest.Tap(t, r.w, "db")
	if want := (nav.Route{Place: nav.Container, ID: "c1", Tab: "overview"}); !slices.Contains(r.host.Routes, want) {
		t.Errorf("routes are %v", r.host.Routes)
	}
	r.pick("free")
	viewtest.Settle(r.w)
	viewtest.Tap(t, r.w, say.L("action.remove"))
	r.shows(t, "Remove free?", say.L("volumes.remove.text"))
	viewtest.Key(r.w, fyne.KeyReturn) // the safe button has the focus
	if r.names() != "free held" {
		t.Fatalf("Enter removed something: %s", r.names())
	}
	viewtest.Tap(t, r.w, say.L("action.remove"))
	viewtest.Tap(t, r.w, say.L("action.remove"))
	r.until(t, "free is gone", func() bool { return r.names() == "held" })
}

func TestClean(t *testing.T) {
	r := online(t, func(f *enginetest.Fake) {
		f.AddVolume(engine.Volume{Name: "one", SizeBytes: 5e6}, engine.Volume{Name: "two", SizeBytes: 6e6})
	})
	viewtest.Tap(t, r.w, say.L("action.more"))
	viewtest.Tap(t, r.w, say.L("volumes.clean.unused"))
	r.shows(t, say.N("volumes.clean.title", 2, "Size", say.Bytes(11e6)), "one", "two")
	viewtest.Tap(t, r.w, say.L("action.remove"))
	r.until(t, "the empty state", func() bool { return viewtest.Shows(r.w, say.L("volumes.empty.title")) })
}
