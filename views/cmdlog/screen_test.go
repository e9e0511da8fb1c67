package cmdlog

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"go.uber.org/goleak"

	"escale/app/cmdlog"
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

// rig is the screen in a window, over a log of what is done to a fake.
type rig struct {
	*Screen
	log  *cmdlog.Log
	eng  engine.Engine
	host *lifetest.Host
	w    fyne.Window
}

func screen(t *testing.T, width, height float32) rig {
	t.Helper()
	viewtest.App(t)
	host := lifetest.NewHost()
	fake := enginetest.New()
	t.Cleanup(func() { _ = fake.Close() })
	fake.AddImage(engine.Image{Tags: []string{"nginx:1.29"}})
	fake.SetPull("postgres:17", enginetest.PullOf(engine.ImageDetail{}, 0, 1000))
	log := cmdlog.New()
	at := store.NewValue(store.Connection{Phase: store.Ready, Endpoint: fake.Endpoint()})
	s := New(log, at, host)
	t.Cleanup(s.Close)
	host.View = viewtest.Window(t, s.Content(), width, height)
	s.Show(nav.Route{Place: nav.Commands})
	r := rig{s, log, log.Wrap(fake), host, host.View}
	r.drain()
	return r
}

func (r rig) drain() {
	viewtest.Settle(r.w)
	r.host.Drain()
	viewtest.Settle(r.w)
}

// morning is a morning's work.
func (r rig) morning(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	try(r.eng.PullImage(ctx, "postgres:17", func(engine.PullProgress) {}))
	_, err := r.eng.CreateNetwork(ctx, engine.NetworkSpec{Name: "shop"})
	try(err)
	db, _, err := r.eng.CreateContainer(ctx, engine.ContainerSpec{
		Name: "db", Image: "postgres:17", Network: "shop", Env: []engine.EnvVar{{Name: "POSTGRES_PASSWORD", Value: "enigma"}},
		Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "db-data", Target: "/var/lib/postgresql/data"}},
	})
	try(err)
	try(r.eng.StartContainer(ctx, db))
	web, _, err := r.eng.CreateContainer(ctx, engine.ContainerSpec{
		Name: "a-web-site-with-quite-a-long-name", Image: "nginx:1.29", Ports: []engine.PortBinding{{HostIP: "127.0.0.1", Host: 8080, Container: 80}},
		Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "site", Target: "/usr/share/nginx/html", ReadOnly: true}}, MemoryBytes: 256 << 20,
	})
	try(err)
	try(r.eng.StartContainer(ctx, web))
	if r.eng.RemoveVolume(ctx, "db-data") == nil {
		t.Fatal("a volume in use went")
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_ = r.eng.PullImage(cancelled, "nginx:1.29", func(engine.PullProgress) {})
	for range 3 {
		_, err = r.eng.ListContainers(ctx)
		try(err)
	}
	r.drain()
}

func (r rig) words() (all []string) {
	for _, e := range r.rows {
		all = append(all, e.Line())
	}
	return all
}

func TestRows(t *testing.T) {
	r := screen(t, 1000, 700)
	r.morning(t)
	if len(r.rows) != 6 || r.words()[0] != "docker pull nginx:1.29" || r.words()[5] != "docker pull postgres:17" {
		t.Errorf("rows = %q", r.words())
	}
	viewtest.Tap(t, r.w, say.L("cmdlog.filter.all"))
	r.drain()
	if len(r.rows) != 7 || r.rows[0].Times != 3 {
		t.Errorf("with questions: %q", r.words())
	}
	r.search.SetQuery("DB-data")
	r.choose()
	if len(r.rows) != 2 {
		t.Errorf("found %q", r.words())
	}
	r.search.SetQuery("nothing of the kind")
	r.choose()
	if r.why != noMatch || !r.list.Hidden {
		t.Error("no word for no match")
	}
	viewtest.Tap(t, r.w, say.L("cmdlog.none.button"))
	if r.why != occupied || len(r.rows) != 7 {
		t.Errorf("all are shown again: %q", r.words())
	}
}

// TestOutcomesAreWorded never shows an error raw.
func TestOutcomesAreWorded(t *testing.T) {
	r := screen(t, 1000, 700)
	r.morning(t)
	for i, want := range []string{"cancelled after", "failed: " + say.Error(engine.ErrInUse).Title, "done in"} {
		if got := r.about(r.rows[i]); !strings.Contains(got, want) {
			t.Errorf("row %d says %q, want %q in it", i, got, want)
		}
	}
	if got := r.about(cmdlog.Entry{State: cmdlog.Running}); !strings.Contains(got, say.L("cmdlog.running")) {
		t.Errorf("what is under way says %q", got)
	}
}

