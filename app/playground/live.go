package playground

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

// live is the goroutine of one instance, from its making until it is closed.
func (p *Playground) live(ctx context.Context, name string, again <-chan struct{}) {
	defer p.forget(name)
	for ctx.Err() == nil {
		err := errors.Join(p.once(ctx, name, again), p.kill(ctx, name))
		if err == nil {
			continue // it is started over, or was closed
		}
		p.edit(name, func(i *Instance) { i.Phase, i.Err = Failed, err })
		select { // it stays on the list, so that somebody may read why
		case <-again:
		case <-ctx.Done():
		}
	}
}

// once is an instance from a start to its end: nil when it is to be started over,
// or closed.
func (p *Playground) once(ctx context.Context, name string, again <-chan struct{}) error {
	return p.o.Ask(ctx, func(ctx context.Context, m Machine) error {
		release, err := m.Hold(ctx, name)
		if err != nil {
			return fmt.Errorf("hold %s: %w", name, err)
		}
		defer release()
		if _, err := m.Kill(ctx, name); err != nil { // what a crash has left
			return fmt.Errorf("clear %s: %w", name, err)
		}
		ends := time.Now().Add(Life)
		if _, err := m.Put(ctx, name, p.give(ctx, m, name)); err != nil {
			return fmt.Errorf("make %s: %w", name, err)
		}
		p.edit(name, func(i *Instance) { *i = Instance{Name: name, Ends: ends} })
		outer := ctx
		ctx, cancel := context.WithCancel(ctx)
		var watcher sync.WaitGroup
		defer watcher.Wait()
		defer cancel()
		news, err := m.Watch(ctx, name)
		if err != nil {
			return fmt.Errorf("follow %s: %w", name, err)
		}
		gone := make(chan struct{})
		watcher.Go(func() {
			defer close(gone)
			p.follow(ctx, name, news, &watcher)
		})
		started := make(chan error, 1)
		watcher.Go(func() {
			_, err := m.Start(ctx, name)
			started <- err
		})
		for {
			select {
			case err := <-started:
				if err != nil && ctx.Err() == nil {
					return fmt.Errorf("start %s: %w", name, err)
				}
			case <-gone:
				p.edit(name, func(i *Instance) { i.Phase, i.Containers = Over, store.Snapshot[engine.Container]{} })
				cancel() // nothing of it can be asked any more
				gone = nil
			case <-again:
				return nil
			case <-outer.Done():
				return nil
			}
		}
	})
}

// follow shows what the helper tells of an instance, until it has gone, and once it
// runs, on a goroutine of all, what its engine has.
func (p *Playground) follow(ctx context.Context, name string, news *engine.Stream[machine.Status], all *sync.WaitGroup) {
	ran := false
	for s := range news.C {
		if !ran && s.State == machine.StateRunning && s.Docker != "" {
			all.Go(func() { p.attend(ctx, name, s.Docker) })
		}
		over := ran && s.State == machine.StateAbsent
		ran = ran || s.State == machine.StateRunning
		p.edit(name, func(i *Instance) {
			i.Status = s
			switch {
			case i.Phase == Closing:
			case s.State == machine.StateRunning, s.State == machine.StatePaused:
				i.Phase = Running
			case s.State == machine.StateFailed:
				i.Phase, i.Err = Failed, &machine.Failure{Cause: s.Cause, Detail: s.Hint, Shortage: s.Shortage}
			}
		})
		if over {
			return
		}
	}
}

// kill ends an instance, though ctx may have ended.
func (p *Playground) kill(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), closeWait, engine.ErrTimeout)
	defer cancel()
	err := p.o.Ask(ctx, func(ctx context.Context, m Machine) error {
		_, err := m.Kill(ctx, name)
		return err
	})
	if err != nil { // it is an orphan now: the helper ends it
		p.o.Log.Warn("instance not ended", "name", name, "error", err)
	}
	return err
}

// give is what an instance may take and reach: the registries are those of the
// user's own machine, where there is one.
func (p *Playground) give(ctx context.Context, m Machine, name string) machine.Resources {
	r := machine.Resources{
		Throwaway: true, LifetimeMillis: Life.Milliseconds(), OrphanMillis: orphan.Milliseconds(), MemoryBytes: MemoryBytes, KeepAwake: true, Tools: true,
	}
	all, err := m.List(ctx)
	if err != nil {
		p.o.Log.Warn("an instance does without the user's registries", "error", err)
	}
	for _, s := range all {
		if s.Name == machine.DefaultName {
			r.RegistryMirrors, r.InsecureRegistries = s.Resources.RegistryMirrors, s.Resources.InsecureRegistries
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if i, ok := p.running[name]; ok {
		i.given = r
	}
	return r
}

// given is what an instance was given at its making.
func (p *Playground) given(name string) machine.Resources {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i, ok := p.running[name]; ok {
		return i.given
	}
	return machine.Resources{}
}

// Sweep ends the instances of a run of the app that was killed, where the helper,
// which runs, still has them.
func (p *Playground) Sweep(ctx context.Context, m Machine) error {
	all, err := m.List(ctx)
	if err != nil {
		return fmt.Errorf("look for instances: %w", err)
	}
	for _, s := range all {
		if !strings.HasPrefix(s.Name, prefix) || !s.Resources.Throwaway || p.has(s.Name) {
			continue
		}
		if _, err := m.Kill(ctx, s.Name); err != nil {
			return fmt.Errorf("end %s: %w", s.Name, err)
		}
	}
	return nil
}
