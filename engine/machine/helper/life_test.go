//go:build !windows

package helper

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/driver"
	"escale/engine/machine/machinetest"
)

func TestLife(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	if s := b.status(); s.State != machine.StateAbsent && s.State != machine.StateStopped {
		t.Errorf("before: %s", s.State)
	}
	s := b.start()
	var steps []string
	for _, step := range s.Steps {
		steps = append(steps, step.Name)
		if step.State != machine.StepDone {
			t.Errorf("step %s is %s", step.Name, step.State)
		}
	}
	if want := []string{"image", "disk", "vm", "kernel", "root", "network", "data", "engine", "ready"}; !slices.Equal(steps, want) {
		t.Errorf("steps %v, want %v", steps, want)
	}
	if s.State != machine.StateRunning || s.Accel != "tcg" || s.Image != "29.7.1" || s.StartedAt == nil || !strings.Contains(s.Hint, "tests have none") {
		t.Errorf("running: %+v", s)
	}
	if err := b.engineAnswers(); err != nil {
		t.Error(err)
	}
	for _, path := range []string{b.home.Docker(name), b.home.Control()} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if info, err := os.Stat(b.home.Run); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%s: %v, %v", b.home.Run, info.Mode(), err)
	}
	if again := b.start(); !again.StartedAt.Equal(*s.StartedAt) {
		t.Error("a second start is a second machine")
	}
	if s, err := b.Stop(t.Context(), name); err != nil || s.State != machine.StateStopped || s.Cause != "" {
		t.Errorf("stopped: %+v, %v", s, err)
	}
	if err := b.engineAnswers(); err == nil {
		t.Error("the engine answers after its end")
	}
	if b.start(); b.status().State != machine.StateRunning {
		t.Error("it does not start again")
	}
	if s, err := b.Restart(t.Context(), name); err != nil || s.State != machine.StateRunning {
		t.Errorf("restarted: %+v, %v", s, err)
	}
}

func TestFailures(t *testing.T) {
	for name, tc := range map[string]struct {
		plan   machinetest.Plan
		change func(*bench)
		want   machine.Cause
	}{
		"no QEMU":         {change: func(b *bench) { b.driver.Program = missing }, want: machine.CauseQEMUMissing},
		"QEMU refuses":    {plan: machinetest.Plan{Refuse: "no such option"}, want: machine.CauseQEMUFailed},
		"no memory":       {plan: machinetest.Plan{Refuse: "Cannot allocate memory"}, want: machine.CauseNotEnoughMemory},
		"guest panics":    {plan: machinetest.Plan{DieAfter: "root"}, want: machine.CauseQEMUFailed},
		"boot hangs":      {plan: machinetest.Plan{HangAfter: "root"}, change: hurry, want: machine.CauseBootStuck},
		"nothing heard":   {plan: machinetest.Plan{Silent: "tcg"}, change: hurry, want: machine.CauseBootStuck},
		"foreign disk":    {plan: machinetest.Plan{FailStep: "data", FailText: "disk-foreign: xfs"}, want: machine.CauseDiskForeign},
		"engine fails":    {plan: machinetest.Plan{FailStep: "engine", FailText: "engine-failed: exit 1"}, want: machine.CauseEngineFailed},
		"image missing":   {change: func(b *bench) { b.image = "/nowhere" }, want: machine.CauseImageMissing},
		"image damaged":   {change: func(b *bench) { damage(b, "root.sqfs") }, want: machine.CauseImageDamaged},
		"manifest broken": {change: func(b *bench) { damage(b, "manifest.json") }, want: machine.CauseImageDamaged},
		"disk in use":     {change: seize, want: machine.CauseDiskLocked},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, tc.plan, tc.change)
			_, err := b.Start(t.Context(), "default")
			var failed *machine.Failure
			if !errors.As(err, &failed) || failed.Cause != tc.want {
				t.Fatalf("start: %v, want %s", err, tc.want)
			}
			if s := b.status(); s.State != machine.StateFailed || s.Cause != tc.want || s.Hint == "" {
				t.Errorf("status: %+v", s)
			}
			if s, err := b.Stop(t.Context(), "default"); err != nil || s.State == machine.StateFailed {
				t.Errorf("after stop: %+v, %v", s, err)
			}
		})
	}
}

func missing(string) (string, error) { return "", driver.ErrMissing }

func hurry(b *bench) { b.h.timing.step = 300 * time.Millisecond }

func damage(b *bench, file string) {
	if err := os.WriteFile(filepath.Join(b.image, file), []byte("{"), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// seize locks the disk as another helper's virtual machine does.
func seize(b *bench) {
	b.h.timing.lock = 200 * time.Millisecond
	lock, err := lockFile(b.h.home.Machine(name) + "/data.img")
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = lock.Close() })
}

func TestSecondBoot(t *testing.T) {
	b := newBench(t, machinetest.Plan{DieAfter: "root", Once: true}, nil)
	if s := b.start(); !strings.Contains(s.Hint, "second boot") {
		t.Errorf("hint %q", s.Hint)
	}
}

