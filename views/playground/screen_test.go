package playground

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/viewtest"
)

func TestEmpty(t *testing.T) {
	r := newRig(t, 1020, 700)
	r.shows(t, "Try anything, and break nothing", "There is memory for 3 more instances; each gets 537\u00a0MB.")
	r.store.Machine.Set(store.Machine{Checked: true, Missing: machine.ErrHelperMissing})
	r.shows(t, "The playground needs the Escale Machine, which is not installed here.")
	if viewtest.Find(r.w, "New instance").Enabled() {
		t.Error("one can be made without a machine")
	}
}

// TestJourney makes an instance, follows its start, works in it, extends it, starts
// it over and closes it.
func TestJourney(t *testing.T) {
	r := newRig(t, 1020, 700)
	r.created(t)
	r.until(t, "its start", func() bool { s, _ := r.helper.Look("play-1"); return s.State == machine.StateStarting })
	r.helper.be("play-1", func(s *machine.Status) {
		s.Accel = "tcg"
		s.Steps = []machine.Step{
			{Name: "image", State: machine.StepDone, Millis: 400},
			{Name: "disk", State: machine.StepDone, Millis: 100},
			{Name: "vm", State: machine.StepDone, Millis: 300},
			{Name: "kernel", State: machine.StepRunning, Millis: 900},
		}
	})
	r.shows(t, "Checked its files")
	viewtest.ShotWindow(t, "playground-starting", r.w)
	r.shows(t, "0.5\u00a0s", "Starting its Linux", "This computer offers no hardware virtualization")
	r.runs()
	shell := r.helper.shell(t, r)
	r.shows(t, "#", "Running", "4\u00a0h left · takes 312\u00a0MB of memory · 0 containers", "No containers yet.")
	if got := shell.Sizes(); got[len(got)-1].Cols < 60 || got[len(got)-1].Rows < 15 {
		t.Errorf("the shell believes its terminal to be %v", got)
	}
	viewtest.Tap(t, r.w, "Type it for me")
	r.shows(t, "# docker version")
	viewtest.Key(r.w, fyne.KeyReturn)
	r.shows(t, "Server: Version 20.10.24")
	if got := shell.Lines(); !slices.Equal(got, []string{"docker version"}) {
		t.Errorf("typed %q", got)
	}
	r.engine.AddContainer(engine.Container{ID: "c1", Name: "quiet_ada", Image: "nginx", State: engine.StateRunning})
	r.helper.be("play-1", func(s *machine.Status) {
		s.Ports = []machine.Port{{Proto: "tcp", HostIP: "0.0.0.0", HostPort: 8080, Container: "quiet_ada"}, {Proto: "tcp", HostIP: "::", HostPort: 8080, Container: "quiet_ada"}, {Proto: "tcp", HostPort: 80, Container: "quiet_ada", Error: machine.PortInUse}}
	})
	r.shows(t, "quiet_ada", "1 container")
	if n := len(viewtest.FindAll(r.w, "Open port 8080")); n != 1 {
		t.Errorf("one port has %d buttons", n)
	}
	viewtest.Tap(t, r.w, "Open port 8080")
	if !slices.Equal(r.host.Browsed, []string{"http://localhost:8080/"}) {
		t.Errorf("opened %q", r.host.Browsed)
	}
	puts := r.helper.puts
	viewtest.Tap(t, r.w, "Extend")
	r.until(t, "it is extended", func() bool { r.helper.Mu.Lock(); defer r.helper.Mu.Unlock(); return r.helper.puts == puts+1 })
	viewtest.Tap(t, r.w, "Start over")
	r.shows(t, "Start Instance 1 over?", "All that is in it goes", "quiet_ada")
	viewtest.Tap(t, r.w, "Cancel")
	viewtest.Tap(t, r.w, "Start over")
	tapLast(t, r, "Start over")
	r.shows(t, "Your computer is being switched on")
	r.until(t, "the old shell's end", shell.Closed)
	r.until(t, "its start", func() bool { s, _ := r.helper.Look("play-1"); return s.State == machine.StateStarting })
	r.runs()
	r.shows(t, "#")
	viewtest.Tap(t, r.w, "Close")
	r.shows(t, "Close Instance 1?")
	tapLast(t, r, "Close")
	r.shows(t, "Try anything, and break nothing")
	if s, _ := r.helper.Look("play-1"); s.State != machine.StateAbsent || len(r.play.Instances.Get()) != 0 || len(r.terms) != 0 {
		t.Errorf("left: %+v, %d terminals", s, len(r.terms))
	}
}

