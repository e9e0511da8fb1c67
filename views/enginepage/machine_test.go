package enginepage

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/viewtest"
)

// TestMachineIsShown checks what is said of a machine that is the engine in use.
func TestMachineIsShown(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	for _, words := range []string{
		"Docker 29.7.1, at full speed (KVM). Running for 2\u00a0h 14\u00a0min.", "1.2\u00a0GB", "Limit: 4.0\u00a0GB", "3.4\u00a0GB",
		"Limit: 64\u00a0GB", "This computer has 8.", "This computer has 16\u00a0GB.", "localhost:8081",
		"Port 8080 is used by another program of this computer", "localhost:53/udp", "dns · open to your network", "This system keeps port 53 for itself",
		"Started its Linux",
	} {
		if !viewtest.Shows(r.w, words) {
			t.Errorf("%q is not shown: %q", words, viewtest.Texts(r.w))
		}
	}
	if r.panel.terms.bar.Command() != "docker --context escale ps -a" {
		t.Errorf("the command is %q", r.panel.terms.bar.Command())
	}
	if !slices.Equal(r.done.calls, []string{"show"}) {
		t.Errorf("asked %v, want to look", r.done.calls)
	}
}

// TestDeeds checks which buttons each state has, and what they do.
func TestDeeds(t *testing.T) {
	all := []string{"Start", "Wake", "Stop", "Restart", "Pause", "Cancel", "End it at once", "Show the machine’s console", "Start afresh…"}
	for state, want := range map[machine.State]string{
		machine.StateAbsent:   "Start, Show the machine’s console",
		machine.StateStopped:  "Start, Show the machine’s console, Start afresh…",
		machine.StateFailed:   "Start, Show the machine’s console, Start afresh…",
		machine.StateStarting: "Cancel, Show the machine’s console",
		machine.StateRunning:  "Stop, Restart, Pause, Show the machine’s console, Start afresh…",
		machine.StatePaused:   "Wake, Stop, Restart, Show the machine’s console, Start afresh…",
		machine.StateStopping: "End it at once, Show the machine’s console",
	} {
		oneApp(t)
		st := beside()
		s := status()
		s.State = state
		show(st, s)
		r := newRigOf(t, st, 1020, 760)
		var got []string
		for _, label := range all {
			if found := viewtest.Find(r.w, label); found != nil && found.Enabled() {
				got = append(got, label)
			}
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", state, got, want)
		}
		for _, label := range got {
			if label == "Start afresh…" || label == "Show the machine’s console" || label == "End it at once" {
				continue // they open something
			}
			viewtest.Tap(t, r.w, label)
			r.settle(t)
		}
		asked := map[machine.State]string{
			machine.StateRunning: "stop restart pause", machine.StatePaused: "resume stop restart",
			machine.StateStarting: "stop", machine.StateStopping: "",
		}
		if want, ok := asked[state]; !ok && strings.Join(r.done.took(), " ") != "start" || ok && strings.Join(r.done.took(), " ") != want {
			t.Errorf("%s: asked something else", state)
		}
	}
}

// settle waits until nothing is being done.
func (r *rig) settle(t *testing.T) {
	t.Helper()
	idle := func() bool {
		return len(r.store.Busy.Get()) == 0 && !slices.ContainsFunc(r.done.tasks.List.Get(), func(one task.Task) bool { return !one.Over() })
	}
	if !r.host.Settle(idle) {
		t.Fatal("something is still being done")
	}
	r.host.Drain()
	viewtest.Settle(r.w)
}

// TestBusyButton checks that a button says what it does while it does it, and
// that the others wait.
func TestBusyButton(t *testing.T) {
	viewtest.App(t)
	st := beside()
	show(st, status())
	r := newRigOf(t, st, 1020, 760)
	r.done.wait = make(chan struct{})
	viewtest.Tap(t, r.w, "Pause")
	r.host.Drain()
	viewtest.Settle(r.w)
	stop, _ := viewtest.Find(r.w, "Stop").(*kit.Press)
	if viewtest.Find(r.w, "Pausing…") == nil || stop.Enabled() || stop.Reason() == "" {
		t.Errorf("it shows %q", viewtest.Labels(r.w))
	}
	close(r.done.wait)
	r.settle(t)
	if !stop.Enabled() || viewtest.Find(r.w, "Pause") == nil {
		t.Errorf("afterwards it shows %q", viewtest.Labels(r.w))
	}
}

// TestStopNamesContainers checks that a stop and a restart say what they end.
func TestStopNamesContainers(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	for label, want := range map[string]string{"Stop": "stop", "Restart": "restart"} {
		viewtest.Tap(t, r.w, label)
		if !viewtest.Shows(r.w, "hello-nginx") || !viewtest.Shows(r.w, "2 containers run in it") || viewtest.Shows(r.w, "old") {
			t.Errorf("%s says %q", label, viewtest.Texts(r.w))
		}
		viewtest.Tap(t, r.w, "Cancel")
		if len(r.done.took()) != 0 {
			t.Error("cancelled, and done all the same")
		}
		viewtest.Tap(t, r.w, label)
		viewtest.Tap(t, r.w, label) // of the question
		r.settle(t)
		if got := r.done.took(); !slices.Equal(got, []string{want}) {
			t.Errorf("%s asked for %v", label, got)
		}
	}
}

