package shell

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"escale/app/keeper/keepertest"
	"escale/app/playground"
	"escale/app/settings"
	"escale/app/store"
	"escale/app/task"
	"escale/views/say"
	"escale/views/viewtest"
)

// TestLeaveAsks closes the window while a download runs: it asks, once, and the
// download goes on when the user stays.
func TestLeaveAsks(t *testing.T) {
	r := newRig(t, settings.Prefs{})
	closed := false
	r.w.SetOnClosed(func() { closed = true })
	ended := make(chan struct{})
	r.app.Tasks.Start(task.Spec{Verb: store.VerbPull, Subject: "nginx"}, func(ctx context.Context, _ func(task.Progress)) error {
		defer close(ended)
		<-ctx.Done()
		return context.Cause(ctx)
	})
	r.press(fyne.KeyQ, ctrl)
	r.press(fyne.KeyW, ctrl)
	r.until(t, "the question", func() bool { return viewtest.Shows(r.w, say.N("leave.title", 1)) })
	if n := len(r.w.Canvas().Overlays().List()); n != 1 {
		t.Errorf("%d questions, want 1", n)
	}
	if !viewtest.Shows(r.w, say.L("task.pull", "Name", "nginx")) {
		t.Errorf("the question does not name the download: %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, say.L("leave.stay"))
	r.settle()
	if closed || len(unfinished(r.app.Tasks.List.Get())) != 1 {
		t.Error("staying ended something")
	}
	r.press(fyne.KeyQ, ctrl)
	viewtest.Tap(t, r.w, say.N("leave.verb", 1))
	r.settle()
	if !closed {
		t.Error("the window is still open")
	}
	r.window = fyne.CurrentApp().NewWindow("") // a closed one cannot be closed again
	r.app.Tasks.Cancel(r.app.Tasks.List.Get()[0].ID)
	<-ended
}

// TestQuickWorkDoesNotAsk: what the engine finishes by itself holds nobody up.
func TestQuickWorkDoesNotAsk(t *testing.T) {
	all := []task.Task{{Verb: store.VerbStop}, {Verb: store.VerbPull, State: task.Done}, {Verb: store.VerbRun, State: task.Cancelling}}
	if work := unfinished(all); len(work) != 0 {
		t.Errorf("asks about %v", work)
	}
	if work := unfinished([]task.Task{{Verb: store.VerbRun, State: task.Running}}); len(work) != 1 {
		t.Error("does not ask about a container that is being set up")
	}
}

// TestMaximizedIsKept: the size under a maximized window stays for later.
func TestMaximizedIsKept(t *testing.T) {
	was := settings.Window{Width: 1000, Height: 700, X: 5, Y: 6, Placed: true, Maximized: true}
	r := newRig(t, settings.Prefs{Window: was})
	r.remember() // the test's window has no place: as one that is going
	if got := r.app.Settings.Get().Window; got != was {
		t.Errorf("the place became %+v, want %+v", got, was)
	}
}

// TestLeaveAsksAboutInstances: they vanish with the program.
func TestLeaveAsksAboutInstances(t *testing.T) {
	r := newRig(t, settings.Prefs{})
	m := keepertest.New("unix:///run/x.sock")
	if err := m.Launch(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.Next(keepertest.Boot{Stuck: true})
	r.app.Playground = playground.New(playground.Options{Ask: func(ctx context.Context, do func(context.Context, playground.Machine) error) error { return do(ctx, m) }})
	if _, err := r.app.Playground.Create(); err != nil {
		t.Fatal(err)
	}
	r.press(fyne.KeyQ, ctrl)
	for _, words := range []string{say.N("playground.leave.title", 1), say.N("playground.leave.text", 1), "Instance 1"} {
		if !viewtest.Shows(r.w, words) {
			t.Errorf("%q is not said: %q", words, viewtest.Texts(r.w))
		}
	}
	viewtest.Tap(t, r.w, say.L("leave.stay"))
	r.settle()
	if len(r.app.Playground.Instances.Get()) != 1 {
		t.Error("staying ended it")
	}
}
