//go:build !windows

package helper

import (
	"errors"
	"io"
	"testing"

	"escale/engine"
	"escale/engine/machine"
	"escale/engine/machine/machinetest"
)

// says reads what a shell must print now.
func says(t *testing.T, shell io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(shell, got); err != nil || string(got) != want {
		t.Fatalf("the shell says %q, %v, want %q", got[:n], err, want)
	}
}

// TestShell: each shell has its own size, and its end is told.
func TestShell(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	ctx := t.Context()
	if _, err := b.Shell(ctx, name, 30, 100); !errors.Is(err, engine.ErrConflict) {
		t.Errorf("in a machine that does not run: %v", err)
	}
	b.start()
	one, err := b.Shell(ctx, name, 30, 100)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close() //nolint:errcheck // the helper sees it
	other, err := b.Shell(ctx, name, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close() //nolint:errcheck // the helper sees it
	says(t, one, "100x30# ")
	says(t, other, "0x0# ")
	if err := other.Resize(ctx, 24, 80); err != nil {
		t.Fatal(err)
	}
	says(t, other, "\r\n80x24# ")
	if _, err := io.WriteString(one, "ls\n"); err != nil {
		t.Fatal(err)
	}
	says(t, one, "ls\r\n# ")
	for _, size := range [][2]int{{0, 80}, {24, 0}, {1001, 80}, {24, -1}} {
		if err := one.Resize(ctx, size[0], size[1]); !errors.Is(err, engine.ErrInvalid) {
			t.Errorf("%v: %v", size, err)
		}
	}
	if _, err := io.WriteString(other, "exit\n"); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(other); err != nil || len(rest) > 0 {
		t.Errorf("at its end: %q, %v", rest, err)
	}
	b.until("it is no more", func() bool { return errors.Is(other.Resize(ctx, 24, 80), engine.ErrNotFound) })
	if err := one.Resize(ctx, 25, 81); err != nil {
		t.Errorf("the other one has ended, too: %v", err)
	}
	says(t, one, "\r\n81x25# ")
	b.stop()
	if rest, err := io.ReadAll(one); err != nil || len(rest) > 0 {
		t.Errorf("its machine was stopped: %q, %v", rest, err)
	}
}

// TestOldShell: a guest of before has shells of one size.
func TestOldShell(t *testing.T) {
	b := newBench(t, machinetest.Plan{Unsizable: true}, nil)
	b.start()
	shell, err := b.Shell(t.Context(), name, 30, 100)
	if err != nil {
		t.Fatal(err)
	}
	defer shell.Close() //nolint:errcheck // the helper sees it
	says(t, shell, "100x30# ")
	var refused *machine.Refusal
	if err := shell.Resize(t.Context(), 24, 80); !errors.As(err, &refused) || refused.Reason != machine.RefusedUnsupported {
		t.Errorf("resized: %v", err)
	}
}
