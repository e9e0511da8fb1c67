package helper

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/driver"
)

// vm is one machine that the helper knows.
type vm struct {
	name string
	dir  string
	h    *Helper

	mu       sync.Mutex
	stored   stored  // its Resources' zero values mean the defaults
	current  *run    // nil: neither starting, running nor stopping
	busy     *work   // nil: nothing is done to it while it does not run
	last     outcome // of the run, or the work, before
	watchers map[chan struct{}]struct{}
	mortal   mortal // of a throwaway machine
	holders  int    // that keep it from being an orphan

	place atomic.Pointer[string] // stored.Folder
}

// outcome is what is left of a run.
type outcome struct {
	err   error // nil: it was stopped
	hint  string
	steps []machine.Step
	accel string
}

func (h *Helper) newVM(name string) (*vm, error) {
	v := &vm{name: name, dir: h.home.Machine(name), h: h, watchers: make(map[chan struct{}]struct{})}
	if err := v.load(); err != nil {
		return nil, err
	}
	v.finishMove()
	return v, nil
}

func (v *vm) file(name string) string { return filepath.Join(v.dir, name) }

// Status is everything about the machine, now.
func (v *vm) Status() machine.Status {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := machine.Status{
		Name: v.name, State: machine.StateAbsent, Driver: v.h.driver.Name(), Docker: v.h.home.DockerHost(v.name),
		Resources: v.h.computer.Defaults(v.stored.Resources), Folder: v.stored.Folder, ExpiresAt: v.mortal.end(),
	}
	s.Shares = v.sharedFolders()
	_, s.ReadOnlyByGuest = v.h.driver.(driver.Trusting)
	if can := v.h.canShare.Load(); can != nil {
		s.Sharing = *can
	}
	s.Use.DiskBytes = usedSpace(v.disk()) + usedSpace(v.beside(keptFile))
	if size := diskSize(v.disk()); size > s.Resources.DiskBytes {
		s.Resources.DiskBytes = size
	}
	v.describeImages(&s)
	if r := v.current; r != nil {
		running := v.h.computer.Defaults(r.resources)
		s.Running = &running
		r.describe(&s)
		return s
	}
	s.Steps, s.Accel, s.Hint = v.last.steps, v.last.accel, v.last.hint
	if w := v.busy; w != nil {
		s.Busy, s.Steps = w.kind, w.climb.list(time.Now())
	}
	switch {
	case v.last.err != nil:
		s.State, s.Cause, s.Shortage = machine.StateFailed, causeOf(v.last.err), shortageOf(v.last.err)
	case hasDisk(v.disk()) || hasDisk(v.file(settingsFile)):
		s.State = machine.StateStopped
	}
	return s
}

// Put changes what the machine may take.
func (v *vm) Put(ctx context.Context, want machine.Resources) error {
	filled := v.h.computer.Defaults(want)
	if !filled.Valid() {
		return fmt.Errorf("%w: %+v", engine.ErrInvalid, want)
	}
	if _, foreign := v.h.driver.(driver.Networker); foreign && want.PagePort > 0 {
		return refuse(machine.RefusedUnsupported, "machines of this driver share one kernel: there is none to compare")
	}
	if v.isKept() && want.Tools {
		return refuse(machine.RefusedTools, "a machine of this driver is given no disks")
	}
	if err := machine.CheckShares(v.h.home, want.Shares, v.dataFolder()); err != nil {
		return err
	}
	if want.DiskBytes != 0 && want.DiskBytes < diskSize(v.disk()) {
		return fmt.Errorf("%w: a disk cannot be made smaller", engine.ErrConflict)
	}
	v.mu.Lock()
	if v.current != nil && want.PagePort != v.current.resources.PagePort {
		v.mu.Unlock()
		return fmt.Errorf("%w: the machine runs", engine.ErrConflict)
	}
	made := v.current != nil || hasDisk(v.disk()) || hasDisk(v.file(settingsFile))
	if want.Throwaway != v.stored.Throwaway && made {
		v.mu.Unlock()
		return fmt.Errorf("%w: a machine is thrown away or not from its beginning", engine.ErrConflict)
	}
	if err := v.changeLocked(func(s *stored) { s.Resources = want }); err != nil {
		v.mu.Unlock()
		return err
	}
	v.live(time.Duration(want.LifetimeMillis) * time.Millisecond)
	r := v.current
	v.mu.Unlock()
	defer v.notify()
	if r != nil {
		return r.grow(ctx, filled.DiskBytes)
	}
	return nil
}

