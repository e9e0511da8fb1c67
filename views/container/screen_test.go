package container

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/adrg/xdg"
	"go.uber.org/goleak"

	"escale/app"
	"escale/app/stats"
	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is the page in a window, on a scripted engine.
type rig struct {
	*Screen
	host *lifetest.Host
	fake *enginetest.Fake
	w    fyne.Window
}

// web is a container that runs.
func web() engine.ContainerDetail {
	now := time.Now()
	return engine.ContainerDetail{
		Container: engine.Container{
			ID: "a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90", Name: "blog-web", Image: "wordpress:6.8",
			State: engine.StateRunning, Created: now.Add(-3 * time.Hour), Started: now.Add(-2*time.Hour - 14*time.Minute), ExitCode: -1,
			Ports: []engine.Port{
				{Container: 80, Protocol: "tcp", Host: 8080, HostIP: netip.MustParseAddr("127.0.0.1")},
				{Container: 9000, Protocol: "tcp"},
			},
			Mounts: []engine.Mount{
				{Kind: engine.MountVolume, Source: "blog-files", Target: "/var/www/html"},
				{Kind: engine.MountBind, Source: "/home/ada/blog/php.ini", Target: "/etc/php/conf.d", ReadOnly: true},
			},
		},
		Env:         []engine.EnvVar{{Name: "WORDPRESS_DB_HOST", Value: "blog-db"}, {Name: "WORDPRESS_DB_PASSWORD", Value: "hunter2"}},
		Entrypoint:  []string{"docker-entrypoint.sh"},
		Args:        []string{"apache2-foreground"},
		Restart:     engine.RestartUnlessStopped,
		MemoryBytes: 512 << 20,
		Attachments: []engine.Attachment{{Network: "blog_default", IP: netip.MustParseAddr("172.18.0.3")}},
	}
}

// importer is a container that ran out of memory.
func importer() engine.ContainerDetail {
	d := web()
	d.ID, d.Name, d.Image = strings.Repeat("f0", 32), "importer", "python:3.13-slim"
	d.State, d.ExitCode, d.OOMKilled, d.MemoryBytes = engine.StateExited, 137, true, 256<<20
	d.Ended, d.Ports = time.Now().Add(-4*time.Minute-time.Second), nil
	d.Mounts = []engine.Mount{{Kind: engine.MountVolume, Source: "import-data", Target: "/data"}}
	d.Env = []engine.EnvVar{{Name: "BATCH_SIZE", Value: "500000"}}
	return d
}

func series() stats.Series {
	s := stats.Series{}
	for i := range 100 {
		s.Samples = append(s.Samples, engine.Sample{
			At: time.Now().Add(time.Duration(i-100) * 2 * time.Second), CPUPercent: 2 + float64((i*7)%13)/4, MemoryBytes: int64(60e6 + float64((i*i)%37)*1e6),
			MemoryLimit: 8e9, RxBytes: 1_200_000, TxBytes: 340_000, WriteBytes: 3_800_000,
		})
	}
	return s
}

func open(t *testing.T, tab string, width, height float32, d engine.ContainerDetail, prepare ...func(*enginetest.Fake, *app.App)) rig {
	t.Helper()
	viewtest.App(t)
	fake := enginetest.New()
	fake.AddContainerDetail(d)
	a := lifetest.Online(t, fake)
	for _, f := range prepare {
		f(fake, a)
	}
	host := lifetest.NewHost()
	s := New(a, host)
	t.Cleanup(s.Close)
	host.View = viewtest.Window(t, s.Content(), width, height)
	s.Show(nav.Route{Place: nav.Container, ID: d.ID, Tab: tab})
	r := rig{Screen: s, host: host, fake: fake, w: host.View}
	r.until(t, "inspected", func() bool { return s.loaded })
	return r
}

// until drains until something is so.
func (r rig) until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	if !r.host.Settle(cond) {
		t.Fatalf("never: %s; the screen says\n%s", what, strings.Join(viewtest.Texts(r.w), "\n"))
	}
	viewtest.Settle(r.w)
}

func sampled(id string) func(*enginetest.Fake, *app.App) {
	return func(_ *enginetest.Fake, a *app.App) {
		a.Stats.Pause(true)
		a.Stats.Latest.Set(map[string]stats.Series{id: series()})
	}
}

