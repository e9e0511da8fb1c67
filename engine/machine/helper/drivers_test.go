//go:build !windows

package helper

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"escale/engine/machine"
	"escale/engine/machine/machinetest"
	"escale/engine/machine/netstack"
	"escale/engine/machine/vfkit"
	"escale/engine/machine/wire"
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

// TestProxyBeyond: a proxy on this computer's loopback cannot be reached from a
// network that the system makes; others can.
func TestProxyBeyond(t *testing.T) {
	env := map[string]string{"HTTP_PROXY": "http://127.0.0.1:3128", "HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "local"}
	got := proxyBeyond(func(name string) string { return env[name] })
	if want := (wire.Proxy{HTTPS: "http://proxy:3128", No: "local"}); got != want {
		t.Errorf("got %+v", got)
	}
	env["HTTPS_PROXY"] = "http://localhost:3128"
	if got := proxyBeyond(func(name string) string { return env[name] }); got != (wire.Proxy{}) {
		t.Errorf("got %+v", got)
	}
}
