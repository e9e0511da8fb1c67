package tty

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"escale/app/store"
	"escale/engine"
)

// How long a shell may take to open, and to take a new size.
const (
	openWait = 20 * time.Second
	sizeWait = 5 * time.Second
	waiting  = 256 // pieces of what was typed that a shell has not taken yet
)

// Conn is a shell: what is read is what it prints. Close ends it, from any
// goroutine.
type Conn interface {
	io.ReadWriteCloser
	// Resize tells it how large the terminal is, in characters.
	Resize(ctx context.Context, rows, cols int) error
}

// Open opens a shell in a terminal of that size in characters; ctx bounds the
// opening only.
type Open func(ctx context.Context, rows, cols int) (Conn, error)

// Phase is the life of a session.
type Phase int

// The phases of a session.
const (
	Opening Phase = iota
	Opened
	Over // the shell has ended, or could not be opened
)

// State is how a session is. Err says why it is over; nil when the shell ended by
// itself.
type State struct {
	Phase Phase
	Err   error
}

// Session is a shell and its screen. Safe for concurrent use.
type Session struct {
	Screen *Screen
	State  *store.Value[State]
	// Output grows with each piece of output that the screen shows.
	Output *store.Value[int]

	typed chan []byte
	sizes chan [2]int // rows, columns: the newest
	end   context.CancelFunc
	done  chan struct{}
}

// Start opens a shell on goroutines of its own.
func Start(open Open, cols, rows int) *Session {
	ctx, end := context.WithCancel(context.Background())
	s := &Session{
		Screen: NewScreen(cols, rows), State: store.NewValue(State{}), Output: store.NewValue(0),
		typed: make(chan []byte, waiting), sizes: make(chan [2]int, 1), end: end, done: make(chan struct{}),
	}
	go s.run(ctx, open)
	return s
}

// Send gives the shell bytes, as if they were typed; false when it takes none, or
// has too many waiting already.
func (s *Session) Send(p []byte) bool {
	if len(p) == 0 || s.State.Get().Phase == Over {
		return false
	}
	select {
	case s.typed <- p:
		return true
	default:
		return false
	}
}

// Resize gives the screen another size, and tells the shell.
func (s *Session) Resize(cols, rows int) {
	s.Screen.Resize(cols, rows)
	cols, rows = s.Screen.Size()
	for {
		select {
		case s.sizes <- [2]int{rows, cols}:
			return
		default:
		}
		select { // an older one that nobody took
		case <-s.sizes:
		default:
		}
	}
}

// Close ends the shell. It does not wait; Done does.
func (s *Session) Close() { s.end() }

// Done is closed when nothing of the session is left.
func (s *Session) Done() <-chan struct{} { return s.done }

func (s *Session) run(ctx context.Context, open Open) {
	defer close(s.done)
	defer s.end()
	err := s.serve(ctx, open)
	if ctx.Err() != nil {
		err = nil // it was asked to
	}
	s.State.Set(State{Over, err})
}

// serve is the session from the shell's opening to its end; nil when that ended by
// itself.
func (s *Session) serve(ctx context.Context, open Open) error {
	opening, cancel := context.WithTimeoutCause(ctx, openWait, engine.ErrTimeout)
	cols, rows := s.Screen.Size()
	conn, err := open(opening, rows, cols)
	cancel()
	if err != nil {
		return fmt.Errorf("open shell: %w", err)
	}
	var hands sync.WaitGroup
	defer hands.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // ends Read and Write
	defer conn.Close()                                          //nolint:errcheck // it has ended
	s.State.Set(State{Phase: Opened})
	hands.Go(func() { s.write(ctx, conn, stop) })
	hands.Go(func() { s.size(ctx, conn, rows, cols) })
	return s.read(conn)
}

func (s *Session) read(conn Conn) error {
	buffer := make([]byte, 16<<10)
	for {
		n, err := conn.Read(buffer)
		if n > 0 {
			_, _ = s.Screen.Write(buffer[:n]) // it never fails
			s.Output.Update(func(n int) int { return n + 1 })
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read shell: %w", err)
		}
	}
}

// write passes on what is typed until ctx ends. A shell that takes nothing more is
// over.
func (s *Session) write(ctx context.Context, conn Conn, stop func()) {
	for {
		select {
		case p := <-s.typed:
			if _, err := conn.Write(p); err != nil {
				stop()
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// size tells the shell its size whenever that is another one. One that cannot be
// told stays as it is: its lines are then broken elsewhere.
func (s *Session) size(ctx context.Context, conn Conn, rows, cols int) {
	was := [2]int{rows, cols}
	for {
		select {
		case now := <-s.sizes:
			if now == was {
				continue
			}
			was = now
			asking, cancel := context.WithTimeout(ctx, sizeWait)
			_ = conn.Resize(asking, now[0], now[1])
			cancel()
		case <-ctx.Done():
			return
		}
	}
}
