//go:build !windows

package helper

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/machinetest"
)

// twoDisks is a bench whose machine has data, and a folder on another disk.
func twoDisks(t *testing.T) (b *bench, other string) {
	t.Helper()
	other = t.TempDir()
	b = newBench(t, machinetest.Plan{}, func(b *bench) {
		b.h.sameDisk = func(x, y string) bool { return strings.HasPrefix(x, b.home.Data) == strings.HasPrefix(y, b.home.Data) }
	})
	b.start()
	b.stop()
	b.writeData("the data of before")
	return b, other
}

func TestMove(t *testing.T) {
	b, other := twoDisks(t)
	ctx := t.Context()
	moved := filepath.Join(other, "escale", name, DiskFile)
	s, err := b.Move(ctx, name, other)
	if err != nil || s.Folder != filepath.Dir(moved) || s.State != machine.StateStopped || s.Busy != "" {
		t.Fatalf("moved: %+v, %v", s, err)
	}
	if len(s.Steps) != 2 || s.Steps[0].Name != "move" || s.Steps[1].Name != "verify" || s.Steps[1].State != machine.StepDone ||
		s.Steps[1].DoneBytes != s.Steps[1].TotalBytes || s.Steps[1].DoneBytes == 0 {
		t.Errorf("steps: %+v", s.Steps)
	}
	if got := readData(t, moved); got != "the data of before" {
		t.Errorf("data %q", got)
	}
	if hasDisk(filepath.Join(b.home.Machine(name), DiskFile)) {
		t.Error("the old disk is still there")
	}
	if used := usedSpace(moved); used > 1<<20 {
		t.Errorf("the new one has no holes: %d bytes", used)
	}
	machinetest.Plan{Engine: b.engine.Socket}.Write(t, filepath.Dir(moved))
	if s := b.start(); s.State != machine.StateRunning || hasDisk(filepath.Join(b.home.Machine(name), DiskFile)) {
		t.Errorf("started there: %+v", s)
	}
	if _, err := b.Move(ctx, name, ""); !refusedFor(err, machine.RefusedRuns) {
		t.Errorf("while it runs: %v", err)
	}
	b.stop()
	if s, err := b.Move(ctx, name, ""); err != nil || s.Folder != "" || b.data() != "the data of before" || hasDisk(moved) {
		t.Errorf("back home: %+v, %v", s, err)
	}
	if _, err := b.Move(ctx, name, other); err != nil {
		t.Fatal(err)
	}
	if err := b.Reset(ctx, name); err != nil || hasDisk(moved) || hasDisk(b.home.Machine(name)) {
		t.Errorf("after a reset: %v", err)
	}
}

// TestMoveCleansAtOnce: on Windows a file that is open, as one is that is locked,
// cannot be removed. Nothing of the old disk waits for the next helper.
func TestMoveCleansAtOnce(t *testing.T) {
	b, other := twoDisks(t)
	b.h.remove = func(path string) error {
		if hasDisk(path) {
			lock, err := lockFile(path)
			if err != nil {
				return err
			}
			_ = lock.Close()
		}
		return removeFile(path)
	}
	for _, folder := range []string{other, ""} {
		if _, err := b.Move(t.Context(), name, folder); err != nil {
			t.Fatal(err)
		}
		v, err := b.h.machine(name)
		if err != nil {
			t.Fatal(err)
		}
		if m := v.memory().Move; m != nil {
			t.Errorf("moved to %q, and the old disk is left for later: %+v", folder, m)
		}
	}
	if hasDisk(filepath.Join(other, "escale")) {
		t.Error("what was made for the disk is still there")
	}
}

