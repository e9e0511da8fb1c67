package tty

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"escale/engine"
)

// shell is a played one: it says what is typed back.
type shell struct {
	in    *io.PipeReader // what was typed …
	typed *io.PipeWriter
	out   *io.PipeReader // … and what is printed
	print *io.PipeWriter

	mu    sync.Mutex
	sizes [][2]int
}

func newShell() *shell {
	s := &shell{}
	s.in, s.typed = io.Pipe()
	s.out, s.print = io.Pipe()
	return s
}

func (s *shell) Read(p []byte) (int, error)  { return s.out.Read(p) }
func (s *shell) Write(p []byte) (int, error) { return s.typed.Write(p) }

func (s *shell) Close() error {
	return errors.Join(s.in.CloseWithError(io.ErrClosedPipe), s.out.CloseWithError(io.ErrClosedPipe))
}

func (s *shell) Resize(_ context.Context, rows, cols int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sizes = append(s.sizes, [2]int{rows, cols})
	return nil
}

func opens(s *shell) Open {
	return func(ctx context.Context, rows, cols int) (Conn, error) { return s, s.Resize(ctx, rows, cols) }
}

func TestSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := newShell()
		s := Start(opens(conn), 80, 24)
		synctest.Wait()
		if s.State.Get().Phase != Opened {
			t.Fatalf("it is %+v", s.State.Get())
		}
		drawn := 0
		s.Output.Subscribe(func() { drawn++ })
		_, _ = conn.print.Write([]byte("# "))
		if !s.Send([]byte("ls")) {
			t.Error("nothing can be typed")
		}
		typed := make([]byte, 2)
		_, err := io.ReadFull(conn.in, typed)
		synctest.Wait()
		if err != nil || string(typed) != "ls" || seen(s.Screen) != "#" || drawn != 1 {
			t.Errorf("typed %q, %v; shows %q, drawn %d times", typed, err, seen(s.Screen), drawn)
		}
		s.Resize(100, 30)
		synctest.Wait()
		s.Resize(100, 30)
		synctest.Wait()
		if !slices.Equal(conn.sizes, [][2]int{{24, 80}, {30, 100}}) {
			t.Errorf("sizes %v", conn.sizes)
		}
		_ = conn.print.Close() // the shell ends
		<-s.Done()
		if got := s.State.Get(); got.Phase != Over || got.Err != nil || s.Send([]byte("x")) {
			t.Errorf("after its end: %+v", got)
		}
	})
}

// TestSessionCloses in the middle of everything, and while the shell takes nothing.
func TestSessionCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := Start(opens(newShell()), 80, 24)
		synctest.Wait()
		sent := 0
		for s.Send([]byte("x")) {
			sent++
		}
		if sent < waiting || sent > waiting+2 {
			t.Errorf("%d pieces wait", sent)
		}
		s.Close()
		<-s.Done()
		if got := s.State.Get(); got.Phase != Over || got.Err != nil {
			t.Errorf("closed: %+v", got)
		}
	})
}

func TestSessionDoesNotOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := Start(func(ctx context.Context, _, _ int) (Conn, error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}, 80, 24)
		began := time.Now()
		<-s.Done()
		if got := s.State.Get(); got.Phase != Over || !errors.Is(got.Err, engine.ErrTimeout) || time.Since(began) != openWait {
			t.Errorf("after %v: %+v", time.Since(began), got)
		}
	})
}
