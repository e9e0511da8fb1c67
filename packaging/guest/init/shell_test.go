//go:build linux

package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"escale/engine/machine/wire"
)

// shells gives a host's session whose terminals run a program.
func shells(t *testing.T, program ...string) (*wire.Session, *terminals) {
	t.Helper()
	inner, outer := net.Pipe()
	all := newTerminals()
	all.program = func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, program[0], program[1:]...) }
	done := make(chan struct{})
	go func() {
		defer close(done)
		session, err := wire.Guest(inner)
		if err != nil {
			t.Error(err)
			return
		}
		for {
			stream, header, err := session.Accept()
			if err != nil {
				return
			}
			go func() {
				defer stream.Close() //nolint:errcheck // a test's
				if header.Do == wire.Resize {
					_ = stream.WriteJSON(all.resize(header))
					return
				}
				_ = all.shell(t.Context(), stream, header)
			}()
		}
	}()
	host, err := wire.Host(t.Context(), outer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = host.Close()
		<-done
	})
	return host, all
}

// hear reads up to a word.
func hear(t *testing.T, from io.Reader, word string) {
	t.Helper()
	var said strings.Builder
	for one := make([]byte, 1); !strings.HasSuffix(said.String(), word); {
		if _, err := from.Read(one); err != nil {
			t.Fatalf("no %q in %q: %v", word, said.String(), err)
		}
		said.Write(one)
	}
}

// TestResize: a program in a terminal sees its size, hears when that changes, and
// no other terminal's does.
func TestResize(t *testing.T) {
	host, all := shells(t, "sh", "-c", `trap 'stty size' WINCH; stty size; while read -r line; do stty size; done`)
	size := func(number uint32, rows, cols uint16) error {
		var answer wire.Answer
		if err := host.Ask(t.Context(), wire.Header{Do: wire.Resize, Stream: number, Rows: rows, Cols: cols}, &answer); err != nil {
			t.Fatal(err)
		}
		return answer.Err()
	}
	one, err := host.Begin(t.Context(), wire.Header{Do: wire.Shell, Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	hear(t, one, "24 80\r\n")
	other, err := host.Begin(t.Context(), wire.Header{Do: wire.Shell, Rows: 25, Cols: 81})
	if err != nil {
		t.Fatal(err)
	}
	hear(t, other, "25 81\r\n")
	if err := size(one.StreamID(), 50, 132); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(one, "\n")
	hear(t, one, "50 132\r\n")
	_, _ = io.WriteString(other, "\n")
	hear(t, other, "25 81\r\n")
	var gone *wire.Failure
	if err := size(1000001, 24, 80); !errors.As(err, &gone) || gone.Kind != wire.FailGone {
		t.Errorf("of no shell: %v", err)
	}
	_ = one.Close()
	until(t, "its terminal is no more", func() bool {
		all.lock.Lock()
		defer all.lock.Unlock()
		return len(all.open) == 1
	})
	if err := size(one.StreamID(), 24, 80); !errors.As(err, &gone) || gone.Kind != wire.FailGone {
		t.Errorf("of one that has ended: %v", err)
	}
	if err := size(other.StreamID(), 26, 82); err != nil {
		t.Error(err)
	}
}

// TestHostLeaves: a terminal ends with its host, whatever runs in it, though that
// holds it open and hears no hang-up.
func TestHostLeaves(t *testing.T) {
	host, all := shells(t, "sh", "-c", `trap '' HUP; sh -c 'echo deaf; read -r line'; true`)
	stream, err := host.Begin(t.Context(), wire.Header{Do: wire.Shell, Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	hear(t, stream, "deaf\r\n")
	_ = stream.Close()
	until(t, "its terminal is no more", func() bool {
		all.lock.Lock()
		defer all.lock.Unlock()
		return len(all.open) == 0
	})
}

// until waits for something that has no event.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); <-again.C {
		if is() {
			return
		}
	}
	t.Fatalf("not within 10 s: %s", what)
}