// Start starts the machine, or joins the start that is under way, and returns
// when its engine answers. Only the wait ends with ctx.
func (v *vm) Start(ctx context.Context) error {
	for {
		r, fresh, err := v.begin()
		if err != nil {
			return err
		}
		select {
		case <-r.ready:
			if !r.isStopping() {
				return r.wake(ctx)
			}
		case <-r.ended:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		select {
		case <-r.ended:
			if fresh || !errors.Is(r.err, errAsked) {
				return r.err
			} // it was being stopped: start again
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// begin returns the run that is under way, or a fresh one.
func (v *vm) begin() (r *run, fresh bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.current != nil {
		return v.current, false, nil
	}
	if v.h.ctx.Err() != nil {
		return nil, false, fmt.Errorf("%w: the helper is ending", engine.ErrConflict)
	}
	if v.busy != nil {
		return nil, false, refuse(machine.RefusedBusy, "it is being worked on: "+string(v.busy.kind))
	}
	if v.mortal.gone {
		return nil, false, fmt.Errorf("%w: throwaway machine %s has gone", engine.ErrNotFound, v.name)
	}
	v.current = newRun(v, v.h.computer.Defaults(v.stored.Resources))
	v.h.runs.Go(v.current.loop)
	return v.current, true, nil
}

// end asks the run that is under way to end, by the given function, and waits.
func (v *vm) end(ctx context.Context, ask func(*run)) error {
	v.mu.Lock()
	r := v.current
	if r == nil {
		v.last.err = nil // what failed is stopped now
		v.vanish()       //nolint:contextcheck // what is thrown away goes, whoever asked
	}
	v.mu.Unlock()
	if r == nil {
		v.notify()
		return nil
	}
	ask(r)
	v.notify()
	select {
	case <-r.ended:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Stop ends the machine by the ladder.
func (v *vm) Stop(ctx context.Context) error { return v.end(ctx, (*run).askStop) }

// Kill ends the machine at once.
func (v *vm) Kill(ctx context.Context) error { return v.end(ctx, (*run).askKill) }

// Reset removes everything of a machine that does not run.
func (v *vm) Reset(ctx context.Context) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.current != nil {
		return fmt.Errorf("%w: the machine runs", engine.ErrConflict)
	}
	if v.busy != nil {
		return refuse(machine.RefusedBusy, "it is being worked on: "+string(v.busy.kind))
	}
	if !hasDisk(v.dir) {
		return nil
	}
	if v.folder() != v.dir && !hasDisk(v.folder()) {
		return fmt.Errorf("%w: %w", engine.ErrConflict, errDiskMissing)
	}
	// A guest that a dead helper left must not lose its disk under its feet.
	waiting, cancel := context.WithTimeout(ctx, v.h.timing.lock)
	defer cancel()
	lock, err := awaitLock(waiting, v.lockPath())
	if err != nil {
		return fmt.Errorf("%w: %w", engine.ErrConflict, err)
	}
	if err := v.removeKept(ctx); err != nil {
		return errors.Join(err, lock.Close())
	}
	err = lock.Close()
	if v.folder() != v.dir {
		err = errors.Join(err, clearFolder(v.folder()))
	}
	if err := errors.Join(err, os.RemoveAll(v.dir)); err != nil { //nolint:gosec // in the home
		return fmt.Errorf("remove machine %s: %w", v.name, err)
	}
	v.forget()
	go v.notify()
	return nil
}

// forget makes the machine one that there never was. The caller holds the lock.
func (v *vm) forget() {
	v.stored, v.last = stored{}, outcome{}
	v.place.Store(nil)
	v.live(0)
}

// running is the run whose engine answers, or an error.
func (v *vm) running() (*run, error) {
	v.mu.Lock()
	r := v.current
	v.mu.Unlock()
	if r == nil || r.session() == nil {
		return nil, fmt.Errorf("%w: the machine does not run", engine.ErrConflict)
	}
	return r, nil
}

// watch returns a channel that holds a value after every change, and an end.
func (v *vm) watch() (<-chan struct{}, func()) {
	changed := make(chan struct{}, 1)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.watchers[changed] = struct{}{}
	return changed, func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		delete(v.watchers, changed)
	}
}

func (v *vm) notify() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for w := range v.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

// finished takes the run's place when it has ended.
func (v *vm) finished(r *run, err error) {
	v.mu.Lock()
	now := time.Now()
	if err != nil {
		r.climb.fail(now)
	}
	v.last = outcome{err: err, hint: r.hint(), steps: r.climb.list(now), accel: r.accel}
	if err != nil {
		v.last.hint = err.Error()
	}
	v.current = nil
	v.endMortal(err == nil)
	v.mu.Unlock()
	v.notify()
}
