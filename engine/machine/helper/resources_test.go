//go:build !windows

package helper

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/machinetest"
)

const engineUsage = `{"Images":[{"Id":"sha256:0123456789abcdef","RepoTags":["nginx:1","nginx:latest"],"Size":7},{"Id":"sha256:fedcba9876543210","RepoTags":null,"Size":9}],
"Containers":[{"Id":"c1","Names":["/web"],"SizeRw":3}],"Volumes":[{"Name":"db","UsageData":{"Size":5,"RefCount":1}},{"Name":"aged"}]}`

// TestContents: what a reset takes away is known while the engine runs, and
// afterwards.
func TestContents(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	ctx := t.Context()
	if c, err := b.Contents(ctx, name); err != nil || !c.At.IsZero() || c.Images == nil {
		t.Errorf("before it ever ran: %+v, %v", c, err)
	}
	b.engine.SetUsage(engineUsage)
	b.start()
	c, err := b.Contents(ctx, name)
	if err != nil || time.Since(c.At) > time.Minute ||
		!slices.Equal(c.Images, []machine.Thing{{Name: "fedcba987654", Bytes: 9}, {Name: "nginx:1", Bytes: 7}}) ||
		!slices.Equal(c.Containers, []machine.Thing{{Name: "web", Bytes: 3}}) ||
		!slices.Equal(c.Volumes, []machine.Thing{{Name: "aged", Bytes: -1}, {Name: "db", Bytes: 5}}) {
		t.Errorf("while it runs: %+v, %v", c, err)
	}
	// What changes afterwards is remembered before the end.
	b.engine.SetUsage(`{"Volumes":[{"Name":"late","UsageData":{"Size":1}}]}`)
	b.until("it hears of the engine", func() bool { return b.h.watches(name) })
	b.engine.Emit("volume", "create")
	b.until("it has heard", b.stockIsOld)
	b.stop()
	c, err = b.Contents(ctx, name)
	if err != nil || len(c.Volumes) != 1 || c.Volumes[0].Name != "late" || len(c.Images) != 0 {
		t.Errorf("after the stop: %+v, %v", c, err)
	}
	b.engine.SetUsage("not JSON")
	b.start()
	if c, err := b.Contents(ctx, name); err != nil || len(c.Volumes) != 1 {
		t.Errorf("an engine that does not say: %+v, %v", c, err)
	}
}

// TestRunningResources: what was changed since the start is known to wait for
// the next one.
func TestRunningResources(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	if s := b.status(); s.Running != nil || s.Waits() {
		t.Errorf("before it runs: %+v", s.Running)
	}
	s := b.start()
	if s.Running == nil || s.Waits() || s.RegistriesWait() {
		t.Fatalf("just started: %+v", s.Running)
	}
	had := s.Running.CPUs
	want := machine.Resources{CPUs: had + 1, RegistryMirrors: []string{"https://mirror.example.com"}}
	if _, err := b.Put(t.Context(), name, want); err != nil {
		t.Fatal(err)
	}
	if s := b.status(); s.Running.CPUs != had || !s.Waits() || !s.RegistriesWait() {
		t.Errorf("changed: %+v", s.Running)
	}
	b.stop()
	if s := b.start(); s.Running.CPUs != had+1 || s.Waits() || s.RegistriesWait() {
		t.Errorf("started anew: %+v", s.Running)
	}
}

func (b *bench) booted() *booted {
	b.t.Helper()
	v, err := b.h.machine(name)
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := v.running()
	if err != nil {
		b.t.Fatal(err)
	}
	return r.booted.Load()
}

func (b *bench) stockIsOld() bool { return b.booted().stock.old() }

// TestGivesBack: memory after the last container has ended, and both after an
// image has gone.
func TestGivesBack(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	b.engine.Set(machinetest.Container{Names: []string{"/web"}})
	b.start()
	b.until("its container is known", func() bool {
		now := b.booted()
		now.mu.Lock()
		defer now.mu.Unlock()
		return now.containers == 1
	})
	if b.notes("reclaim") != "" || b.notes("trim") != "" {
		t.Errorf("at first: %q, %q", b.notes("reclaim"), b.notes("trim"))
	}
	b.engine.Set()
	b.until("memory was given back", func() bool { return b.notes("reclaim") != "" })
	if b.notes("trim") != "" {
		t.Error("disk, too")
	}
	before := b.notes("reclaim")
	for range 5 { // one answer to many
		b.engine.Emit("image", "delete")
	}
	b.until("disk was given back", func() bool { return b.notes("trim") != "" && b.notes("reclaim") != before })
	if n := strings.Count(b.notes("trim"), "\n"); n > 2 {
		t.Errorf("%d times for images that went together", n)
	}
}

func TestChores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := chores{lastTrim: time.Now()}
		for what, step := range []struct {
			wait          time.Duration
			do            func()
			reclaim, trim bool
		}{
			{time.Second, func() {}, false, false},
			{time.Second, func() { c.memoryFreed(time.Now().Add(10 * time.Second)) }, false, false},
			{9 * time.Second, func() {}, false, false},
			{time.Second, func() {}, true, false},
			{time.Second, func() { c.diskFreed(time.Now().Add(10 * time.Second)) }, false, false},
			{9 * time.Second, func() { c.diskFreed(time.Now().Add(10 * time.Second)) }, false, false}, // put off
			{9 * time.Second, func() {}, false, false},
			{time.Second, func() {}, true, true},
			{2 * time.Hour, func() {}, false, false}, // nothing was used
			{time.Second, func() { c.noticed(time.Now()) }, false, true},
			{59 * time.Minute, func() { c.noticed(time.Now()) }, false, false},
			{time.Minute, func() {}, false, true},
		} {
			time.Sleep(step.wait)
			step.do()
			if reclaim, trim := c.due(time.Now(), time.Hour); reclaim != step.reclaim || trim != step.trim {
				t.Errorf("step %d: reclaim %t, trim %t", what, reclaim, trim)
			}
		}
	})
}

