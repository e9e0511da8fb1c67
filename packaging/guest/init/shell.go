//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

// shell gives the host a terminal in the guest.
func shell(ctx context.Context, s *wire.Stream, h wire.Header) error {
	outer, inner, err := openTerminal(h.Rows, h.Cols)
	if err != nil {
		return s.WriteJSON(wire.Fail(wire.FailOther, err))
	}
	defer func() { _ = outer.Close() }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/bin/sh", "-l")
	cmd.Dir = "/root"
	cmd.Env = append(os.Environ(), "TERM=xterm", "DOCKER_HOST=unix://"+dockerSocket)
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
			cancel() // the host has left
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
	fd := int(outer.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return nil, nil, fmt.Errorf("unlock terminal: %w", err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		return nil, nil, fmt.Errorf("number of terminal: %w", err)
	}
	if rows > 0 && cols > 0 {
		if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: cols}); err != nil {
			return nil, nil, fmt.Errorf("size terminal: %w", err)
		}
	}
	if inner, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		return nil, nil, fmt.Errorf("open terminal: %w", err)
	}
	return outer, inner, nil
}
