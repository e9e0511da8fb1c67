package driver

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// Process is what every Instance is: a program of this computer. Instances embed
// one and have their PID, Done, Err and Kill from it. It is made by NewProcess.
type Process struct {
	// Command is the program. Who has the Process starts it, waits for its end, and
	// says so by Over.
	Command *exec.Cmd

	done chan struct{}
	err  error // set before done is closed
}

// NewProcess is a program that has not been started.
func NewProcess(command *exec.Cmd) *Process {
	return &Process{Command: command, done: make(chan struct{})}
}

// Over says that the program has ended, and everything is released, and why. It
// is called once.
func (p *Process) Over(why error) {
	p.err = why
	close(p.done)
}

// PID implements Instance.
func (p *Process) PID() int { return p.Command.Process.Pid }

// Done implements Instance.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err implements Instance; nil while it runs.
func (p *Process) Err() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}

// Kill implements Instance. A program that has ended by itself is no error,
// whether that is known yet or not.
func (p *Process) Kill() error {
	select {
	case <-p.done:
		return nil
	default:
	}
	err := p.Command.Process.Kill()
	if errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.EINVAL) { // the second is Windows's word once it was waited for
		return nil
	}
	return err
}
