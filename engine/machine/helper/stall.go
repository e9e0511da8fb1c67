package helper

import (
	"context"
	"fmt"
	"time"

	"escale/engine/machine"
	"escale/engine/machine/driver"
)

// What must be left of this computer's disk.
const (
	lowDisk   = 1 << 30   // less is told in the status
	brinkDisk = 64 << 20  // with less, a guest that would hear of a failed write is paused
	goOnDisk  = 256 << 20 // with more, one that was stopped goes on
)

// watchDisk looks at this computer's disk every so often, and hears from the
// virtual machine when something could not be read or written: then the guest
// has been stopped, and has lost nothing.
func (b *booted) watchDisk(ctx context.Context) {
	var errs <-chan driver.DiskError
	if watcher, can := b.instance.(driver.DiskWatcher); can {
		errs = watcher.DiskErrors()
	}
	look := time.NewTicker(b.run.vm.h.timing.upkeep)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-errs:
			b.stall(ctx, e)
		case <-look.C:
			b.lookAtDisk(ctx, errs != nil)
		}
	}
}

func (b *booted) freeDisk() int64 {
	free, err := b.run.vm.h.free(b.run.vm.disk())
	if err != nil {
		return lowDisk // what cannot be measured is enough
	}
	return free
}

// stall notes that the guest stands still in the middle of a read or a write.
func (b *booted) stall(_ context.Context, e driver.DiskError) {
	why := errDiskFailed
	if e.NoSpace {
		why = &shortError{err: errNoSpace, shortage: machine.Shortage{NeededBytes: goOnDisk, AvailableBytes: b.freeDisk()}}
	}
	b.mu.Lock()
	b.stalled, b.stalledAt = true, time.Now()
	b.mu.Unlock()
	b.run.vm.h.log.Error("guest stopped: its disk", "machine", b.run.vm.name, "error", why)
	b.run.note(func() { b.run.stalled = why })
}

// lookAtDisk warns when there is little room, and lets a guest that was stopped
// go on.
func (b *booted) lookAtDisk(ctx context.Context, stops bool) {
	free := b.freeDisk()
	r := b.run
	r.vm.mu.Lock()
	changed := (free < lowDisk) != (r.diskLeft > 0)
	r.diskLeft = 0
	if free < lowDisk {
		r.diskLeft = max(free, 1)
	}
	stalled := r.stalled
	r.vm.mu.Unlock()
	if changed {
		r.vm.notify()
	}
	switch {
	case stalled == nil && !stops && free < brinkDisk:
		if err := b.freeze(ctx, true); err == nil {
			b.stall(ctx, driver.DiskError{NoSpace: true})
		}
	case stalled != nil:
		b.mu.Lock()
		waited := time.Since(b.stalledAt)
		b.mu.Unlock()
		if shortageOf(stalled) != nil && free >= goOnDisk || shortageOf(stalled) == nil && waited >= r.vm.h.timing.again {
			if err := b.goOn(ctx); err != nil {
				r.vm.h.log.Warn("guest does not go on", "machine", r.vm.name, "error", err)
			}
		}
	}
}

// goOn lets a guest that was stopped in a read or a write try again. If it still
// cannot be done, the virtual machine says so again.
func (b *booted) goOn(ctx context.Context) error {
	pauser, can := b.instance.(driver.Pauser)
	if !can {
		return nil
	}
	b.mu.Lock()
	if !b.stalled {
		b.mu.Unlock()
		return nil
	}
	if err := pauser.Resume(ctx); err != nil {
		b.mu.Unlock()
		return fmt.Errorf("resume machine: %w", err)
	}
	b.stalled, b.frozen, b.lastUse = false, false, time.Now()
	b.mu.Unlock()
	b.run.vm.h.log.Info("guest goes on", "machine", b.run.vm.name)
	b.run.note(func() { b.run.stalled, b.run.paused = nil, false })
	return b.setClock(ctx)
}

// whyStalled is what those hear who want to use a guest that was stopped.
func (b *booted) whyStalled() error {
	b.run.vm.mu.Lock()
	defer b.run.vm.mu.Unlock()
	if b.run.stalled == nil {
		return nil
	}
	return failure(b.run.stalled)
}
