package shell

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"

	"escale/app"
	"escale/app/keeper/keepertest"
	"escale/app/release"
	"escale/app/session"
	"escale/app/settings"
	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/engine/machine"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/tray"
	"escale/views/viewtest"
)

// toolkit is the toolkit's app, of which a test hears what it is asked to open,
// and to end.
type toolkit struct {
	fyne.App

	opened []string
	fails  error
	quits  int
}

// OpenURL implements fyne.App.
func (k *toolkit) OpenURL(u *url.URL) error {
	k.opened = append(k.opened, u.String())
	return k.fails
}

// Quit implements fyne.App.
func (k *toolkit) Quit() { k.quits++ }

// started is a window of an app with options.
func started(t *testing.T, o Options, releases release.Options) (*rig, *toolkit) {
	t.Helper()
	viewtest.App(t)
	fake := enginetest.New()
	r := &rig{fake: fake, queue: viewtest.NewQueue()}
	r.app = lifetest.With(t, fake, app.Options{Releases: releases})
	if err := r.app.Settings.Update(func(p *settings.Prefs) { p.Theme, p.Language = "light", "en" }); err != nil {
		t.Fatal(err)
	}
	k := &toolkit{App: fyne.CurrentApp()}
	r.Shell = New(r.app, k, r.queue, o)
	r.w = r.window
	t.Cleanup(func() { r.end(); r.window.Close() })
	r.settle()
	return r, k
}

// TestStartsHidden: nothing is shown or sampled until somebody asks.
func TestStartsHidden(t *testing.T) {
	r, k := started(t, Options{Hidden: true}, release.Options{})
	if !r.hidden || !r.away || !r.unmade {
		t.Fatalf("hidden %v, away %v, unmade %v", r.hidden, r.away, r.unmade)
	}
	r.arrive() // the toolkit's loop begins
	if !r.unmade {
		t.Error("the loop's beginning makes the window")
	}
	r.close()
	if k.quits != 1 {
		t.Error("without a window the program does not end")
	}
	r.Raise()
	r.settle()
	if r.hidden || r.unmade {
		t.Errorf("Raise leaves it: hidden %v, unmade %v", r.hidden, r.unmade)
	}
}

// TestHiddenStartWaitsWithTheMachine: it boots once the window is opened.
func TestHiddenStartWaitsWithTheMachine(t *testing.T) {
	viewtest.App(t)
	m := keepertest.New("unix:///run/escale/default.sock")
	m.Be(machine.StateStopped)
	nobody := func(context.Context, engine.Endpoint) (engine.Engine, error) { return nil, engine.ErrUnreachable }
	a := app.New(app.Options{Machine: m, Unattended: true, Connect: nobody, Finder: session.Found(func() []engine.Candidate {
		return []engine.Candidate{{Endpoint: engine.Endpoint{ID: "machine", Kind: engine.EndpointMachine}, Err: engine.Unreachable(engine.ErrNotStarted, nil)}}
	}, nil)})
	r := &rig{app: a, queue: viewtest.NewQueue()}
	r.Shell = New(a, &toolkit{App: fyne.CurrentApp()}, r.queue, Options{Hidden: true})
	r.w = r.window
	a.Start(t.Context())
	t.Cleanup(func() { r.end(); r.window.Close(); a.Close() })
	r.until(t, "that no engine runs", func() bool { return a.Store.Connection.Get().Phase == store.Failed })
	if n := m.Count("start"); n != 0 {
		t.Errorf("started %d times while nobody looks", n)
	}
	r.Raise()
	r.until(t, "the start of the machine", func() bool { return m.Count("start") > 0 })
}