// TestKillAsks checks that pulling the plug is asked about first.
func TestKillAsks(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, with(func(s *machine.Status) { s.State = machine.StateStopping }), 1020, 760)
	viewtest.Tap(t, r.w, "End it at once")
	if !viewtest.Shows(r.w, "what containers have not saved is lost") || len(r.done.took()) != 0 {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "End it at once")
	r.settle(t)
	if got := r.done.took(); !slices.Equal(got, []string{"kill"}) {
		t.Errorf("asked for %v", got)
	}
}

// TestGiveBack checks the two buttons that give something back.
func TestGiveBack(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	for _, label := range []string{"Give memory back", "Give disk space back"} {
		viewtest.Tap(t, r.w, label)
		r.settle(t)
	}
	if got := r.done.took(); !slices.Equal(got, []string{"reclaim", "trim"}) {
		t.Errorf("asked for %v", got)
	}
	r = newRigOf(t, with(func(s *machine.Status) { s.State = machine.StateStopped }), 1020, 760)
	if viewtest.Find(r.w, "Give memory back") != nil || viewtest.Find(r.w, "Give disk space back") != nil || !viewtest.Shows(r.w, "3.4\u00a0GB") {
		t.Errorf("a machine that does not run shows %q", viewtest.Texts(r.w))
	}
}

// TestStartUp checks the screen of a machine that starts under emulation.
func TestStartUp(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, booting(), 1020, 760)
	for _, words := range []string{
		"Checking the machine’s files", "Starting its Linux", "Opening its system", "Starting the engine in it",
		"The machine is about ten times slower than it could be", "Escale tried the processor’s virtualization",
	} {
		if !viewtest.Shows(r.w, words) {
			t.Errorf("%q is not shown: %q", words, viewtest.Texts(r.w))
		}
	}
	viewtest.Tap(t, r.w, "Cancel")
	r.settle(t)
	if got := r.done.took(); !slices.Equal(got, []string{"stop"}) {
		t.Errorf("asked for %v", got)
	}
}

