//go:build !windows

package helper

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/machinetest"
)

// TestOrphan: a machine that needs a holder ends with the last one, whether it
// runs or not; one that never had any, too.
func TestOrphan(t *testing.T) {
	b := playground(t, machinetest.Plan{}, machine.Resources{OrphanMillis: time.Hour.Milliseconds()})
	ctx := t.Context()
	if _, err := b.Put(ctx, "stays", machine.Resources{OrphanMillis: 50}); !errors.Is(err, engine.ErrInvalid) {
		t.Errorf("a machine that stays: %v", err)
	}
	first, err := b.Hold(ctx, thrown)
	if err != nil {
		t.Fatal(err)
	}
	second, err := b.Hold(ctx, thrown)
	if err != nil {
		t.Fatal(err)
	}
	short := machine.Resources{Throwaway: true, OrphanMillis: 50}
	if _, err := b.Put(ctx, thrown, short); err != nil {
		t.Fatal(err)
	}
	b.startThrown()
	pid := b.pid(thrown)
	first()
	v, err := b.h.machine(thrown)
	if err != nil {
		t.Fatal(err)
	}
	b.until("one has let it go", func() bool { v.mu.Lock(); defer v.mu.Unlock(); return v.holders == 1 })
	v.mu.Lock()
	if v.mortal.orphan != nil {
		t.Error("it is an orphan though somebody holds it")
	}
	v.mu.Unlock()
	second()
	b.until("it has gone", func() bool { return !hasDisk(b.home.Machine(thrown)) })
	b.until("its process has ended", func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) })
	if s, err := b.Status(ctx, thrown); err != nil || s.State != machine.StateAbsent {
		t.Errorf("afterwards: %+v, %v", s, err)
	}
	if _, err := b.Put(ctx, "never", short); err != nil {
		t.Fatal(err)
	}
	b.until("one that nobody ever held has gone", func() bool { return !hasDisk(b.home.Machine("never")) })
	// Who holds a name before there is a machine keeps it.
	hold, err := b.Hold(ctx, "held")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Put(ctx, "held", short); err != nil {
		t.Fatal(err)
	}
	h, err := b.h.machine("held")
	if err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	if h.mortal.orphan != nil {
		t.Error("it is an orphan though somebody holds it")
	}
	h.mu.Unlock()
	hold()
	b.until("it has gone, too", func() bool { return !hasDisk(b.home.Machine("held")) })
}
