package qemu

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"escale/engine/machine/driver"
)

const (
	helloTimeout   = 30 * time.Second // QEMU answers once it has loaded its libraries, late on a busy computer
	commandTimeout = 5 * time.Second
)

var errNoSandbox = errors.New("this QEMU has no sandbox")

// instance is a running QEMU.
type instance struct {
	*driver.Process

	accel   string
	ends    ends
	monitor *monitor
	said    *driver.Complaint
	shares  shares
	broken  atomic.Bool // its processor failed
}

// start runs QEMU and waits until its monitor answers: a command line that it
// refuses, or an accelerator that does not work, is known then.
func (d *Driver) start(ctx context.Context, path string, spec driver.Spec, with setting) (*instance, error) {
	said := &driver.Complaint{To: spec.Log}
	command := exec.Command(path) //nolint:noctx // found by us; it outlives ctx
	w, accept, release, err := connect(command, spec)
	if err != nil {
		return nil, err
	}
	with.wires = w
	shares := d.share(spec, len(command.ExtraFiles)+firstFile)
	with.shares = shares.served
	command.ExtraFiles = append(command.ExtraFiles, shares.files...)
	command.Args = append(command.Args, arguments(spec, with)...)
	command.Stdout, command.Stderr = said, said
	_, _ = io.WriteString(spec.Log, listing(path, command.Args[1:]))
	err = command.Start()
	release()
	shares.release()
	if err != nil {
		shares.end()
		mine, _ := accept(canceled(ctx))
		mine.close()
		return nil, fmt.Errorf("%w: %w", driver.ErrMissing, err)
	}
	i := &instance{Process: driver.NewProcess(command), accel: with.accel, said: said, shares: shares}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	if err := i.greet(ctx, accept, ended); err != nil {
		_ = command.Process.Kill()
		<-ended //nolint:errcheck // what it said tells more
		i.shares.end()
		i.ends.close()
		return nil, i.why(err)
	}
	go i.watch(ended, spec.Console)
	go i.watchProcessor(context.WithoutCancel(ctx))
	return i, nil
}

// greet takes QEMU's connections and waits for its monitor. When QEMU ends
// instead, ended keeps its value.
func (i *instance) greet(ctx context.Context, accept func(context.Context) (ends, error), ended chan error) error {
	ctx, cancel := context.WithTimeout(ctx, helloTimeout)
	defer cancel()
	go func() { // an end of QEMU is an end of the wait
		select {
		case err := <-ended:
			ended <- err
			cancel()
		case <-ctx.Done():
		}
	}()
	var err error
	if i.ends, err = accept(ctx); err != nil {
		return err
	}
	i.monitor = newMonitor(i.ends.qmp)
	if err := i.monitor.hello(ctx); err != nil {
		i.monitor.Close()
		return err
	}
	return nil
}

// watch copies the console and waits for QEMU's end.
func (i *instance) watch(ended <-chan error, console io.Writer) {
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		_, _ = io.Copy(console, i.ends.console)
	}()
	err := <-ended
	i.shares.end()
	// What the streams still hold is read up to their end, which QEMU's end is.
	soon := time.Now().Add(time.Second)
	_ = i.ends.console.SetReadDeadline(soon)
	_ = i.ends.qmp.SetReadDeadline(soon)
	<-copied
	<-i.monitor.done
	i.ends.close()
	i.monitor.Close()
	why := i.why(err)
	if err == nil && i.monitor.reason == "guest-shutdown" {
		why = driver.ErrPoweredOff
	}
	i.Over(why)
}

// watchProcessor ends QEMU when its hypervisor could not go on with the guest's
// processor: it would only stand still from then on.
func (i *instance) watchProcessor(ctx context.Context) {
	for stopped := true; stopped; _, stopped = <-i.monitor.stops { // nobody was told before the greeting
		brief, cancel := context.WithTimeout(ctx, commandTimeout)
		status, err := i.monitor.status(brief)
		cancel()
		if err == nil && status == "internal-error" {
			i.broken.Store(true)
			_ = i.Kill()
		}
	}
}

// why words the end of QEMU, by what it said last.
func (i *instance) why(err error) error {
	text := i.said.String()
	cause := driver.ErrEnded
	switch {
	case i.broken.Load(): // what it said are its registers
		return fmt.Errorf("%w: %w", driver.ErrEnded, driver.ErrProcessor)
	case strings.Contains(text, "-sandbox"):
		return fmt.Errorf("%w: %s", errNoSandbox, text)
	case strings.Contains(text, "annot allocate memory") || strings.Contains(text, "annot set up guest memory"):
		cause = driver.ErrNoMemory
	case i.accel != tcg && driver.Mentions(text, i.accel, "accel", "hv_vm_create", "WHvSetupPartition"):
		cause = driver.ErrNoVirtualization
	}
	if err == nil {
		return fmt.Errorf("%w: %s", cause, text)
	}
	return fmt.Errorf("%w: %w: %s", cause, err, text)
}

func (i *instance) Accel() string               { return i.accel }
func (i *instance) Channel() io.ReadWriteCloser { return i.ends.channel }
func (i *instance) Network() net.Conn           { return i.ends.network }

// PowerDown implements driver.Instance.
func (i *instance) PowerDown(ctx context.Context) error { return i.do(ctx, "system_powerdown", nil) }

// Pause implements driver.Pauser.
func (i *instance) Pause(ctx context.Context) error { return i.do(ctx, "stop", nil) }

// Resume implements driver.Pauser.
func (i *instance) Resume(ctx context.Context) error { return i.do(ctx, "cont", nil) }

// SetMemory implements driver.Balloon.
func (i *instance) SetMemory(ctx context.Context, bytes int64) error {
	return i.do(ctx, "balloon", map[string]int64{"value": bytes})
}

// ResizeData implements driver.Resizer.
func (i *instance) ResizeData(ctx context.Context, bytes int64) error {
	return i.do(ctx, "block_resize", map[string]any{"node-name": "data", "size": bytes})
}

// Refused implements driver.Shared.
func (i *instance) Refused() map[string]error { return i.shares.refused }

// HoldsData implements driver.Holder: disks are open before the monitor answers.
// Windows removes no file that is open.
func (*instance) HoldsData() bool { return runtime.GOOS != "windows" }

// DiskErrors implements driver.DiskWatcher.
func (i *instance) DiskErrors() <-chan driver.DiskError { return i.monitor.diskErrors }

func (i *instance) do(ctx context.Context, command string, arguments any) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	return i.monitor.do(ctx, command, arguments)
}

func canceled(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}