// TestHardwareThatDoesNotWork: the accelerator can be opened, and its guests
// never run. The next start knows. Where QEMU says so, nobody waits.
func TestHardwareThatDoesNotWork(t *testing.T) {
	for name, tc := range map[string]struct {
		plan machinetest.Plan
		wait time.Duration
		hint string
	}{
		"nothing is heard":    {machinetest.Plan{Silent: "kvm"}, 300 * time.Millisecond, "never said anything"},
		"its processor fails": {machinetest.Plan{Broken: "kvm"}, time.Hour, "the virtual processor failed"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, tc.plan, func(b *bench) {
				b.driver.Probe = func() error { return nil }
				b.h.timing.firstStep = tc.wait
			})
			if s := b.start(); s.Accel != "tcg" || !strings.Contains(s.Hint, tc.hint) {
				t.Errorf("first start: %s, %q", s.Accel, s.Hint)
			}
			if _, err := b.Stop(t.Context(), "default"); err != nil {
				t.Fatal(err)
			}
			if ways, why := b.h.ways("amd64"); !slices.Equal(ways, []string{"tcg"}) || why == nil {
				t.Errorf("not remembered: %v, %v", ways, why)
			}
		})
	}
}

func TestStopLadder(t *testing.T) {
	for name, plan := range map[string]machinetest.Plan{
		"by its button": {Deaf: true},
		"by force":      {Deaf: true, DeafButton: true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plan, func(b *bench) { b.h.timing.ask = 300 * time.Millisecond })
			b.start()
			if s, err := b.Stop(t.Context(), "default"); err != nil || s.State != machine.StateStopped {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
}

func TestStopAndKillDuringBoot(t *testing.T) {
	for name, end := range map[string]func(*bench) (machine.Status, error){
		"stop": func(b *bench) (machine.Status, error) { return b.Stop(b.t.Context(), "default") },
		"kill": func(b *bench) (machine.Status, error) { return b.Kill(b.t.Context(), "default") },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, machinetest.Plan{HangAfter: "root"}, nil)
			started := make(chan error, 1)
			go func() {
				_, err := b.Start(context.Background(), "default")
				started <- err
			}()
			b.until("it boots", func() bool { return len(b.status().Steps) > 4 })
			if s, err := end(b); err != nil || s.State != machine.StateStopped {
				t.Errorf("%+v, %v", s, err)
			}
			if err := <-started; !errors.Is(err, engine.ErrConflict) {
				t.Errorf("the start: %v", err)
			}
		})
	}
}

// TestQEMUKilled: its end is noticed at once, and a start mends it.
func TestQEMUKilled(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	b.start()
	stream, err := b.Watch(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if first := <-stream.C; first.State != machine.StateRunning {
		t.Fatalf("watching: %s", first.State)
	}
	v, err := b.h.machine(name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := v.running()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := syscall.Kill(r.booted.Load().instance.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for s := range stream.C {
		if s.State == machine.StateFailed {
			if s.Cause != machine.CauseQEMUFailed {
				t.Errorf("cause %s", s.Cause)
			}
			break
		}
	}
	t.Logf("noticed after %s", time.Since(began))
	if s := b.start(); s.State != machine.StateRunning {
		t.Errorf("after a new start: %+v", s)
	}
}

func TestOneHelperAHome(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	if _, err := Open(Options{Home: b.home, Driver: b.driver}); !errors.Is(err, ErrRunning) {
		t.Errorf("a second helper: %v", err)
	}
}

func TestSettings(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	ctx := t.Context()
	for name, tc := range map[string]struct {
		r    machine.Resources
		want error
	}{
		"fine":           {machine.Resources{CPUs: 1, MemoryBytes: 1 << 30, DiskBytes: 2 << 30, HostPorts: []int{5432}}, nil},
		"too little":     {machine.Resources{MemoryBytes: 1 << 20}, engine.ErrInvalid},
		"no such port":   {machine.Resources{HostPorts: []int{70000}}, engine.ErrInvalid},
		"too many CPUs":  {machine.Resources{CPUs: 1000}, engine.ErrInvalid},
		"too small disk": {machine.Resources{DiskBytes: 1 << 20}, engine.ErrInvalid},
	} {
		if _, err := b.Put(ctx, "other", tc.r); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	if _, err := b.Put(ctx, "../x", machine.Resources{}); !errors.Is(err, engine.ErrInvalid) {
		t.Errorf("a name that is a path: %v", err)
	}
	b.start()
	if _, err := b.Put(ctx, name, machine.Resources{DiskBytes: 1 << 30}); !errors.Is(err, engine.ErrConflict) {
		t.Errorf("a smaller disk: %v", err)
	}
	if s, err := b.Put(ctx, name, machine.Resources{DiskBytes: 100 << 30}); err != nil || s.Resources.DiskBytes != 100<<30 || b.notes("grow") == "" {
		t.Errorf("a larger disk: %+v, %v, %q", s.Resources, err, b.notes("grow"))
	}
	if err := b.Reset(ctx, name); !errors.Is(err, engine.ErrConflict) {
		t.Errorf("reset while it runs: %v", err)
	}
	if _, err := b.Stop(ctx, name); err != nil {
		t.Fatal(err)
	}
	if err := b.Reset(ctx, name); err != nil {
		t.Error(err)
	}
	if s := b.status(); s.State != machine.StateAbsent {
		t.Errorf("after reset: %s", s.State)
	}
	if all, err := b.List(ctx); err != nil || len(all) != 2 {
		t.Errorf("list: %+v, %v", all, err)
	}
}

func TestLogsAndShell(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	b.start()
	for log, want := range map[machine.LogName]string{
		machine.LogConsole: "Linux plays tcg", machine.LogHelper: "machine runs", machine.LogDockerd: "the log of dockerd",
	} {
		b.until(string(log), func() bool {
			reader, err := b.Log(t.Context(), name, log, 0, false)
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close() //nolint:errcheck // nothing is written
			text, err := io.ReadAll(reader)
			return err == nil && strings.Contains(string(text), want)
		})
	}
	if _, err := b.Log(t.Context(), name, "secrets", 0, false); !errors.Is(err, engine.ErrInvalid) {
		t.Errorf("a log that there is not: %v", err)
	}
}
