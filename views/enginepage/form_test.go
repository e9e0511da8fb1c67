package enginepage

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/viewtest"
)

func sliderOf(t *testing.T, r *rig, label string) *kit.Slider {
	t.Helper()
	for _, o := range viewtest.FindAll(r.w, label) {
		if s, ok := o.(*kit.Slider); ok {
			return s
		}
	}
	t.Fatalf("there is no slider called %q", label)
	return nil
}

// TestLimitsAreHonest checks what can be chosen on a computer with 8 processors
// and 16 GB.
func TestLimitsAreHonest(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	for label, want := range map[string][3]float64{
		"Processors": {1, 8, 4}, "Memory": {256 << 20, 16 << 30, 4 << 30}, "Disk": {64 << 30, 256 << 30, 64 << 30},
	} {
		s := sliderOf(t, r, label)
		least, most := s.Limits()
		if got := [3]float64{least, most, s.Value()}; got != want {
			t.Errorf("%s: %v, want %v", label, got, want)
		}
	}
	if viewtest.Find(r.w, "Save") != nil || viewtest.Find(r.w, "Save and restart") != nil {
		t.Error("it offers to save what did not change")
	}
}

// TestSave checks that a number that is typed or slid is saved, and counts when
// it is said to.
func TestSave(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	viewtest.Type(t, r.w, "Memory", "2.5")
	if sliderOf(t, r, "Memory").Value() != 2.5*(1<<30) || !viewtest.Shows(r.w, "This takes effect when the machine starts again.") {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	r.w.Canvas().Focus(sliderOf(t, r, "Processors"))
	viewtest.Key(r.w, fyne.KeyRight)
	if got := viewtest.Input(t, r.w, "Processors").Text(); got != "5" {
		t.Errorf("the slider typed %q", got)
	}
	viewtest.Tap(t, r.w, "Save")
	r.settle(t)
	if got := r.done.took(); !slices.Equal(got, []string{"set 5 2560 64 [] false"}) {
		t.Fatalf("asked for %v", got)
	}
	s := status()
	s.Resources.CPUs, s.Resources.MemoryBytes = 5, 2560<<20
	show(r.store, s)
	r.host.Drain()
	viewtest.Settle(r.w)
	if !viewtest.Shows(r.w, "Saved. It takes effect when the machine starts again.") || viewtest.Find(r.w, "Save") != nil || len(r.draft) != 0 {
		t.Errorf("saved, it says %q, with the draft %v", viewtest.Texts(r.w), r.draft)
	}
	if late := newRigOf(t, r.store, 1020, 760); !viewtest.Shows(late.w, "Saved. It takes effect when the machine starts again.") {
		t.Error("another window does not know that it waits for a start")
	}
	now := s.Resources
	s.Running = &now
	show(r.store, s)
	r.host.Drain()
	viewtest.Settle(r.w)
	if viewtest.Shows(r.w, "Saved. It takes effect") {
		t.Error("after a new start it still waits for one")
	}
}

// TestSaveAndRestart checks the button that does both, and that it names what
// stops.
func TestSaveAndRestart(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	viewtest.Type(t, r.w, "Processors", "2")
	viewtest.Tap(t, r.w, "Save and restart")
	r.settle(t)
	if !viewtest.Shows(r.w, "2 containers run in it") {
		t.Errorf("it does not ask: %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Restart")
	r.settle(t)
	if got := r.done.took(); !slices.Equal(got, []string{"set 2 4096 64 [] false", "restart"}) {
		t.Errorf("asked for %v", got)
	}
}

// TestDiskGrowsAtOnce checks that a larger disk needs no restart.
func TestDiskGrowsAtOnce(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	viewtest.Type(t, r.w, "Disk", "600")
	if !viewtest.Shows(r.w, "This takes effect at once.") || viewtest.Find(r.w, "Save and restart") != nil {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	viewtest.Input(t, r.w, "Disk").OnSubmitted("600")
	r.settle(t)
	if got := r.done.took(); !slices.Equal(got, []string{"set 4 4096 600 [] false"}) {
		t.Errorf("asked for %v", got)
	}
}

// TestWrongNumbers checks that what cannot be is said beside its field, is not
// saved, and stays as it was typed whatever the machine does.
func TestWrongNumbers(t *testing.T) {
	t.Cleanup(func() { say.SetLanguage("en") })
	for _, tc := range []struct{ language, field, text, want string }{
		{"en", "Memory", "much", "Type a number, such as 4"},
		{"en", "Memory", "", "Type a number, such as 4"},
		{"en", "Memory", "0.1", "At least 256\u00a0MB"},
		{"en", "Memory", "32", "This computer has only 16\u00a0GB"},
		{"en", "Processors", "2.5", "Type a number, such as 4"},
		{"en", "Processors", "0", "At least 1"},
		{"en", "Processors", "12", "This computer has only 8"},
		{"en", "Disk", "32", "A disk can grow, but not shrink: it may hold 64\u00a0GB already."},
		{"en", "Disk", "99999", "At most 16\u00a0TB"},
		{"en", "Ports of this computer that containers may reach", "80, http", "Type port numbers from 1 to 65535"},
		{"en", "Ports of this computer that containers may reach", "70000", "Type port numbers from 1 to 65535"},
		{"fr", "Mémoire", "0,1", "Au moins 256\u202fMo"},
	} {
		say.SetLanguage(tc.language)
		oneApp(t)
		r := newRigOf(t, inUse(), 1020, 760)
		viewtest.Type(t, r.w, tc.field, tc.text)
		s := status()
		s.Use.MemoryBytes++
		s.Resources = machine.Resources{CPUs: 3, MemoryBytes: 3 << 30, DiskBytes: 64 << 30, HostPorts: []int{22}}
		show(r.store, s)
		r.host.Drain()
		viewtest.Settle(r.w)
		if tc.language == "en" && tc.field != "Disk" {
			s.Resources = status().Resources
			show(r.store, s)
			r.host.Drain()
		}
		if got := viewtest.Input(t, r.w, tc.field).Text(); got != tc.text {
			t.Errorf("%s %q became %q", tc.field, tc.text, got)
		}
		if !viewtest.Shows(r.w, tc.want) {
			t.Errorf("%s %q: %q is not said: %q", tc.field, tc.text, tc.want, viewtest.Texts(r.w))
		}
		if save := viewtest.Find(r.w, say.L("machine.save")).(*kit.Press); save.Enabled() || save.Reason() == "" {
			t.Errorf("%s %q can be saved", tc.field, tc.text)
		}
		viewtest.Tap(t, r.w, say.L("machine.undo"))
		if viewtest.Shows(r.w, tc.want) || viewtest.Input(t, r.w, tc.field).Text() == tc.text || len(r.done.took()) != 0 {
			t.Errorf("%s %q is not taken back", tc.field, tc.text)
		}
	}
}

// TestMuchMemory checks that more than half of the computer's memory is doubted,
// not refused.
func TestMuchMemory(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	viewtest.Type(t, r.w, "Memory", "12 GB")
	if !viewtest.Shows(r.w, "More than half of this computer’s memory") || !viewtest.Find(r.w, "Save").Enabled() {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
}

// TestRefusedSave checks that a refusal is told where the numbers are, which
// stay.
func TestRefusedSave(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	r.done.err = fmt.Errorf("put: %w", engine.ErrConflict)
	viewtest.Type(t, r.w, "Processors", "3")
	viewtest.Tap(t, r.w, "Save")
	r.settle(t)
	if words := say.Error(engine.ErrConflict); !viewtest.Shows(r.w, words.Title) || viewtest.Input(t, r.w, "Processors").Text() != "3" {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	viewtest.Type(t, r.w, "Processors", "2")
	if words := say.Error(engine.ErrConflict); viewtest.Shows(r.w, words.Title) {
		t.Error("the refusal of another number stays")
	}
}

// TestDraftOutlivesPage checks that a page in another language has what was
// typed.
func TestDraftOutlivesPage(t *testing.T) {
	viewtest.App(t)
	st, draft := inUse(), Draft{}
	r := newRigOf(t, st, 1020, 760)
	parts := Parts{Store: st, Session: r.asked, Machine: r.done, Tasks: r.done.tasks, Host: r.host, Draft: draft}
	first := newPage(parts, onDebian, here)
	first.panel.form.memory.input.OnChanged("1.5")
	first.Close()
	second := newPage(parts, onDebian, here)
	defer second.Close()
	if got := second.panel.form.memory.input.Text(); got != "1.5" {
		t.Errorf("the next page has %q", got)
	}
}

// TestSuggestion checks that what Escale suggests is typed in, not applied.
func TestSuggestion(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, with(func(s *machine.Status) { s.Resources.CPUs, s.Resources.MemoryBytes = 1, 512<<20 }), 1020, 760)
	viewtest.Tap(t, r.w, "Use what Escale suggests")
	cpus, memory, disk := viewtest.Input(t, r.w, "Processors").Text(), viewtest.Input(t, r.w, "Memory").Text(), viewtest.Input(t, r.w, "Disk").Text()
	if cpus != "4" || memory != "4" || disk != "64" || len(r.done.took()) != 0 {
		t.Errorf("it types %s, %s and %s", cpus, memory, disk)
	}
}

// TestIdle checks the switch that applies at once, and leaves what is typed alone.
func TestIdle(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	viewtest.Type(t, r.w, "Processors", "2")
	viewtest.Tap(t, r.w, "Sleep when nothing runs")
	r.settle(t)
	if got := r.done.took(); !slices.Equal(got, []string{"set 4 4096 64 [] true"}) || viewtest.Input(t, r.w, "Processors").Text() != "2" {
		t.Errorf("asked for %v", got)
	}
}

// TestSharedPorts checks that ports can be typed in any way.
func TestSharedPorts(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	viewtest.Type(t, r.w, "Ports of this computer that containers may reach", "8080;5432 8080")
	viewtest.Tap(t, r.w, "Save")
	r.settle(t)
	if got := r.done.took(); !slices.Equal(got, []string{"set 4 4096 64 [5432 8080] false"}) {
		t.Errorf("asked for %v", got)
	}
	if got := viewtest.Input(t, r.w, "Ports of this computer that containers may reach").Text(); got != "5432, 8080" {
		t.Errorf("saved it is %q", got)
	}
}

// TestUnknownMachine checks that nothing is saved for a machine of which nothing
// is known.
func TestUnknownMachine(t *testing.T) {
	viewtest.App(t)
	st := inUse()
	st.Machine.Set(store.Machine{Checked: true})
	r := newRigOf(t, st, 1020, 760)
	viewtest.Type(t, r.w, "Processors", "2")
	if save := viewtest.Find(r.w, "Save").(*kit.Press); save.Enabled() {
		t.Error("it can be saved")
	}
}
