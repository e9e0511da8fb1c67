//go:build !windows

package helper

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/machinetest"
	"escale/engine/machine/netstack"
	"escale/engine/machine/vfkit"
	"escale/engine/machine/wire"
	"escale/engine/machine/wsl"
)

// byVfkit makes the helper run its machines by vfkit.
func byVfkit(b *bench) {
	b.h.driver = &vfkit.Driver{Program: machinetest.Vfkit(b.t)}
}

func TestVfkit(t *testing.T) {
	b := newBench(t, machinetest.Plan{StepDelay: 10 * time.Millisecond, Absent: 2}, byVfkit)
	if s := b.start(); s.Driver != "vfkit" || s.Accel != "vz" || s.State != machine.StateRunning {
		t.Errorf("status %+v", s)
	}
	if err := b.engineAnswers(); err != nil {
		t.Error(err)
	}
	gateway := fmt.Sprintf("%x", netstack.Gateway.AsSlice())
	b.until("the network answers", func() bool { return strings.Contains(b.notes("network"), gateway) })
	if _, err := b.Pause(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if s := b.status(); s.State != machine.StatePaused {
		t.Errorf("paused: %s", s.State)
	}
	if err := b.engineAnswers(); err != nil {
		t.Error(err)
	}
	if _, err := b.Stop(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if s := b.status(); s.State != machine.StateStopped {
		t.Errorf("stopped: %+v", s)
	}
}

// TestVfkitLadder: a guest that hears nothing is killed.
func TestVfkitLadder(t *testing.T) {
	b := newBench(t, machinetest.Plan{Deaf: true, DeafButton: true}, byVfkit)
	b.start()
	if _, err := b.Stop(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if s := b.status(); s.State != machine.StateStopped {
		t.Errorf("stopped: %+v", s)
	}
}

func TestVfkitFailures(t *testing.T) {
	for what, tc := range map[string]struct {
		plan machinetest.Plan
		want machine.Cause
	}{
		"no virtualization": {machinetest.Plan{Refuse: "Virtualization is not available on this hardware."}, machine.CauseNoVirtualization},
		"refused":           {machinetest.Plan{Refuse: "unknown flag: --device"}, machine.CauseQEMUFailed},
		"dies":              {machinetest.Plan{DieAfter: wire.StepRoot}, machine.CauseQEMUFailed},
		"engine":            {machinetest.Plan{FailStep: wire.StepEngine, FailText: wire.CauseEngineFailed + ": no"}, machine.CauseEngineFailed},
	} {
		t.Run(what, func(t *testing.T) {
			b := newBench(t, tc.plan, byVfkit)
			_, err := b.Start(t.Context(), name)
			if s := b.status(); err == nil || s.Cause != tc.want {
				t.Errorf("got %v, cause %q", err, s.Cause)
			}
		})
	}
}

// forWSL is an image that has WSL's root, too.
func forWSL(i machinetest.Image) machinetest.Image {
	i.Also = []string{wsl.RootFile}
	return i
}

// byWSL makes the helper run its machines by WSL, with an image for it.
func byWSL(b *bench) *machinetest.Windows {
	program, windows := machinetest.WSL(b.t)
	b.h.driver = &wsl.Driver{Program: program}
	forWSL(oldImage).Write(b.t, b.image)
	return windows
}

func TestWSL(t *testing.T) {
	var windows *machinetest.Windows
	b := newBench(t, machinetest.Plan{}, func(b *bench) {
		windows = byWSL(b)
		b.h.timing.idle = 0 // it is idle at once, and cannot be paused
	})
	if s := b.start(); s.Driver != "wsl" || s.Accel != "wsl" || s.State != machine.StateRunning || s.Use.DiskBytes == 0 {
		t.Errorf("status %+v", s)
	}
	if err := b.engineAnswers(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(b.home.Machine(name), DiskFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a disk that nobody uses: %v", err)
	}
	if err := b.Reset(t.Context(), name); !errors.Is(err, engine.ErrConflict) {
		t.Errorf("reset while it runs: %v", err)
	}
	if _, err := b.Stop(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if s := b.status(); s.State != machine.StateStopped {
		t.Errorf("stopped: %+v", s)
	}
	if log, err := os.ReadFile(b.home.Log()); err != nil || strings.Contains(string(log), "not paused") {
		t.Errorf("the log complains, or is not there: %v", err)
	}
	if err := b.Reset(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if s := b.status(); s.State != machine.StateAbsent || len(windows.Distributions()) != 0 {
		t.Errorf("after the reset: %s, %v", s.State, windows.Distributions())
	}
}

// TestWSLPorts: a published port is a stream of the channel, as with every driver.
func TestWSLPorts(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, func(b *bench) { byWSL(b) })
	inside, err := new(net.ListenConfig).Listen(t.Context(), "tcp", machinetest.GuestLoopback+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close() //nolint:errcheck // a test's
	go func() {
		for {
			conn, err := inside.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("page"))
			_ = conn.Close()
		}
	}()
	port := inside.Addr().(*net.TCPAddr).Port
	b.start()
	b.engine.Set(machinetest.Container{Names: []string{"/web"}, Ports: []machinetest.Port{
		{IP: "127.0.0.1", PrivatePort: 80, PublicPort: port, Type: "tcp"},
	}})
	b.until("the port is open", func() bool { return len(b.status().Ports) == 1 })
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // a test's
	if got, err := io.ReadAll(conn); string(got) != "page" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestWSLLadder: a guest that hears nothing is killed, and its distribution ended.
func TestWSLLadder(t *testing.T) {
	var windows *machinetest.Windows
	b := newBench(t, machinetest.Plan{Deaf: true, DeafButton: true}, func(b *bench) { windows = byWSL(b) })
	b.start()
	if _, err := b.Stop(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if s := b.status(); s.State != machine.StateStopped || !strings.Contains(windows.Calls(), "--terminate") {
		t.Errorf("stopped: %+v, %s", s, windows.Calls())
	}
}

func TestWSLFailures(t *testing.T) {
	for what, tc := range map[string]struct {
		computer machinetest.WindowsPlan
		want     machine.Cause
	}{
		"missing":           {machinetest.WindowsPlan{Missing: true}, machine.CauseWSLMissing},
		"old":               {machinetest.WindowsPlan{Inbox: true}, machine.CauseWSLTooOld},
		"no virtualization": {machinetest.WindowsPlan{Off: true}, machine.CauseNoVirtualization},
	} {
		t.Run(what, func(t *testing.T) {
			b := newBench(t, machinetest.Plan{}, func(b *bench) { byWSL(b).Set(tc.computer) })
			_, err := b.Start(t.Context(), name)
			if s := b.status(); err == nil || s.Cause != tc.want {
				t.Errorf("got %v, cause %q", err, s.Cause)
			}
		})
	}
}

// TestWSLRefusal: what wsl.exe says when the distribution does not start is heard,
// though its channel ends, too.
func TestWSLRefusal(t *testing.T) {
	plan := machinetest.Plan{Refuse: "Code d’erreur : Wsl/Service/CreateInstance/CreateVm/HCS/HCS_E_HYPERV_NOT_INSTALLED"}
	b := newBench(t, plan, func(b *bench) { byWSL(b) })
	_, err := b.Start(t.Context(), name)
	if s := b.status(); err == nil || s.Cause != machine.CauseNoVirtualization {
		t.Errorf("got %v, cause %q", err, s.Cause)
	}
}

// TestWSLNeedsItsRoot: an image without one is an image for other systems.
func TestWSLNeedsItsRoot(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, func(b *bench) {
		program, _ := machinetest.WSL(t)
		b.h.driver = &wsl.Driver{Program: program}
	})
	_, err := b.Start(t.Context(), name)
	if s := b.status(); err == nil || s.Cause != machine.CauseImageMissing {
		t.Errorf("got %v, cause %q", err, s.Cause)
	}
}

// TestBeyond: what is on this computer's loopback cannot be reached from a
// network that the system makes; the rest can.
func TestBeyond(t *testing.T) {
	env := map[string]string{"HTTP_PROXY": "http://127.0.0.1:3128", "HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "local"}
	getenv := func(name string) string { return env[name] }
	got, mirrors := beyond(getenv, []string{"http://localhost:5000", "https://mirror.example"})
	if want := (wire.Proxy{HTTPS: "http://proxy:3128", No: "local"}); got != want {
		t.Errorf("got %+v", got)
	}
	if len(mirrors) != 1 || mirrors[0] != "https://mirror.example" {
		t.Errorf("mirrors %v", mirrors)
	}
	env["HTTPS_PROXY"] = "http://localhost:3128"
	if got, _ := beyond(getenv, nil); got != (wire.Proxy{}) {
		t.Errorf("got %+v", got)
	}
}
