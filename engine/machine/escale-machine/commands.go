package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/moby/term"

	"escale/engine/machine"
)

// start starts the machine and tells of each step.
func start(ctx context.Context, c *client, o options) error {
	if err := machine.Launch(ctx, c.home); err != nil {
		return err
	}
	if o.cpus != 0 || o.memory != 0 || o.diskGB != 0 || len(o.hostPorts)+len(o.mirrors)+len(o.insecure) > 0 {
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
	_, err = c.Put(ctx, o.name, r)
	return err
}

// tell shows on a terminal what a start is waiting for. told is closed when it
// has stopped to.
func (c *client) tell(ctx context.Context, name string) (told <-chan struct{}, end context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	out, isFile := c.out.(*os.File)
	if !isFile || !term.IsTerminal(out.Fd()) {
		close(done)
		return done, cancel
	}
	go func() {
		defer close(done)
		stream, err := c.Watch(ctx, name)
		if err != nil {
			return
		}
		for s := range stream.C {
			if n := len(s.Steps); n > 0 {
				c.say("\r\x1b[K%s…", s.Steps[n-1].Name)
			}
		}
		c.say("\r\x1b[K")
	}()
	return done, cancel
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

func show(out io.Writer, s machine.Status) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) } // Flush tells of errors
	line("%s\t%s", s.Name, s.State)
	if s.Cause != "" {
		line("cause\t%s", s.Cause)
	}
	if s.Hint != "" {
		line("hint\t%s", s.Hint)
	}
	if s.State == machine.StateRunning || s.State == machine.StatePaused {
		line("engine\t%s, %s, %s", s.Image, s.Accel, s.Docker)
		line("takes\t%d MiB of memory, %d MiB of disk", s.Use.MemoryBytes>>20, s.Use.DiskBytes>>20)
	}
	if s.Resources.CPUs > 0 {
		line("may take\t%d processors, %d MiB of memory, %d GiB of disk",
			s.Resources.CPUs, s.Resources.MemoryBytes>>20, s.Resources.DiskBytes>>30)
	}
	for _, f := range s.Shares {
		line("share\t%s", describe(f))
	}
	for _, p := range s.Ports {
		line("port\t%s:%d/%s\t%s\t%s", p.HostIP, p.HostPort, p.Proto, p.Container, p.Error)
	}
	return w.Flush()
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

// reset removes the machine's data, when the user has said that it may go.
func reset(ctx context.Context, c *client, o options) error {
	if !o.yes {
		return fmt.Errorf("this removes every image, container and volume of machine %q; say --yes", o.name)
	}
	if err := machine.Launch(ctx, c.home); err != nil {
		return err
	}
	if err := c.Reset(ctx, o.name); err != nil {
		return err
	}
	return forgetContext(c.home, o.name)
}

// endOfInput is what Ctrl-D sends.
const endOfInput = "\x04"

// shell joins this terminal with a shell in the guest.
func shell(ctx context.Context, c *client, o options) error {
	rows, cols := 24, 80
	fd := c.in.Fd()
	if term.IsTerminal(fd) {
		if size, err := term.GetWinsize(fd); err == nil {
			rows, cols = int(size.Height), int(size.Width)
		}
	}
	conn, err := c.Shell(ctx, c.home, o.name, rows, cols)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // it has ended
	if term.IsTerminal(fd) {
		saved, err := term.SetRawTerminal(fd)
		if err != nil {
			return fmt.Errorf("prepare terminal: %w", err)
		}
		defer term.RestoreTerminal(fd, saved) //nolint:errcheck // nothing else can be done
	}
	go func() { // ends with the program, as its reads do
		_, _ = io.Copy(conn, c.in)
		_, _ = io.WriteString(conn, endOfInput) // a shell that heard the connection end would not finish
	}()
	end := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer end()
	_, _ = io.Copy(c.out, conn)
	return nil
}
