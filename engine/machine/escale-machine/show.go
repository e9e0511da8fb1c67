package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/moby/term"

	"escale/engine/machine"
)

func show(out io.Writer, s machine.Status) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) } // Flush tells of errors
	line("%s\t%s", s.Name, state(s))
	if s.Cause != "" {
		line("cause\t%s", s.Cause)
	}
	if s.Warning != "" {
		line("warning\t%s", s.Warning)
	}
	if s.Shortage != nil {
		line("needed\t%d MiB, there are %d MiB", s.Shortage.NeededBytes>>20, s.Shortage.AvailableBytes>>20)
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
	if s.Folder != "" {
		line("data in\t%s", s.Folder)
	}
	if s.ExpiresAt != nil {
		line("thrown away\t%s", s.ExpiresAt.Local().Format(time.DateTime))
	}
	for _, text := range images(s) {
		line("guest\t%s", text)
	}
	for _, f := range s.Shares {
		line("share\t%s", describe(f))
	}
	for _, p := range s.Ports {
		line("port\t%s:%d/%s\t%s\t%s", p.HostIP, p.HostPort, p.Proto, p.Container, p.Error)
	}
	return w.Flush()
}

// state is a machine's, or what is done to it.
func state(s machine.Status) string {
	if s.Busy == "" {
		return string(s.State)
	}
	return string(s.Busy) + " under way" + percent(s)
}

// percent is how far the running step is, where it tells.
func percent(s machine.Status) string {
	if n := len(s.Steps); n > 0 && s.Steps[n-1].TotalBytes > 0 {
		return fmt.Sprintf(" %d %%", 100*s.Steps[n-1].DoneBytes/s.Steps[n-1].TotalBytes)
	}
	return ""
}

// images says in words what there is to say of the guest's versions.
func images(s machine.Status) (lines []string) {
	switch r := s.RolledBack; {
	case r != nil && r.Cause == "":
		lines = append(lines, fmt.Sprintf("went back from %s to %s", named(r.From), named(r.To)))
	case r != nil:
		lines = append(lines, fmt.Sprintf("%s could not be used (%s), so it is %s; escale-machine update tries again", named(r.From), r.Cause, named(r.To)))
	case s.Update != nil:
		lines = append(lines, fmt.Sprintf("%s came with the app and is used at the next start", named(*s.Update)))
	}
	if s.Previous != nil {
		lines = append(lines, named(s.Previous.Image)+" is kept, escale-machine rollback goes back to it")
	}
	return lines
}

func named(i machine.Image) string {
	if i.Version == "" {
		return "a newer guest"
	}
	return fmt.Sprintf("guest %s with engine %s", i.Version, i.Engine)
}

// sayImages tells of what a user may not expect: the guest is not the app's.
func (c *client) sayImages(s machine.Status) {
	if s.RolledBack != nil {
		c.say("%s\n", images(s)[0])
	}
}

// tell shows on a terminal what something long is waiting for. told is closed
// when it has stopped to.
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
			if n := len(s.Steps); n > 0 && (s.Busy != "" || s.State == machine.StateStarting) {
				c.say("\r\x1b[K%s%s…", s.Steps[n-1].Name, percent(s))
			}
		}
		c.say("\r\x1b[K")
	}()
	return done, cancel
}
