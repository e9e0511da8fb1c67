package helper

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/driver"
	"escale/engine/machine/wire"
	"escale/engine/private"
)

// run is a machine from its start to its end.
type run struct {
	vm        *vm
	resources machine.Resources

	ctx      context.Context //nolint:containedctx // its end is the kill
	kill     context.CancelCauseFunc
	stopping chan struct{} // closed when asked to stop
	askOnce  sync.Once
	ready    chan struct{} // closed when the engine answers
	ended    chan struct{} // closed when everything is released
	err      error         // why it ended, nil when asked to; set before ended is closed

	booted atomic.Pointer[booted] // while the engine answers

	// Guarded by the machine's lock.
	climb     climb
	accel     string
	slow      string // why it is not fast, if it is not
	again     string // why it was booted twice, if it was
	other     string // why it is not the image that came with the app
	image     image
	fellBack  *refused // an image that failed, for one that did not
	diskLeft  int64    // of this computer's, while that is little
	stalled   error    // why the guest was stopped in the middle of a read or a write
	engine    string   // its version
	startedAt time.Time
	paused    bool
	shares    []sharedFolder
}

func newRun(v *vm, resources machine.Resources) *run {
	r := &run{
		vm: v, resources: resources,
		stopping: make(chan struct{}), ready: make(chan struct{}), ended: make(chan struct{}),
	}
	r.ctx, r.kill = context.WithCancelCause(context.Background())
	return r
}

func (r *run) askStop() { r.askOnce.Do(func() { close(r.stopping) }) }

func (r *run) askKill() {
	r.askStop()
	r.kill(errAsked)
}

func (r *run) isStopping() bool {
	select {
	case <-r.stopping:
		return true
	default:
		return false
	}
}

func (r *run) isReady() bool {
	select {
	case <-r.ready:
		return true
	default:
		return false
	}
}

// session is the talk with the guest while its engine answers, else nil.
func (r *run) session() *wire.Session {
	if b := r.booted.Load(); b != nil {
		return b.session
	}
	return nil
}

// describe fills in what is special to a run. The caller holds the lock.
func (r *run) describe(s *machine.Status) {
	s.Steps, s.Accel, s.Hint, s.Image = r.climb.list(time.Now()), r.accel, r.hint(), r.engine
	b := r.booted.Load()
	switch {
	case r.isStopping():
		s.State = machine.StateStopping
	case r.stalled != nil:
		s.State, s.Cause, s.Shortage = machine.StatePaused, causeOf(r.stalled), shortageOf(r.stalled)
	case r.paused:
		s.State = machine.StatePaused
	case b != nil:
		s.State = machine.StateRunning
	default:
		s.State = machine.StateStarting
	}
	if !r.startedAt.IsZero() {
		at := r.startedAt
		s.StartedAt = &at
	}
	if b != nil {
		s.Ports = b.ports.Ports()
		s.Use.MemoryBytes = memoryOf(b.instance.PID())
		if b.disk.unnamed != nil {
			s.Use.DiskBytes = usedBy(b.disk.unnamed)
		}
		s.Use.ImageBytes = r.image.bytes(r.vm.h.files())
		if r.image.plain {
			s.Use.ImageBytes += r.image.bytes(onlyPlain)
		}
		if r.resources.Tools {
			s.Use.ImageBytes += r.image.bytes(onlyTools)
		}
	}
	if r.diskLeft > 0 && s.Shortage == nil {
		s.Warning, s.Shortage = machine.CauseNotEnoughDisk, &machine.Shortage{NeededBytes: lowDisk, AvailableBytes: r.diskLeft}
	}
}

// hint is what experts may want to know. The caller holds the lock.
func (r *run) hint() string {
	return strings.Join(slices.DeleteFunc([]string{r.slow, r.again, r.other}, func(s string) bool { return s == "" }), "; ")
}

// note changes what the status says.
func (r *run) note(change func()) {
	r.vm.mu.Lock()
	change()
	r.vm.mu.Unlock()
	r.vm.notify()
}

// loop is the run's goroutine.
func (r *run) loop() {
	err := r.attempts()
	asked := r.isStopping() || errors.Is(err, driver.ErrPoweredOff) && r.isReady()
	if asked {
		r.err = errAsked
		r.vm.h.log.Info("machine stopped", "machine", r.vm.name, "why", err)
		err = nil
	} else {
		if err == nil {
			err = driver.ErrEnded
		}
		r.err = failure(err)
		r.vm.h.log.Error("machine failed", "machine", r.vm.name, "error", err)
	}
	r.kill(errAsked)
	r.vm.finished(r, err)
	close(r.ended)
}

