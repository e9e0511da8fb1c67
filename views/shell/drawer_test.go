package shell

import (
	"context"
	"errors"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/settings"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/engine/machine"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

// work starts a task that reports what progress sends and ends with what end
// sends.
func (r *rig) work(spec task.Spec) (progress chan task.Progress, end chan error) {
	progress, end = make(chan task.Progress), make(chan error)
	r.app.Tasks.Start(spec, func(ctx context.Context, report func(task.Progress)) error {
		for {
			select {
			case p := <-progress:
				report(p)
			case err := <-end:
				return err
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	})
	return progress, end
}

// TestDrawer follows a download through the drawer: progress on the same
// widgets while the user goes elsewhere, the end, and the way to the result.
func TestDrawer(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "engine"})
	r.press(fyne.KeyJ, ctrl)
	if !viewtest.Shows(r.w, "Nothing is under way") || !viewtest.Shows(r.w, "docker pull hello-world") {
		t.Fatalf("the drawer is not open: %q", viewtest.Texts(r.w))
	}
	progress, end := r.work(task.Spec{Verb: store.VerbPull, Subject: "nginx:1.29"})
	progress <- task.Progress{Stage: task.StagePull, Fraction: 0.25, Pull: engine.PullProgress{CurrentBytes: 25_000_000, TotalBytes: 100_000_000}}
	r.until(t, "a quarter", func() bool { return viewtest.Shows(r.w, "25\u00a0MB / 100\u00a0MB") })
	cancel := viewtest.Find(r.w, "Cancel")
	r.Open(nav.Route{Place: nav.Settings})
	progress <- task.Progress{Stage: task.StagePull, Fraction: 0.5, Pull: engine.PullProgress{CurrentBytes: 50_000_000, TotalBytes: 100_000_000}}
	r.until(t, "half", func() bool { return viewtest.Shows(r.w, "50\u00a0MB / 100\u00a0MB") })
	if viewtest.Find(r.w, "Cancel") != cancel {
		t.Error("the button was replaced under the pointer")
	}
	end <- nil
	r.until(t, "done", func() bool { return viewtest.Shows(r.w, "nginx:1.29 is on this computer") })
	viewtest.Tap(t, r.w, "Show it")
	if r.route.Place != nav.Images {
		t.Errorf("it shows %q", r.route.Place)
	}
	viewtest.Tap(t, r.w, "Clear finished")
	r.until(t, "cleared", func() bool { return viewtest.Shows(r.w, "Nothing is under way") })
	viewtest.Key(r.w, fyne.KeyEscape)
	if r.drawer.content.Visible() {
		t.Error("Esc does not close the drawer")
	}
}

// TestDrawerFailure checks cancelling, failing, and trying again.
func TestDrawerFailure(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "engine"})
	r.drawer.toggle()
	_, end := r.work(task.Spec{Verb: store.VerbPull, Subject: "nginx"})
	r.until(t, "running", func() bool { return viewtest.Find(r.w, "Cancel") != nil })
	end <- engine.ErrDenied
	r.until(t, "failed", func() bool { return viewtest.Shows(r.w, "The registry says no") })
	if r.root.Toasts.Count() != 1 {
		t.Errorf("%d toasts", r.root.Toasts.Count())
	}
	r.root.Toasts.Clear()
	viewtest.Tap(t, r.w, "Try again")
	r.until(t, "again", func() bool { return viewtest.Find(r.w, "Cancel") != nil })
	viewtest.Tap(t, r.w, "Cancel")
	r.until(t, "cancelled", func() bool { return viewtest.Shows(r.w, "Cancelled") })
	viewtest.Tap(t, r.w, "Remove from the list")
	r.until(t, "gone", func() bool { return viewtest.Shows(r.w, "Nothing is under way") })
}

// TestDrawerWidth checks that the drawer never makes a page narrower than pages
// are drawn for.
func TestDrawerWidth(t *testing.T) {
	for width, over := range map[float32]bool{900: true, 1200: true, 1240: false} {
		r := newRig(t, settings.Prefs{LastRoute: "engine", Window: settings.Window{Width: width, Height: 700}})
		r.drawer.toggle()
		r.settle()
		if page := r.page.Size().Width; page < leastPage-1 || r.layout.over != over {
			t.Errorf("a window of %v: the page has %v, over %v", width, page, r.layout.over)
		}
		if r.Open(nav.Route{Place: nav.Images}); r.drawer.content.Visible() == over {
			t.Errorf("a window of %v: the drawer visible %v after going elsewhere", width, !over)
		}
	}
}

