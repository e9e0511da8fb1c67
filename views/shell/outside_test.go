package shell

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"fyne.io/fyne/v2"

	"escale/app/settings"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/life/lifetest"
	"escale/views/notice"
	"escale/views/post"
	"escale/views/say"
	"escale/views/tray"
	"escale/views/viewtest"
)

// board is the desktop of a test: its tray, and what it was told.
type board struct {
	mu   sync.Mutex
	menu *fyne.Menu
	told []string
}

func (b *board) SetSystemTrayMenu(m *fyne.Menu)    { b.menu = m }
func (b *board) SetSystemTrayIcon(_ fyne.Resource) {}

func (b *board) notify(title, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = append(b.told, strings.Trim(title+": "+text, ": "))
}

func (b *board) has(words string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.told, func(s string) bool { return strings.Contains(s, words) })
}

// choose acts as a click in the tray, down the labels.
func (b *board) choose(t *testing.T, labels ...string) {
	t.Helper()
	items := b.menu.Items
	for i, label := range labels {
		at := slices.IndexFunc(items, func(m *fyne.MenuItem) bool { return m.Label == label })
		if at < 0 {
			t.Fatalf("the tray has no %q", labels[:i+1])
		}
		if i == len(labels)-1 {
			items[at].Action()
			return
		}
		items = items[at].ChildMenu.Items
	}
}

// inTray is a rig whose desktop has a tray, or none.
func inTray(t *testing.T, prefs settings.Prefs, hosted tray.Hosted) (*rig, *board) {
	t.Helper()
	r, b := newRig(t, prefs), &board{}
	r.outside.sender.Close()
	r.outside.sender = notice.NewSender(b.notify)
	r.outside.show(b, func(ctx context.Context, tell func(tray.Hosted)) { tell(hosted); <-ctx.Done() })
	r.until(t, "the tray's host", func() bool { return r.outside.hosted == hosted })
	return r, b
}

// TestTrayActs: what is chosen outside is done, and told outside.
func TestTrayActs(t *testing.T) {
	r, b := inTray(t, settings.Prefs{}, tray.Present)
	b.choose(t, "Running (1)", "web", "Pause")
	r.until(t, "the notice", func() bool { return b.has("web is paused") })
	r.until(t, "the new menu", func() bool {
		return slices.ContainsFunc(b.menu.Items, func(m *fyne.MenuItem) bool { return m.Label == "Resume all" })
	})
	b.choose(t, "Stopped (1)", "db", "Start")
	r.until(t, "the notice", func() bool { return b.has("db started") })
	b.choose(t, "Running (2)", "db", "Show the log")
	r.settle()
	if r.route.Tab != "logs" || r.route.ID != "b2" {
		t.Errorf("the log opens %+v", r.route)
	}
}

// TestTrayFails: a failure is told in plain words.
func TestTrayFails(t *testing.T) {
	r, b := inTray(t, settings.Prefs{}, tray.Present)
	r.fake.Fail("StopContainer", errors.Join(engine.ErrConflict, errors.New("0xdeadbeef")))
	b.choose(t, "Running (1)", "web", "Stop")
	r.until(t, "the notice", func() bool { return b.has("web could not be stopped") })
	if b.has("0xdeadbeef") {
		t.Errorf("told in the engine's words: %q", b.told)
	}
}

// TestOutcomesCanBeSwitchedOff also shows that what is told in the window is
// told there.
func TestOutcomesCanBeSwitchedOff(t *testing.T) {
	r, b := inTray(t, settings.Prefs{Notices: settings.Notices{NoOutcomes: true}}, tray.Present)
	r.away = true
	b.choose(t, "Running (1)", "web", "Pause")
	r.app.Tasks.Start(task.Spec{Verb: store.VerbPull, Subject: "nginx"}, func(context.Context, func(task.Progress)) error { return nil })
	r.until(t, "the download's notice", func() bool { return b.has("nginx is on this computer") })
	if b.has("web") {
		t.Errorf("told all the same: %q", b.told)
	}
}

