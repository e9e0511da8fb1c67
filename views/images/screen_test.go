package images

import (
	"errors"
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

func sample() ([]engine.Image, []engine.Container) {
	now := time.Now()
	images := []engine.Image{
		{ID: "sha256:aaaaaaaaaaaa1", Tags: []string{"wordpress:6.8"}, SizeBytes: 701e6, Created: now.Add(-9 * 24 * time.Hour)},
		{ID: "sha256:bbbbbbbbbbbb2", Tags: []string{"mariadb:11.4"}, SizeBytes: 328e6, Created: now.Add(-26 * 24 * time.Hour)},
		{ID: "sha256:cccccccccccc3", Tags: []string{"nginx:1.29", "nginx:latest"}, SizeBytes: 192e6, Created: now.Add(-3 * time.Hour)},
		{ID: "sha256:dddddddddddd4", Tags: []string{"python:3.13-slim"}, SizeBytes: 121e6, Created: now.Add(-47 * time.Hour)},
		{ID: "sha256:eeeeeeeeeeee5", SizeBytes: 187e6, Created: now.Add(-60 * 24 * time.Hour)},
		{ID: "sha256:ffffffffffff6", Tags: []string{"ghcr.io/somebody/a-program-with-quite-a-long-name:2026-06-05-rc1"}, SizeBytes: 1520e6, Created: now.Add(-400 * 24 * time.Hour)},
		{ID: "sha256:abababababab7", Tags: []string{"hello-world:latest"}, SizeBytes: 10072, Created: now.Add(-500 * 24 * time.Hour)},
	}
	containers := []engine.Container{
		{ID: "c1", Name: "blog-web", Image: "wordpress:6.8", ImageID: "sha256:aaaaaaaaaaaa1", State: engine.StateRunning},
		{ID: "c2", Name: "blog-db", Image: "mariadb:11.4", ImageID: "sha256:bbbbbbbbbbbb2", State: engine.StateExited},
		{ID: "c3", Name: "hello-nginx", Image: "nginx:1.29", ImageID: "sha256:cccccccccccc3", State: engine.StateRunning},
		{ID: "c4", Name: "proxy", Image: "nginx:1.29", ImageID: "sha256:cccccccccccc3", State: engine.StateRunning},
	}
	return images, containers
}

func fill(a *app.App, images []engine.Image, containers []engine.Container) {
	a.Store.Connection.Set(store.Connection{Phase: store.Ready})
	a.Store.Containers.Set(store.Snapshot[engine.Container]{Rows: containers, Loaded: true, At: time.Now()})
	a.Store.Images.Set(store.Snapshot[engine.Image]{Rows: images, Loaded: true, At: time.Now()})
}

func screen(t *testing.T, a *app.App, width, height float32) rig {
	t.Helper()
	viewtest.App(t)
	host := lifetest.NewHost()
	s := New(a, host)
	t.Cleanup(s.Close)
	host.View = viewtest.Window(t, s.Content(), width, height)
	s.Show(nav.Route{Place: nav.Images})
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
		names[i] = row.name
	}
	return strings.Join(names, " ")
}

func offline(t *testing.T) rig {
	t.Helper()
	a := lifetest.Offline(t, enginetest.New())
	images, containers := sample()
	fill(a, images, containers)
	return screen(t, a, 1020, 760)
}

// online is a real app on a scripted engine.
func online(t *testing.T, prepare func(*enginetest.Fake)) (rig, *enginetest.Fake) {
	t.Helper()
	fake := enginetest.New()
	prepare(fake)
	r := screen(t, lifetest.Online(t, fake), 1020, 760)
	r.until(t, "images are listed", func() bool { return r.app.Store.Images.Get().Loaded && r.standin.Why() != life.Loading })
	return r, fake
}

