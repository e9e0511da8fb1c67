//go:build !windows

package helper

import (
	"errors"
	"net"
	"os"
	"strconv"
	"testing"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/machinetest"
)

// TestPageMachine: a machine to be compared with a container has no engine, its
// page is at the port that was asked for, and everything goes with it.
func TestPageMachine(t *testing.T) {
	port := echoes(t) // plays the guest's page
	b := playground(t, machinetest.Plan{}, machine.Resources{PagePort: port})
	ctx := t.Context()
	if _, err := b.Put(ctx, "stays", machine.Resources{PagePort: port}); !errors.Is(err, engine.ErrInvalid) {
		t.Errorf("a page in a machine that stays: %v", err)
	}
	s := b.startThrown()
	want := machine.Port{Proto: "tcp", HostIP: "127.0.0.1", HostPort: port, Container: pageName}
	if len(s.Ports) != 1 || s.Ports[0] != want {
		t.Errorf("ports: %+v", s.Ports)
	}
	for _, step := range s.Steps {
		if step.State != machine.StepDone {
			t.Errorf("step %s is %s", step.Name, step.State)
		}
	}
	if s.Use.ImageBytes == 0 || s.Use.MemoryBytes == 0 {
		t.Errorf("it takes %+v", s.Use)
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	if got, err := overTCP(ctx, address); err != nil || got != "HELLO" {
		t.Errorf("its page: %q, %v", got, err)
	}
	if _, err := os.Stat(b.home.Docker(thrown)); !os.IsNotExist(err) {
		t.Errorf("it offers an engine: %v", err)
	}
	if _, err := b.Put(ctx, thrown, machine.Resources{Throwaway: true, PagePort: port + 1}); !errors.Is(err, engine.ErrConflict) {
		t.Errorf("its page is somewhere else while it runs: %v", err)
	}
	if _, err := b.Kill(ctx, thrown); err != nil || hasDisk(b.home.Machine(thrown)) {
		t.Errorf("killed: %v", err)
	}
	if got, err := overTCP(ctx, address); err == nil && got != "" {
		t.Errorf("its page is still there: %q", got)
	}
}

// TestPagePortTaken: it runs, and says that its page is not to be had.
func TestPagePortTaken(t *testing.T) {
	other, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close() //nolint:errcheck // the test is over
	b := playground(t, machinetest.Plan{}, machine.Resources{PagePort: other.Addr().(*net.TCPAddr).Port})
	if s := b.startThrown(); len(s.Ports) != 1 || s.Ports[0].Error != machine.PortInUse {
		t.Errorf("ports: %+v", s.Ports)
	}
}
