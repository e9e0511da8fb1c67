package runsheet

import (
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"go.uber.org/goleak"

	"escale/app"
	"escale/app/discover"
	"escale/app/store"
	"escale/app/task"
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

// rig is a sheet in a window, on a scripted engine.
type rig struct {
	*Sheet
	app    *app.App
	fake   *enginetest.Fake
	host   *lifetest.Host
	w      fyne.Window
	layer  *kit.Layer
	drafts Drafts
}

func open(t *testing.T, a *app.App, fake *enginetest.Fake, ref string) *rig {
	t.Helper()
	return openAt(t, a, fake, ref, fyne.NewSize(1240, 760), theme.AlwaysLight)
}

func openAt(t *testing.T, a *app.App, fake *enginetest.Fake, ref string, size fyne.Size, mode theme.Mode) *rig {
	t.Helper()
	viewtest.App(t).Settings().SetTheme(theme.New(mode))
	host := lifetest.NewHost()
	t.Cleanup(kit.UsePoster(host))
	page := container.NewStack(kit.NewSurface(theme.Canvas, 0))
	host.View = viewtest.Window(t, page, size.Width, size.Height)
	r := &rig{app: a, fake: fake, host: host, w: host.View, drafts: Drafts{}}
	t.Cleanup(func() { r.layer.Close(); r.Close(); host.Drain() })
	r.reopen(nav.Route{Place: nav.Run, ID: ref})
	return r
}

// reopen closes the sheet, as the window does, and opens another.
func (r *rig) reopen(route nav.Route) {
	if r.layer != nil {
		r.layer.Close()
		r.drain()
	}
	r.Sheet = New(r.app, r.host, route, r.drafts, func() { r.layer.Close() })
	r.layer = kit.ShowSheet(r.w.Canvas(), r.Content(), r.MayClose)
	r.layer.OnClosed = r.Close
	r.drain()
}

func (r *rig) drain() {
	viewtest.Settle(r.w)
	r.host.Drain()
	viewtest.Settle(r.w)
}

func (r *rig) until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	if !r.host.Settle(cond) {
		t.Fatalf("never: %s; the screen says\n%s", what, strings.Join(viewtest.Texts(r.w), "\n"))
	}
	viewtest.Settle(r.w)
}

func (r *rig) untilShows(t *testing.T, words string) {
	t.Helper()
	r.until(t, words, func() bool { return viewtest.Shows(r.w, words) })
}

func (r *rig) hides(t *testing.T, words string) {
	t.Helper()
	if viewtest.Shows(r.w, words) {
		t.Errorf("%q is on screen:\n%s", words, strings.Join(viewtest.Texts(r.w), "\n"))
	}
}

func (r *rig) created() []engine.Container {
	rows, err := r.fake.ListContainers(context.Background())
	if err != nil {
		panic(err)
	}
	return rows
}

// nginx is an image that can be pulled.
func nginx(tick time.Duration) enginetest.PullScript {
	return enginetest.PullOf(engine.ImageDetail{
		Image: engine.Image{ID: "sha256:" + strings.Repeat("1", 64)},
		Ports: []engine.Port{{Container: 80, Protocol: "tcp"}}, Command: []string{"nginx"},
	}, tick, 3_600_000, 17_400_000, 629)
}

// hub is a Docker Hub of one repository.
type hub struct {
	discover.Hub
	tags []discover.Tag
	err  error
}

func (h hub) Tags(context.Context, string, int, int) (discover.TagPage, error) {
	return discover.TagPage{Tags: h.tags, Total: len(h.tags)}, h.err
}

// withHub is an app that never looks for an engine, with a Docker Hub.
func withHub(t *testing.T, h hub) *app.App {
	t.Helper()
	a := app.New(app.Options{Hub: h})
	t.Cleanup(a.Close)
	a.Store.Connection.Set(store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{Host: "unix:///var/run/docker.sock"}})
	return a
}