// tapLast taps the button of the question that is on top.
func tapLast(t *testing.T, r *rig, label string) {
	t.Helper()
	all := viewtest.FindAll(r.w, label)
	all[len(all)-1].(fyne.Tappable).Tapped(&fyne.PointEvent{})
	viewtest.Settle(r.w)
}

func TestList(t *testing.T) {
	r := newRig(t, 1020, 700)
	r.created(t)
	r.Show(nav.Route{Place: nav.Playground})
	r.shows(t, "There is memory for 2 more instances")
	for range 2 {
		viewtest.Tap(t, r.w, "New instance")
		r.shows(t, "Your computer is being switched on")
		r.Show(nav.Route{Place: nav.Playground})
		r.shows(t, "Instance 1")
	}
	viewtest.ShotWindow(t, "playground-list", r.w)
	r.shows(t, "There is no memory left for another instance: each needs 537\u00a0MB.", "Instance 2", "Instance 3")
	if viewtest.Find(r.w, "New instance").Enabled() {
		t.Error("a fourth can be made")
	}
	r.helper.be("play-2", func(s *machine.Status) { s.State, s.Cause = machine.StateFailed, machine.CauseNotEnoughMemory })
	r.shows(t, "Failed")
	viewtest.Tap(t, r.w, "Instance 2")
	r.shows(t, "This instance did not start", say.MachineCause(machine.CauseNotEnoughMemory).Title)
	viewtest.Golden(t, "failed.xml", r.w)
	viewtest.ShotWindow(t, "playground-failed", r.w)
	viewtest.Tap(t, r.w, "Close") // there is nothing to ask about
	r.until(t, "the list", func() bool { return len(r.play.Instances.Get()) == 2 })
}

// TestExpires: an instance that has gone says so, and can be started over.
func TestExpires(t *testing.T) {
	r := newRig(t, 1020, 700)
	shell := r.ready(t)
	r.helper.Edit(func() { delete(r.helper.All, "play-1") })
	shell.End()
	r.shows(t, "This instance has vanished", "Gone")
	viewtest.Tap(t, r.w, "Start over")
	r.shows(t, "Your computer is being switched on")
}

// TestShellEnds: another one can be opened.
func TestShellEnds(t *testing.T) {
	r := newRig(t, 1020, 700)
	shell := r.ready(t)
	shell.End()
	r.shows(t, "The shell has ended.")
	viewtest.Tap(t, r.w, "Open another")
	r.until(t, "another shell", func() bool { return r.helper.shell(t, r) != shell })
	r.until(t, "no note", func() bool { return !viewtest.Shows(r.w, "The shell has ended.") })
}

// TestKeyboard: keys reach the shell, and those of the window the window.
func TestKeyboard(t *testing.T) {
	r := newRig(t, 1020, 700)
	shell := r.ready(t)
	terminal := r.pages["play-1"].term.view
	if r.w.Canvas().Focused() != terminal {
		t.Fatal("the terminal has not the keyboard")
	}
	for _, c := range "abc" {
		terminal.TypedRune(c)
	}
	terminal.TypedKey(&fyne.KeyEvent{Name: fyne.KeyA}) // came as a rune
	terminal.TypedShortcut(&fyne.ShortcutCopy{})       // nothing is marked: interrupts
	terminal.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyD, Modifier: fyne.KeyModifierControl})
	fyne.CurrentApp().Clipboard().SetContent("pasted\x1b")
	terminal.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
	terminal.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.Key1, Modifier: fyne.KeyModifierControl}) // the window's
	terminal.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	terminal.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	r.until(t, "the line", func() bool { return slices.Equal(shell.Lines(), []string{"abc\x03\x04pasted\x1b[A"}) })
	terminal.ChooseAll()
	terminal.TypedShortcut(&fyne.ShortcutCopy{})
	if len(r.host.Copied) != 1 || !strings.Contains(r.host.Copied[0], "pasted") {
		t.Errorf("copied %q", r.host.Copied)
	}
	terminal.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	terminal.TypedKey(&fyne.KeyEvent{Name: fyne.KeyTab})
	if r.w.Canvas().Focused() == terminal {
		t.Error("Shift+Tab does not leave the terminal")
	}
	r.Hide()
	r.Show(nav.Route{Place: nav.Playground, ID: "play-1"})
	if r.w.Canvas().Focused() != terminal {
		t.Error("whoever comes back cannot type on")
	}
}

