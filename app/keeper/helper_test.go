//go:build !windows

package keeper_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"escale/app/keeper"
	"escale/app/store"
	"escale/engine/machine"
	"escale/engine/machine/helper"
	"escale/engine/machine/machinetest"
	"escale/engine/machine/qemu"
)

// TestMain is this test, the helper that it launches, or the QEMU that the
// helper runs.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "serve" {
		os.Exit(serve())
	}
	machinetest.Main()
	goleak.VerifyTestMain(m)
}

// serve is a helper whose virtual machines are played.
func serve() int {
	home, err := machine.LocateHome()
	driver := qemu.New()
	driver.Program = func(string) (string, error) { return os.Executable() }
	driver.Probe = func() error { return errors.New("tests have none") }
	if err != nil {
		return 1
	}
	h, err := helper.Open(helper.Options{Home: home, Driver: driver, Version: "test"})
	if errors.Is(err, helper.ErrRunning) {
		return 0
	}
	if err != nil {
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if errors.Join(h.Serve(ctx), h.Close()) != nil {
		return 1
	}
	return 0
}

// until waits for a state.
func until(t *testing.T, k *keeper.Keeper, what string, is func(store.Machine) bool) {
	t.Helper()
	changed := make(chan struct{}, 1)
	defer k.Subscribe(func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	late := time.After(time.Minute)
	for !is(k.State()) {
		select {
		case <-changed:
		case <-late:
			t.Fatalf("not within a minute: %s; it is %+v", what, k.State())
		}
	}
}

// TestRealHelper launches a helper as the app does, and loses it.
func TestRealHelper(t *testing.T) {
	dir, err := os.MkdirTemp("", "k") //nolint:usetesting // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	machinetest.Program(t)
	t.Setenv(machine.HomeVariable, dir)
	t.Setenv(machine.ProgramVariable, self)
	t.Setenv(machine.GuestVariable, filepath.Join(dir, "none"))
	home := machine.Home{Data: dir, Run: dir}
	local := keeper.At(home)
	if err := local.Offered(); !errors.Is(err, machine.ErrImageMissing) {
		t.Errorf("offered without an image: %v", err)
	}
	t.Setenv(machine.GuestVariable, machinetest.WriteImage(t))
	machinetest.Plan{Engine: machinetest.StartEngine(t).Socket}.Write(t, home.Machine(machine.DefaultName))
	if err := local.Offered(); err != nil {
		t.Errorf("not offered: %v", err)
	}

	k := keeper.New(keeper.Options{Machine: local, State: store.NewValue(store.Machine{})})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); k.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	until(t, k, "nothing runs", func(m store.Machine) bool { return m.Checked && !m.Live })

	first := begin(t, k, home)
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	until(t, k, "the helper is missed", func(m store.Machine) bool { return !m.Live })
	if s := k.State().Status.State; s != machine.StateRunning {
		t.Errorf("a helper that was killed has said: %s", s)
	}
	if second := begin(t, k, home); second == first {
		t.Error("the helper that was killed answers")
	}
	if err := k.Ask(t.Context(), func(ctx context.Context, m keeper.Machine) error {
		log, err := m.Log(ctx, machine.DefaultName, machine.LogConsole, 4096, false)
		if err != nil {
			return err
		}
		defer log.Close() //nolint:errcheck // only read
		said := make([]byte, 4096)
		n, _ := log.Read(said)
		if !strings.Contains(string(said[:n]), "Linux plays") {
			t.Errorf("the console says %q", said[:n])
		}
		_, err = m.Stop(ctx, machine.DefaultName)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	until(t, k, "stopped", func(m store.Machine) bool { return m.Is(machine.StateStopped) })

	if err := syscall.Kill(begin(t, k, home), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	until(t, k, "the helper ends", func(m store.Machine) bool { return !m.Live })
	if s := k.State(); s.Status.State != machine.StateStopped || s.Err != nil {
		t.Errorf("the last that was heard: %s, %v", s.Status.State, s.Err)
	}
}

// begin starts the machine and returns the helper's process.
func begin(t *testing.T, k *keeper.Keeper, home machine.Home) (pid int) {
	t.Helper()
	host, err := k.Start(t.Context())
	if err != nil || host != home.DockerHost(machine.DefaultName) {
		t.Fatalf("start: %q, %v", host, err)
	}
	s := k.State()
	if !s.Up() || len(s.Status.Steps) < 9 {
		t.Errorf("started: %+v", s)
	}
	for _, step := range s.Status.Steps {
		if step.State != machine.StepDone {
			t.Errorf("step %s is %s", step.Name, step.State)
		}
	}
	conn, err := new(net.Dialer).DialContext(t.Context(), "unix", home.Docker(machine.DefaultName))
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	client := machine.NewClient(home)
	defer client.Close()
	version, err := client.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(version.PID) })
	return version.PID
}

// end ends a helper, and returns when it has ended.
func end(pid int) {
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for syscall.Kill(pid, syscall.SIGTERM) == nil {
		<-again.C
	}
}