func TestShots(t *testing.T) {
	for name, tc := range map[string]struct {
		mode          theme.Mode
		lang          string
		width, height float32
	}{
		"images-light-en": {theme.AlwaysLight, "en", 1020, 760},
		"images-dark-en":  {theme.AlwaysDark, "en", 1020, 760},
		"images-small-fr": {theme.AlwaysLight, "fr", 680, 600},
	} {
		t.Run(name, func(t *testing.T) {
			say.SetLanguage(tc.lang)
			defer say.SetLanguage("en")
			a := lifetest.Offline(t, enginetest.New())
			images, containers := sample()
			fill(a, images, containers)
			r := screen(t, a, tc.width, tc.height)
			fyne.CurrentApp().Settings().SetTheme(theme.New(tc.mode))
			viewtest.ShotWindow(t, name, r.w)
			r.askPull()
			viewtest.Type(t, r.w, say.L("images.pull.label"), "Nginx")
			viewtest.ShotWindow(t, name+"-pull", r.w)
			viewtest.Key(r.w, fyne.KeyEscape)
			a.Store.Images.Set(store.Snapshot[engine.Image]{Loaded: true})
			r.drain()
			viewtest.ShotWindow(t, name+"-empty", r.w)
		})
	}
}

func TestGoldens(t *testing.T) {
	r := offline(t)
	a := r.app
	rows := a.Store.Images.Get().Rows
	for i := range rows {
		rows[i].Created = time.Date(2020, 5, 1+i, 12, 0, 0, 0, time.UTC) // dates, not ages
	}
	r.draw()
	viewtest.Golden(t, "rows.xml", r.w)
	a.Store.Images.Set(store.Snapshot[engine.Image]{Loaded: true})
	r.drain()
	viewtest.Golden(t, "empty.xml", r.w)
	a.Store.Images.Set(store.Snapshot[engine.Image]{Err: engine.ErrServer})
	r.drain()
	viewtest.Golden(t, "failed.xml", r.w)
}

func TestFrenchFits(t *testing.T) {
	say.SetLanguage("fr")
	defer say.SetLanguage("en")
	viewtest.App(t)
	for name, snapshot := range map[string]func(*app.App){
		"rows":  func(a *app.App) { images, containers := sample(); fill(a, images, containers) },
		"empty": func(a *app.App) { fill(a, nil, nil) },
	} {
		a := lifetest.Offline(t, enginetest.New())
		snapshot(a)
		s := New(a, lifetest.NewHost())
		t.Run(name, func(t *testing.T) { viewtest.Fits(t, s.Content(), fyne.NewSize(680, 600)) })
		s.Close()
	}
}

func TestRows(t *testing.T) {
	r := offline(t)
	r.shows(t, "7 images under 8 names · "+say.Bytes(3049010072), "used by blog-web", "used by hello-nginx, proxy", "(no name)", "left behind")
	if got := r.rows[len(r.rows)-1].name; got != "(no name)" {
		t.Errorf("the last row is %q, want the nameless one", got)
	}
	for _, row := range r.rows {
		if row.name == "nginx:latest" && len(row.users) > 0 {
			t.Error("nginx:latest is used by containers made from nginx:1.29")
		}
	}
	r.order = bySize
	r.choose()
	if !strings.HasPrefix(r.names(), "ghcr.io/somebody") {
		t.Errorf("largest first gives %s", r.names())
	}
	viewtest.Tap(t, r.w, say.L("images.filter.used"))
	if got := r.names(); got != "wordpress:6.8 mariadb:11.4 nginx:1.29" {
		t.Errorf("those in use are %s", got)
	}
	viewtest.Tap(t, r.w, say.L("images.filter.all"))
	viewtest.Type(t, r.w, say.L("images.search"), "PYTH")
	if got := r.names(); got != "python:3.13-slim" {
		t.Errorf("the search finds %s", got)
	}
	viewtest.Type(t, r.w, say.L("images.search"), "zzz")
	r.shows(t, "No image here is called “zzz”")
	viewtest.Tap(t, r.w, say.L("images.none.button"))
	if len(r.rows) != 8 {
		t.Errorf("after clearing there are %d rows", len(r.rows))
	}
}