func TestShown(t *testing.T) {
	now := time.Now()
	for name, tc := range map[string]struct {
		task task.Task
		want bool
	}{
		"loud":           {task.Task{Started: now}, true},
		"quiet":          {task.Task{Quiet: true, Started: now}, false},
		"quiet and slow": {task.Task{Quiet: true, Started: now.Add(-3 * time.Second)}, true},
		"quiet, failed":  {task.Task{Quiet: true, State: task.Failed}, true},
	} {
		if got := len(shown([]task.Task{tc.task}, now)) == 1; got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAnnounce(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "engine"})
	r.announce(task.Task{Verb: store.VerbStop, Subject: "web", Quiet: true, State: task.Done})
	r.announce(task.Task{Verb: store.VerbStop, Subject: "web", State: task.Cancelled})
	if n := r.root.Toasts.Count(); n != 0 {
		t.Errorf("%d toasts for what needs none", n)
	}
	r.announce(task.Task{Verb: store.VerbPrune, State: task.Done, Result: "1500000000"})
	r.announce(task.Task{Verb: store.VerbStop, Subject: "web", Quiet: true, State: task.Failed, Err: engine.ErrTimeout})
	r.settle()
	for _, words := range []string{"Cleaned up: 1.5\u00a0GB freed", "web could not be stopped", "The engine has not answered."} {
		if !viewtest.Shows(r.w, words) {
			t.Errorf("%q is not said: %q", words, viewtest.Texts(r.w))
		}
	}
	viewtest.Tap(t, r.w, "Copy the details")
	if got := fyne.CurrentApp().Clipboard().Content(); got != engine.ErrTimeout.Error() {
		t.Errorf("copied %q", got)
	}
}

// The run sheet tells of its own task; another one's failure is not muted by it.
func TestAnnounceBesideTheRunSheet(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "engine"})
	r.Open(nav.Route{Place: nav.Run, ID: "nginx"})
	r.announce(task.Task{ID: 99, Verb: store.VerbRun, Subject: "web", State: task.Failed, Err: engine.ErrTimeout})
	if n := r.root.Toasts.Count(); n != 1 {
		t.Errorf("%d toasts for a failure in the background, want 1", n)
	}
	r.sheet.Close()
	r.settle()
	if r.running != nil {
		t.Error("the closed sheet still mutes its task")
	}
}

// TestTaskWords checks that every verb is worded in every state.
func TestTaskWords(t *testing.T) {
	t.Cleanup(func() { say.SetLanguage("en") })
	verbs := []store.Verb{
		store.VerbRun, store.VerbPull, store.VerbCreate, store.VerbStart, store.VerbStop, store.VerbRestart, store.VerbPause, store.VerbResume,
		store.VerbKill, store.VerbRename, store.VerbRemove, store.VerbUpdate, store.VerbPrune, store.VerbTag, store.VerbConnect,
	}
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		seen := map[string]store.Verb{}
		for _, verb := range verbs {
			one := task.Task{Verb: verb, Subject: "web"}
			title := taskTitle(one)
			if other, twice := seen[title]; twice {
				t.Errorf("%s: %s and %s are both %q", language, verb, other, title)
			}
			seen[title] = verb
			for _, words := range []string{title, taskDone(one), taskFailed(one)} {
				if words == "" || words == "web" || len(words) > 4 && words[:5] == "task." {
					t.Errorf("%s: %s says %q", language, verb, words)
				}
			}
		}
	}
}

