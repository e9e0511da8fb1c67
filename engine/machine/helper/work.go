package helper

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"escale/engine"
	"escale/engine/machine"
)

// work is something long that is done to a machine that does not run.
type work struct {
	kind  machine.Work
	vm    *vm
	lock  *os.File // of the disk; nil: there is none
	climb climb    // guarded by the machine's lock
}

// step begins a step of so many bytes.
func (w *work) step(name string, total int64) *meter {
	m := new(meter)
	m.total.Store(total)
	w.vm.mu.Lock()
	w.climb.beginMetered(name, m, time.Now())
	w.vm.mu.Unlock()
	w.vm.notify()
	return m
}

// work does something to a machine that does not run, and does not start
// meanwhile. It ends with ctx and with the helper.
func (v *vm) work(ctx context.Context, kind machine.Work, do func(context.Context, *work) error) error {
	w := &work{kind: kind, vm: v}
	ended := make(chan error, 1)
	v.mu.Lock()
	err := v.mayWork(kind)
	if err == nil {
		v.busy = w
		v.h.runs.Go(func() { ended <- w.run(ctx, do) })
	}
	v.mu.Unlock()
	if err != nil {
		return err
	}
	v.notify()
	return <-ended
}

// mayWork says why nothing can be done now. The caller holds the lock.
func (v *vm) mayWork(kind machine.Work) error {
	switch {
	case v.h.ctx.Err() != nil:
		return fmt.Errorf("%w: the helper is ending", engine.ErrConflict)
	case v.current != nil:
		return refuse(machine.RefusedRuns, "stop it first")
	case v.busy != nil:
		return refuse(machine.RefusedBusy, "it is being worked on: "+string(v.busy.kind))
	case v.isKept() && kind != "":
		return refuse(machine.RefusedUnsupported, "the data is where only "+v.h.driver.Name()+" comes to")
	case v.stored.Throwaway:
		return refuse(machine.RefusedThrowaway, "its data is not to be kept")
	default:
		return nil
	}
}

func (w *work) run(ctx context.Context, do func(context.Context, *work) error) (err error) {
	v := w.vm
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(v.h.ctx, func() { cancel(errAsked) })() //nolint:contextcheck // the end of the helper, not of the request
	err = w.seize(ctx)
	if err == nil {
		err = do(ctx, w)
	}
	err = errors.Join(err, w.unlock())
	v.mu.Lock()
	if err != nil {
		w.climb.fail(time.Now())
		v.h.log.Warn("work failed", "machine", v.name, "work", w.kind, "error", err)
	} else {
		w.climb.end(time.Now())
		v.last.err = nil
	}
	if len(w.climb.steps) > 0 {
		v.last.steps = w.climb.list(time.Now())
	}
	v.busy = nil
	v.mu.Unlock()
	v.notify()
	return outOfRoom(err)
}

// seize locks the disk, which a guest whose helper was killed may still have.
func (w *work) seize(ctx context.Context) error {
	v := w.vm
	if v.isKept() {
		return nil
	}
	if !hasDisk(v.disk()) {
		if v.folder() != v.dir {
			return fmt.Errorf("%w: %w", engine.ErrConflict, errDiskMissing)
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, v.h.timing.lock)
	defer cancel()
	var err error
	if w.lock, err = awaitLock(ctx, v.lockPath()); err != nil {
		return fmt.Errorf("%w: %w", engine.ErrConflict, err)
	}
	return nil
}

// unlock gives the disk's lock back, if it still has it.
func (w *work) unlock() error {
	if w.lock == nil {
		return nil
	}
	lock := w.lock
	w.lock = nil
	return lock.Close()
}

// outOfRoom makes a full disk a refusal, as it is when it is known before.
func outOfRoom(err error) error {
	var refused *machine.Refusal
	if err == nil || errors.As(err, &refused) || causeOf(err) != machine.CauseNotEnoughDisk {
		return err
	}
	return &machine.Refusal{Reason: machine.RefusedNoRoom, Detail: err.Error(), Shortage: shortageOf(err)}
}