func TestRowsWaitForThePointer(t *testing.T) {
	r := offline(t)
	before := r.names()
	out := viewtest.Hover(t, r.w, "mariadb:11.4")
	images := r.app.Store.Images.Get()
	images.Rows = append([]engine.Image{{ID: "sha256:new", Tags: []string{"a-first:1"}}}, images.Rows[1:]...)
	r.app.Store.Images.Set(images)
	r.drain()
	if r.names() != before {
		t.Errorf("rows moved under the pointer: %s", r.names())
	}
	r.shows(t, "removed")
	out()
	r.drain()
	if !strings.HasPrefix(r.names(), "a-first:1") || strings.Contains(r.names(), "wordpress") {
		t.Errorf("after the pointer left: %s", r.names())
	}
}

func TestConnectionLost(t *testing.T) {
	r := offline(t)
	r.app.Store.Connection.Set(store.Connection{Phase: store.Reconnecting})
	r.drain()
	if r.names() == "" {
		t.Fatal("the rows are gone")
	}
	runs := viewtest.FindAll(r.w, say.L("action.run"))
	if len(runs) == 0 || slices.ContainsFunc(runs, func(run viewtest.Labelled) bool { return run.Enabled() }) {
		t.Error("Run can be tapped without an engine")
	}
	if r.blocked() == "" || r.clean.Enabled() {
		t.Error("cleaning is offered without an engine")
	}
	r.list.Focus()
	viewtest.Key(r.w, fyne.KeyReturn)
	if want := "The engine is not connected: An image can be looked into again once it is."; !slices.Equal(r.host.Toasts, []string{want}) {
		t.Errorf("a row that cannot be opened says %q", r.host.Toasts)
	}
	r.app.Store.Images.Set(store.Snapshot[engine.Image]{})
	r.app.Store.Connection.Set(store.Connection{Phase: store.Failed})
	r.drain()
	viewtest.Tap(t, r.w, say.L("images.absent.button"))
	if len(r.host.Routes) != 1 || r.host.Routes[0].Place != nav.Engine {
		t.Errorf("routes are %v", r.host.Routes)
	}
}

// lists counts how often the engine was asked for its images.
func lists(fake *enginetest.Fake) (n int) {
	for _, call := range fake.Calls() {
		if call == "ListImages" {
			n++
		}
	}
	return n
}

func TestRefreshReadsAgain(t *testing.T) {
	r, fake := online(t, func(*enginetest.Fake) {})
	before := lists(fake)
	r.Refresh()
	r.until(t, "the images are listed again", func() bool { return lists(fake) > before })
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
	r.app.Store.Images.Set(store.Snapshot[engine.Image]{Loaded: true})
	for _, want := range []string{"", "--context far ", "--context near "} {
		c := store.Connection{Phase: store.Ready}
		if name := strings.TrimSpace(strings.TrimPrefix(want, "--context ")); name != "" {
			c.Endpoint = engine.Endpoint{ID: "context:" + name, Kind: engine.EndpointContext, Name: name}
		}
		r.app.Store.Connection.Set(c)
		r.drain()
		if got := r.commands(); !slices.Equal(got, []string{"docker " + want + "pull hello-world"}) {
			t.Errorf("commands are %q", got)
		}
	}
	viewtest.Tap(t, r.w, say.L("images.pull"))
	if got := r.commands(); !slices.Equal(got, []string{"docker --context near pull nginx:latest"}) {
		t.Errorf("commands are %q", got)
	}
}

