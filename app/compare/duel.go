package compare

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"escale/engine"
	"escale/engine/machine"
)

// MachineName is the throwaway machine's.
const MachineName = "compare"

// MachineMemoryBytes is what the virtual machine is given.
const MachineMemoryBytes = 256 << 20

const (
	// orphan is when the helper ends a machine that the app has left behind, and
	// lifetime when it does whatever happens: no boot takes longer.
	orphan   = 20 * time.Second
	lifetime = 6 * time.Minute
	bootWait = 5 * time.Minute

	answerWait = time.Minute // for a page, once the thing that serves it runs
	settleFor  = 3 * time.Second
	sampleWait = 20 * time.Second
)

// duel is one round. It belongs to one goroutine.
type duel struct {
	c     *Comparer
	eng   engine.Engine
	owner string

	round     Round
	accel     string
	container string // its ID, while there is one
	doubt     bool   // the engine did not say whether there is one
	machine   bool   // there may be one
}

// fight measures both, and removes both, whatever happens.
func (d *duel) fight(ctx context.Context) (Round, error) {
	err := d.measure(ctx)
	d.c.stage(StageClean)
	if left := d.clean(ctx); left != nil {
		d.c.o.Log.Warn("a comparison left something", "error", left)
		err = errors.Join(err, left)
	}
	d.c.edit(func(s *State) {
		s.Container.Phase, s.Machine.Phase = Removed, Removed
		s.Container.URL, s.Machine.URL = "", ""
	})
	return d.round, err
}

func (d *duel) measure(ctx context.Context) error {
	d.c.stage(StageContainer)
	port, err := d.startContainer(ctx)
	if err != nil {
		return err
	}
	m := &d.round.ContainerMoments
	m.Started = time.Now()
	visit, err := d.await(ctx, port)
	if err != nil {
		return fmt.Errorf("container: %w", err)
	}
	m.Answered = visit.At
	d.round.Container.FirstByte = m.Answered.Sub(m.Ordered)
	d.c.edit(func(s *State) {
		s.Container.Phase, s.Container.URL, s.Container.Figures.FirstByte = Serving, local(port), d.round.Container.FirstByte
	})

	d.c.stage(StageMachine)
	return d.c.o.Ask(ctx, func(ctx context.Context, m Machine) error {
		watched, cancel := context.WithCancel(ctx)
		var watcher sync.WaitGroup
		defer watcher.Wait()
		defer cancel()
		release, err := m.Hold(ctx, MachineName)
		if err != nil {
			return fmt.Errorf("hold machine: %w", err)
		}
		defer release()
		if err := d.startMachine(ctx, m, func() { d.watch(watched, &watcher, m) }); err != nil {
			return err
		}
		d.c.stage(StageMeasure)
		return d.sample(ctx, m)
	})
}

// startMachine makes and starts the machine, and waits for its page; made is called
// once it is there.
func (d *duel) startMachine(ctx context.Context, m Machine, made func()) error {
	port, err := d.c.o.Port()
	if err != nil {
		return err
	}
	moments := &d.round.MachineMoments
	moments.Ordered = time.Now()
	d.c.edit(func(s *State) { s.Machine = Side{Phase: Starting, Ordered: moments.Ordered} })
	d.machine = true
	ctx, cancel := context.WithTimeoutCause(ctx, bootWait, engine.ErrTimeout)
	defer cancel()
	if _, err := m.Put(ctx, MachineName, machine.Resources{
		Throwaway: true, LifetimeMillis: lifetime.Milliseconds(), OrphanMillis: orphan.Milliseconds(), PagePort: port, MemoryBytes: MachineMemoryBytes,
	}); err != nil {
		return fmt.Errorf("make machine: %w", err)
	}
	made()
	status, err := m.Start(ctx, MachineName)
	if err != nil {
		return fmt.Errorf("start machine: %w", err)
	}
	moments.Started, d.accel = time.Now(), status.Accel
	for _, p := range status.Ports {
		if p.Error != "" {
			return fmt.Errorf("start machine: %w: %s", engine.ErrPortTaken, p.Error)
		}
	}
	visit, err := d.await(ctx, port)
	if err != nil {
		return fmt.Errorf("machine: %w", err)
	}
	moments.Answered = visit.At
	f := &d.round.Machine
	f.FirstByte, f.Processes, f.KernelThreads = moments.Answered.Sub(moments.Ordered), visit.Processes, visit.KernelThreads
	d.c.edit(func(s *State) {
		s.Machine.Phase, s.Machine.URL = Serving, local(port)
		s.Machine.Figures.FirstByte, s.Machine.Figures.Processes, s.Machine.Figures.KernelThreads = f.FirstByte, f.Processes, f.KernelThreads
	})
	return nil
}