// TestOne opens one command, and says what is not kept of it.
func TestOne(t *testing.T) {
	r := screen(t, 1000, 700)
	r.morning(t)
	at := slices.IndexFunc(r.rows, func(e cmdlog.Entry) bool { return e.Secret() })
	r.open(r.rows[at])
	shown := strings.Join(viewtest.Texts(r.w), "\n")
	if !strings.Contains(shown, "POSTGRES_PASSWORD") || strings.Contains(shown, "enigma") || !strings.Contains(shown, say.L("cmdlog.secret.title")) {
		t.Errorf("it says %s", shown)
	}
	kit.Escape(r.w.Canvas())
	r.open(r.rows[1])
	if shown = strings.Join(viewtest.Texts(r.w), "\n"); !strings.Contains(shown, say.Error(engine.ErrInUse).Title) {
		t.Errorf("it says %s", shown)
	}
}

// TestScriptInBothLanguages reads as a script, whatever the language.
func TestScriptInBothLanguages(t *testing.T) {
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		t.Cleanup(func() { say.SetLanguage("en") })
		r := screen(t, 1000, 700)
		r.morning(t)
		script, empty := r.script()
		if empty || !strings.Contains(script, "\ndocker network create shop\n") || strings.Contains(script, "enigma") || strings.Contains(script, "cmdlog.") {
			t.Errorf("script:\n%s", script)
		}
		for line := range strings.SplitSeq(script, "\n") {
			if strings.Contains(line, "docker pull nginx") && !strings.HasPrefix(line, "# ") {
				t.Errorf("what was cancelled is repeated: %q", line)
			}
		}
	}
}

func TestSave(t *testing.T) {
	r := screen(t, 1000, 700)
	if r.save.Enabled() {
		t.Error("nothing can be saved")
	}
	r.morning(t)
	if !r.save.Enabled() {
		t.Error("it cannot be saved")
	}
	path := filepath.Join(t.TempDir(), "again.sh")
	text, _ := r.script()
	r.write(path, text)
	r.await(t)
	written, err := os.ReadFile(path)
	if err != nil || string(written) != text {
		t.Errorf("written: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if len(r.host.Toasts) != 1 || !strings.Contains(r.host.Toasts[0], "again.sh") {
		t.Errorf("told: %q", r.host.Toasts)
	}
	r.write(filepath.Join(path, "no folder", "x.sh"), text)
	r.await(t)
	if len(r.host.Toasts) != 2 || !strings.HasPrefix(r.host.Toasts[1], say.L("cmdlog.unsaved", "Name", "x.sh")) {
		t.Errorf("told: %q", r.host.Toasts)
	}
}

// await waits until something was told.
func (r rig) await(t *testing.T) {
	t.Helper()
	told := len(r.host.Toasts)
	if !r.host.Settle(func() bool { return len(r.host.Toasts) > told }) {
		t.Fatal("nothing was told")
	}
}

func TestClear(t *testing.T) {
	r := screen(t, 1000, 700)
	r.morning(t)
	r.askClear()
	viewtest.Tap(t, r.w, say.L("cmdlog.clear.verb"))
	r.drain()
	if len(r.rows) != 0 || r.why != empty {
		t.Errorf("left: %q", r.words())
	}
	viewtest.Tap(t, r.w, say.L("cmdlog.empty.button"))
	if len(r.host.Routes) != 1 || r.host.Routes[0].Place != nav.Discover {
		t.Errorf("opened %v", r.host.Routes)
	}
}

// TestRowsRestUnderThePointer holds rows where they are while the user may be
// about to click one.
func TestRowsRestUnderThePointer(t *testing.T) {
	old := []cmdlog.Entry{{ID: 2, State: cmdlog.Running}, {ID: 1}}
	fresh := []cmdlog.Entry{{ID: 3}, {ID: 2, State: cmdlog.Failed}, {ID: 1}}
	rows, pending := settle(old, fresh, true)
	if !pending || len(rows) != 2 || rows[0].ID != 2 || rows[0].State != cmdlog.Failed {
		t.Errorf("rows = %v, pending %v", rows, pending)
	}
	if rows, pending = settle(old, fresh, false); pending || len(rows) != 3 {
		t.Errorf("rows = %v, pending %v", rows, pending)
	}
}

func TestFitsAndGoldens(t *testing.T) {
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		t.Cleanup(func() { say.SetLanguage("en") })
		r := screen(t, 1020, 700)
		viewtest.ShotWindow(t, "cmdlog-empty-"+language, r.w)
		r.morning(t)
		viewtest.ShotWindow(t, "cmdlog-"+language, r.w)
		r.open(r.rows[3])
		viewtest.ShotWindow(t, "cmdlog-one-"+language, r.w)
		small := screen(t, 680, 600)
		small.morning(t)
		viewtest.ShotWindow(t, "cmdlog-small-"+language, small.w)
		if least := small.Content().MinSize(); least.Width > 680 || least.Height > 600 {
			t.Errorf("%s: needs %v", language, least)
		}
	}
	say.SetLanguage("en")
	r := screen(t, 1020, 700)
	fyne.CurrentApp().Settings().SetTheme(theme.New(theme.AlwaysDark))
	r.morning(t)
	viewtest.ShotWindow(t, "cmdlog-dark", r.w)
}