func TestRunAndKeys(t *testing.T) {
	r := offline(t)
	r.list.Focus()
	viewtest.Key(r.w, fyne.KeyDown)
	if r.list.Current() < 0 {
		t.Error("arrow keys do not move in the list")
	}
	viewtest.TapSecondary(t, r.w, "mariadb:11.4")
	viewtest.Tap(t, r.w, say.L("images.menu.copy"))
	viewtest.TapSecondary(t, r.w, "mariadb:11.4")
	viewtest.Tap(t, r.w, say.L("action.run"))
	if want := []string{"mariadb:11.4"}; !slices.Equal(r.host.Copied, want) {
		t.Errorf("copied %v", r.host.Copied)
	}
	if want := (nav.Route{Place: nav.Run, ID: "mariadb:11.4"}); len(r.host.Routes) != 1 || r.host.Routes[0] != want {
		t.Errorf("routes are %v", r.host.Routes)
	}
}

func TestPull(t *testing.T) {
	r, fake := online(t, func(*enginetest.Fake) {})
	fake.SetPull("nginx:latest", enginetest.PullScript{})
	viewtest.Tap(t, r.w, say.L("images.pull"))
	viewtest.Type(t, r.w, say.L("images.pull.label"), "NGINX")
	r.shows(t, say.L("images.pull.uppercase"))
	viewtest.Type(t, r.w, say.L("images.pull.label"), "docker pull nginx")
	r.shows(t, "nginx:latest")
	viewtest.Tap(t, r.w, say.L("images.pull.verb"))
	if r.host.Shown != 1 {
		t.Error("nothing shows that the download goes on")
	}
	r.until(t, "the image is listed", func() bool { return r.names() == "nginx:latest" })
}

func TestRemove(t *testing.T) {
	r, _ := online(t, func(f *enginetest.Fake) {
		f.AddImage(engine.Image{ID: "sha256:111111111111", Tags: []string{"free:1"}, SizeBytes: 5e6},
			engine.Image{ID: "sha256:222222222222", Tags: []string{"busy:1"}, SizeBytes: 7e6})
		f.AddContainer(engine.Container{ID: "c1", Name: "web", Image: "busy:1", ImageID: "sha256:222222222222", State: engine.StateRunning})
	})
	r.until(t, "the user is known", func() bool { return viewtest.Shows(r.w, "used by web") })
	viewtest.TapSecondary(t, r.w, "busy:1")
	viewtest.Tap(t, r.w, say.L("images.menu.remove"))
	r.shows(t, "busy:1 is in use")
	viewtest.Tap(t, r.w, "web")
	if want := (nav.Route{Place: nav.Container, ID: "c1", Tab: "overview"}); len(r.host.Routes) != 1 || r.host.Routes[0] != want {
		t.Errorf("routes are %v", r.host.Routes)
	}
	viewtest.TapSecondary(t, r.w, "free:1")
	viewtest.Tap(t, r.w, say.L("images.menu.remove"))
	r.shows(t, "Remove free:1?", "free:1 · "+say.Bytes(5e6))
	viewtest.Tap(t, r.w, say.L("action.remove"))
	r.until(t, "free:1 is gone", func() bool { return r.names() == "busy:1" })
}

func TestClean(t *testing.T) {
	r, fake := online(t, func(f *enginetest.Fake) {
		f.AddImage(engine.Image{ID: "sha256:111111111111", Tags: []string{"free:1"}, SizeBytes: 5e6})
	})
	fake.Fail("PrunableImages", engine.ErrServer)
	r.askPrune(true)
	r.until(t, "the failure is told", func() bool { return len(r.host.Errors) == 1 })
	if !errors.Is(r.host.Errors[0], engine.ErrServer) || !r.clean.Enabled() {
		t.Errorf("told %v", r.host.Errors)
	}
	fake.Fail("PrunableImages", nil)
	viewtest.Tap(t, r.w, say.L("images.clean"))
	viewtest.Tap(t, r.w, say.L("images.clean.unused"))
	r.until(t, "the question", func() bool { return viewtest.Shows(r.w, "Remove 1 image and free "+say.Bytes(5e6)+"?") })
	r.shows(t, "free:1")
	viewtest.Tap(t, r.w, say.L("action.remove"))
	r.until(t, "the empty state", func() bool { return viewtest.Shows(r.w, say.L("images.empty.title")) })
}

