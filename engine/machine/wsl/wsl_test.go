package wsl

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
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

// bench is a driver on a computer with WSL, and a machine of it.
type bench struct {
	*Driver
	*machinetest.Windows
	t    *testing.T
	spec driver.Spec
}

func newBench(t *testing.T, plan machinetest.Plan) *bench {
	t.Helper()
	program, windows := machinetest.WSL(t)
	dir := filepath.Join(t.TempDir(), "machines of a user", "default")
	plan.Write(t, dir)
	lock, err := os.Create(filepath.Join(dir, "data.lock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lock.Close() })
	b := &bench{Driver: &Driver{Program: program}, Windows: windows, t: t}
	b.spec = driver.Spec{
		Name: "default", Dir: dir, Lock: lock, KernelArgs: "quiet panic=1 escale.name=default", Console: new(machinetest.Buffer), Log: new(machinetest.Buffer),
	}
	b.root("one")
	return b
}

// root makes this the root of the guest's image.
func (b *bench) root(text string) {
	b.t.Helper()
	b.spec.Root, b.spec.RootSHA256 = filepath.Join(b.t.TempDir(), RootFile), "sha of "+text
	if err := os.WriteFile(b.spec.Root, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) begin() driver.Instance {
	b.t.Helper()
	i, err := b.Start(b.t.Context(), b.spec)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		_ = i.Kill()
		<-i.Done()
	})
	return i
}

// once starts the machine and ends it.
func (b *bench) once() {
	b.t.Helper()
	i := b.begin()
	_ = i.Kill()
	<-i.Done()
}

func (b *bench) disk() machinetest.Disk {
	b.t.Helper()
	return machinetest.ReadDisk(b.t, b.Disk(b.spec.Dir))
}

func TestStartAndPowerDown(t *testing.T) {
	b := newBench(t, machinetest.Plan{})
	i := b.begin()
	if i.Accel() != accel || i.Network() != nil || i.PID() == os.Getpid() {
		t.Errorf("accel %s, network %v, pid %d", i.Accel(), i.Network(), i.PID())
	}
	session, err := wire.Host(t.Context(), i.Channel())
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close() //nolint:errcheck // the machine has ended
	var state wire.State
	if err := session.Ask(t.Context(), wire.Header{Do: wire.Status}, &state); err != nil || state.Engine != wire.EngineRunning {
		t.Errorf("got %+v, %v", state, err)
	}
	if err := i.PowerDown(t.Context()); err != nil {
		t.Error(err)
	}
	<-i.Done()
	if !errors.Is(i.Err(), driver.ErrPoweredOff) {
		t.Errorf("ended: %v", i.Err())
	}
	if console := b.spec.Console.(*machinetest.Buffer).String(); !strings.Contains(console, "init plays escale.name=default\n") {
		t.Errorf("console: %q", console)
	}
	if log := b.spec.Log.(*machinetest.Buffer).String(); !strings.Contains(log, "--exec /sbin/init mux escale.name=default") {
		t.Errorf("log: %q", log)
	}
	if calls := b.Calls(); !strings.HasSuffix(calls, "--terminate "+distribution("default", b.spec.Dir)+"\n") {
		t.Errorf("calls: %s", calls)
	}
}

// TestEndByTheGuest: the end that the guest was asked for is no failure.
func TestEndByTheGuest(t *testing.T) {
	i := newBench(t, machinetest.Plan{}).begin()
	session, err := wire.Host(t.Context(), i.Channel())
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close() //nolint:errcheck // the machine has ended
	var answer wire.Answer
	_ = session.Ask(t.Context(), wire.Header{Do: wire.Shutdown}, &answer)
	<-i.Done()
	if !errors.Is(i.Err(), driver.ErrPoweredOff) {
		t.Errorf("ended: %v", i.Err())
	}
}

// TestClosedChannelEndsTheGuest: it has nobody else to serve.
func TestClosedChannelEndsTheGuest(t *testing.T) {
	i := newBench(t, machinetest.Plan{}).begin()
	session, err := wire.Host(t.Context(), i.Channel())
	if err != nil {
		t.Fatal(err)
	}
	_ = session.Close()
	select {
	case <-i.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on")
	}
}

func TestDeathIsNoticedAtOnce(t *testing.T) {
	i := newBench(t, machinetest.Plan{}).begin()
	process, err := os.FindProcess(i.PID())
	if err == nil {
		err = process.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-i.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("nobody noticed")
	}
	if !errors.Is(i.Err(), driver.ErrEnded) {
		t.Errorf("ended: %v", i.Err())
	}
	if _, err := i.Channel().Read(make([]byte, 1)); err == nil {
		t.Error("the channel outlives the machine")
	}
}

// TestWhatIsMissing: each way in which WSL cannot be used has its own error, in
// whatever language and encoding it is said.
func TestWhatIsMissing(t *testing.T) {
	for name, tc := range map[string]struct {
		plan machinetest.WindowsPlan
		want error
	}{
		"good":              {machinetest.WindowsPlan{}, nil},
		"good, UTF-16":      {machinetest.WindowsPlan{UTF16: true}, nil},
		"good, lingers":     {machinetest.WindowsPlan{Lingers: true}, nil},
		"missing":           {machinetest.WindowsPlan{Missing: true, UTF16: true}, driver.ErrFeatureMissing},
		"component":         {machinetest.WindowsPlan{Component: true, UTF16: true}, driver.ErrFeatureMissing},
		"of Windows":        {machinetest.WindowsPlan{Inbox: true, UTF16: true}, driver.ErrTooOld},
		"old":               {machinetest.WindowsPlan{Version: "0.67.6.0"}, driver.ErrTooOld},
		"no virtualization": {machinetest.WindowsPlan{Off: true, UTF16: true}, driver.ErrNoVirtualization},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, machinetest.Plan{})
			b.Set(tc.plan)
			if err := b.Check(t.Context()); !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Errorf("check: %v, want %v", err, tc.want)
			}
			if tc.want == nil {
				return
			}
			if _, err := b.Start(t.Context(), b.spec); !errors.Is(err, tc.want) {
				t.Errorf("start: %v, want %v", err, tc.want)
			}
			if len(b.Distributions()) != 0 {
				t.Error("a distribution was made")
			}
		})
	}
	d := &Driver{Program: func() (string, error) { return "", driver.ErrFeatureMissing }}
	if err := d.Check(t.Context()); !errors.Is(err, driver.ErrFeatureMissing) {
		t.Errorf("no program: %v", err)
	}
}

// TestRefusals: what wsl.exe says when the distribution does not start.
func TestRefusals(t *testing.T) {
	for says, want := range map[string]error{
		"Code d’erreur : Wsl/Service/CreateInstance/CreateVm/HCS/HCS_E_HYPERV_NOT_INSTALLED": driver.ErrNoVirtualization,
		"Code d’erreur : Wsl/Service/CreateInstance/CreateVm/HCS/0x800705aa":                 driver.ErrNoMemory,
		"anything": driver.ErrEnded,
	} {
		i := newBench(t, machinetest.Plan{Refuse: says}).begin()
		if _, err := io.ReadAll(i.Channel()); err != nil {
			t.Log(err) // it has no end of its own
		}
		<-i.Done()
		if !errors.Is(i.Err(), want) {
			t.Errorf("%s: %v", says, i.Err())
		}
	}
}
