//go:build !windows

package helper

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/machinetest"
	"escale/engine/machine/qemu"
)

// helperVariable tells a test binary that it is a helper, and of which home.
const helperVariable = "ESCALE_TEST_IS_HELPER"

// playHelper serves a home with played virtual machines until it is killed.
func playHelper(dir, image string) int {
	_ = os.Unsetenv(helperVariable)
	d := qemu.New()
	d.Program = machinetest.Self()
	d.Probe = func() error { return errors.New("tests have none") }
	home := machine.Home{Data: dir, Run: dir}
	h, err := Open(Options{Home: home, Driver: d, Version: "test", Images: func() []string { return []string{image} }})
	if err == nil {
		err = errors.Join(h.Serve(context.Background()), h.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

const thrown = "play"

// playground is a bench with a throwaway machine.
func playground(t *testing.T, plan machinetest.Plan, r machine.Resources) *bench {
	t.Helper()
	b := newBench(t, machinetest.Plan{}, nil)
	plan.Engine = b.engine.Socket
	plan.Write(t, b.home.Machine(thrown))
	r.Throwaway = true
	if _, err := b.Put(t.Context(), thrown, r); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) startThrown() machine.Status {
	b.t.Helper()
	s, err := b.Start(b.t.Context(), thrown)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

func (b *bench) pid(name string) int {
	b.t.Helper()
	v, err := b.h.machine(name)
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := v.running()
	if err != nil {
		b.t.Fatal(err)
	}
	return r.booted.Load().instance.PID()
}

// openDisks are the disks that a process has open, by their names; Linux says of
// a file that has none that it was deleted.
func openDisks(t *testing.T, pid int) (names []string) {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if target, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil && strings.Contains(target, DiskFile) {
			names = append(names, target)
		}
	}
	return names
}

// TestThrowaway: its disk has no name while it runs, so that nothing can be left
// of it, and nothing is left when it is stopped.
func TestThrowaway(t *testing.T) {
	b := playground(t, machinetest.Plan{}, machine.Resources{})
	ctx := t.Context()
	s := b.startThrown()
	if s.State != machine.StateRunning || !s.Resources.Throwaway || s.Docker != b.home.DockerHost(thrown) {
		t.Errorf("running: %+v", s)
	}
	dir := b.home.Machine(thrown)
	if hasDisk(filepath.Join(dir, DiskFile)) || hasDisk(filepath.Join(dir, rawFile)) {
		t.Error("its disk has a name")
	}
	if open := openDisks(t, b.pid(thrown)); len(open) == 0 || !strings.HasSuffix(open[0], "(deleted)") {
		t.Errorf("it has open: %q", open)
	}
	for what, err := range map[string]error{
		"backup": err2(b.Backup(ctx, thrown, filepath.Join(t.TempDir(), "x"), false)),
		"kept":   err2(b.Put(ctx, thrown, machine.Resources{})),
	} {
		if err == nil {
			t.Errorf("%s: done", what)
		}
	}
	b.start() // the other one is no throwaway
	s, err := b.Stop(ctx, thrown)
	if err != nil || s.State != machine.StateAbsent || hasDisk(dir) {
		t.Errorf("stopped: %+v, %v", s, err)
	}
	if all, err := b.List(ctx); err != nil || len(all) != 1 || all[0].Name != name {
		t.Errorf("list: %+v, %v", all, err)
	}
	if _, err := b.Start(ctx, thrown); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("started though it has gone: %v", err)
	}
	if b.status().State != machine.StateRunning {
		t.Error("the other one has gone, too")
	}
}

// TestThrowawayKilled: nor when it is killed, nor when it never ran.
func TestThrowawayKilled(t *testing.T) {
	b := playground(t, machinetest.Plan{}, machine.Resources{})
	b.startThrown()
	if err := syscall.Kill(b.pid(thrown), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	state := func() machine.State {
		s, err := b.Status(t.Context(), thrown)
		if err != nil {
			t.Fatal(err)
		}
		return s.State
	}
	b.until("it failed", func() bool { return state() == machine.StateFailed })
	if hasDisk(filepath.Join(b.home.Machine(thrown), DiskFile)) {
		t.Error("its disk is there")
	}
	if _, err := b.Stop(t.Context(), thrown); err != nil || hasDisk(b.home.Machine(thrown)) {
		t.Errorf("a failed one is stopped: %v", err)
	}
	if _, err := b.Put(t.Context(), thrown, machine.Resources{Throwaway: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Stop(t.Context(), thrown); err != nil || hasDisk(b.home.Machine(thrown)) {
		t.Errorf("one that never ran: %v", err)
	}
}

// TestThrowawayBootsTwice: each boot has a blank disk.
func TestThrowawayBootsTwice(t *testing.T) {
	b := playground(t, machinetest.Plan{DieAfter: "root", Once: true, Scribble: true}, machine.Resources{})
	if s := b.startThrown(); s.State != machine.StateRunning || !strings.Contains(s.Hint, "second boot") {
		t.Errorf("status: %+v", s)
	}
}

// TestThrowawayLifetime: it ends by itself, unless it is prolonged.
func TestThrowawayLifetime(t *testing.T) {
	b := playground(t, machinetest.Plan{}, machine.Resources{LifetimeMillis: time.Hour.Milliseconds()})
	ctx := t.Context()
	b.startThrown()
	if s, err := b.Status(ctx, thrown); err != nil || s.ExpiresAt == nil || time.Until(*s.ExpiresAt) < 50*time.Minute {
		t.Errorf("status: %+v, %v", s, err)
	}
	if _, err := b.Put(ctx, thrown, machine.Resources{Throwaway: true, LifetimeMillis: 50}); err != nil {
		t.Fatal(err)
	}
	b.until("it has gone", func() bool {
		s, err := b.Status(ctx, thrown)
		return err == nil && s.State == machine.StateAbsent && !hasDisk(b.home.Machine(thrown))
	})
	// One that does not run goes, too.
	if _, err := b.Put(ctx, thrown, machine.Resources{Throwaway: true, LifetimeMillis: 50}); err != nil {
		t.Fatal(err)
	}
	b.until("it has gone", func() bool { return !hasDisk(b.home.Machine(thrown)) })
	if _, err := b.Put(ctx, "other", machine.Resources{LifetimeMillis: 50}); !errors.Is(err, engine.ErrInvalid) {
		t.Errorf("a lifetime of a machine that stays: %v", err)
	}
}

// TestThrowawayAndHelperEnd: the helper's end is theirs.
func TestThrowawayAndHelperEnd(t *testing.T) {
	b := playground(t, machinetest.Plan{}, machine.Resources{})
	b.startThrown()
	b.h.stopAll()
	if hasDisk(b.home.Machine(thrown)) {
		t.Error("it is still there")
	}
}

// TestThrowawayAndHelperKilled: a helper that is killed takes nothing away. The
// disk has no name, the guest ends, and the next helper removes the rest, and
// what was made and never started.
func TestThrowawayAndHelperKilled(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	dir, err := os.MkdirTemp("", "m") //nolint:usetesting // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	home := machine.Home{Data: dir, Run: dir}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	helper, err := os.StartProcess(self, []string{self}, &os.ProcAttr{
		Env:   append(os.Environ(), helperVariable+"="+dir+"|"+b.image),
		Files: []*os.File{nil, os.Stdout, os.Stderr},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := machine.NewClient(home)
	defer c.Close()
	b.until("the helper answers", func() bool {
		_, err := c.Version(t.Context())
		return err == nil
	})
	machinetest.Plan{Engine: b.engine.Socket}.Write(t, home.Machine(thrown))
	for _, n := range []string{thrown, "never"} {
		if _, err := c.Put(t.Context(), n, machine.Resources{Throwaway: true}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Start(t.Context(), thrown); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Put(t.Context(), "stays", machine.Resources{}); err != nil {
		t.Fatal(err)
	}
	if err := helper.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := helper.Wait(); err != nil {
		t.Fatal(err)
	}
	if hasDisk(filepath.Join(home.Machine(thrown), DiskFile)) {
		t.Error("its disk has a name")
	}
	// What a crash before the disk lost its name leaves.
	if err := os.WriteFile(filepath.Join(home.Machine("never"), DiskFile), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	next, err := Open(Options{Home: home, Driver: b.driver, Images: func() []string { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close() //nolint:errcheck // nothing runs
	left, err := os.ReadDir(filepath.Join(dir, "machines"))
	if err != nil || len(left) != 1 || left[0].Name() != "stays" {
		t.Errorf("left: %v, %v", left, err)
	}
}

// TestMemoryOfAll: machines together get no more than this computer can give.
func TestMemoryOfAll(t *testing.T) {
	b := playground(t, machinetest.Plan{}, machine.Resources{MemoryBytes: 5 << 30})
	b.start() // a quarter of 8 GiB
	var failed *machine.Failure
	_, err := b.Start(t.Context(), thrown)
	if !errors.As(err, &failed) || failed.Cause != machine.CauseNotEnoughMemory || failed.Shortage == nil ||
		failed.Shortage.NeededBytes != 5<<30 || failed.Shortage.AvailableBytes != 4<<30 {
		t.Errorf("start: %v", err)
	}
	if s, err := b.Status(t.Context(), thrown); err != nil || s.Cause != machine.CauseNotEnoughMemory || s.Shortage == nil {
		t.Errorf("status: %+v, %v", s, err)
	}
	b.stop()
	if s := b.startThrown(); s.State != machine.StateRunning {
		t.Errorf("alone: %+v", s)
	}
}

// TestFirstFormatting: a disk whose first formatting was interrupted holds
// nothing, and is begun anew; one that was ever used is not.
func TestFirstFormatting(t *testing.T) {
	b := newBench(t, machinetest.Plan{FailStep: "data", FailText: "disk-foreign: ext4, half made", Scribble: true}, nil)
	var failed *machine.Failure
	if _, err := b.Start(t.Context(), name); !errors.As(err, &failed) || failed.Cause != machine.CauseDiskForeign {
		t.Fatalf("start: %v", err)
	}
	disk := filepath.Join(b.home.Machine(name), DiskFile)
	if usedSpace(disk) == 0 {
		t.Fatal("nothing was written")
	}
	machinetest.Plan{Engine: b.engine.Socket}.Write(t, b.home.Machine(name))
	b.start()
	if used := usedSpace(disk); used != 0 {
		t.Errorf("it was not begun anew: %d bytes", used)
	}
	b.stop()
	b.writeData("the data of before")
	b.start()
	if b.data() != "the data of before" {
		t.Error("data was thrown away")
	}
	b.stop()
	// Though the mark be there: what the guest has named is never thrown away.
	super := make([]byte, 0x88)
	super[0x38], super[0x39] = 0x53, 0xEF
	copy(super[0x78:], "escale-data\x00")
	file, err := os.OpenFile(disk, os.O_WRONLY, 0)
	if err == nil {
		_, err = file.WriteAt(super, 1024)
		err = errors.Join(err, file.Close(), os.WriteFile(filepath.Join(b.home.Machine(name), rawFile), nil, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	b.start()
	if b.data() != "the data of before" {
		t.Error("data was thrown away")
	}
}
