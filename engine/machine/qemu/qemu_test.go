//go:build !windows

package qemu

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"escale/engine/machine/driver"
	"escale/engine/machine/machinetest"
	"escale/engine/machine/wire"
)

func TestMain(m *testing.M) {
	machinetest.Main()
	goleak.VerifyTestMain(m)
}

// begin starts a virtual machine that goes by plan.
func begin(t *testing.T, plan machinetest.Plan) (driver.Instance, driver.Spec, error) {
	t.Helper()
	d := New()
	d.Program = machinetest.Program(t)
	d.Probe = func() error { return errors.New("tests have none") }
	return machinetest.Begin(t, d, plan, driver.Spec{Name: "t", Arch: "amd64", CPUs: 1, MemoryBytes: 1 << 28})
}

func TestStartAndPowerDown(t *testing.T) {
	i, spec, err := begin(t, machinetest.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	if i.Accel() != tcg || i.PID() == os.Getpid() {
		t.Errorf("accel %s, pid %d", i.Accel(), i.PID())
	}
	session, err := wire.Host(t.Context(), i.Channel())
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close() //nolint:errcheck // the machine has ended
	for _, do := range []func(context.Context) error{
		i.(driver.Pauser).Pause,
		i.(driver.Pauser).Resume,
		func(ctx context.Context) error { return i.(driver.Balloon).SetMemory(ctx, 1<<27) },
		func(ctx context.Context) error { return i.(driver.Resizer).ResizeData(ctx, 1<<30) },
		i.PowerDown,
	} {
		if err := do(t.Context()); err != nil {
			t.Error(err)
		}
	}
	<-i.Done()
	if !errors.Is(i.Err(), driver.ErrPoweredOff) {
		t.Errorf("ended: %v", i.Err())
	}
	if console := spec.Console.(*machinetest.Buffer).String(); !strings.Contains(console, "Linux plays tcg") {
		t.Errorf("console: %q", console)
	}
	if log := spec.Log.(*machinetest.Buffer).String(); !strings.Contains(log, "-accel tcg") {
		t.Errorf("log: %q", log)
	}
}

// TestLockIsInherited: the disk stays locked while QEMU lives, though nobody
// here holds it any more, and no longer.
func TestLockIsInherited(t *testing.T) {
	i, spec, err := begin(t, machinetest.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	machinetest.Inherited(t, i, spec)
}

func TestDeathIsNoticedAtOnce(t *testing.T) {
	i, _, err := begin(t, machinetest.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(i.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-i.Done():
	case <-time.After(5 * time.Second):
		t.Fatal("nobody noticed")
	}
	if !errors.Is(i.Err(), driver.ErrEnded) {
		t.Errorf("ended: %v", i.Err())
	}
}

// TestProcessorFails: QEMU that only stands still from now on is ended.
func TestProcessorFails(t *testing.T) {
	i, _, err := begin(t, machinetest.Plan{Broken: tcg})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-i.Done():
	case <-time.After(5 * time.Second):
		t.Fatal("nobody noticed")
	}
	if err := i.Err(); !errors.Is(err, driver.ErrEnded) || !errors.Is(err, driver.ErrProcessor) {
		t.Errorf("ended: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	for name, tc := range map[string]struct {
		plan machinetest.Plan
		want error
	}{
		"no memory":  {machinetest.Plan{Refuse: "cannot set up guest memory 'pc.ram': Cannot allocate memory"}, driver.ErrNoMemory},
		"anything":   {machinetest.Plan{Refuse: "invalid option"}, driver.ErrEnded},
		"no sandbox": {machinetest.Plan{NoSandbox: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := begin(t, tc.plan); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

func TestMissingProgram(t *testing.T) {
	d := New()
	d.Program = func(string) (string, error) { return "", driver.ErrMissing }
	if _, err := d.Start(t.Context(), driver.Spec{}); !errors.Is(err, driver.ErrMissing) {
		t.Errorf("got %v", err)
	}
}

func TestAccels(t *testing.T) {
	d := &Driver{goos: "linux", Probe: func() error { return nil }}
	if ways, why := d.Accels("riscv64"); len(ways) != 1 || ways[0] != tcg || !errors.Is(why, driver.ErrNoVirtualization) {
		t.Errorf("a foreign guest: %v, %v", ways, why)
	}
	if ways, why := d.Accels(runtime.GOARCH); len(ways) != 2 || ways[0] != kvm || why != nil {
		t.Errorf("hardware: %v, %v", ways, why)
	}
	d.Probe = func() error { return os.ErrPermission }
	if ways, why := d.Accels(runtime.GOARCH); len(ways) != 1 || ways[0] != tcg || !errors.Is(why, os.ErrPermission) {
		t.Errorf("not allowed: %v, %v", ways, why)
	}
}
