package main

import (
	"context"
	"fmt"
	"io"

	"github.com/moby/term"

	"escale/engine/machine"
)

// endOfInput is what Ctrl-D sends.
const endOfInput = "\x04"

// shell joins this terminal with a shell in the guest.
func shell(ctx context.Context, c *client, o options) error {
	fd := c.in.Fd()
	rows, cols := sizeOf(fd)
	conn, err := c.Shell(ctx, o.name, rows, cols)
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
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		go follow(ctx, fd, conn, rows, cols)
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

// sizeOf is the size of a terminal, in characters; the usual one where it is not
// known.
func sizeOf(fd uintptr) (rows, cols int) {
	if size, err := term.GetWinsize(fd); err == nil && size.Height > 0 && size.Width > 0 {
		return int(min(size.Height, mostCells)), int(min(size.Width, mostCells))
	}
	return 24, 80
}

// mostCells is what a shell takes of either.
const mostCells = 1000

// follow tells the shell how large this terminal is whenever that changes, until
// ctx ends; rows and cols are what it knows.
func follow(ctx context.Context, fd uintptr, t machine.Terminal, rows, cols int) {
	changes, end := sizeChanges()
	defer end()
	for {
		if r, c := sizeOf(fd); r != rows || c != cols {
			rows, cols = r, c
			_ = t.Resize(ctx, rows, cols) // a shell that has ended ends this, too
		}
		select {
		case <-ctx.Done():
			return
		case <-changes:
		}
	}
}
