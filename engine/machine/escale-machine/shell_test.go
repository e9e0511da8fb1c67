//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"escale/engine/machine"
)

// sized notes the sizes that a shell is told.
type sized struct {
	machine.Terminal

	told chan [2]int
}

func (s *sized) Resize(_ context.Context, rows, cols int) error {
	s.told <- [2]int{rows, cols}
	return nil
}

// openPTY returns the two ends of a terminal.
func openPTY(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = slave.Close() })
	return master, slave
}

// TestShellFollowsTheTerminal changes the size of a real terminal, before and
// after the shell began, and past what a shell takes.
func TestShellFollowsTheTerminal(t *testing.T) {
	master, slave := openPTY(t)
	resize := func(rows, cols uint16) {
		t.Helper()
		if err := unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: cols}); err != nil {
			t.Fatal(err)
		}
		if err := unix.Kill(os.Getpid(), unix.SIGWINCH); err != nil { // it is not this program's own terminal
			t.Fatal(err)
		}
	}
	s := &sized{told: make(chan [2]int, 10)}
	wants := func(want [2]int) {
		t.Helper()
		select {
		case got := <-s.told:
			if got != want {
				t.Errorf("told %v, want %v", got, want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%v was not told", want)
		}
	}
	if rows, cols := sizeOf(slave.Fd()); rows != 24 || cols != 80 {
		t.Errorf("a terminal of no size is taken for one of %d rows, %d columns", rows, cols)
	}
	resize(30, 100)
	go follow(t.Context(), slave.Fd(), s, 24, 80)
	wants([2]int{30, 100})
	resize(50, 120)
	wants([2]int{50, 120})
	resize(5000, 120)
	wants([2]int{1000, 120})
}
