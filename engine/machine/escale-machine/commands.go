package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"escale/engine/machine"
)

// start starts the machine and tells of each step.
func start(ctx context.Context, c *client, o options) error {
	if err := machine.Launch(ctx, c.home); err != nil {
		return err
	}
	if o.cpus != 0 || o.memory != 0 || o.diskGB != 0 || o.throwaway || len(o.hostPorts)+len(o.mirrors)+len(o.insecure) > 0 {
		if err := c.change(ctx, o); err != nil {
			return err
		}
	}
	began := time.Now()
	told, end := c.tell(ctx, o.name)
	s, err := c.Start(ctx, o.name)
	end()
	<-told
	if err != nil {
		return err
	}
	for _, step := range s.Steps {
		c.say("  %-8s %6.2f s\n", step.Name, float64(step.Millis)/1000)
	}
	c.say("%s runs (%s) after %.2f s\nexport DOCKER_HOST=%s\n", o.name, s.Accel, time.Since(began).Seconds(), s.Docker)
	if s.Hint != "" {
		c.say("%s\n", s.Hint)
	}
	c.sayImages(s)
	return nil
}

// change applies what was asked for, and keeps the rest.
func (c *client) change(ctx context.Context, o options) error {
	s, err := c.Status(ctx, o.name)
	if err != nil {
		return err
	}
	r := s.Resources
	if o.cpus != 0 {
		r.CPUs = o.cpus
	}
	if o.memory != 0 {
		r.MemoryBytes = int64(o.memory) << 20
	}
	if o.diskGB != 0 {
		r.DiskBytes = int64(o.diskGB) << 30
	}
	if o.hostPorts != nil {
		r.HostPorts = o.hostPorts
	}
	if o.mirrors != nil {
		r.RegistryMirrors = o.mirrors
	}
	if o.insecure != nil {
		r.InsecureRegistries = o.insecure
	}
	if o.throwaway {
		r.Throwaway, r.LifetimeMillis = true, o.lifetime.Milliseconds()
	}
	_, err = c.Put(ctx, o.name, r)
	return err
}

func stop(ctx context.Context, c *client, o options) error {
	ask := c.Stop
	if o.kill {
		ask = c.Kill
	}
	_, err := ask(ctx, o.name)
	if errors.Is(err, machine.ErrNoHelper) {
		return nil // nothing runs
	}
	return err
}

// status says what the helper knows; without one, that there is none.
func status(ctx context.Context, c *client, o options) error {
	s, err := c.Status(ctx, o.name)
	if errors.Is(err, machine.ErrNoHelper) {
		s = machine.Status{Name: o.name, State: machine.StateAbsent}
		if _, err := os.Stat(c.home.Machine(o.name)); err == nil {
			s.State = machine.StateStopped
		}
	} else if err != nil {
		return err
	}
	if o.json {
		encoder := json.NewEncoder(c.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(s)
	}
	return show(c.out, s)
}

func logs(ctx context.Context, c *client, o options) error {
	name := machine.LogConsole
	if len(o.rest) == 1 {
		name = machine.LogName(o.rest[0])
	}
	reader, err := c.Log(ctx, o.name, name, 0, o.follow)
	if err != nil {
		return err
	}
	defer reader.Close() //nolint:errcheck // only read
	if _, err := io.Copy(c.out, reader); err != nil && ctx.Err() == nil {
		return fmt.Errorf("read log: %w", err)
	}
	return nil
}