func printed(id string) func(*enginetest.Fake, *app.App) {
	return func(f *enginetest.Fake, _ *app.App) {
		at := time.Date(2026, 3, 1, 14, 2, 11, 4e6, time.Local)
		for i := range 40 {
			at = at.Add(730 * time.Millisecond)
			f.AppendLog(id, engine.LogLine{At: at, Text: fmt.Sprintf(`172.18.0.1 "GET /wp-admin/install.php?step=%d HTTP/1.1" 200 4381`, i)})
			if i%9 == 0 {
				f.AppendLog(id, engine.LogLine{At: at, Stderr: true, Text: "PHP Warning:  Undefined array key \"locale\" in /var/www/html/wp-admin/install.php on line 314"})
				f.AppendLog(id, engine.LogLine{At: at, Text: "\x1b[32mINFO\x1b[0m \x1b[1mready\x1b[0m in \x1b[33m12 ms\x1b[0m"})
			}
		}
	}
}

func TestShots(t *testing.T) {
	for name, tc := range map[string]struct {
		mode          theme.Mode
		lang          string
		width, height float32
		tab           string
		detail        engine.ContainerDetail
	}{
		"overview-light-en": {theme.AlwaysLight, "en", 1020, 760, "overview", web()},
		"overview-dark-fr":  {theme.AlwaysDark, "fr", 1020, 760, "overview", web()},
		"overview-small-fr": {theme.AlwaysLight, "fr", 680, 600, "overview", web()},
		"failed-light-en":   {theme.AlwaysLight, "en", 1020, 760, "overview", importer()},
		"failed-small-fr":   {theme.AlwaysDark, "fr", 680, 600, "overview", importer()},
		"logs-dark-en":      {theme.AlwaysDark, "en", 1020, 760, "logs", web()},
		"logs-light-en":     {theme.AlwaysLight, "en", 1020, 760, "logs", web()},
		"logs-small-fr":     {theme.AlwaysLight, "fr", 680, 600, "logs", web()},
	} {
		t.Run(name, func(t *testing.T) {
			say.SetLanguage(tc.lang)
			defer say.SetLanguage("en")
			r := open(t, tc.tab, tc.width, tc.height, tc.detail, sampled(tc.detail.ID), printed(tc.detail.ID))
			fyne.CurrentApp().Settings().SetTheme(theme.New(tc.mode))
			if tc.tab == "logs" {
				r.until(t, "lines", func() bool { return r.logs.session.Status.Get().End > 40 })
				r.logs.setStamps(true)
				r.logs.stamps.SetOn(true)
				r.logs.search.SetQuery("step=3")
				r.logs.ask()
				r.until(t, "matches", func() bool { return len(r.logs.matches) > 0 })
			}
			r.host.Drain()
			viewtest.ShotWindow(t, name, r.w)
			if name == "logs-light-en" {
				kit.ShowMenu(r.logs.more, r.logs.menu()...)
				viewtest.ShotWindow(t, name+"-menu", r.w)
			}
		})
	}
}

func TestOverviewActs(t *testing.T) {
	d := web()
	r := open(t, "overview", 1020, 760, d, sampled(d.ID))
	viewtest.Tap(t, r.w, "Open")
	if len(r.host.Browsed) != 1 || r.host.Browsed[0] != "http://localhost:8080" {
		t.Errorf("browsed %v", r.host.Browsed)
	}
	if viewtest.Shows(r.w, "hunter2") {
		t.Error("a secret is shown")
	}
	viewtest.Tap(t, r.w, "Show WORDPRESS_DB_PASSWORD")
	if !viewtest.Shows(r.w, "hunter2") {
		t.Error("the secret is not revealed")
	}
	viewtest.Tap(t, r.w, "Copy ID")
	if len(r.host.Copied) != 1 || r.host.Copied[0] != d.ID {
		t.Errorf("copied %v", r.host.Copied)
	}
	viewtest.Tap(t, r.w, "Stop")
	r.until(t, "stopped, and explained", func() bool { return viewtest.Shows(r.w, "Exited with code") })
	viewtest.Tap(t, r.w, "Start")
	r.until(t, "running again", func() bool { return viewtest.Find(r.w, "Stop") != nil })
	viewtest.Tap(t, r.w, "blog-files")
	if want := (nav.Route{Place: nav.Volumes, ID: "blog-files"}); len(r.host.Routes) != 1 || r.host.Routes[0] != want {
		t.Errorf("opened %v", r.host.Routes)
	}
}

