package helper

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"escale/engine/logfile"
	"escale/engine/machine/driver"
	"escale/engine/machine/wire"
)

// slowWay is the driver's accelerator that is none.
const slowWay = "tcg"

// errSilent is a guest on real hardware from which nothing was heard.
var errSilent = errors.New("the guest never said anything")

// prepared is what a boot needs of what came before it.
type prepared struct {
	image image
	tools string // the disk with them; "": none
	lock  *os.File
}

// boot starts the virtual machine by the first of the ways and returns when it
// has ended.
func (r *run) boot(p prepared, ways []string) (err error) {
	accel := ways[0]
	r.note(func() {
		r.accel = accel
		r.climb.begin(stepVM, time.Now())
	})
	n, err := r.vm.newNetwork(r.resources)
	if err != nil {
		return err
	}
	defer n.close()
	console, err := r.vm.openConsole()
	if err != nil {
		return err
	}
	defer console.Close() //nolint:errcheck // nothing is lost but the console's end
	ctx, cancel := r.until()
	defer cancel()
	shares := r.chooseShares()
	n.params.Shares, n.params.Tools = len(shares), p.tools != ""
	plain := ""
	if p.image.plain {
		plain = p.image.path(plainFile)
	}
	instance, err := r.vm.h.driver.Start(ctx, driver.Spec{
		Name: r.vm.name, Arch: p.image.manifest.Arch, CPUs: r.resources.CPUs, MemoryBytes: r.resources.MemoryBytes,
		Kernel: p.image.path(kernelFile), Plain: plain, Initrd: p.image.path(initrdFile),
		Root: p.image.path(r.vm.h.root()), RootSHA256: p.image.manifest.Files[r.vm.h.root()].SHA256,
		Tools: p.tools, Data: r.vm.disk(), Lock: p.lock, KernelArgs: "quiet loglevel=4 panic=1 " + n.params.String(), Shares: shares, Dir: r.vm.dir, Sockets: r.vm.dir,
		Accel: accel, Console: console, Log: r.vm.h.logFile,
	})
	if err != nil {
		if r.isStopping() {
			return errAsked
		}
		return err
	}
	d := disk{unnamed: r.unname(instance)}
	defer d.unnamed.Close() //nolint:errcheck // nil, or only looked at
	var carrier sync.WaitGroup
	carrier.Go(func() { n.serve(instance) })
	defer carrier.Wait()
	defer func() {
		_ = instance.Kill() // it has ended, unless something here failed
		<-instance.Done()
	}()
	r.refuse(instance)
	session, err := r.await(ctx, instance, len(ways) > 1)
	if session != nil {
		defer session.Close() //nolint:errcheck // the guest has ended
	}
	switch {
	case r.isStopping() && session != nil:
		return r.ladder(session, instance)
	case err != nil:
		return err
	}
	return r.tend(p.image, d, session, instance)
}

// unname takes the name of a throwaway machine's disk away, where the virtual
// machine goes on without: then it vanishes with that, whatever happens. nil: it
// has its name.
func (r *run) unname(instance driver.Instance) *os.File {
	holder, can := instance.(driver.Holder)
	if !r.resources.Throwaway || !can || !holder.HoldsData() {
		return nil
	}
	file, err := os.Open(r.vm.disk())
	if err == nil {
		err = errors.Join(removeFile(r.vm.disk()), removeFile(r.vm.beside(rawFile)))
	}
	if err != nil {
		r.vm.h.log.Warn("throwaway disk not removed yet", "machine", r.vm.name, "error", err)
		_ = file.Close() // nil, or only looked at
		return nil
	}
	return file
}

func (v *vm) openConsole() (*logfile.File, error) {
	console, err := logfile.Open(v.file("console.log"), logfile.Size)
	if err != nil {
		return nil, err
	}
	if err := console.Rotate(); err != nil {
		return nil, errors.Join(err, console.Close())
	}
	return console, nil
}

// await follows the guest's boot up to its last step. It may return a session
// with an error, when the talk began and the boot failed. With another way left,
// a guest from which nothing is heard is not waited for.
func (r *run) await(ctx context.Context, instance driver.Instance, another bool) (*wire.Session, error) {
	named := make(chan struct{})
	t, accel := r.vm.h.timing, r.accel // the next boot may have another one while this one's watcher ends
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := &patience{end: cancel, spent: func() time.Duration { return processorTime(instance.PID()) }}
	defer p.stop()
	if accel != slowWay { // it has processors of its own, or does not run at all
		p.spent = func() time.Duration { return -1 }
	}
	if another {
		p.begin(t.firstStep, errSilent)
	} else {
		p.begin(t.step, errStuck)
	}
	var heard atomic.Bool
	go func() {
		select {
		case <-instance.Done():
			err := instance.Err()
			if accel != slowWay && !heard.Load() {
				err = fmt.Errorf("%w: %w", errSilent, err)
			}
			cancel(err)
		case <-ctx.Done():
		}
	}()
	session, err := wire.Host(ctx, instance.Channel())
	if err != nil {
		return nil, soon(ctx, err)
	}
	go func() {
		defer close(named)
		r.nameShares(ctx, session)
	}()
	err = r.follow(ctx, session, func() {
		heard.Store(true)
		p.begin(t.step, errStuck)
	})
	p.stop()
	if _, said := errors.AsType[*guestError](err); err != nil && !said {
		err = soon(ctx, err)
	}
	if err == nil {
		late := time.AfterFunc(t.ask, func() { cancel(nil) })
		defer late.Stop()
	} else {
		cancel(nil)
	}
	<-named
	return session, err
}

// follow reads the guest's steps.
func (r *run) follow(ctx context.Context, session *wire.Session, onStep func()) error {
	stream, err := session.Open(ctx, wire.Header{Do: wire.Boot})
	if err != nil {
		return because(ctx, err)
	}
	defer stream.Close() //nolint:errcheck // only read
	stop := context.AfterFunc(ctx, func() { _ = stream.Close() })
	defer stop()
	for {
		var s wire.Step
		if err := stream.ReadJSON(&s); err != nil {
			return because(ctx, fmt.Errorf("follow the boot: %w", err))
		}
		onStep()
		r.vm.h.log.Info("step", "machine", r.vm.name, "step", s.Step, "at", time.Duration(s.AtMillis)*time.Millisecond, "error", s.Error)
		r.note(func() { r.climb.reached(s, time.Now()) })
		if s.Error != "" {
			return &guestError{step: s.Step, text: s.Error}
		}
		if s.Step == wire.StepReady {
			return nil
		}
	}
}

// soon is because, where the channel may have broken a moment before the virtual
// machine's program has ended, which says more.
func soon(ctx context.Context, err error) error {
	const moment = 2 * time.Second
	timer := time.NewTimer(moment)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	return because(ctx, err)
}

// because puts the cause of a context's end in place of what it broke.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