// busyPort takes a port of this computer for the time of the test.
func busyPort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func TestSecondClickRuns(t *testing.T) {
	fake := enginetest.New()
	fake.SetPull("nginx:latest", nginx(time.Millisecond))
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "hello-nginx runs")
	rows := r.created()
	if len(rows) != 1 || rows[0].Name != "hello-nginx" || rows[0].State != engine.StateRunning {
		t.Fatalf("containers: %+v", rows)
	}
	r.untilShows(t, "Open in browser")
	viewtest.Tap(t, r.w, "Open in browser")
	port := r.form.Ports[0].Host
	if want := []string{"http://localhost:" + port}; !slices.Equal(r.host.Browsed, want) {
		t.Errorf("opened %v, want %v", r.host.Browsed, want)
	}
	viewtest.Tap(t, r.w, "See its log")
	if want := (nav.Route{Place: nav.Container, ID: rows[0].ID, Tab: "logs"}); !slices.Equal(r.host.Routes, []nav.Route{want}) || r.layer.Open() {
		t.Errorf("went to %v, want %v; the sheet is open: %v", r.host.Routes, want, r.layer.Open())
	}
	if left := r.app.Tasks.List.Get(); len(left) != 0 {
		t.Errorf("the drawer still shows %+v", left)
	}
}

func TestGeneratedPasswordIsShown(t *testing.T) {
	fake := enginetest.New()
	fake.AddImageDetail(engine.ImageDetail{Image: engine.Image{Tags: []string{"postgres:17"}}})
	r := open(t, lifetest.Online(t, fake), fake, "postgres")
	secret := r.form.Env[0].Value
	viewtest.Tap(t, r.w, "Copy the password")
	if got := fyne.CurrentApp().Clipboard().Content(); got != secret || viewtest.Find(r.w, "Copied") == nil {
		t.Errorf("copied %q, want %q; the button says so: %v", got, secret, viewtest.Find(r.w, "Copied") != nil)
	}
	if !strings.Contains(r.f.command.Command(), "-e POSTGRES_PASSWORD="+secret) {
		t.Errorf("command: %s", r.f.command.Command())
	}
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "hello-postgres runs")
	r.untilShows(t, secret)
	r.untilShows(t, "docker exec -it hello-postgres psql -U postgres")
}

func TestValidationIsBesideTheField(t *testing.T) {
	fake := enginetest.New()
	fake.AddContainer(engine.Container{Name: "other", State: engine.StateRunning})
	r := open(t, lifetest.Online(t, fake), fake, "redis")
	for _, step := range []struct{ input, text, bad, why string }{
		{"Name", "other", "Another container has this name.", "Choose another name first"},
		{"Name", "no spaces", "no accents or spaces", "Choose another name first"},
		{"Name", "cache", "", ""},
		{"Port on this computer", "70000", "A port is a number", "Correct the ports first"},
		{"Port on this computer", "16379", "", ""},
		{"Path in the container", "data", "begins with “/”", "Correct the volumes first"},
		{"Path in the container", "/data", "", ""},
	} {
		viewtest.Type(t, r.w, step.input, step.text)
		r.drain()
		run := viewtest.Find(r.w, "Run").(*kit.Press)
		if run.Reason() != step.why || run.Enabled() == (step.why != "") {
			t.Errorf("%s %q: Run says %q, want %q", step.input, step.text, run.Reason(), step.why)
		}
		if step.bad != "" {
			r.untilShows(t, step.bad)
			r.untilShows(t, step.why)
		}
	}
	if want := "docker run -d --name cache -p 127.0.0.1:16379:6379 -v cache-data:/data redis:7"; r.f.command.Command() != want {
		t.Errorf("\n got %s\nwant %s", r.f.command.Command(), want)
	}
}

func TestPortConflict(t *testing.T) {
	taken := busyPort(t)
	fake := enginetest.New()
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	viewtest.Type(t, r.w, "Port on this computer", taken)
	r.untilShows(t, taken+" is used by runsheet.test (pid ")
	run := viewtest.Find(r.w, "Run").(*kit.Press)
	if run.Enabled() || run.Reason() != "Choose a free port first" {
		t.Errorf("Run is enabled: %v, %q", run.Enabled(), run.Reason())
	}
	next := r.f.portRows[0].next
	viewtest.Tap(t, r.w, "Use "+strconv.Itoa(int(next)))
	r.drain()
	r.untilShows(t, "You will open it at http://localhost:"+strconv.Itoa(int(next)))
	if !run.Enabled() {
		t.Errorf("Run stays disabled: %q", run.Reason())
	}
}

