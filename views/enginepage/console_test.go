package enginepage

import (
	"slices"
	"strings"
	"testing"

	"escale/app/logs"
	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/viewtest"
)

// read waits until the console shows a log to its end.
func (r *rig) read(t *testing.T) {
	t.Helper()
	over := func() bool {
		s := r.console.text.Status.Get().State
		return s == logs.Ended || s == logs.Failed
	}
	if !r.host.Settle(over) {
		t.Fatal("the log is not read")
	}
	r.host.Drain()
	viewtest.Settle(r.w)
}

// TestConsole checks that each of the three logs is a click away, and that one
// that cannot be read says why.
func TestConsole(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, with(func(s *machine.Status) { s.State = machine.StateFailed }), 1020, 760)
	viewtest.Tap(t, r.w, "Show the machine’s console")
	r.read(t)
	if got := r.console.view.VisibleText(); !strings.Contains(got, "Linux version 6.12") || !viewtest.Shows(r.w, "2 lines kept") {
		t.Errorf("the console is %q", got)
	}
	if got := r.console.all(); got != r.done.logs["console"] {
		t.Errorf("copied whole it is %q", got)
	}
	viewtest.Tap(t, r.w, "Engine")
	r.read(t)
	if !viewtest.Shows(r.w, "The engine’s log can be read while the machine runs") {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Helper")
	r.read(t)
	if got := r.console.view.VisibleText(); !strings.Contains(got, "machine runs") {
		t.Errorf("the helper's log is %q", got)
	}
	r.done.logs["helper"] += "machine stopped\n"
	viewtest.Tap(t, r.w, "Read again")
	r.read(t)
	if got := r.console.view.VisibleText(); !strings.Contains(got, "machine stopped") {
		t.Errorf("read again it is %q", got)
	}
	text := r.console.text
	viewtest.Tap(t, r.w, "Close")
	<-text.Done()
	if r.console != nil {
		t.Error("it is still open")
	}
	r.done.logs["console"] = ""
	viewtest.Tap(t, r.w, "Show the machine’s console")
	r.read(t)
	if !viewtest.Shows(r.w, "Nothing was written yet") {
		t.Errorf("empty it says %q", viewtest.Texts(r.w))
	}
}

// TestStartAfresh checks that it names everything that goes, and that only its
// own button removes it.
func TestStartAfresh(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	viewtest.Tap(t, r.w, "Start afresh…")
	for _, words := range []string{
		"2 volumes, with their files", "blog-files", "blog-database", "3 containers", "hello-nginx", "old",
		"3 images, which can be downloaded again", "wordpress:6", "An image without a name, 84\u00a0MB", "There is no way back",
	} {
		if !viewtest.Shows(r.w, words) {
			t.Errorf("%q is not named: %q", words, viewtest.Texts(r.w))
		}
	}
	viewtest.Tap(t, r.w, "Cancel")
	if got := r.done.took(); len(got) != 0 {
		t.Errorf("cancelled, it asked for %v", got)
	}
	viewtest.Tap(t, r.w, "Start afresh…")
	viewtest.Tap(t, r.w, "Remove everything")
	r.settle(t)
	if got := r.done.took(); !slices.Equal(got, []string{"reset"}) {
		t.Errorf("asked for %v", got)
	}
}

// TestStartAfreshUnknown checks what is said where the contents are not known,
// or there are none.
func TestStartAfreshUnknown(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, fallen(machine.CauseDiskForeign), 1020, 760)
	r.store.Containers.Set(store.Snapshot[engine.Container]{})
	viewtest.Tap(t, r.w, "Start afresh…")
	if !r.host.Settle(func() bool { return viewtest.Shows(r.w, "What it holds is not known") }) {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Cancel")
	st := inUse()
	st.Containers.Set(store.Snapshot[engine.Container]{Loaded: true})
	st.Images.Set(store.Snapshot[engine.Image]{Loaded: true})
	st.Volumes.Set(store.Snapshot[engine.Volume]{Loaded: true})
	r = newRigOf(t, st, 1020, 760)
	viewtest.Tap(t, r.w, "Start afresh…")
	if !viewtest.Shows(r.w, "nothing of yours goes") {
		t.Errorf("empty it says %q", viewtest.Texts(r.w))
	}
}
