//go:build !windows

package vfkit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"

	"escale/engine/machine/driver"
)

const (
	helloTimeout = 30 * time.Second // to run the virtual machine, late on a busy computer
	askAgain     = 20 * time.Millisecond
	// longestDir is the longest folder in which vfkit's sockets have room for
	// their names: macOS allows 104 bytes.
	longestDir = 90
)

// instance is a running vfkit. The framework ends a virtual machine with the
// program that made it, so its Kill is the process's.
type instance struct {
	*driver.Process

	dir     string // with its sockets and console, removed at the end
	rest    *rest
	channel *line
	frames  *frames
	said    *driver.Complaint
	refused map[string]error
}

// start runs vfkit and waits until the virtual machine runs: a command line that
// vfkit refuses, or a framework that does not work, is known then.
func start(ctx context.Context, path string, spec driver.Spec) (i *instance, err error) {
	i = &instance{said: &driver.Complaint{To: spec.Log}, refused: refused(spec.Shares)}
	if i.dir, err = makeDir(os.TempDir()); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			i.release()
		}
	}()
	at := in(i.dir)
	args, err := arguments(spec, at)
	if err != nil {
		return nil, err
	}
	console, err := os.OpenFile(at.console, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make console: %w", err)
	}
	conn, theirs, err := datagramPair()
	if err != nil {
		return nil, errors.Join(err, console.Close())
	}
	i.rest, i.channel, i.frames = newREST(at.rest), newLine(at.channel), newFrames(conn)
	_, _ = io.WriteString(spec.Log, listing(path, args))
	command := exec.Command(path, args...) //nolint:noctx,gosec // found by us; it outlives ctx
	i.Process = driver.NewProcess(command)
	err = driver.Child(command, spec.Lock)
	command.ExtraFiles = append(command.ExtraFiles, theirs)
	command.Stdout, command.Stderr = i.said, i.said
	if err == nil {
		err = command.Start()
	}
	_ = theirs.Close()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", driver.ErrMissing, err), console.Close())
	}
	return i, i.run(ctx, console, spec.Console)
}

// run waits for the virtual machine to run, and follows it from then on.
func (i *instance) run(ctx context.Context, console *os.File, to io.Writer) error {
	ended := make(chan error, 1)
	go func() { ended <- i.Command.Wait() }()
	ctx, cancel := context.WithTimeout(ctx, helloTimeout)
	defer cancel()
	again := time.NewTicker(askAgain)
	defer again.Stop()
	for {
		state, err := i.rest.state(ctx)
		if err == nil && state == stateRunning {
			break
		}
		select {
		case err := <-ended:
			return errors.Join(i.why(err), console.Close())
		case <-ctx.Done():
			_ = i.Kill()
			<-ended //nolint:errcheck // what it said tells more
			return errors.Join(i.why(context.Cause(ctx)), console.Close())
		case <-again.C:
		}
	}
	go i.watch(ended, console, to)
	return nil
}

// watch copies the console and waits for vfkit's end.
func (i *instance) watch(ended <-chan error, console *os.File, to io.Writer) {
	over := make(chan struct{})
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		follow(over, console, to)
	}()
	err := <-ended
	close(over)
	<-copied
	_ = console.Close()
	why := i.why(err)
	if err == nil {
		why = driver.ErrPoweredOff
	}
	i.release()
	i.Over(why)
}

// release closes our ends and removes the folder.
func (i *instance) release() {
	if i.channel != nil {
		_ = i.channel.Close()
		_ = i.frames.Close()
	}
	_ = os.RemoveAll(i.dir)
}

// why words the end of vfkit, by what it said last.
func (i *instance) why(err error) error {
	text := i.said.String()
	cause := driver.ErrEnded
	switch {
	case driver.Mentions(text, "not enough memory", "insufficient memory", "cannot allocate memory"):
		cause = driver.ErrNoMemory
	case driver.Mentions(text, "virtualization is not available", "virtualization is not supported", "hv_unsupported",
		"com.apple.security.virtualization"):
		cause = driver.ErrNoVirtualization
	}
	if err == nil {
		return fmt.Errorf("%w: %s", cause, text)
	}
	return fmt.Errorf("%w: %w: %s", cause, err, text)
}

// makeDir makes a folder for one boot, which only its owner enters. It is in the
// system's folder for such things if its path is short, and plain: vfkit reads
// sockets' paths as addresses, and "Application Support" has a space.
func makeDir(temporary string) (string, error) {
	const pattern = "escale-"
	if len(temporary)+len(pattern)+10 > longestDir || strings.ContainsAny(temporary, " %?#\",") {
		temporary = "/tmp"
	}
	dir, err := os.MkdirTemp(temporary, pattern)
	if err != nil {
		return "", fmt.Errorf("make folder for sockets: %w", err)
	}
	return dir, nil
}

func (i *instance) Accel() string               { return accel }
func (i *instance) Channel() io.ReadWriteCloser { return i.channel }
func (i *instance) Network() net.Conn           { return i.frames }

// Refused implements driver.Shared.
func (i *instance) Refused() map[string]error { return i.refused }

// PowerDown implements driver.Instance.
func (i *instance) PowerDown(ctx context.Context) error { return i.rest.change(ctx, "Stop") }

// Pause implements driver.Pauser.
func (i *instance) Pause(ctx context.Context) error { return i.rest.change(ctx, "Pause") }

// Resume implements driver.Pauser.
func (i *instance) Resume(ctx context.Context) error { return i.rest.change(ctx, "Resume") }