// TestNoticesWhileAway: what the window tells is told outside when nobody looks.
func TestNoticesWhileAway(t *testing.T) {
	r, b := inTray(t, settings.Prefs{}, tray.Present)
	work := func(context.Context, func(task.Progress)) error { return engine.ErrNoSpace }
	r.app.Tasks.Start(task.Spec{Verb: store.VerbPull, Subject: "first"}, work)
	r.until(t, "the toast", func() bool { return viewtest.Shows(r.w, say.L("task.pull.failed", "Name", "first")) })
	r.away = true
	r.app.Tasks.Start(task.Spec{Verb: store.VerbPull, Subject: "second"}, work)
	r.until(t, "the notice", func() bool { return b.has(say.L("task.pull.failed", "Name", "second")) })
	if b.has(say.L("task.pull.failed", "Name", "first")) {
		t.Errorf("told to somebody who looks: %q", b.told)
	}
	r.fake.Exit("a1", 3)
	r.until(t, "the fall", func() bool { return b.has("web ended with an error") })
}

// TestClosingHides: with a tray the program goes on; the first time, it says so.
func TestClosingHides(t *testing.T) {
	r, b := inTray(t, settings.Prefs{}, tray.Present)
	closed := false
	r.w.SetOnClosed(func() { closed = true })
	r.press(fyne.KeyW, ctrl)
	r.until(t, "the word about the tray", func() bool { return viewtest.Shows(r.w, say.L("tray.told.title")) })
	viewtest.Tap(t, r.w, say.L("tray.told.verb"))
	r.settle()
	if !r.hidden || closed || !r.app.Settings.Get().TrayTold {
		t.Fatalf("hidden %v, closed %v, settings %+v", r.hidden, closed, r.app.Settings.Get())
	}
	b.choose(t, "Open Escale")
	if r.hidden {
		t.Error("the window does not come back")
	}
	r.press(fyne.KeyW, ctrl)
	if !r.hidden || viewtest.Shows(r.w, say.L("tray.told.title")) {
		t.Error("it is told a second time")
	}
	r.Raise()
	r.settle()
	if r.hidden {
		t.Error("Raise leaves it hidden")
	}
	b.choose(t, "Quit Escale")
	if !closed {
		t.Error("Quit does not end it")
	}
	r.window = fyne.CurrentApp().NewWindow("")
}

// TestClosingMayQuit: who does not want the tray quits, as before.
func TestClosingMayQuit(t *testing.T) {
	r, _ := inTray(t, settings.Prefs{}, tray.Present)
	closed := false
	r.w.SetOnClosed(func() { closed = true })
	r.press(fyne.KeyW, ctrl)
	viewtest.Tap(t, r.w, say.L("tray.told.quit"))
	viewtest.Tap(t, r.w, say.L("tray.told.verb"))
	r.settle()
	if !closed || !r.app.Settings.Get().QuitOnClose || r.app.Settings.Get().TrayTold {
		t.Errorf("closed %v, settings %+v", closed, r.app.Settings.Get())
	}
	r.window = fyne.CurrentApp().NewWindow("")
}

// TestWithoutTray: where an icon would be seen by nobody, the window never goes
// without a question, and has the menu itself.
func TestWithoutTray(t *testing.T) {
	r, _ := inTray(t, settings.Prefs{}, tray.Absent)
	closed := false
	r.w.SetOnClosed(func() { closed = true })
	r.press(fyne.KeyW, ctrl)
	r.until(t, "the question", func() bool { return viewtest.Shows(r.w, say.L("tray.none.title")) })
	viewtest.Tap(t, r.w, say.L("tray.none.minimize"))
	r.settle()
	if r.hidden || closed || r.leaving != nil {
		t.Fatalf("minimizing: hidden %v, closed %v", r.hidden, closed)
	}
	viewtest.Tap(t, r.w, say.L("tray.quickactions"))
	viewtest.Tap(t, r.w, "Running (1)")
	viewtest.Tap(t, r.w, "web")
	viewtest.Tap(t, r.w, "‹ Back")
	viewtest.Tap(t, r.w, "web")
	viewtest.Tap(t, r.w, "Pause")
	r.until(t, "the pause", func() bool {
		c, err := r.fake.InspectContainer(t.Context(), "a1")
		return err == nil && c.State == engine.StatePaused
	})
	r.press(fyne.KeyW, ctrl)
	viewtest.Tap(t, r.w, say.L("tray.none.always"))
	viewtest.Tap(t, r.w, say.L("tray.quit"))
	r.settle()
	if !closed || !r.app.Settings.Get().QuitOnClose {
		t.Errorf("closed %v, settings %+v", closed, r.app.Settings.Get())
	}
	r.window = fyne.CurrentApp().NewWindow("")
}

