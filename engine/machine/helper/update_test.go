//go:build !windows

package helper

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"escale/engine/machine"
	"escale/engine/machine/machinetest"
)

var (
	oldImage = machinetest.Image{Version: "1", Engine: "29.7.1"}
	newImage = machinetest.Image{Version: "2", Engine: "29.8.0"}
	nextOne  = machinetest.Image{Version: "3", Engine: "30.0.0"}
)

// ranOnce is a bench whose machine ran well with the old image, was stopped, and
// has data; then the app brought another image.
func ranOnce(t *testing.T, plan machinetest.Plan, brought machinetest.Image, change func(*bench)) *bench {
	t.Helper()
	b := newBench(t, plan, change)
	b.start()
	b.stop()
	b.writeData("the data of before")
	brought.Write(t, b.image)
	return b
}

func (b *bench) stop() {
	b.t.Helper()
	if _, err := b.Stop(b.t.Context(), name); err != nil {
		b.t.Fatal(err)
	}
}

// dataAt is where the tests write into disks, beyond their first MiB.
const dataAt = 5 << 20

func (b *bench) writeData(text string) {
	b.t.Helper()
	file, err := os.OpenFile(filepath.Join(b.home.Machine(name), DiskFile), os.O_WRONLY, 0)
	if err == nil {
		_, err = file.WriteAt([]byte(text), dataAt)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func readData(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // only read
	data := make([]byte, len("the data of before"))
	if _, err := file.ReadAt(data, dataAt); err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func (b *bench) data() string {
	b.t.Helper()
	return readData(b.t, filepath.Join(b.home.Machine(name), DiskFile))
}

// images are the versions of the copies in the home.
func (b *bench) images() (versions []string) {
	b.t.Helper()
	all, err := os.ReadDir(filepath.Join(b.home.Data, "images"))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range all {
		i, err := openImage([]string{filepath.Join(b.home.Data, "images", e.Name())})
		if errors.Is(err, errImageMissing) {
			continue // it is being removed
		}
		if err != nil {
			b.t.Fatal(err)
		}
		versions = append(versions, i.manifest.Version)
	}
	slices.Sort(versions)
	return versions
}

// TestUpdate: a newer image is used at the next start, the data stays, and the
// image of before is there to go back to; older ones go.
func TestUpdate(t *testing.T) {
	b := ranOnce(t, machinetest.Plan{}, newImage, nil)
	if s := b.status(); s.Guest.Version != "1" || s.Update == nil || s.Update.Engine != "29.8.0" || s.Previous != nil || s.RolledBack != nil {
		t.Errorf("before the update: %+v", s)
	}
	s := b.start()
	if s.Guest.Version != "2" || s.Update != nil || s.Previous == nil || s.Previous.Version != "1" || s.Previous.DataNewer || s.Image != "29.8.0" {
		t.Errorf("after the update: %+v", s)
	}
	if data := b.data(); data != "the data of before" {
		t.Errorf("data %q", data)
	}
	b.stop()
	machinetest.Image{Version: "2b", Engine: "29.8.1"}.Write(t, b.image)
	b.start()
	b.until("only two images are kept", func() bool { return slices.Equal(b.images(), []string{"2", "2b"}) })
	if _, err := b.Update(t.Context(), name, machine.UpdateOptions{}); !refusedFor(err, machine.RefusedNothing) {
		t.Errorf("an update to what runs: %v", err)
	}
	// Back, while it runs, and forth again.
	s, err := b.Rollback(t.Context(), name, machine.RollbackOptions{})
	if err != nil || s.State != machine.StateRunning || s.Guest.Version != "2" || s.RolledBack == nil || s.RolledBack.Cause != "" || s.RolledBack.From.Version != "2b" {
		t.Errorf("rolled back: %+v, %v", s, err)
	}
	if _, err := b.Rollback(t.Context(), name, machine.RollbackOptions{}); !refusedFor(err, machine.RefusedNothing) {
		t.Errorf("a second time: %v", err)
	}
	b.stop()
	if s := b.start(); s.Guest.Version != "2" {
		t.Errorf("the next start uses %+v", s.Guest)
	}
	s, err = b.Update(t.Context(), name, machine.UpdateOptions{})
	if err != nil || s.Guest.Version != "2b" || s.RolledBack != nil {
		t.Errorf("updated again: %+v, %v", s, err)
	}
	b.stop()
	if err := b.Reset(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	b.h.pruneImages()
	if got := b.images(); len(got) != 0 {
		t.Errorf("images that nobody needs: %v", got)
	}
}

func refusedFor(err error, reason machine.Reason) bool {
	var r *machine.Refusal
	return errors.As(err, &r) && r.Reason == reason
}

// TestBadUpdate: a newer image that fails is left by itself, is not tried again
// until another one comes or the user asks.
func TestBadUpdate(t *testing.T) {
	for name, tc := range map[string]struct {
		plan   machinetest.Plan
		damage bool
		want   machine.Cause
	}{
		"it hangs":     {plan: machinetest.Plan{HangAfter: "root"}, want: machine.CauseBootStuck},
		"its engine":   {plan: machinetest.Plan{FailStep: "engine", FailText: "engine-failed: exit 1"}, want: machine.CauseEngineFailed},
		"it panics":    {plan: machinetest.Plan{DieAfter: "kernel"}, want: machine.CauseQEMUFailed},
		"it is broken": {damage: true, want: machine.CauseImageDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			tc.plan.Only = newImage.Engine
			b := ranOnce(t, tc.plan, newImage, hurry)
			if tc.damage {
				damage(b, "root.sqfs")
			}
			s := b.start()
			if s.Guest.Version != "1" || s.RolledBack == nil || s.RolledBack.Cause != tc.want || s.RolledBack.From.Version != "2" || s.RolledBack.To.Version != "1" || s.RolledBack.Detail == "" {
				t.Fatalf("status: %+v, %+v", s, s.RolledBack)
			}
			if data := b.data(); data != "the data of before" {
				t.Errorf("data %q", data)
			}
			b.stop()
			tries := strings.Count(b.helperLog(), "image failed")
			if s := b.start(); s.RolledBack == nil || s.RolledBack.Cause != tc.want {
				t.Errorf("next start: %+v", s)
			}
			if again := strings.Count(b.helperLog(), "image failed"); again != tries {
				t.Error("it was tried again")
			}
			s, err := b.Update(t.Context(), "default", machine.UpdateOptions{})
			if err != nil || s.Guest.Version != "1" || s.RolledBack == nil {
				t.Errorf("when the user asks: %+v, %v", s, err)
			}
			b.stop()
			machinetest.Image{Version: "3", Engine: "29.8.1"}.Write(t, b.image)
			if s := b.start(); s.Guest.Version != "3" || s.RolledBack != nil {
				t.Errorf("a newer one: %+v", s)
			}
		})
	}
}

func (b *bench) helperLog() string {
	data, err := os.ReadFile(b.home.Log())
	if err != nil {
		b.t.Fatal(err)
	}
	return string(data)
}

// TestNotTheImage: when the image of before fails, too, the newer one is not to
// blame.
func TestNotTheImage(t *testing.T) {
	b := ranOnce(t, machinetest.Plan{}, newImage, nil)
	machinetest.Plan{Refuse: "no such option"}.Write(t, b.home.Machine(name))
	var failed *machine.Failure
	if _, err := b.Start(t.Context(), name); !errors.As(err, &failed) || failed.Cause != machine.CauseQEMUFailed {
		t.Errorf("start: %v", err)
	}
	if s := b.status(); s.RolledBack != nil {
		t.Errorf("rolled back: %+v", s.RolledBack)
	}
}

// TestNewMajor: the data is copied before an engine of a new major version opens
// it; who goes back says what becomes of the data.
func TestNewMajor(t *testing.T) {
	b := ranOnce(t, machinetest.Plan{}, nextOne, nil)
	s := b.start()
	if s.Guest.Engine != "30.0.0" || s.Previous == nil || !s.Previous.DataNewer || s.Previous.Data == nil {
		t.Fatalf("after the update: %+v", s)
	}
	if s.Use.DiskBytes < 2*4096 {
		t.Errorf("the copy is not counted: %d", s.Use.DiskBytes)
	}
	b.writeData("the data of after!")
	if _, err := b.Rollback(t.Context(), name, machine.RollbackOptions{}); !refusedFor(err, machine.RefusedDataNewer) {
		t.Errorf("without a word about the data: %v", err)
	}
	if b.status().State != machine.StateRunning {
		t.Error("a refusal stopped it")
	}
	s, err := b.Rollback(t.Context(), name, machine.RollbackOptions{RestoreData: true})
	if err != nil || s.Guest.Engine != "29.7.1" || b.data() != "the data of before" || s.State != machine.StateRunning {
		t.Errorf("rolled back: %+v, %v, %q", s, err, b.data())
	}
}

// TestNewMajorFails: a start that was never ready loses nothing: the data is as
// it was before.
func TestNewMajorFails(t *testing.T) {
	plan := machinetest.Plan{FailStep: "engine", FailText: "engine-failed: exit 1", Only: nextOne.Engine, Scribble: true}
	b := ranOnce(t, plan, nextOne, nil)
	s := b.start()
	if s.Guest.Engine != "29.7.1" || s.RolledBack == nil || s.RolledBack.Cause != machine.CauseEngineFailed {
		t.Fatalf("status: %+v", s)
	}
	if data := b.data(); data != "the data of before" {
		t.Errorf("data %q", data)
	}
	if _, err := lockFile(filepath.Join(b.home.Machine(name), DiskFile)); !errors.Is(err, errLocked) {
		t.Errorf("the disk that runs is not locked: %v", err)
	}
}

// TestNewMajorWithoutRoom: the machine stays with its image, unless the user
// wants no copy.
func TestNewMajorWithoutRoom(t *testing.T) {
	b := ranOnce(t, machinetest.Plan{}, nextOne, nil)
	b.setFree(spareDisk + 100)
	s := b.start()
	if s.Guest.Engine != "29.7.1" || s.RolledBack == nil || s.RolledBack.Cause != machine.CauseNotEnoughDisk {
		t.Fatalf("status: %+v", s)
	}
	s, err := b.Update(t.Context(), name, machine.UpdateOptions{WithoutCopy: true})
	if err != nil || s.Guest.Engine != "30.0.0" || s.RolledBack != nil || s.Previous.Data != nil || !s.Previous.DataNewer {
		t.Errorf("without a copy: %+v, %v", s, err)
	}
	if _, err := b.Rollback(t.Context(), name, machine.RollbackOptions{RestoreData: true}); !refusedFor(err, machine.RefusedMissing) {
		t.Errorf("back to data that there is not: %v", err)
	}
	if s, err := b.Rollback(t.Context(), name, machine.RollbackOptions{Force: true}); err != nil || s.Guest.Engine != "29.7.1" {
		t.Errorf("by force: %+v, %v", s, err)
	}
}

// TestOlderApp: an image that is older than the data is not used.
func TestOlderApp(t *testing.T) {
	b := ranOnce(t, machinetest.Plan{}, nextOne, nil)
	b.start()
	b.stop()
	oldImage.Write(t, b.image)
	if s := b.start(); s.Guest.Engine != "30.0.0" || !strings.Contains(s.Hint, "older than the data") {
		t.Errorf("status: %+v", s)
	}
	b.stop()
	if err := os.RemoveAll(filepath.Join(b.home.Data, "images")); err != nil {
		t.Fatal(err)
	}
	var failed *machine.Failure
	if _, err := b.Start(t.Context(), name); !errors.As(err, &failed) || failed.Cause != machine.CauseImageTooOld {
		t.Errorf("with nothing else: %v", err)
	}
}

// TestImageUnderTheGuest: what an update of the app does to its image does
// nothing to a machine that runs, nor to one that starts again.
func TestImageUnderTheGuest(t *testing.T) {
	b := ranOnce(t, machinetest.Plan{}, oldImage, nil)
	damage(b, "vmlinuz")
	if s := b.start(); s.RolledBack != nil || s.State != machine.StateRunning {
		t.Errorf("status: %+v", s)
	}
	b.stop()
	oldImage.Write(t, b.image)
	i, err := openImage([]string{b.image})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.h.kept.path(i.hash), rootFile), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := b.start(); s.State != machine.StateRunning {
		t.Errorf("a damaged copy is not made again: %+v", s)
	}
}