func TestPortOfAContainerIsNamedAndLeft(t *testing.T) {
	fake := enginetest.New()
	fake.AddContainer(engine.Container{Name: "web", State: engine.StateRunning, Ports: []engine.Port{{Container: 80, Host: 18080, Protocol: "tcp"}}})
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	viewtest.Type(t, r.w, "Port on this computer", "18080")
	r.untilShows(t, "18080 is used by the container web. 18081 is free.")
	fake.ChangeContainer(r.created()[0].ID, "die", func(d *engine.ContainerDetail) { d.State, d.Ports = engine.StateExited, nil })
	r.untilShows(t, "You will open it at http://localhost:18080")
}

func TestUntouchedPortMovesAway(t *testing.T) {
	taken := busyPort(t)
	fake := enginetest.New()
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	r.form.Ports[0].Host = taken // as if this had been the first choice
	r.examine()
	r.until(t, "another port", func() bool { return r.form.Ports[0].Host != taken })
	r.untilShows(t, taken+" is used by runsheet.test")
	if r.f.reason() != "" {
		t.Errorf("Run says %q", r.f.reason())
	}
}

func TestFailureKeepsWhatWasTyped(t *testing.T) {
	fake := enginetest.New()
	fake.AddImageDetail(engine.ImageDetail{Image: engine.Image{Tags: []string{"nginx:latest"}}})
	fake.Fail("StartContainer", engine.ErrPortTaken)
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	viewtest.Type(t, r.w, "Name", "typed")
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "nginx did not start")
	r.untilShows(t, "The port is already in use")
	r.until(t, "nothing left", func() bool { return len(r.created()) == 0 })
	viewtest.Tap(t, r.w, "Details")
	r.untilShows(t, "host port is in use")
	viewtest.Tap(t, r.w, "Back to the form")
	r.drain()
	if got := viewtest.Input(t, r.w, "Name").Text(); got != "typed" {
		t.Errorf("the name is %q", got)
	}
	fake.Fail("StartContainer", errors.New("out of luck"))
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "nginx did not start")
	fake.Fail("StartContainer", nil)
	viewtest.Tap(t, r.w, "Try again")
	r.untilShows(t, "typed runs")
}

func TestCancelLeavesNothing(t *testing.T) {
	fake := enginetest.New()
	fake.SetPull("nginx:latest", nginx(time.Minute/2))
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	viewtest.Type(t, r.w, "Name", "mine")
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "Getting nginx ready")
	r.untilShows(t, "it goes on in the background")
	viewtest.Tap(t, r.w, "Cancel")
	r.untilShows(t, "Cancelled. Nothing half-made was left behind.")
	if got := viewtest.Input(t, r.w, "Name").Text(); got != "mine" || len(r.created()) != 0 {
		t.Errorf("the name is %q, containers %v", got, r.created())
	}
}

func TestLayersAndStagesAreShown(t *testing.T) {
	fake := enginetest.New()
	script := nginx(0)
	script.Steps = script.Steps[:6]
	script.Err = nil
	fake.SetPull("nginx:latest", script)
	fake.Hang("CreateContainer")
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	viewtest.Tap(t, r.w, "Run")
	r.untilShows(t, "layer0000001")
	r.untilShows(t, "What are these layers?")
	r.until(t, "creating", func() bool { return slices.Contains(fake.Calls(), "CreateContainer") })
	viewtest.Key(r.w, fyne.KeyEscape)
	r.drain()
	if r.layer.Open() {
		t.Error("Esc does not close the sheet")
	}
	fake.Release()
	r.until(t, "running in the background", func() bool { rows := r.created(); return len(rows) == 1 && rows[0].State == engine.StateRunning })
}

