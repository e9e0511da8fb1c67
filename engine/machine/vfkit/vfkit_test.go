//go:build !windows

package vfkit

import (
	"context"
	"errors"
	"os"
	"path/filepath"
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
func begin(t *testing.T, plan machinetest.Plan, shares ...driver.Share) (driver.Instance, driver.Spec, error) {
	t.Helper()
	s := spec
	s.Shares = shares
	return machinetest.Begin(t, &Driver{Program: machinetest.Vfkit(t)}, plan, s)
}

func TestStartAndPowerDown(t *testing.T) {
	i, s, err := begin(t, machinetest.Plan{StepDelay: 50 * time.Millisecond, Absent: 3})
	if err != nil {
		t.Fatal(err)
	}
	if i.Accel() != accel || i.PID() == os.Getpid() {
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
	if console := s.Console.(*machinetest.Buffer).String(); !strings.Contains(console, "Linux plays vz: console=hvc0 quiet escale.name=default\n") {
		t.Errorf("console: %q", console)
	}
	if log := s.Log.(*machinetest.Buffer).String(); !strings.Contains(log, "--restful-uri unix:///") {
		t.Errorf("log: %q", log)
	}
	if left, err := os.Stat(i.(*instance).dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestShares: vfkit is told of the folders, those that it cannot be told of are
// known, and nobody is told that it keeps them read-only.
func TestShares(t *testing.T) {
	site, odd := filepath.Join(t.TempDir(), "a, b=c"), filepath.Join(t.TempDir(), `"`)
	for _, dir := range []string{site, odd} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	i, s, err := begin(t, machinetest.Plan{}, driver.Share{Tag: "share0", Dir: site, ReadOnly: true}, driver.Share{Tag: "share1", Dir: odd})
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(filepath.Dir(s.Data), "virtiofs.note"))
	if want := "share0 " + site + "\n"; err != nil || string(got) != want {
		t.Errorf("vfkit shares %q, %v, want %q", got, err, want)
	}
	if left := i.(driver.Shared).Refused(); len(left) != 1 || left["share1"] == nil {
		t.Errorf("left out: %v", left)
	}
	var d driver.Driver = New()
	if err := d.(driver.Sharer).Sharing(); err != nil {
		t.Error(err)
	}
	if _, trusts := d.(driver.Trusting); !trusts {
		t.Error("it says that it keeps folders read-only itself")
	}
}

// TestRefusedChange: what vfkit cannot do now is an error.
func TestRefusedChange(t *testing.T) {
	i, _, err := begin(t, machinetest.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	if err := i.(driver.Pauser).Resume(t.Context()); err == nil {
		t.Error("resumed what runs")
	}
}

// TestLockIsInherited: the disk stays locked while vfkit lives, though nobody
// here holds it any more, and no longer.
func TestLockIsInherited(t *testing.T) {
	i, s, err := begin(t, machinetest.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	machinetest.Inherited(t, i, s)
	if !errors.Is(i.Err(), driver.ErrEnded) {
		t.Errorf("ended: %v", i.Err())
	}
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
	if _, err := i.Channel().Read(make([]byte, 1)); err == nil {
		t.Error("the channel outlives the machine")
	}
}

func TestRefusals(t *testing.T) {
	for name, tc := range map[string]struct {
		says string
		want error
	}{
		"no memory":         {"Invalid virtual machine configuration: not enough memory", driver.ErrNoMemory},
		"no virtualization": {"Virtualization is not available on this hardware.", driver.ErrNoVirtualization},
		"not allowed":       {`the process doesn't have the "com.apple.security.virtualization" entitlement`, driver.ErrNoVirtualization},
		"anything":          {"unknown flag: --device", driver.ErrEnded},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := begin(t, machinetest.Plan{Refuse: tc.says}); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

func TestStartIsGivenUp(t *testing.T) {
	dir := t.TempDir()
	machinetest.Plan{StepDelay: time.Hour}.Write(t, dir)
	lock, err := os.Create(filepath.Join(dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close() //nolint:errcheck // nothing is written
	s := spec
	s.Data, s.Lock, s.Console, s.Log = filepath.Join(dir, "data.img"), lock, new(machinetest.Buffer), new(machinetest.Buffer)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := (&Driver{Program: machinetest.Vfkit(t)}).Start(ctx, s); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestMissingProgram(t *testing.T) {
	d := &Driver{Program: func() (string, error) { return "", driver.ErrMissing }}
	if _, err := d.Start(t.Context(), driver.Spec{}); !errors.Is(err, driver.ErrMissing) || d.Available() {
		t.Errorf("got %v", err)
	}
}
