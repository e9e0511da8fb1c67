package enginetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"escale/engine"
)

// StartContainer implements engine.Containers.
func (f *Fake) StartContainer(ctx context.Context, id string) error {
	return f.with(ctx, "StartContainer", id, func(c *container) error {
		switch c.d.State {
		case engine.StateRunning:
			return nil
		case engine.StatePaused:
			return engine.ErrConflict
		case engine.StateCreated, engine.StateExited, engine.StateRestarting, engine.StateRemoving, engine.StateDead:
		}
		return f.start(c)
	})
}

// start checks ports and command, then launches. The caller holds f.mu.
func (f *Fake) start(c *container) error {
	for _, p := range c.d.Ports {
		if p.Host != 0 && f.portTaken(c, p) {
			c.d.Error = fmt.Sprintf("port %d is already allocated", p.Host)
			return engine.ErrPortTaken
		}
	}
	c.process = f.process(cloneDetail(c.d))
	if c.process.StartErr != nil {
		c.d.Error = c.process.StartErr.Error()
		c.d.ExitCode = 127
		return c.process.StartErr
	}
	f.launch(c)
	return nil
}

func (f *Fake) portTaken(self *container, p engine.Port) bool {
	if f.busyPorts[p.Host] {
		return true
	}
	return slices.ContainsFunc(f.containers, func(c *container) bool {
		return c != self && c.d.Active() && slices.ContainsFunc(c.d.Ports, func(q engine.Port) bool {
			return q.Host == p.Host && q.Protocol == p.Protocol
		})
	})
}

// assignPorts gives a free host port to every published one that has none.
func (f *Fake) assignPorts(c *container) {
	next := uint16(49152)
	for i, p := range c.d.Ports {
		for p.Host == 0 && p.HostIP.IsValid() {
			candidate := engine.Port{Container: p.Container, Protocol: p.Protocol, Host: next, HostIP: p.HostIP}
			if !f.portTaken(c, candidate) {
				c.d.Ports[i], p = candidate, candidate
			}
			next++
		}
	}
}

// StopContainer implements engine.Containers.
func (f *Fake) StopContainer(ctx context.Context, id string, grace time.Duration) error {
	return f.stop(ctx, "StopContainer", id, grace, func(*container) error { return nil })
}

// RestartContainer implements engine.Containers.
func (f *Fake) RestartContainer(ctx context.Context, id string, grace time.Duration) error {
	return f.stop(ctx, "RestartContainer", id, grace, func(c *container) error {
		if err := f.start(c); err != nil {
			return err
		}
		f.emitContainer(c, "restart")
		return nil
	})
}

func (f *Fake) stop(ctx context.Context, call, id string, grace time.Duration, then func(*container) error) error {
	ctx, done, err := f.enter(ctx, call, grace)
	if err != nil {
		return err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.container(id)
	if err != nil {
		return fmt.Errorf("%s %.12s: %w", call, id, err)
	}
	if c.d.Active() {
		code := c.process.TermCode
		f.emitContainer(c, "kill")
		if c.process.IgnoreTerm {
			code = 137
			run := c.run
			f.mu.Unlock()
			err = pause(ctx, grace)
			f.mu.Lock()
			if err != nil {
				return fmt.Errorf("%s %.12s: %w", call, id, err)
			}
			if c.run != run || !c.d.Active() {
				return then(c)
			}
		}
		f.end(c, code, false)
		f.emitContainer(c, "stop")
	}
	return then(c)
}

// PauseContainer implements engine.Containers.
func (f *Fake) PauseContainer(ctx context.Context, id string) error {
	return f.flip(ctx, "PauseContainer", id, engine.StateRunning, engine.StatePaused, "pause")
}

// ResumeContainer implements engine.Containers.
func (f *Fake) ResumeContainer(ctx context.Context, id string) error {
	return f.flip(ctx, "ResumeContainer", id, engine.StatePaused, engine.StateRunning, "unpause")
}

func (f *Fake) flip(ctx context.Context, call, id string, from, to engine.State, action string) error {
	return f.with(ctx, call, id, func(c *container) error {
		if c.d.State != from {
			return engine.ErrConflict
		}
		c.d.State = to
		f.emitContainer(c, action)
		return nil
	})
}

// KillContainer implements engine.Containers. SIGKILL, SIGTERM, SIGINT and
// SIGQUIT end the process, unless it ignores SIGTERM; other signals do nothing.
func (f *Fake) KillContainer(ctx context.Context, id, signal string) error {
	return f.with(ctx, "KillContainer", id, func(c *container) error {
		if !c.d.Active() {
			return engine.ErrConflict
		}
		f.emitContainer(c, "kill")
		switch signal {
		case "", "SIGKILL", "KILL", "9":
			f.end(c, 137, false)
		case "SIGTERM", "SIGINT", "SIGQUIT":
			if !c.process.IgnoreTerm {
				f.end(c, c.process.TermCode, false)
			}
		}
		return nil
	})
}

// RenameContainer implements engine.Containers.
func (f *Fake) RenameContainer(ctx context.Context, id, name string) error {
	return f.with(ctx, "RenameContainer", id, func(c *container) error {
		if err := f.nameFree(name); err != nil {
			return err
		}
		c.d.Name = name
		f.emitContainer(c, "rename")
		return nil
	})
}

// RemoveContainer implements engine.Containers.
func (f *Fake) RemoveContainer(ctx context.Context, id string, options engine.RemoveContainer) error {
	return f.with(ctx, "RemoveContainer", id, func(c *container) error {
		if c.d.Active() {
			if !options.Force {
				return engine.ErrConflict
			}
			f.emitContainer(c, "kill")
			c.d.AutoRemove = false
			f.end(c, 137, false)
		}
		f.destroy(c, options.Volumes)
		return nil
	})
}

// destroy takes c away. The caller holds f.mu.
func (f *Fake) destroy(c *container, volumes bool) {
	c.stopTimers()
	c.d.State = engine.StateRemoving
	f.containers = slices.DeleteFunc(f.containers, func(o *container) bool { return o == c })
	f.emitContainer(c, "destroy")
	if !volumes {
		return
	}
	for _, m := range c.d.Mounts {
		if v, err := f.volume(m.Source); err == nil && v.Anonymous && len(f.users(v.Name)) == 0 {
			f.dropVolume(v)
		}
	}
}

// UpdateContainer implements engine.Containers.
func (f *Fake) UpdateContainer(ctx context.Context, id string, change engine.ContainerUpdate) error {
	return f.with(ctx, "UpdateContainer", id, func(c *container) error {
		if change.MemoryBytes != nil && *change.MemoryBytes < 0 {
			return engine.ErrInvalid
		}
		if change.MemoryBytes != nil {
			c.d.MemoryBytes = *change.MemoryBytes
		}
		if change.NanoCPUs != nil {
			c.d.NanoCPUs = *change.NanoCPUs
		}
		if change.Restart != nil {
			c.d.Restart = *change.Restart
		}
		f.emitContainer(c, "update")
		return nil
	})
}
