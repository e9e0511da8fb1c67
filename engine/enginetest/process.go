package enginetest

import (
	"strconv"
	"strings"
	"time"

	"escale/engine"
)

// Process is what the process of a container does once it is started.
type Process struct {
	StartErr   error // StartContainer fails with it, and the container stays created
	Output     []Output
	Ends       bool // by itself, After the start; else it runs until stopped
	After      time.Duration
	ExitCode   int
	OOM        bool // the kernel ends it (exit code 137) rather than itself
	IgnoreTerm bool // stopping takes the whole grace, and ends with 137
	TermCode   int  // exit code when asked to stop

	Files map[string]int64 // what it writes when it starts: absolute path and bytes
	Reads []string         // absolute paths that it prints when it starts
	Busy  bool             // it keeps one core busy
	Talks bool             // it sends and receives a kilobyte each second

	texts map[string]string // what Files of a script hold
}

// Output is one line that a process prints.
type Output struct {
	After  time.Duration // since the start
	Stderr bool
	Text   string
}

// Shell is the default process. It understands `sh -c` scripts of commands
// separated by ";" among: echo WORDS (with >&2, or >/FILE), cat /FILE (one that
// CopyInto put into a volume), sleep SECONDS, exit
// CODE, trap 'exit CODE' TERM, trap ” TERM, true, and a final "while …" that runs
// for ever: busy when it does "true", talking when it does "nc". `sleep SECONDS`
// and `true` alone also end by themselves, `tail /dev/zero` is killed for want of
// memory, a program called "missing" cannot be started, and every other command
// runs until it is stopped.
func Shell(d engine.ContainerDetail) Process {
	args := append(append([]string{}, d.Entrypoint...), d.Args...)
	switch {
	case len(args) > 0 && strings.Contains(args[0], "missing"):
		return Process{StartErr: engine.ErrCommand}
	case len(args) == 3 && args[0] == "sh" && args[1] == "-c":
		return script(args[2])
	case len(args) == 1 && args[0] == "true":
		return Process{Ends: true}
	case len(args) == 2 && args[0] == "sleep":
		return script("sleep " + args[1])
	case len(args) == 2 && args[0] == "tail" && args[1] == "/dev/zero":
		return Process{Ends: true, After: 100 * time.Millisecond, OOM: true, ExitCode: 137}
	}
	return Process{}
}

func script(text string) Process {
	p := Process{Ends: true, TermCode: 143}
	for command := range strings.SplitSeq(text, ";") {
		word, rest, _ := strings.Cut(strings.TrimSpace(command), " ")
		switch word {
		case "echo":
			if line, path, written := strings.Cut(rest, " >/"); written {
				p.Files, p.texts = map[string]int64{"/" + path: int64(len(line) + 1)}, map[string]string{"/" + path: line + "\n"}
				continue
			}
			line, stderr := strings.CutSuffix(rest, " >&2")
			p.Output = append(p.Output, Output{After: p.After, Stderr: stderr, Text: line})
		case "cat":
			p.Reads = append(p.Reads, rest)
		case "sleep":
			seconds, _ := strconv.ParseFloat(rest, 64)
			p.After += time.Duration(seconds * float64(time.Second))
		case "exit":
			p.ExitCode, _ = strconv.Atoi(rest)
			return p
		case "trap":
			p.trap(rest)
		case "while":
			p.Ends = false
			p.Busy, p.Talks = strings.Contains(text, "do true;"), strings.Contains(text, "do nc ")
			return p
		}
	}
	return p
}

// trap reads the words after a "trap" that is about SIGTERM.
func (p *Process) trap(words string) {
	action := strings.Trim(strings.TrimSpace(strings.TrimSuffix(words, "TERM")), "'")
	if action == "" {
		p.IgnoreTerm = true
		return
	}
	p.TermCode, _ = strconv.Atoi(strings.TrimPrefix(action, "exit "))
}

// launch starts c's process. The caller holds f.mu and has checked everything.
func (f *Fake) launch(c *container) {
	c.run++
	c.d.State, c.d.Started, c.d.Ended, c.d.ExitCode = engine.StateRunning, now(), time.Time{}, -1
	c.d.OOMKilled, c.d.Error, c.d.PID = false, "", 1000+c.run
	f.assignPorts(c)
	f.emitContainer(c, "start")
	f.write(c)
	f.read(c)
	run := c.run
	var last []Output // what is printed at the very end
	for _, out := range c.process.Output {
		switch {
		case out.After == 0:
			f.print(c, out)
		case c.process.Ends && out.After >= c.process.After:
			last = append(last, out)
		default:
			f.after(c, run, out.After, func() { f.print(c, out) })
		}
	}
	if !c.process.Ends {
		return
	}
	finish := func() {
		for _, out := range last {
			f.print(c, out)
		}
		if c.process.OOM {
			f.emitContainer(c, "oom")
		}
		f.end(c, c.process.ExitCode, c.process.OOM)
		f.revive(c)
	}
	f.after(c, run, c.process.After, finish)
}

// write makes the volumes hold what c's process writes.
func (f *Fake) write(c *container) {
	for path, size := range c.process.Files {
		for _, m := range c.d.Mounts {
			if v, err := f.volume(m.Source); err == nil && strings.HasPrefix(path, m.Target+"/") {
				v.SizeBytes = max(v.SizeBytes, 0) + size
			}
		}
	}
}

// after runs do under f.mu once d has passed, unless c's run is over by then.
func (f *Fake) after(c *container, run int, d time.Duration, do func()) {
	c.timers = append(c.timers, time.AfterFunc(d, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if c.run == run && c.d.Active() {
			do()
		}
	}))
}

// revive applies c's restart policy after its process ended by itself.
func (f *Fake) revive(c *container) {
	switch c.d.Restart {
	case engine.RestartAlways, engine.RestartUnlessStopped:
	case engine.RestartOnFailure:
		if c.d.ExitCode == 0 {
			return
		}
	case engine.RestartNo:
		return
	default:
		return
	}
	c.d.RestartCount++
	c.d.State = engine.StateRestarting
	run := c.run
	f.after(c, run, 100*time.Millisecond<<min(c.d.RestartCount, 8), func() { f.launch(c) })
}

// end makes c's run be over. The caller holds f.mu.
func (f *Fake) end(c *container, code int, oom bool) {
	c.stopTimers()
	c.d.State, c.d.Ended, c.d.ExitCode, c.d.OOMKilled, c.d.PID = engine.StateExited, now(), code, oom, 0
	for i := range c.d.Attachments {
		c.d.Attachments[i].IP, c.d.Attachments[i].Gateway = noAddr, noAddr
	}
	f.emitContainer(c, "die")
	if c.d.AutoRemove {
		f.destroy(c, true)
	}
}

func (f *Fake) print(c *container, out Output) {
	c.logs = append(c.logs, engine.LogLine{At: now(), Stderr: out.Stderr && !c.d.TTY, Text: out.Text})
	f.notify()
}

func (c *container) stopTimers() {
	for _, t := range c.timers {
		t.Stop()
	}
	c.timers = nil
}