// TestHostile: what a shell prints changes the terminal, and nothing else.
func TestHostile(t *testing.T) {
	r := newRig(t, 1020, 700)
	title := r.w.Title()
	fyne.CurrentApp().Clipboard().SetContent("mine")
	shell := r.ready(t)
	shell.Say("\x1b]0;evil\x07\x1b]52;c;ZXZpbA==\x07\x1b]8;;http://evil/\x07link\x1b[6n\x1b[c")
	for range 40 {
		shell.Say(strings.Repeat("flood \x1b[31m", 2000))
	}
	shell.Say("\r\nlast words")
	r.shows(t, "last words")
	if r.w.Title() != title || fyne.CurrentApp().Clipboard().Content() != "mine" || len(r.host.Browsed) != 0 || len(shell.Lines()) != 0 {
		t.Errorf("title %q, clipboard %q, opened %q, typed %q", r.w.Title(), fyne.CurrentApp().Clipboard().Content(), r.host.Browsed, shell.Lines())
	}
}

// TestKeep asks, shows how far it is, can be cancelled, and opens the form.
func TestKeep(t *testing.T) {
	r := newRig(t, 1020, 700)
	r.ready(t)
	r.engine.AddContainer(engine.Container{ID: "c1", Name: "quiet_ada", Image: "nginx", State: engine.StateRunning})
	r.shows(t, "quiet_ada")
	finish, result := make(chan error), "web-kept:latest"
	r.keep = func() int {
		return r.tasks.Start(task.Spec{Key: "keep:play-1 c1", Verb: store.VerbKeep, Subject: "quiet_ada"}, func(ctx context.Context, report func(task.Progress)) error {
			report(task.Progress{Stage: task.StageKeep, Fraction: 0.5, Copied: task.Copied{CurrentBytes: 40_000_000, TotalBytes: 80_000_000}, Made: result})
			select {
			case err := <-finish:
				return err
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
	}
	keep := func() {
		t.Helper()
		viewtest.Tap(t, r.w, "Keep")
		r.shows(t, "Keep quiet_ada?", "What is in its volumes does not come along.")
		tapLast(t, r, "Keep")
		r.shows(t, "Keeping quiet_ada", "40\u00a0MB of 80\u00a0MB")
	}
	keep()
	if !slices.Equal(r.kept, []kept{{"play-1", "c1", "quiet_ada"}}) {
		t.Errorf("kept %v", r.kept)
	}
	viewtest.Tap(t, r.w, "Cancel")
	r.until(t, "the end", func() bool { return !viewtest.Shows(r.w, "Keeping quiet_ada") })
	if len(r.host.Routes) != 0 {
		t.Errorf("it opened %v", r.host.Routes)
	}
	keep()
	finish <- nil
	r.until(t, "the form", func() bool { return slices.Equal(r.host.Routes, []nav.Route{{Place: nav.Run, Kept: result}}) })
	r.store.Connection.Set(store.Connection{Phase: store.Failed})
	r.until(t, "no engine", func() bool { return !viewtest.Find(r.w, "Keep").Enabled() })
}

// TestFits: in both languages, in the smallest window.
func TestFits(t *testing.T) {
	defer say.SetLanguage("en")
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		r := newRig(t, 680, 600)
		fits := func(what string) {
			t.Helper()
			if least := r.w.Content().MinSize(); least.Width > 680 || least.Height > 600 {
				t.Errorf("%s, %s: it needs %v", language, what, least)
			}
		}
		fits("empty")
		viewtest.Tap(t, r.w, say.L("playground.create"))
		r.shows(t, say.L("playground.start.title"))
		fits("starting")
		r.until(t, "its start", func() bool { s, _ := r.helper.Look("play-1"); return s.State == machine.StateStarting })
		r.runs()
		r.shows(t, "#")
		fits("running")
	}
}

// TestTime: what is left is told to the minute, and is never none.
func TestTime(t *testing.T) {
	for d, want := range map[time.Duration]string{4 * time.Hour: "4\u00a0h", 3*time.Hour + 59*time.Minute + 40*time.Second: "4\u00a0h", 90 * time.Second: "2\u00a0min", -time.Second: "1\u00a0min"} {
		if got := left(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
