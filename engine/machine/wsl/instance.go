package wsl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"escale/engine/machine/driver"
	"escale/engine/machine/wire"
)

// terminateTimeout is what WSL gets to end what is left of a distribution.
const terminateTimeout = 30 * time.Second

const pumpsTimeout = 2 * time.Second

// instance is a running wsl.exe with the guest's init at its other end. When it is
// killed, its distribution ends a moment later: see watch.
type instance struct {
	*driver.Process

	program program
	name    string // the distribution's
	channel *channel
	said    *driver.Complaint
}

// start runs the guest's init in the distribution.
func start(p program, spec driver.Spec) (*instance, error) {
	i := &instance{program: p, name: distribution(spec.Name, spec.Dir), said: &driver.Complaint{To: spec.Console}}
	args := initArgs(i.name, muxWords(spec.KernelArgs)...)
	p.note(args)
	i.Process = driver.NewProcess(exec.Command(p.path, args...)) //nolint:gosec,noctx // found by us; it outlives ctx
	i.Command.Env = environment()
	if err := driver.Child(i.Command, spec.Lock); err != nil {
		return nil, err
	}
	text := &decoder{to: i.said}
	i.Command.Stderr = text
	i.Command.WaitDelay = time.Second // a child of it may hold its output open
	in, out, err := i.pipes()
	if err != nil {
		return nil, err
	}
	if err := i.Command.Start(); err != nil {
		closeAll(i.Command.Stdin, i.Command.Stdout, in, out)
		return nil, fmt.Errorf("%w: %w", driver.ErrFeatureMissing, err)
	}
	closeAll(i.Command.Stdin, i.Command.Stdout)
	i.channel = newChannel(in, out)
	go i.watch(text)
	return i, nil
}

// pipes gives the program its input and output, and returns our ends. They are
// files, so that the program has the pipes themselves.
func (i *instance) pipes() (in, out *os.File, err error) {
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("make channel: %w", err)
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		closeAll(theirIn, in)
		return nil, nil, fmt.Errorf("make channel: %w", err)
	}
	i.Command.Stdin, i.Command.Stdout = theirIn, theirOut
	return in, out, nil
}

func closeAll(files ...any) {
	for _, f := range files {
		if c, can := f.(io.Closer); can {
			_ = c.Close()
		}
	}
}

// watch waits for the program's end. What it left in the distribution ends then:
// processes of its containers, and WSL's own that waits for the next caller.
func (i *instance) watch(text *decoder) {
	err := ended(i.Command.Wait())
	text.flush()
	i.channel.drained()
	ctx, cancel := context.WithTimeout(context.Background(), terminateTimeout)
	defer cancel()
	_, late := i.program.ask(ctx, terminateTimeout, nil, terminateArgs(i.name))
	why := i.why(err)
	if err == nil {
		why = driver.ErrPoweredOff
	}
	if late != nil {
		why = errors.Join(why, late)
	}
	i.Over(why) // before the channel ends: what wsl.exe said tells more than that
	i.channel.over()
}

// why words the end of wsl.exe, by what it said last. Its complaints come out
// where the guest would answer, as long as there is none.
func (i *instance) why(err error) error {
	text := i.said.String()
	if before := i.channel.head.String(); !strings.Contains(before, wire.Greeting) {
		text = strings.TrimSpace(decode([]byte(before)) + "\n" + text)
	}
	cause := causeOf(text)
	if cause == nil {
		cause = driver.ErrEnded
	}
	return fmt.Errorf("%w: %w: %s", cause, err, text)
}

func (i *instance) Accel() string               { return accel }
func (i *instance) Channel() io.ReadWriteCloser { return i.channel }
func (i *instance) Network() net.Conn           { return nil }

// PowerDown implements driver.Instance: a distribution has no power button, but
// an init that can be asked beside the channel.
func (i *instance) PowerDown(ctx context.Context) error {
	_, err := i.program.ask(ctx, askTimeout, nil, initArgs(i.name, "end"))
	return err
}

// channel is the program's input and output. Pipes of Windows cannot be closed
// under somebody who reads them: they are read and written by goroutines of
// their own, which end with the program.
type channel struct {
	*io.PipeReader
	*io.PipeWriter
	head  *head
	pumps sync.WaitGroup
	ended chan struct{} // closed when the program's output has
}

// head keeps the first that is written to it.
type head struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (h *head) Write(p []byte) (int, error) {
	const most = 4 << 10
	h.mu.Lock()
	defer h.mu.Unlock()
	h.b.Write(p[:min(len(p), most-h.b.Len())])
	return len(p), nil
}

func (h *head) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.String()
}

func newChannel(in, out *os.File) *channel {
	fromGuest, toUs := io.Pipe()
	fromUs, toGuest := io.Pipe()
	c := &channel{PipeReader: fromGuest, PipeWriter: toGuest, head: new(head), ended: make(chan struct{})}
	c.pumps.Go(func() {
		defer close(c.ended)
		_, _ = io.Copy(toUs, io.TeeReader(out, c.head))
		_, _ = io.Copy(c.head, out) // nobody listens, but it may have to say more before it can end
		_ = out.Close()
	})
	c.pumps.Go(func() {
		_, err := io.Copy(in, fromUs)
		_ = fromUs.CloseWithError(err)
		_ = in.Close() // the guest ends by that
	})
	return c
}

// Close implements io.Closer.
func (c *channel) Close() error {
	return errors.Join(c.PipeReader.Close(), c.PipeWriter.Close())
}

// drained waits until what the program said has been read. The channel ends
// later, in over.
func (c *channel) drained() {
	late := time.NewTimer(pumpsTimeout)
	defer late.Stop()
	select {
	case <-c.ended:
	case <-late.C:
	}
}

// over waits for the goroutines: the program has ended. Should another one have
// inherited its output, that is not waited for.
func (c *channel) over() {
	_ = c.Close()
	ended := make(chan struct{})
	go func() {
		c.pumps.Wait()
		close(ended)
	}()
	late := time.NewTimer(pumpsTimeout)
	defer late.Stop()
	select {
	case <-ended:
	case <-late.C:
	}
}
