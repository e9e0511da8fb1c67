//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

// terminals are those of one session, by the numbers of their streams.
type terminals struct {
	program func(context.Context) *exec.Cmd // that runs in them

	lock sync.Mutex
	open map[uint32]*os.File
}

func newTerminals() *terminals { return &terminals{program: login, open: map[uint32]*os.File{}} }

// add makes a terminal one whose size can be changed, until it is removed.
func (t *terminals) add(number uint32, outer *os.File) (remove func()) {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.open[number] = outer
	return func() {
		t.lock.Lock()
		defer t.lock.Unlock()
		delete(t.open, number)
	}
}

// resize changes a terminal's size; the kernel tells the program in it.
func (t *terminals) resize(h wire.Header) wire.Answer {
	t.lock.Lock()
	defer t.lock.Unlock()
	outer, ok := t.open[h.Stream]
	if !ok {
		return wire.Fail(wire.FailGone, errors.New("no such shell"))
	}
	switch err := setSize(outer, h.Rows, h.Cols); {
	case errors.Is(err, os.ErrClosed):
		return wire.Fail(wire.FailGone, err)
	case err != nil:
		return wire.Fail(wire.FailOther, err)
	}
	return wire.Answer{OK: true}
}

func setSize(outer *os.File, rows, cols uint16) error {
	err := control(outer, func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: cols})
	})
	if err != nil {
		return fmt.Errorf("size terminal: %w", err)
	}
	return nil
}

// control does something to a terminal, which stays one whose reads end when it
// is closed: Fd would change that.
func control(outer *os.File, do func(fd int) error) error {
	raw, err := outer.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = do(int(fd)) })
	return errors.Join(err, failed)
}

// shell gives the host a terminal in the guest.
func (t *terminals) shell(ctx context.Context, s *wire.Stream, h wire.Header) error {
	outer, inner, err := openTerminal(h.Rows, h.Cols)
	if err != nil {
		return s.WriteJSON(wire.Fail(wire.FailOther, err))
	}
	defer func() { _ = outer.Close() }()
	defer t.add(s.StreamID(), outer)()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := t.program(ctx)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = inner, inner, inner
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	err = cmd.Start()
	_ = inner.Close()
	if err != nil {
		return s.WriteJSON(wire.Fail(wire.FailOther, err))
	}
	if err = s.WriteJSON(wire.Answer{OK: true}); err == nil {
		go func() {
			_, _ = io.Copy(outer, s)
			cancel()          // the host has left
			_ = outer.Close() // what runs in it hears that, too
		}()
		_, _ = io.Copy(s, outer) // ends with an error of its own when the shell does
	}
	cancel()
	_ = cmd.Wait()
	return err
}

func openTerminal(rows, cols uint16) (outer, inner *os.File, err error) {
	if outer, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		return nil, nil, fmt.Errorf("open terminal: %w", err)
	}
	defer func() {
		if err != nil {
			_ = outer.Close()
		}
	}()
	var number int
	err = control(outer, func(fd int) (err error) {
		if err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err == nil {
			number, err = unix.IoctlGetInt(fd, unix.TIOCGPTN)
		}
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("unlock terminal: %w", err)
	}
	if rows > 0 && cols > 0 {
		if err := setSize(outer, rows, cols); err != nil {
			return nil, nil, err
		}
	}
	if inner, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		return nil, nil, fmt.Errorf("open terminal: %w", err)
	}
	return outer, inner, nil
}