// await asks for the page at a port until it comes.
func (d *duel) await(ctx context.Context, port int) (Visit, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, answerWait, ErrNoAnswer)
	defer cancel()
	again := time.NewTicker(tryAgain)
	defer again.Stop()
	for {
		visit, err := d.c.o.Visit(ctx, local(port))
		if err == nil {
			return visit, nil
		}
		select {
		case <-ctx.Done():
			return Visit{}, errors.Join(context.Cause(ctx), err)
		case <-again.C:
		}
	}
}

// watch follows the machine until ctx ends, and shows where it is.
func (d *duel) watch(ctx context.Context, all *sync.WaitGroup, m Machine) {
	news, err := m.Watch(ctx, MachineName)
	if err != nil {
		d.c.o.Log.Warn("the machine of a comparison is not followed", "error", err)
		return
	}
	all.Go(func() {
		for status := range news.C {
			d.c.edit(func(s *State) {
				for _, step := range status.Steps {
					if step.State == machine.StepRunning {
						s.Machine.Step = step.Name
					}
				}
				take(&s.Machine.Figures, status.Use)
			})
		}
	})
}

func take(f *Figures, u machine.Use) {
	f.MemoryBytes, f.WrittenBytes, f.SystemBytes = u.MemoryBytes, u.DiskBytes, u.ImageBytes
}

// sample lets both run for a moment, side by side, and takes what they take then.
func (d *duel) sample(ctx context.Context, m Machine) error {
	ctx, cancel := context.WithTimeoutCause(ctx, sampleWait, engine.ErrTimeout)
	defer cancel()
	samples, err := d.eng.Stats(ctx, d.container)
	if err != nil {
		return fmt.Errorf("measure container: %w", err)
	}
	settled := time.NewTimer(settleFor)
	defer settled.Stop()
	over := false
	f := &d.round.Container
	for !over || f.Processes == 0 {
		select {
		case s, ok := <-samples.C:
			if !ok {
				return fmt.Errorf("measure container: %w", errors.Join(engine.ErrNotFound, samples.Err()))
			}
			f.MemoryBytes, f.Processes = s.MemoryBytes, s.PIDs
			d.c.edit(func(st *State) {
				st.Container.Figures.MemoryBytes, st.Container.Figures.Processes = s.MemoryBytes, s.PIDs
			})
		case <-settled.C:
			over = true
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if f.WrittenBytes, err = d.eng.ContainerSize(ctx, d.container); err != nil {
		return err
	}
	all, err := m.List(ctx)
	if err != nil {
		return fmt.Errorf("measure machine: %w", err)
	}
	for _, s := range all {
		if s.Name == MachineName {
			take(&d.round.Machine, s.Use)
		}
	}
	return nil
}

// clean removes both, though ctx may have ended.
func (d *duel) clean(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var both sync.WaitGroup
	var container, vm error
	both.Go(func() { container = d.removeContainer(ctx) })
	both.Go(func() { vm = d.removeMachine(ctx) })
	both.Wait()
	return errors.Join(container, vm)
}

// removeMachine ends the machine at once: nothing of it is kept.
func (d *duel) removeMachine(ctx context.Context) error {
	if !d.machine {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, removeWait, engine.ErrTimeout)
	defer cancel()
	err := d.c.o.Ask(ctx, func(ctx context.Context, m Machine) error {
		_, err := m.Kill(ctx, MachineName)
		return err
	})
	if err != nil {
		return fmt.Errorf("end machine of comparison: %w", err)
	}
	d.machine = false
	return nil
}