func TestImageThatEndsAtOnce(t *testing.T) {
	for name, tc := range map[string]struct {
		ref     string
		process enginetest.Process
		want    string
	}{
		"as it should": {"hello-world", enginetest.Process{Ends: true}, "It did its work and stopped"},
		"with a code":  {"nginx", enginetest.Process{Ends: true, ExitCode: 3}, "Exited with code 3: the program failed"},
		"no memory":    {"nginx", enginetest.Process{Ends: true, ExitCode: 137, OOM: true}, "it ran out of memory"},
		"a crash":      {"nginx", enginetest.Process{Ends: true, ExitCode: 139}, "Exited with code 139"},
		"no program":   {"nginx", enginetest.Process{Ends: true, ExitCode: 127}, "Exited with code 127"},
		"no error":     {"me/app", enginetest.Process{Ends: true}, "It stopped at once, without an error"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := enginetest.New()
			fake.SetProcess(func(engine.ContainerDetail) enginetest.Process { return tc.process })
			fake.AddImageDetail(engine.ImageDetail{Image: engine.Image{Tags: []string{tc.ref + ":latest"}}, Command: []string{"app"}})
			r := open(t, lifetest.Online(t, fake), fake, tc.ref)
			viewtest.Tap(t, r.w, "Run")
			r.untilShows(t, tc.want)
			viewtest.Tap(t, r.w, "See its log")
			if len(r.host.Routes) != 1 || r.host.Routes[0].Tab != "logs" {
				t.Errorf("went to %v", r.host.Routes)
			}
		})
	}
}

func TestShellKeepsATerminal(t *testing.T) {
	fake := enginetest.New()
	fake.AddImageDetail(engine.ImageDetail{Image: engine.Image{Tags: []string{"me/shell:1"}}, Command: []string{"bash"}, Volumes: []string{"/work"}})
	r := open(t, lifetest.Online(t, fake), fake, "me/shell:1")
	r.untilShows(t, "shell waits for somebody to type.")
	if want := "docker run -d -it --name hello-shell -v hello-shell-data:/work me/shell:1"; r.f.command.Command() != want {
		t.Errorf("\n got %s\nwant %s", r.f.command.Command(), want)
	}
	viewtest.Tap(t, r.w, "More options")
	viewtest.Tap(t, r.w, "Keep a terminal open")
	r.drain()
	r.hides(t, "waits for somebody to type")
	viewtest.Type(t, r.w, "Command", "sh -c 'echo $HOME'")
	viewtest.Type(t, r.w, "Memory limit", "1,5 Go")
	if want := "docker run -d --name hello-shell -v hello-shell-data:/work --memory 1536m me/shell:1 sh -c 'echo $HOME'"; r.f.command.Command() != want {
		t.Errorf("\n got %s\nwant %s", r.f.command.Command(), want)
	}
}

func TestRows(t *testing.T) {
	fake := enginetest.New()
	fake.AddVolume(engine.Volume{Name: "old"})
	r := open(t, lifetest.Online(t, fake), fake, "me/app")
	for _, label := range []string{"Add a port", "Add a volume", "Add a variable"} {
		viewtest.Tap(t, r.w, label)
	}
	viewtest.Type(t, r.w, "Port on this computer", "18000")
	viewtest.Type(t, r.w, "Port in the container", "8000")
	viewtest.Tap(t, r.w, "Choose a volume")
	viewtest.Tap(t, r.w, "old")
	viewtest.Type(t, r.w, "Path in the container", "/srv")
	viewtest.Type(t, r.w, "Variable", "TZ")
	viewtest.Type(t, r.w, "Value", "Europe/Paris")
	viewtest.Tap(t, r.w, "Open to the network")
	if want := "docker run -d --name hello-app -p 18000:8000 -v old:/srv -e TZ=Europe/Paris me/app:latest"; r.f.command.Command() != want {
		t.Errorf("\n got %s\nwant %s", r.f.command.Command(), want)
	}
	r.untilShows(t, "Everyone on your network can reach these ports.")
	for _, label := range []string{"Remove this port", "Remove this volume from the form", "Remove this variable"} {
		viewtest.Tap(t, r.w, label)
	}
	if want := "docker run -d --name hello-app me/app:latest"; r.f.command.Command() != want {
		t.Errorf("\n got %s\nwant %s", r.f.command.Command(), want)
	}
	r.hides(t, "Everyone on your network")
}