// TestStartsHiddenWithoutTray: a panel may come late; without one the window does.
func TestStartsHiddenWithoutTray(t *testing.T) {
	for _, late := range []bool{true, false} {
		r, _ := started(t, Options{Hidden: true}, release.Options{})
		synctest.Test(t, func(t *testing.T) {
			queue, s := viewtest.NewQueue(), r.Shell
			s.Poster = queue
			defer func() { s.Poster = r.queue }()
			pass := func(d time.Duration) {
				past := false
				defer post.After(queue, d, func() { past = true })()
				synctest.Wait()
				if !queue.Settle(func() bool { return past }) {
					t.Fatal("time does not pass")
				}
			}
			s.outside.setHosted(tray.Absent)
			pass(trayLate - time.Second)
			if !s.hidden {
				t.Fatal("it does not wait for the panel")
			}
			if late {
				s.outside.setHosted(tray.Present)
			}
			pass(2 * time.Second)
			if told := viewtest.Shows(r.w, say.L("tray.late.title")); s.hidden != late || told == late {
				t.Errorf("with a panel %v: hidden %v, told %v", late, s.hidden, told)
			}
			s.root.Toasts.Clear() // its timer is of this bubble
			s.outside.waiting()
			s.outside.waiting = func() {}
		})
	}
}

// TestReportIsOffered: what the last run died of, with nothing sent anywhere.
func TestReportIsOffered(t *testing.T) {
	report := filepath.Join(t.TempDir(), "crash report.txt")
	if err := os.WriteFile(report, []byte("panic: a screen went wrong"), 0o600); err != nil {
		t.Fatal(err)
	}
	offer := func() (*rig, *toolkit) {
		r, k := started(t, Options{Crashed: report}, release.Options{})
		if !viewtest.Shows(r.w, say.L("crash.title")) {
			t.Fatalf("it is not offered: %q", viewtest.Texts(r.w))
		}
		return r, k
	}
	r, k := offer()
	viewtest.Tap(t, r.w, say.L("crash.show"))
	if len(k.opened) != 1 || !strings.HasPrefix(k.opened[0], "file:///") || strings.Contains(k.opened[0], ".txt") {
		t.Errorf("shown: %q", k.opened)
	}
	r, k = offer()
	viewtest.Tap(t, r.w, say.L("crash.copy"))
	if got := k.Clipboard().Content(); got != "panic: a screen went wrong" {
		t.Errorf("copied: %q", got)
	}
	r, k = offer()
	viewtest.Tap(t, r.w, say.L("crash.dismiss"))
	if viewtest.Shows(r.w, say.L("crash.title")) || len(k.opened) > 0 {
		t.Error("dismissed, it stays")
	}
	r, _ = started(t, Options{}, release.Options{})
	if viewtest.Shows(r.w, say.L("crash.title")) {
		t.Error("told of a run that ended well")
	}
}

// TestFolderThatCannotBeShown names it instead.
func TestFolderThatCannotBeShown(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "log")
	r, k := started(t, Options{Logs: folder}, release.Options{})
	k.fails = os.ErrNotExist
	r.Open(nav.Route{Place: nav.Settings})
	r.settle()
	viewtest.Tap(t, r.w, say.L("settings.logs.open"))
	if !viewtest.Shows(r.w, folder) || len(k.opened) != 1 {
		t.Errorf("asked to open %q, it shows %q", k.opened, viewtest.Texts(r.w))
	}
}

// TestReleaseIsToldOnce, and when there is a window to tell it in.
func TestReleaseIsToldOnce(t *testing.T) {
	found := release.Manifest{
		Version: "1.3.0", Date: time.Now(), Notes: "https://escale.example/notes",
		Downloads: map[string]release.Download{},
	}
	r, k := started(t, Options{Hidden: true}, release.Options{
		Version: "1.2.3", Address: "https://escale.example/latest",
		Fetch: func(context.Context, string) (release.Manifest, error) { return found, nil },
	})
	title := say.L("release.title", "Version", "1.3.0")
	r.app.Releases.Look()
	r.until(t, "the look", func() bool { return r.app.Releases.State.Get().Looked })
	if viewtest.Shows(r.w, title) || r.app.Settings.Get().Updates.Told != "" {
		t.Error("told to nobody")
	}
	r.Raise()
	r.until(t, "the word of it", func() bool { return viewtest.Shows(r.w, title) })
	viewtest.Tap(t, r.w, say.L("release.open"))
	if !slices.Equal(k.opened, []string{"https://escale.example/notes"}) {
		t.Errorf("opened: %q", k.opened)
	}
	r.app.Releases.Look()
	r.hide()
	r.raise()
	r.settle()
	if viewtest.Shows(r.w, title) {
		t.Error("told a second time")
	}
}
