package enginepage

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/viewtest"
)

// TestBackup checks that a backup is saved where the user says, and that a
// refusal is told beside the path, which stays.
func TestBackup(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, inUse(), 1020, 760)
	viewtest.Tap(t, r.w, "Save a backup…")
	if got := viewtest.Input(t, r.w, "File").Text(); !strings.HasSuffix(got, ".tar.zst") {
		t.Errorf("it suggests %q", got)
	}
	viewtest.Type(t, r.w, "File", "somewhere")
	viewtest.Tap(t, r.w, "Save the backup")
	if !viewtest.Shows(r.w, "Type the whole path") || len(r.done.took()) != 0 {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	r.done.err = fmt.Errorf("backup: %w", &machine.Refusal{Reason: machine.RefusedFileExists})
	viewtest.Type(t, r.w, "File", "/data/a.tar.zst")
	viewtest.Tap(t, r.w, "Save the backup")
	r.settle(t)
	if !viewtest.Shows(r.w, "There is a file of this name already") || viewtest.Input(t, r.w, "File").Text() != "/data/a.tar.zst" {
		t.Errorf("refused, it says %q", viewtest.Texts(r.w))
	}
	r.done.err = nil
	viewtest.Type(t, r.w, "File", "/data/b.tar.zst")
	viewtest.Tap(t, r.w, "Save the backup")
	r.settle(t)
	if got := r.done.took(); !slices.Equal(got, []string{"backup /data/a.tar.zst", "backup /data/b.tar.zst"}) {
		t.Errorf("asked for %v", got)
	}
	if viewtest.Shows(r.w, "Save the backup") {
		t.Error("the question stays")
	}
}

// TestRestoreAndMove checks the other two that need a path.
func TestRestoreAndMove(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, with(func(s *machine.Status) { s.Folder = "/media/big" }), 1020, 760)
	if !viewtest.Shows(r.w, "/media/big") {
		t.Errorf("it does not say where the data is: %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Restore…")
	viewtest.Type(t, r.w, "File", "/data/b.tar.zst")
	viewtest.Tap(t, r.w, "Replace everything")
	r.settle(t)
	viewtest.Tap(t, r.w, "Move to another disk…")
	viewtest.Type(t, r.w, "Folder on the other disk; empty for Escale’s own", "")
	viewtest.Tap(t, r.w, "Move")
	r.settle(t)
	if got := r.done.took(); !slices.Equal(got, []string{"restore /data/b.tar.zst", "move "}) {
		t.Errorf("asked for %v", got)
	}
}

// TestWork checks that work on the data is shown, and can be cancelled.
func TestWork(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, beside(), 1020, 760)
	r.done.wait = make(chan struct{})
	id := r.done.BackupMachine("/data/a.tar.zst")
	s := status()
	s.State, s.Busy = machine.StateStopped, machine.WorkBackup
	s.Steps = []machine.Step{{Name: "backup", State: machine.StepRunning, DoneBytes: 1_200_000_000, TotalBytes: 3_400_000_000}}
	show(r.store, s)
	r.host.Drain()
	viewtest.Settle(r.w)
	if !viewtest.Shows(r.w, "Writing the backup") || !viewtest.Shows(r.w, "1.2\u00a0GB of 3.4\u00a0GB") {
		t.Errorf("it shows %q", viewtest.Texts(r.w))
	}
	if start := viewtest.Find(r.w, "Start").(*kit.Press); start.Enabled() {
		t.Error("it can be started meanwhile")
	}
	viewtest.Tap(t, r.w, "Cancel")
	if !r.host.Settle(func() bool { one, ok := r.done.tasks.Get(id); return !ok || one.Over() }) {
		t.Error("it cannot be cancelled")
	}
}