func TestMoveRefused(t *testing.T) {
	b, other := twoDisks(t)
	file := filepath.Join(other, "file")
	taken := filepath.Join(other, "taken")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.MkdirAll(filepath.Join(taken, "escale", name), 0o700),
		os.WriteFile(filepath.Join(taken, "escale", name, DiskFile), []byte("another home's"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for what, tc := range map[string]struct {
		folder string
		free   int64
		want   machine.Reason
	}{
		"no folder":         {folder: filepath.Join(other, "nowhere"), want: machine.RefusedMissing},
		"a file":            {folder: file, want: machine.RefusedMissing},
		"the same disk":     {folder: b.home.Data, want: machine.RefusedSameDisk},
		"where it is":       {folder: "", want: machine.RefusedSameDisk},
		"little room":       {folder: other, free: spareDisk, want: machine.RefusedNoRoom},
		"another home's":    {folder: taken, want: machine.RefusedFileExists},
		"nothing may be in": {folder: "/sys", want: machine.RefusedReadOnly},
	} {
		b.setFree(100 << 30)
		if tc.free != 0 {
			b.setFree(tc.free)
		}
		_, err := b.Move(t.Context(), name, tc.folder)
		var r *machine.Refusal
		if !errors.As(err, &r) || r.Reason != tc.want || (tc.free != 0) != (r.Shortage != nil) {
			t.Errorf("%s: %v", what, err)
		}
		if b.data() != "the data of before" {
			t.Errorf("%s: the data is not there", what)
		}
	}
	if left, err := os.ReadDir(other); err != nil || len(left) != 2 {
		t.Errorf("left there: %v, %v", left, err)
	}
	if _, err := b.Move(t.Context(), name, "relative"); !errors.Is(err, engine.ErrInvalid) {
		t.Errorf("a relative folder: %v", err)
	}
}

// TestTrialOfFolder: what cannot be locked, written or have holes is known
// before.
func TestTrialOfFolder(t *testing.T) {
	if err := tryFolder(t.TempDir()); err != nil {
		t.Errorf("a good one: %v", err)
	}
	for err, want := range map[error]machine.Reason{os.ErrPermission: machine.RefusedReadOnly, os.ErrNotExist: machine.RefusedMissing} {
		if got := unwritable(&os.PathError{Op: "open", Path: "x", Err: err}); !refusedFor(got, want) {
			t.Errorf("%v: %v", err, got)
		}
	}
}

// TestMoveInterrupted: wherever a move ends, there is one whole disk, and the
// next helper removes what is not it.
func TestMoveInterrupted(t *testing.T) {
	for what, tc := range map[string]struct {
		switched bool     // machine.json names the new folder already
		there    []string // files in the new one
	}{
		"while it copied":       {there: []string{partFile}},
		"before the switch":     {there: []string{DiskFile, rawFile}},
		"after the switch":      {switched: true, there: []string{DiskFile}},
		"before it even copied": {},
	} {
		t.Run(what, func(t *testing.T) {
			dir, other := t.TempDir(), filepath.Join(t.TempDir(), "escale", name)
			h := &Helper{home: machine.Home{Data: dir, Run: dir}, machines: map[string]*vm{}, remove: removeFile}
			v := &vm{name: name, dir: h.home.Machine(name), h: h}
			if err := errors.Join(os.MkdirAll(other, 0o700), v.change(func(s *stored) {
				s.Move = &moving{From: v.dir, To: other}
				if tc.switched {
					s.Folder = other
				}
			})); err != nil {
				t.Fatal(err)
			}
			for _, file := range append([]string{filepath.Join(v.dir, DiskFile)}, join2(other, tc.there)...) {
				if err := os.WriteFile(file, []byte("data"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			next, err := h.newVM(name)
			if err != nil {
				t.Fatal(err)
			}
			home, away := hasDisk(filepath.Join(v.dir, DiskFile)), hasDisk(filepath.Join(other, DiskFile))
			if home == tc.switched || away != tc.switched || !hasDisk(next.disk()) || next.memory().Move != nil {
				t.Errorf("at home %t, away %t, used %s", home, away, next.disk())
			}
			if !tc.switched && hasDisk(other) {
				t.Error("something is left in the new folder")
			}
		})
	}
}

func join2(dir string, names []string) (paths []string) {
	for _, n := range names {
		paths = append(paths, filepath.Join(dir, n))
	}
	return paths
}

// TestMoveCancelled: who goes away ends the work; the data stays where it was.
func TestMoveCancelled(t *testing.T) {
	b, other := twoDisks(t)
	v, err := b.h.machine(name)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := v.Move(ctx, machine.MoveRequest{Folder: other}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if left, err := os.ReadDir(other); err != nil || len(left) != 0 || b.data() != "the data of before" {
		t.Errorf("left there: %v, %v", left, err)
	}
}

// TestCopyIsRead: a copy that is not what was written is noticed.
func TestCopyIsRead(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	file, err := createDisk(from, 64<<20)
	if err == nil {
		_, err = file.WriteAt([]byte("somewhere"), 33<<20)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	parts, sum, err := copyParts(t.Context(), from, to, new(meter))
	if err != nil || len(parts) != 1 {
		t.Fatalf("%v, %v", parts, err)
	}
	if err := verifyParts(t.Context(), to, 64<<20, parts, sum, new(meter)); err != nil {
		t.Error(err)
	}
	if err := verifyParts(t.Context(), to, 65<<20, parts, sum, new(meter)); !errors.Is(err, errChanged) {
		t.Errorf("another size: %v", err)
	}
	file, err = os.OpenFile(to, os.O_WRONLY, 0)
	if err == nil {
		_, err = file.WriteAt([]byte("S"), 33<<20)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := verifyParts(t.Context(), to, 64<<20, parts, sum, new(meter)); !errors.Is(err, errChanged) {
		t.Errorf("one other byte: %v", err)
	}
}

// TestDriveGone: a machine whose drive is not there does not begin anew.
func TestDriveGone(t *testing.T) {
	b, other := twoDisks(t)
	if _, err := b.Move(t.Context(), name, other); err != nil {
		t.Fatal(err)
	}
	away := other + "-unplugged"
	if err := os.Rename(other, away); err != nil {
		t.Fatal(err)
	}
	var failed *machine.Failure
	if _, err := b.Start(t.Context(), name); !errors.As(err, &failed) || failed.Cause != machine.CauseDiskMissing {
		t.Errorf("start: %v", err)
	}
	if err := b.Reset(t.Context(), name); !errors.Is(err, engine.ErrConflict) {
		t.Errorf("reset: %v", err)
	}
	if err := os.Rename(away, other); err != nil {
		t.Fatal(err)
	}
	machinetest.Plan{Engine: b.engine.Socket}.Write(t, filepath.Join(other, "escale", name))
	if s := b.start(); s.State != machine.StateRunning {
		t.Errorf("plugged in again: %+v", s)
	}
}