func TestBannerAndPill(t *testing.T) {
	now := time.Now()
	lost := now.Add(-65 * time.Second)
	for name, tc := range map[string]struct {
		c            store.Connection
		banner, pill string
	}{
		"ready":        {store.Connection{Phase: store.Ready}, "", "Engine running"},
		"starting":     {store.Connection{Phase: store.Connecting}, "", "Connecting…"},
		"lost":         {store.Connection{Phase: store.Reconnecting, Lost: lost}, "The connection to the engine is lost. What you see is 1\u00a0min old; Escale keeps trying.", "Connection lost"},
		"unresponsive": {store.Connection{Phase: store.Unresponsive, Lost: lost}, "The engine has not answered for 1\u00a0min. The window goes on working; what you see may be old.", "Not answering"},
		"failed":       {store.Connection{Phase: store.Failed, Err: errors.New("x")}, "No engine runs containers yet. You can look around meanwhile.", "No engine"},
		"stopped":      {rested(errors.New("the machine was stopped")), "Escale Machine is stopped. It keeps everything; containers run again once it is started.", "Stopped"},
		"broken":       {rested(&machine.Failure{Cause: machine.CauseBootStuck}), "No engine runs containers yet. You can look around meanwhile.", "No engine"},
	} {
		if got := bannerWords(tc.c, now); got != tc.banner {
			t.Errorf("%s: banner %q", name, got)
		}
		if _, got, _ := pillWords(tc.c, now); got != tc.pill {
			t.Errorf("%s: pill %q", name, got)
		}
	}
}

// rested is a connection to a machine that does not run.
func rested(why error) store.Connection {
	return store.Connection{
		Phase: store.Failed, Err: engine.Unreachable(engine.ErrNotStarted, why),
		Endpoint: engine.Endpoint{ID: "machine", Kind: engine.EndpointMachine, Name: "Escale Machine"},
	}
}

// TestBannerOfAStoppedMachine checks that the banner has the one button that
// starts it.
func TestBannerOfAStoppedMachine(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "images"})
	r.app.Store.Connection.Set(rested(errors.New("the machine was stopped")))
	r.settle()
	if !viewtest.Shows(r.w, "Escale Machine is stopped.") || viewtest.Find(r.w, "Start the machine") == nil || viewtest.Find(r.w, "Retry now") != nil {
		t.Errorf("it shows %q", viewtest.Labels(r.w))
	}
}

// TestBanner checks that the banner comes and goes with its room, and not on the
// page that tells it all.
func TestBanner(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "images"})
	top := r.body.Position().Y
	r.app.Store.Connection.Update(func(c store.Connection) store.Connection {
		c.Phase, c.Lost = store.Reconnecting, time.Now()
		return c
	})
	r.settle()
	if !viewtest.Shows(r.w, "The connection to the engine is lost") || r.body.Position().Y <= top {
		t.Errorf("no banner, the page is at %v", r.body.Position())
	}
	viewtest.Tap(t, r.w, "See the engine")
	r.settle()
	if r.banner.content.Visible() || r.body.Position().Y != top {
		t.Errorf("the banner is on the engine's page, which is at %v", r.body.Position())
	}
}

// TestPillFits checks that the pill shortens none of its words.
func TestPillFits(t *testing.T) {
	viewtest.App(t)
	t.Cleanup(func() { say.SetLanguage("en") })
	const room = theme.SidebarWidth - 2*theme.Space3 - 68 // without the icons and the margins
	now := time.Now()
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		for phase := store.Searching; phase <= store.Failed; phase++ {
			_, status, detail := pillWords(store.Connection{Phase: phase, NextTry: now.Add(10 * time.Second)}, now)
			for text, style := range map[string]theme.Style{status: theme.SmallLabel, detail: theme.Caption} {
				if size, _ := fyne.CurrentApp().Driver().RenderedTextSize(text, style.Points(), fyne.TextStyle{}, style.Font); size.Width > room {
					t.Errorf("%s: %q is %v wide, there is room for %v", language, text, size.Width, room)
				}
			}
		}
	}
}

// TestDownloadIsShown asks for an image by its name: the page has no row for it
// yet, so the drawer opens, and stays open when it was.
func TestDownloadIsShown(t *testing.T) {
	r := newRig(t, settings.Prefs{LastRoute: "images"})
	r.fake.SetPull("nginx:latest", enginetest.PullScript{})
	r.fake.Hang("PullImage")
	t.Cleanup(r.fake.Release)
	for range 2 {
		r.until(t, "the images", func() bool { return viewtest.Find(r.w, say.L("images.pull")) != nil })
		viewtest.Tap(t, r.w, say.L("images.pull"))
		viewtest.Type(t, r.w, say.L("images.pull.label"), "nginx")
		viewtest.Tap(t, r.w, say.L("images.pull.verb"))
		r.until(t, "the download", func() bool { return viewtest.Shows(r.w, say.L("task.pull", "Name", "nginx:latest")) })
	}
}