// TestVersions checks what is said of the machine's version, and each way to
// another one.
func TestVersions(t *testing.T) {
	at := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		change func(*machine.Status)
		words  string
		tap    []string
		want   string
	}{
		"an update": {func(s *machine.Status) { s.Update = &machine.Image{Version: "3", Engine: "30.0.0"} }, "Docker 29.7.1, in version 2 of the machine.", []string{"Use Docker 30.0.0…", "Update"}, "update"},
		"one that failed": {func(s *machine.Status) {
			s.RolledBack = &machine.RolledBack{From: machine.Image{Engine: "30.0.0"}, Cause: machine.CauseBootStuck}
			s.Update = &machine.Image{Engine: "30.0.0"}
		}, "Docker 30.0.0 came with an update and was left again: The machine does not finish starting.", []string{"Use Docker 30.0.0…", "Update"}, "update"},
		"back": {func(s *machine.Status) { s.Previous = &machine.Previous{Image: machine.Image{Engine: "29.1.0"}} }, "in version 2 of the machine", []string{"Go back to Docker 29.1.0…", "Go back"}, "rollback false false"},
		"with data": {func(s *machine.Status) {
			s.Previous = &machine.Previous{Image: machine.Image{Engine: "28.1.0"}, DataNewer: true, Data: &at}
		}, "in version 2 of the machine", []string{"Go back to Docker 28.1.0…", "Go back"}, "rollback true false"},
		"without": {func(s *machine.Status) {
			s.Previous = &machine.Previous{Image: machine.Image{Engine: "28.1.0"}, DataNewer: true}
		}, "in version 2 of the machine", []string{"Go back to Docker 28.1.0…", "Go back"}, "rollback false true"},
	} {
		t.Run(name, func(t *testing.T) {
			viewtest.App(t)
			r := newRigOf(t, with(func(s *machine.Status) { s.Guest = &machine.Image{Version: "2", Engine: "29.7.1"}; tc.change(s) }), 1020, 760)
			if !viewtest.Shows(r.w, tc.words) {
				t.Errorf("it says %q", viewtest.Texts(r.w))
			}
			for _, label := range tc.tap {
				viewtest.Tap(t, r.w, label)
			}
			r.settle(t)
			if got := r.done.took(); !slices.Equal(got, []string{tc.want}) {
				t.Errorf("asked for %v", got)
			}
		})
	}
}

// TestDiskWarning checks that a disk that is nearly full is told, and a machine
// that is held up by it.
func TestDiskWarning(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, with(func(s *machine.Status) { s.Warning = machine.CauseNotEnoughDisk }), 1020, 760)
	const title = "There is not enough room on this computer’s disk"
	if !viewtest.Shows(r.w, title) {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	show(r.store, status())
	r.host.Drain()
	viewtest.Settle(r.w)
	if viewtest.Shows(r.w, title) {
		t.Error("the warning stays")
	}
	s := status()
	s.State, s.Cause = machine.StatePaused, machine.CauseDiskFailed
	show(r.store, s)
	r.host.Drain()
	viewtest.Settle(r.w)
	if !viewtest.Shows(r.w, "This computer cannot read or write the machine’s data") || !viewtest.Shows(r.w, "held up in the middle of a write") {
		t.Errorf("held up it says %q", viewtest.Texts(r.w))
	}
}

// TestContentsOfAMachineThatRests checks that a fresh start names what the machine
// held when it last ran, and leads to a backup.
func TestContentsOfAMachineThatRests(t *testing.T) {
	viewtest.App(t)
	r := newRigOf(t, stopped(), 1020, 760)
	r.store.Containers.Set(store.Snapshot[engine.Container]{})
	r.done.contents = machine.Contents{
		At: time.Now().Add(-3 * time.Hour), Volumes: []machine.Thing{{Name: "blog-files", Bytes: 1e6}}, Images: []machine.Thing{{Name: "nginx:1.29"}},
	}
	viewtest.Tap(t, r.w, "Start afresh…")
	if !r.host.Settle(func() bool { return viewtest.Shows(r.w, "blog-files") }) {
		t.Fatalf("it says %q", viewtest.Texts(r.w))
	}
	if !viewtest.Shows(r.w, "As it was 3\u00a0h ago") || !viewtest.Shows(r.w, "1 image, which can be downloaded again") {
		t.Errorf("it says %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Save a backup first…")
	viewtest.Tap(t, r.w, "Save the backup")
	r.settle(t)
	if got := r.done.took(); len(got) != 1 || !strings.HasPrefix(got[0], "backup /") {
		t.Errorf("asked for %v", got)
	}
}