func TestDetails(t *testing.T) {
	r, fake := online(t, func(f *enginetest.Fake) {
		f.AddImageDetail(engine.ImageDetail{
			Image:        engine.Image{ID: "sha256:111111111111", Tags: []string{"db:1"}, SizeBytes: 5e6, Created: time.Now()},
			Architecture: "amd64", OS: "linux", Command: []string{"serve", "--all"}, Volumes: []string{"/var/lib/db"},
			Ports: []engine.Port{{Container: 5432, Protocol: "tcp"}}, Env: []engine.EnvVar{{Name: "LANG", Value: "C"}},
		})
		f.SetHistory("sha256:111111111111",
			engine.HistoryEntry{CreatedBy: `/bin/sh -c #(nop)  CMD ["serve" "--all"]`},
			engine.HistoryEntry{CreatedBy: `RUN /bin/sh -c apt-get update # buildkit`, SizeBytes: 4e6},
			engine.HistoryEntry{CreatedBy: `/bin/sh -c #(nop) ADD file:1234 in / `, SizeBytes: 1e6})
	})
	r.list.Focus()
	viewtest.Key(r.w, fyne.KeyHome)
	viewtest.Key(r.w, fyne.KeyReturn)
	if run, ok := r.w.Canvas().Focused().(viewtest.Labelled); !ok || run.Label() != say.L("action.run") {
		t.Errorf("%T has the focus, want Run", r.w.Canvas().Focused())
	}
	r.until(t, "the details", func() bool { return viewtest.Shows(r.w, "/var/lib/db") })
	r.shows(t, "linux · amd64", "serve --all", "5432", "LANG=C", say.L("images.step.run"), "apt-get update", say.L("images.step.base"))
	viewtest.ShotWindow(t, "images-details", r.w)
	viewtest.Key(r.w, fyne.KeyEscape)
	fake.Fail("InspectImage", engine.ErrNotFound)
	viewtest.Key(r.w, fyne.KeyReturn)
	r.until(t, "the error", func() bool { return viewtest.Shows(r.w, say.L("error.notfound.title")) })
	viewtest.Key(r.w, fyne.KeyEscape)
}

func TestStep(t *testing.T) {
	for by, want := range map[string][2]string{
		`/bin/sh -c #(nop) ADD file:ab12 in / `:                    {say.L("images.step.base"), ""},
		`ADD rootfs.tar.xz / # buildkit`:                           {say.L("images.step.base"), ""},
		`COPY docker-entrypoint.sh / # buildkit`:                   {say.L("images.step.copy"), "/"},
		`COPY docker-entrypoint.sh /usr/bin/ # buildkit`:           {say.L("images.step.copy"), "/usr/bin/"},
		`/bin/sh -c #(nop) COPY dir:1 in /app `:                    {say.L("images.step.copy"), "/app"},
		`/bin/sh -c #(nop)  ENV LANG=C`:                            {say.L("images.step.env"), "LANG=C"},
		`RUN /bin/sh -c set -x; echo   a # buildkit`:               {say.L("images.step.run"), "set -x; echo a"},
		`|1 A=b /bin/sh -c make`:                                   {say.L("images.step.run"), "make"},
		`EXPOSE map[80/tcp:{}]`:                                    {say.L("images.step.expose"), "80/tcp"},
		`ENTRYPOINT ["/entry" "x y"]`:                              {say.L("images.step.entrypoint"), "/entry x y"},
		`HEALTHCHECK &{["CMD" "true"] "0s" "0s" "0s" "0s" '\x00'}`: {say.L("images.step.health"), `&{["CMD" "true"] "0s" "0s" "0s" "0s" '\x00'}`},
		"":      {say.L("images.step.unknown"), ""},
		"bazel": {say.L("images.step.run"), "bazel"},
	} {
		if words, with := step(engine.HistoryEntry{CreatedBy: by}); words != want[0] || with != want[1] {
			t.Errorf("%q is %q, %q; want %q", by, words, with, want)
		}
	}
}