// TestQuicken checks what would make an emulated machine fast, on each system.
func TestQuicken(t *testing.T) {
	for name, tc := range map[string]struct {
		system system
		want   string
	}{
		"no KVM":     {system{os: "linux", kvm: kvmMissing}, "words"},
		"not let in": {system{os: "linux", kvm: kvmDenied}, "sudo usermod -aG kvm "},
		"tried":      {system{os: "linux"}, "words"},
		"mac":        {system{os: "darwin"}, "words"},
		"windows":    {system{os: "windows"}, "dism.exe /online /enable-feature /featurename:HypervisorPlatform /all\nwords"},
	} {
		if got := commands(t, tc.system.quicken()); !strings.HasPrefix(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
	if kvmOf(t.TempDir()+"/none") != kvmMissing {
		t.Error("a device that is not there is taken for one")
	}
}

// TestEveryCause checks that a machine that did not start says why and what to
// do, in both languages, in the smallest window, with its console one click away.
func TestEveryCause(t *testing.T) {
	t.Cleanup(func() { say.SetLanguage("en") })
	for _, language := range []string{"en", "fr"} {
		for _, cause := range []machine.Cause{
			machine.CauseNoVirtualization, machine.CauseNotEnoughMemory, machine.CauseNotEnoughDisk, machine.CauseImageMissing,
			machine.CauseImageDamaged, machine.CauseImageNotFetched, machine.CauseDiskLocked, machine.CauseDiskForeign, machine.CauseQEMUMissing,
			machine.CauseQEMUFailed, machine.CauseBootStuck, machine.CauseEngineFailed, machine.CauseImageTooOld, machine.CauseDiskMissing, machine.CauseDiskFailed,
		} {
			say.SetLanguage(language)
			oneApp(t)
			r := newRigOf(t, fallen(cause), 680, 600)
			words := say.MachineCause(cause)
			if !viewtest.Shows(r.w, words.Title) || !viewtest.Shows(r.w, words.Hint) || viewtest.Shows(r.w, "exit status") {
				t.Errorf("%s: %s is not worded: %q", language, cause, viewtest.Texts(r.w))
			}
			if least := r.w.Content().MinSize(); least.Width > 680 {
				t.Errorf("%s: %s needs a width of %v", language, cause, least.Width)
			}
			viewtest.Tap(t, r.w, say.L("action.retry"))
			viewtest.Tap(t, r.w, say.L("action.copydetails"))
			if !slices.Equal(r.asked.calls, []string{"retry"}) || len(r.host.Copied) != 1 || !strings.Contains(r.host.Copied[0], "exit status 1") {
				t.Errorf("%s: asked %v, copied %q", cause, r.asked.calls, r.host.Copied)
			}
			viewtest.Tap(t, r.w, say.L("machine.console"))
			if !viewtest.Shows(r.w, say.L("machine.log.title")) {
				t.Errorf("%s: no console", cause)
			}
			viewtest.Tap(t, r.w, say.L("action.close"))
		}
	}
}

// TestRepair checks the commands that mend a machine.
func TestRepair(t *testing.T) {
	for name, tc := range map[string]struct {
		system system
		cause  machine.Cause
		want   string
	}{
		"no QEMU":          {onDebian, machine.CauseQEMUMissing, "sudo apt install qemu-system-x86\npage"},
		"no QEMU, arm64":   {system{os: "linux", arch: "arm64", family: "fedora"}, machine.CauseQEMUMissing, "sudo dnf install qemu-system-aarch64-core\npage"},
		"no QEMU, mac":     {system{os: "darwin"}, machine.CauseQEMUMissing, "brew install qemu\npage"},
		"no QEMU, windows": {system{os: "windows"}, machine.CauseQEMUMissing, "winget install SoftwareFreedomConservancy.QEMU\npage"},
		"no QEMU, other":   {system{os: "linux"}, machine.CauseQEMUMissing, "page"},
		"firmware":         {system{os: "linux", kvm: kvmMissing}, machine.CauseNoVirtualization, "words"},
		"no disk":          {onDebian, machine.CauseNotEnoughDisk, ""},
	} {
		one := engine.Candidate{Endpoint: ours, Err: engine.Unreachable(engine.ErrNotStarted, &machine.Failure{Cause: tc.cause})}
		if got := commands(t, tc.system.remedies(one)); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// TestStopped checks that a machine which was stopped is no failure: it can be
// started.
func TestStopped(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, stopped(), 1020, 760)
	if viewtest.Shows(r.w, "No engine can be used") || !viewtest.Shows(r.w, "It keeps everything") || !viewtest.Shows(r.w, "Escale can start it") {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Start the machine")
	if !slices.Equal(r.asked.calls, []string{"retry"}) {
		t.Errorf("asked %v", r.asked.calls)
	}
}

// TestBesideAnother checks a machine that is not the engine in use: it can be
// used, and its settings are a click away.
func TestBesideAnother(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, beside(), 1020, 760)
	if !viewtest.Shows(r.w, "Not made yet") || viewtest.Shows(r.w, "What it may take of this computer") {
		t.Errorf("it shows %q", viewtest.Texts(r.w))
	}
	for range 2 {
		viewtest.Tap(t, r.w, "Use") // Podman's, then the machine's
	}
	viewtest.Tap(t, r.w, "Its limits, ports and more")
	if !viewtest.Shows(r.w, "What it may take of this computer") || !viewtest.Shows(r.w, "so nothing can be reached") {
		t.Errorf("opened it shows %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Its limits, ports and more")
	if viewtest.Shows(r.w, "What it may take of this computer") {
		t.Error("it does not close")
	}
	uses := viewtest.FindAll(r.w, "Use")
	if len(uses) != 2 {
		t.Fatalf("%d engines can be used, want Podman and the machine", len(uses))
	}
	uses[1].(*kit.Press).Tapped(nil)
	if want := "use " + ours.ID; r.asked.calls[len(r.asked.calls)-1] != want {
		t.Errorf("asked %v, want %q", r.asked.calls, want)
	}
}

// TestNoMachine checks that a computer that cannot have one shows none.
func TestNoMachine(t *testing.T) {
	viewtest.App(t)
	st := beside()
	st.Machine.Set(store.Machine{Checked: true, Missing: machine.ErrHelperMissing})
	r := newRigOf(t, st, 1020, 760)
	if viewtest.Shows(r.w, "A small Linux computer inside this one") {
		t.Error("it offers what is not there")
	}
}

// TestHelperFails checks that a helper that does not start is told, with its log.
func TestHelperFails(t *testing.T) {
	viewtest.App(t)
	st := beside()
	st.Machine.Set(store.Machine{Checked: true, Err: fmt.Errorf("%w: exit status 2", machine.ErrHelperFailed)})
	r := newRigOf(t, st, 1020, 760)
	if !viewtest.Shows(r.w, "Escale’s helper could not be started") || viewtest.Shows(r.w, "exit status") {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Try again")
	if !slices.Equal(r.done.calls, []string{"show", "show"}) {
		t.Errorf("asked for %v", r.done.calls)
	}
	show(st, status())
	r.host.Drain()
	viewtest.Settle(r.w)
	if viewtest.Shows(r.w, "Escale’s helper could not be started") {
		t.Error("the trouble stays")
	}
}