// TestBlockedPort checks that a port which another program has is explained, and
// gone once it is free.
func TestBlockedPort(t *testing.T) {
	d := web()
	r := open(t, "overview", 1020, 760, d)
	a := r.app
	a.Store.Connection.Update(func(c store.Connection) store.Connection {
		c.Endpoint.Kind = engine.EndpointMachine
		return c
	})
	a.Store.Machine.Set(store.Machine{Live: true, Status: machine.Status{State: machine.StateRunning, Ports: []machine.Port{
		{Proto: "tcp", HostPort: 8080, Container: "blog-web", Error: machine.PortInUse},
	}}})
	const title = "Port 8080 is used by another program of this computer"
	r.until(t, "told", func() bool { return viewtest.Shows(r.w, title) })
	if !viewtest.Shows(r.w, "End the other program") || !viewtest.Shows(r.w, "cannot be reached") || viewtest.Find(r.w, "localhost:8080") != nil {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Run with other settings")
	if want := (nav.Route{Place: nav.Run, ID: d.Image}); !slices.Equal(r.host.Routes, []nav.Route{want}) {
		t.Errorf("went to %v", r.host.Routes)
	}
	a.Store.Machine.Set(store.Machine{Live: true, Status: machine.Status{State: machine.StateRunning}})
	r.until(t, "free again", func() bool { return !viewtest.Shows(r.w, title) && viewtest.Find(r.w, "localhost:8080") != nil })
}

func TestMoreMemoryAndStart(t *testing.T) {
	d := importer()
	r := open(t, "overview", 1020, 760, d)
	if !viewtest.Shows(r.w, "Exited with code 137: it ran out of memory") {
		t.Fatalf("texts %v", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Allow 512\u00a0MB and start")
	r.until(t, "running", func() bool { return r.current().State == engine.StateRunning && r.detail.MemoryBytes == 512<<20 })
}

func TestGone(t *testing.T) {
	d := web()
	r := open(t, "overview", 1020, 760, d)
	if err := r.fake.RemoveContainer(t.Context(), d.ID, engine.RemoveContainer{Force: true}); err != nil {
		t.Fatal(err)
	}
	r.until(t, "gone", func() bool { return viewtest.Shows(r.w, "blog-web is gone") })
	if !viewtest.Shows(r.w, "docker ps -a") {
		t.Error("no command tells what is left")
	}
	viewtest.Tap(t, r.w, "Back to the containers")
	if len(r.host.Routes) != 1 || r.host.Routes[0].Place != nav.Containers {
		t.Errorf("opened %v", r.host.Routes)
	}
}

func TestUnknownContainer(t *testing.T) {
	r := open(t, "overview", 1020, 760, web())
	r.Show(nav.Route{Place: nav.Container, ID: "nobody"})
	r.until(t, "gone", func() bool { return viewtest.Shows(r.w, "nobody is gone") })
	r.Show(nav.Route{Place: nav.Container, ID: web().ID})
	r.until(t, "the other one", func() bool { return viewtest.Shows(r.w, "wordpress:6.8") && !r.gone })
}

func TestLogs(t *testing.T) {
	d := web()
	r := open(t, "logs", 1020, 760, d, printed(d.ID))
	r.until(t, "live", func() bool { return viewtest.Shows(r.w, "Live  ·  50 lines kept  ·  5 lines of error output") })
	viewtest.Type(t, r.w, "Search the log", "STEP=3")
	r.until(t, "found", func() bool { return viewtest.Shows(r.w, "11 of 11") })
	viewtest.Tap(t, r.w, "Next match")
	viewtest.Tap(t, r.w, "Next match")
	if !viewtest.Shows(r.w, "2 of 11") || r.logs.follow.On() {
		t.Errorf("texts %v", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Previous match")
	viewtest.Tap(t, r.w, "Previous match")
	viewtest.Tap(t, r.w, "Error output")
	r.until(t, "none among errors", func() bool { return viewtest.Shows(r.w, "No match") && r.logs.sift.Len() == 5 })
	r.fake.AppendLog(d.ID, engine.LogLine{Stderr: true, Text: "step=3 went wrong"})
	r.until(t, "found as it comes", func() bool { return viewtest.Shows(r.w, "1 of 1") && r.logs.sift.Len() == 6 })
	if !strings.Contains(lastLine(r.logs.sift), "went wrong") {
		t.Errorf("the last error is %q", lastLine(r.logs.sift))
	}
}

func lastLine(s *sifted) string {
	_, end := s.Bounds()
	text := ""
	for _, span := range s.Line(end - 1).Spans {
		text += span.Text
	}
	return text
}

func TestSiftedKeepsItsNumbers(t *testing.T) {
	s := &sifted{}
	s.set([]int{3, 7, 9})
	s.set([]int{7, 9, 12})
	if first, end := s.Bounds(); first != 1 || end != 4 || s.own(9) != 2 || s.own(3) != -1 {
		t.Errorf("bounds %d to %d, 9 is %d", first, end, s.own(9))
	}
	s.set(nil)
	if first, end := s.Bounds(); first != 4 || end != 4 {
		t.Errorf("bounds %d to %d", first, end)
	}
}

func TestLogIsCopiedAndSaved(t *testing.T) {
	d := web()
	dir := t.TempDir()
	before := xdg.UserDirs.Download
	xdg.UserDirs.Download = dir
	defer func() { xdg.UserDirs.Download = before }()
	r := open(t, "logs", 1020, 760, d, printed(d.ID))
	r.until(t, "live", func() bool { return r.logs.session.Status.Get().End == 50 })
	r.logs.copyAll()
	if len(r.host.Copied) != 1 || strings.Count(r.host.Copied[0], "\n") != 49 || strings.Contains(r.host.Copied[0], "\x1b") {
		t.Errorf("copied %q", r.host.Copied)
	}
	r.logs.save()
	r.until(t, "saved", func() bool { return len(r.host.Toasts) == 1 })
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || !strings.HasPrefix(files[0].Name(), "blog-web-") {
		t.Errorf("files %v, %v; told %v", files, err, r.host.Toasts)
	}
}

// What is copied and saved are the lines that the filter shows.
func TestFilteredLogIsCopiedAndSaved(t *testing.T) {
	d := web()
	dir := t.TempDir()
	before := xdg.UserDirs.Download
	xdg.UserDirs.Download = dir
	defer func() { xdg.UserDirs.Download = before }()
	r := open(t, "logs", 1020, 760, d, printed(d.ID))
	r.until(t, "live", func() bool { return r.logs.session.Status.Get().End == 50 })
	r.logs.stamps.SetOn(true)
	viewtest.Tap(t, r.w, "Error output")
	r.until(t, "sifted", func() bool { return r.logs.sift.Len() == 5 })
	r.logs.copyAll()
	at := time.Date(2026, 3, 1, 14, 2, 11, 734e6, time.Local).Format("2006-01-02T15:04:05.000Z07:00")
	if len(r.host.Copied) != 1 || strings.Count(r.host.Copied[0], "PHP Warning") != 5 ||
		strings.Count(r.host.Copied[0], "\n") != 4 || !strings.HasPrefix(r.host.Copied[0], at+" PHP") {
		t.Errorf("copied %q, want five warnings from %s on", r.host.Copied, at)
	}
	r.logs.save()
	r.until(t, "saved", func() bool { return len(r.host.Toasts) == 1 })
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, files[0].Name())); err != nil || string(data) != r.host.Copied[0]+"\n" {
		t.Errorf("saved %q, %v; want what was copied", data, err)
	}
}

func TestCommandsAreForTheEngineInUse(t *testing.T) {
	d := web()
	r := open(t, "overview", 1020, 760, d, func(_ *enginetest.Fake, a *app.App) {
		a.Store.Connection.Update(func(c store.Connection) store.Connection {
			c.Endpoint = engine.Endpoint{ID: "context:far", Kind: engine.EndpointContext, Name: "far"}
			return c
		})
	})
	if got, want := r.overview.command.Command(), "docker --context far inspect blog-web"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	r.Show(nav.Route{Place: nav.Container, ID: d.ID, Tab: "logs"})
	r.until(t, "the log", func() bool { return r.logs != nil })
	for _, item := range r.logs.menu() {
		if item.Label == say.L("container.menu.copycommand") {
			item.OnTapped()
		}
	}
	if want := "docker --context far logs -f blog-web"; len(r.host.Copied) != 1 || r.host.Copied[0] != want {
		t.Errorf("copied %q, want %s", r.host.Copied, want)
	}
}

func TestLogGoesOnAfterRestart(t *testing.T) {
	d := web()
	r := open(t, "logs", 1020, 760, d, printed(d.ID))
	r.until(t, "live", func() bool { return r.logs.session.Status.Get().End == 50 })
	r.fake.Exit(d.ID, 1)
	r.until(t, "ended", func() bool { return viewtest.Shows(r.w, "Stopped; the log goes on") })
	viewtest.Tap(t, r.w, "Start")
	r.fake.AppendLog(d.ID, engine.LogLine{Text: "hello again"})
	r.until(t, "live again", func() bool { return viewtest.Shows(r.w, "Live  ·  51 lines kept") })
}

func TestLanguagesFit(t *testing.T) {
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		defer say.SetLanguage("en")
		for _, tab := range []string{"overview", "logs"} {
			d := web()
			r := open(t, tab, 680, 600, d, sampled(d.ID))
			viewtest.Fits(t, r.Content(), fyne.NewSize(680, 600))
		}
	}
}

func TestGoldenFailed(t *testing.T) {
	r := open(t, "overview", 1020, 760, importer())
	r.host.Drain()
	viewtest.Golden(t, "failed.xml", r.w)
}

// TestEmptyLogSaysWhatToDo: a log without lines has a button and a command,
// which follow what the container does.
func TestEmptyLogSaysWhatToDo(t *testing.T) {
	d := web()
	r := open(t, "logs", 1020, 760, d)
	r.until(t, "nothing printed", func() bool { return viewtest.Shows(r.w, "It has not printed anything yet") })
	if !viewtest.Shows(r.w, "docker logs -f blog-web") {
		t.Errorf("no command: %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "See what it does")
	if r.tab != overviewTab || r.tabs.Selected() != overviewTab {
		t.Error("the button does not lead to the overview")
	}
	r.openTab(logsTab)
	r.fake.Exit(d.ID, 0)
	r.until(t, "stopped", func() bool { return len(viewtest.FindAll(r.w, "Start")) == 2 })
	if viewtest.Shows(r.w, "docker logs -f") || !viewtest.Shows(r.w, "docker logs blog-web") {
		t.Errorf("the command follows a log that has ended: %q", viewtest.Texts(r.w))
	}
	r.logs.note.next.Tapped(nil)
	r.until(t, "running again", func() bool { return r.row.State == engine.StateRunning })
	r.fake.AppendLog(d.ID, engine.LogLine{Text: "hello"})
	r.until(t, "lines", func() bool { return !r.logs.note.content.Visible() })
	viewtest.Tap(t, r.w, "Error output")
	r.until(t, "no errors", func() bool { return viewtest.Shows(r.w, "Nothing here went to the error output") })
	viewtest.Tap(t, r.w, "Show all lines")
	r.until(t, "lines again", func() bool { return !r.logs.note.content.Visible() && r.logs.streams.Selected() == 0 })
}

// TestOpenedBeforeTheEngine is a start that comes back to a container: the page
// is there before the engine is, and fills by itself.
func TestOpenedBeforeTheEngine(t *testing.T) {
	d := web()
	viewtest.App(t)
	fake := enginetest.New()
	fake.AddContainerDetail(d)
	a := lifetest.Offline(t, fake)
	host := lifetest.NewHost()
	s := New(a, host)
	t.Cleanup(s.Close)
	host.View = viewtest.Window(t, s.Content(), 1020, 760)
	s.Show(nav.Route{Place: nav.Container, ID: d.ID})
	r := rig{Screen: s, host: host, fake: fake, w: host.View}
	r.until(t, "not read", func() bool { return s.failure != nil })
	if !viewtest.Shows(r.w, d.ID[:12]) {
		t.Errorf("nothing says which container it is: %q", viewtest.Texts(r.w))
	}
	a.Start(t.Context())
	r.until(t, "read", func() bool { return s.loaded && s.failure == nil && viewtest.Shows(r.w, "blog-web") })
}