func TestTags(t *testing.T) {
	a := withHub(t, hub{tags: []discover.Tag{{Name: "15", SizeBytes: 150e6}, {Name: "latest", SizeBytes: 160e6}}})
	a.Store.Images.Set(store.Snapshot[engine.Image]{Loaded: true, Rows: []engine.Image{{Tags: []string{"postgres:9", "other:1"}}}})
	r := open(t, a, enginetest.New(), "postgres")
	r.untilShows(t, "150\u00a0MB to download")
	if r.form.Tag != "15" {
		t.Errorf("the Hub has no %s", r.form.Tag)
	}
	viewtest.Tap(t, r.w, "Choose a version")
	labels := viewtest.Labels(r.w)
	if !slices.Equal(labels, []string{"9", "15", "17", "latest"}) {
		t.Errorf("offered %v", labels)
	}
	r.untilShows(t, "on this computer")
	viewtest.Tap(t, r.w, "9")
	r.drain()
	r.untilShows(t, "The image is here: it starts at once")
	viewtest.Type(t, r.w, "Version", "")
	r.untilShows(t, "Choose a version first")
}

func TestHubDoesNotAnswer(t *testing.T) {
	r := open(t, withHub(t, hub{err: engine.ErrTimeout}), enginetest.New(), "nginx")
	r.untilShows(t, "Docker Hub does not answer: type a version")
	if r.f.reason() != "" {
		t.Errorf("Run says %q", r.f.reason())
	}
}

func TestWithoutAnEngine(t *testing.T) {
	a := withHub(t, hub{})
	a.Store.Connection.Set(store.Connection{Phase: store.Reconnecting})
	r := open(t, a, enginetest.New(), "nginx")
	r.untilShows(t, "Waiting for the engine")
	a.Store.Connection.Set(store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{Host: "ssh://me@box"}})
	r.untilShows(t, "The engine runs on box")
	if r.f.reason() != "" {
		t.Errorf("Run says %q", r.f.reason())
	}
}

func TestEveryStarterFits(t *testing.T) {
	defer say.SetLanguage("en")
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		for _, ref := range []string{"nginx", "postgres", "wordpress", "rabbitmq", "python", "mongo", "mariadb"} {
			a := withHub(t, hub{tags: []discover.Tag{{Name: "latest", SizeBytes: 23e6}}})
			r := openAt(t, a, enginetest.New(), ref, fyne.NewSize(900, 600), theme.AlwaysLight)
			if ref == "mariadb" {
				r.route.For = "wordpress"
				r.form.SetNewNetwork("hello-net")
			}
			r.f.options.open = true
			r.f.build()
			r.drain()
			if need := r.Content().MinSize(); need.Width > 560.5 || need.Height > 580 {
				t.Errorf("%s in %s needs %v", ref, language, need)
			}
			viewtest.Visit(r.w, func(o fyne.CanvasObject) {
				at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
				if p, ok := o.(*kit.Press); ok && at.X+p.Size().Width > 891 {
					t.Errorf("%s in %s: %q ends at %v", ref, language, p.Label(), at.X+p.Size().Width)
				}
			})
			for _, state := range []task.State{task.Done, task.Failed} {
				r.showEnd(task.Task{State: state, Err: engine.ErrPortTaken})
				if need := r.Content().MinSize(); need.Width > 560.5 || need.Height > 580 {
					t.Errorf("the end of %s in %s needs %v", ref, language, need)
				}
			}
			r.layer.Close()
		}
	}
}

func TestEnterIsTheSecondClick(t *testing.T) {
	fake := enginetest.New()
	fake.AddImageDetail(engine.ImageDetail{Image: engine.Image{Tags: []string{"nginx:latest"}}})
	r := open(t, lifetest.Online(t, fake), fake, "nginx")
	viewtest.Key(r.w, fyne.KeyReturn)
	viewtest.Key(r.w, fyne.KeyReturn) // one too many
	r.untilShows(t, "hello-nginx runs")
}

func TestFocusStaysWhereTheUserIs(t *testing.T) {
	a := withHub(t, hub{})
	a.Store.Connection.Set(store.Connection{Phase: store.Connecting})
	r := open(t, a, enginetest.New(), "nginx")
	viewtest.Type(t, r.w, "Name", "mi")
	a.Store.Connection.Set(store.Connection{Phase: store.Ready})
	r.drain()
	if r.f.reason() != "" || r.w.Canvas().Focused() != r.f.name.Focusable() {
		t.Errorf("the focus went to %v; Run says %q", r.w.Canvas().Focused(), r.f.reason())
	}
}