// TestQuickActionsHideNothing: the entry that stands in for the tray makes room
// for itself.
func TestQuickActionsHideNothing(t *testing.T) {
	r, _ := inTray(t, settings.Prefs{}, tray.Present)
	b := r.sidebar
	bottom := func(o fyne.CanvasObject) float32 { return o.Position().Y + o.Size().Height }
	for _, hosted := range []tray.Hosted{tray.Absent, tray.Present, tray.Absent} {
		r.outside.setHosted(hosted) // nothing else lays the window out
		last := b.foot.Objects[len(b.foot.Objects)-1]
		if bottom(b.foot) > b.pill.Position().Y || bottom(last) > b.foot.Size().Height {
			t.Errorf("%v: the foot ends at %v, its last entry at %v of %v, and the pill begins at %v",
				hosted, bottom(b.foot), bottom(last), b.foot.Size().Height, b.pill.Position().Y)
		}
	}
}

// TestTrayGone: nobody is left with an invisible program.
func TestTrayGone(t *testing.T) {
	r, _ := inTray(t, settings.Prefs{TrayTold: true}, tray.Present)
	r.press(fyne.KeyW, ctrl)
	if !r.hidden {
		t.Fatal("not hidden")
	}
	r.outside.setHosted(tray.Absent)
	if !r.hidden {
		t.Error("a panel that starts anew brings the window back at once")
	}
	r.until(t, "the window", func() bool { return !r.hidden })
	if !viewtest.Shows(r.w, say.L("tray.gone.title")) {
		t.Errorf("it does not say why: %q", viewtest.Texts(r.w))
	}
}

// TestPanelStartedAnew: a tray that comes back in time changes nothing.
func TestPanelStartedAnew(t *testing.T) {
	r, _ := inTray(t, settings.Prefs{TrayTold: true}, tray.Present)
	r.press(fyne.KeyW, ctrl)
	synctest.Test(t, func(t *testing.T) {
		queue, s := viewtest.NewQueue(), r.Shell
		s.Poster = queue
		defer func() { s.Poster = r.queue }()
		s.outside.setHosted(tray.Absent)
		s.outside.setHosted(tray.Present)
		past := false
		defer post.After(queue, 2*trayGone, func() { past = true })()
		synctest.Wait()
		if !queue.Settle(func() bool { return past }) || !s.hidden {
			t.Error("the window came back")
		}
	})
}

// TestTroubleIsTold: what passes is no news; what lasts is, and so is its end.
func TestTroubleIsTold(t *testing.T) {
	a := lifetest.Offline(t, enginetest.New())
	synctest.Test(t, func(t *testing.T) {
		queue, b := viewtest.NewQueue(), &board{}
		s := &Shell{Poster: queue, app: a, away: true}
		o := &outside{shell: s, sender: notice.NewSender(b.notify), trouble: trouble{waiting: func() {}}}
		defer o.sender.Close()
		pass := func() {
			past := false
			defer post.After(queue, 2*troubleTime, func() { past = true })()
			queue.Settle(func() bool { return past })
		}
		o.trouble.now(o, tray.Trouble)
		o.trouble.now(o, tray.Running)
		pass()
		o.trouble.now(o, tray.Trouble)
		o.trouble.now(o, tray.Starting) // it is tried again
		pass()
		o.trouble.now(o, tray.Trouble)
		pass()
		synctest.Wait()
		if want := []string{say.L("notice.engine") + ": " + say.L("notice.engine.text")}; !slices.Equal(b.told, want) {
			t.Errorf("what lasts is told as %q, want %q", b.told, want)
		}
		o.trouble.now(o, tray.Starting)
		o.trouble.now(o, tray.Running)
		s.away = false
		o.trouble.now(o, tray.Trouble)
		pass()
		o.trouble.now(o, tray.Running)
		synctest.Wait()
		if want := []string{say.L("notice.engine") + ": " + say.L("notice.engine.text"), say.L("notice.engine.back") + ": " + say.L("notice.engine.back.text")}; !slices.Equal(b.told, want) {
			t.Errorf("in the end %q, want %q", b.told, want)
		}
	})
}