// attempts boots the machine, and once more with the image of before where a new
// one failed, and returns when it has ended.
func (r *run) attempts() error {
	if err := r.vm.h.admit(r); err != nil {
		return err
	}
	defer r.vm.h.dismiss(r)
	p, err := r.prepare()
	defer func() {
		if p.lock != nil {
			_ = p.lock.Close() // the process that inherited it has ended
		}
		if p.image.hash != "" {
			r.vm.h.kept.release(p.image.hash)
		}
	}()
	if err != nil {
		return err
	}
	if r.resources.PagePort == 0 {
		relay, err := r.openRelay()
		if err != nil {
			return err
		}
		defer relay()
	}
	err = r.boots(&p)
	if !r.fallBack(&p, err) {
		return err
	}
	if again := r.boots(&p); r.isReady() || r.isStopping() {
		return again
	}
	return err // it was not the image
}

// boots boots an image, a second time where that may help.
func (r *run) boots(p *prepared) error {
	r.note(func() { r.image, r.engine = p.image, p.image.manifest.Engine.Version })
	ways, why := r.vm.h.ways(p.image.manifest.Arch)
	retried := false
	for {
		if why != nil && ways[0] == slowWay {
			r.note(func() { r.slow = "software emulation: " + why.Error() })
		}
		err := r.boot(*p, ways)
		switch {
		case r.isReady() || r.isStopping():
			return err
		case len(ways) > 1 && noHardware(err):
			r.vm.h.log.Warn("hardware virtualization does not work", "machine", r.vm.name, "accel", ways[0], "error", err)
			r.vm.h.avoid(ways[0], err)
			why, ways = err, ways[1:]
		case !retried && worthAnother(err):
			r.vm.h.log.Warn("boot failed, trying once more", "machine", r.vm.name, "error", err)
			retried = true
			r.note(func() { r.again = "second boot, the first failed: " + err.Error() })
		default:
			return err
		}
		r.note(r.climb.retry)
		if err := r.renew(p); err != nil {
			return err
		}
	}
}

// noHardware says whether a boot failed because of what should make it fast: it
// was refused, or the guest never ran, or not far.
func noHardware(err error) bool {
	return errors.Is(err, driver.ErrNoVirtualization) || errors.Is(err, errSilent) || errors.Is(err, driver.ErrProcessor)
}

// prepare climbs the steps before the virtual machine. What it returns with an
// error is released, too.
func (r *run) prepare() (p prepared, err error) {
	ctx, cancel := r.until()
	defer cancel()
	m := new(meter)
	r.note(func() { r.climb.beginMetered(stepImage, m, time.Now()) })
	if err := private.Folder(r.vm.dir); err != nil {
		return p, err
	}
	if p.image, err = r.choose(ctx, m); err != nil {
		return p, err
	}
	r.note(func() { r.engine = p.image.manifest.Engine.Version })
	if r.resources.Tools {
		if p.tools, err = r.tools(ctx, p.image, m); err != nil {
			return p, err
		}
	}
	r.begin(stepDisk)
	if p.lock, err = r.openDisk(ctx); err != nil {
		return p, err
	}
	return r.guard(ctx, p)
}

// until is a context that ends when the run is asked to end, in either way.
func (r *run) until() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(r.ctx)
	go func() {
		select {
		case <-r.stopping:
			cancel(errAsked)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

func (r *run) begin(step string) {
	r.note(func() { r.climb.begin(step, time.Now()) })
}

// wake resumes a machine that is paused.
func (r *run) wake(ctx context.Context) error {
	b := r.booted.Load()
	if b == nil {
		return fmt.Errorf("%w: the machine does not run", engine.ErrConflict)
	}
	return b.wake(ctx)
}

// grow makes the disk of a machine that runs larger; one that boots takes the
// size at its next start.
func (r *run) grow(ctx context.Context, size int64) error {
	b := r.booted.Load()
	resizer, can := any(nil), false
	if b != nil {
		resizer, can = b.instance, true
	}
	d, ok := resizer.(driver.Resizer)
	if !can || !ok || b.disk.unnamed != nil || size <= diskSize(r.vm.disk()) {
		return nil
	}
	if err := b.wake(ctx); err != nil {
		return err
	}
	if err := r.vm.extendDisk(size); err != nil {
		return err
	}
	if err := d.ResizeData(ctx, size); err != nil {
		return err
	}
	var answer wire.Answer
	if err := b.session.Ask(ctx, wire.Header{Do: wire.Grow}, &answer); err != nil {
		return err
	}
	return answer.Err()
}