// TestFullDisk: a guest whose write this computer has no room for stands still,
// says why, and goes on when there is room; nothing that it asked for was lost.
func TestFullDisk(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	b.start()
	room, err := machinetest.Fill(b.home.Machine(name), b.pid(name))
	if err != nil {
		t.Fatal(err)
	}
	b.setFree(1 << 20)
	b.until("it stands still", func() bool { return b.status().Cause == machine.CauseNotEnoughDisk })
	if s := b.status(); s.State != machine.StatePaused || s.Shortage == nil || s.Shortage.NeededBytes != goOnDisk {
		t.Errorf("status: %+v", s)
	}
	var failed *machine.Failure
	if _, err := b.Resume(t.Context(), name); !errors.As(err, &failed) || failed.Cause != machine.CauseNotEnoughDisk || failed.Shortage == nil {
		t.Errorf("resume: %v", err)
	}
	if err := b.engineAnswers(); err == nil {
		t.Error("its engine answers")
	}
	b.setFree(100 << 30) // what is told first; the next write fails again
	b.until("it tried", func() bool { return strings.Count(b.helperLog(), "guest stopped: its disk") > 1 })
	if err := room(); err != nil {
		t.Fatal(err)
	}
	b.until("it goes on", func() bool {
		s := b.status()
		return s.State == machine.StateRunning && s.Cause == "" && s.Shortage == nil
	})
	if err := b.engineAnswers(); err != nil {
		t.Error(err)
	}
}

// TestStopOfAFullDisk: a machine that stands still can be stopped.
func TestStopOfAFullDisk(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, func(b *bench) { b.h.timing.ask, b.h.timing.stock = 300*time.Millisecond, 300*time.Millisecond })
	b.start()
	if _, err := machinetest.Fill(b.home.Machine(name), b.pid(name)); err != nil {
		t.Fatal(err)
	}
	b.until("it stands still", func() bool { return b.status().State == machine.StatePaused })
	if s, err := b.Stop(t.Context(), name); err != nil || s.State != machine.StateStopped {
		t.Errorf("stop: %+v, %v", s, err)
	}
}

// TestLowDisk: little room is told before it is too late.
func TestLowDisk(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	if s := b.start(); s.Warning != "" {
		t.Errorf("with room: %+v", s)
	}
	b.setFree(500 << 20)
	b.until("it warns", func() bool { return b.status().Warning == machine.CauseNotEnoughDisk })
	if s := b.status(); s.State != machine.StateRunning || s.Shortage == nil || s.Shortage.AvailableBytes != 500<<20 {
		t.Errorf("status: %+v", s)
	}
	b.setFree(100 << 30)
	b.until("it does not any more", func() bool { s := b.status(); return s.Warning == "" && s.Shortage == nil })
	b.stop()
	b.setFree(500 << 20)
	var failed *machine.Failure
	if _, err := b.Start(t.Context(), name); !errors.As(err, &failed) || failed.Cause != machine.CauseNotEnoughDisk ||
		failed.Shortage == nil || failed.Shortage.AvailableBytes != 500<<20 {
		t.Errorf("start: %v", err)
	}
}

// TestBusy: a machine that is worked on does not start, nor is it reset.
func TestBusy(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	b.start()
	b.stop()
	v, err := b.h.machine(name)
	if err != nil {
		t.Fatal(err)
	}
	begun, over, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- v.work(context.Background(), machine.WorkMove, func(_ context.Context, w *work) error {
			w.step("move", 100).done.Add(40)
			close(begun)
			<-over
			return nil
		})
	}()
	<-begun
	s := b.status()
	if s.Busy != machine.WorkMove || len(s.Steps) != 1 || s.Steps[0].State != machine.StepRunning || s.Steps[0].DoneBytes != 40 || s.Steps[0].TotalBytes != 100 {
		t.Errorf("status: %+v", s)
	}
	if _, err := b.Start(t.Context(), name); !refusedFor(err, machine.RefusedBusy) {
		t.Errorf("start: %v", err)
	}
	if _, err := b.Move(t.Context(), name, t.TempDir()); !refusedFor(err, machine.RefusedBusy) {
		t.Errorf("move: %v", err)
	}
	if err := b.Reset(t.Context(), name); !refusedFor(err, machine.RefusedBusy) {
		t.Errorf("reset: %v", err)
	}
	close(over)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if s := b.start(); s.Busy != "" {
		t.Errorf("afterwards: %+v", s)
	}
	if _, err := b.Move(t.Context(), "../x", "/"); !errors.Is(err, engine.ErrInvalid) && !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("a name that is a path: %v", err)
	}
}

// TestDataElsewhere: what the helper cannot copy it does not pretend to.
func TestDataElsewhere(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, func(b *bench) { byWSL(b) })
	b.start()
	b.stop()
	for what, err := range map[string]error{
		"move":    err2(b.Move(t.Context(), name, t.TempDir())),
		"backup":  err2(b.Backup(t.Context(), name, filepath.Join(t.TempDir(), "x"), false)),
		"restore": err2(b.Restore(t.Context(), name, "/dev/null")),
	} {
		if !refusedFor(err, machine.RefusedUnsupported) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
