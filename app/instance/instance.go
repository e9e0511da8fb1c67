// Package instance keeps one Escale for each user. The first to start holds a
// lock and listens on a socket that only its owner can open; whoever starts
// next hands over what it was asked for, and ends.
package instance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"escale/engine/private"
)

// Bounds of what is handed over.
const (
	MostArguments  = 32       // of one start
	LongestMessage = 64 << 10 // bytes, as JSON
	mostWaiting    = 32       // starts that are kept until Handle is called
	mostAtOnce     = 8        // connections that are read at the same time
)

// readTime bounds how long the first waits for what another start says.
const readTime = 2 * time.Second

// often is the time between two tries of a start that found neither a free lock
// nor an open socket: the other one is just starting, or just ending.
const often = 10 * time.Millisecond

// Errors of Join.
var (
	ErrHung     = errors.New("the Escale that runs does not answer")
	ErrTooLong  = errors.New("too much to hand over")
	ErrStranger = private.ErrStranger
)

// message is what a start hands over.
type message struct {
	Arguments []string `json:"arguments"`
}

// answer is all that the first says: that it has the message.
const answer = "taken\n"

// First is the one instance. It takes messages from the moment Join returns.
type First struct {
	listener net.Listener
	release  func() error // ends the lock

	mu      sync.Mutex
	handle  func(arguments []string)
	waiting [][]string
	ended   sync.WaitGroup
}

// Join makes this process the first one of the folder dir, or hands arguments
// over to the one that is: then it returns nil and no error. It tries until ctx
// ends, and says ErrHung when the first one has not answered by then. Paths
// must be absolute: the first one runs in another folder.
func Join(ctx context.Context, dir string, arguments []string) (*First, error) {
	content, err := json.Marshal(message{Arguments: arguments})
	if err != nil {
		return nil, fmt.Errorf("hand over: %w", err)
	}
	tooLong := len(arguments) > MostArguments || len(content) >= LongestMessage
	if err := private.Folder(dir); err != nil {
		return nil, err
	}
	ticker := time.NewTicker(often)
	defer ticker.Stop()
	for {
		listener, release, err := claim(ctx, dir)
		if err == nil {
			return begin(listener, release), nil
		}
		if !errors.Is(err, errHeld) {
			return nil, err
		}
		if tooLong {
			return nil, ErrTooLong
		}
		if err = hand(ctx, dir, content); err == nil || errors.Is(err, ErrStranger) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", ErrHung, err)
		case <-ticker.C:
		}
	}
}

// errHeld is what claim says while another process is the first.
var errHeld = errors.New("another one is the first")

// hand gives content to the first one and waits for its answer.
func hand(ctx context.Context, dir string, content []byte) error {
	conn, err := dial(ctx, dir)
	if err != nil {
		return fmt.Errorf("hand over: %w", err)
	}
	defer conn.Close() //nolint:errcheck // the answer is what counts
	if end, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(end); err != nil {
			return fmt.Errorf("hand over: %w", err)
		}
	}
	if _, err := conn.Write(append(content, '\n')); err != nil {
		return fmt.Errorf("hand over: %w", err)
	}
	said := make([]byte, len(answer))
	if _, err := io.ReadFull(conn, said); err != nil {
		return fmt.Errorf("hand over: %w", err)
	}
	if string(said) != answer {
		return fmt.Errorf("hand over: it said %q", said)
	}
	return nil
}

func begin(listener net.Listener, release func() error) *First {
	f := &First{listener: listener, release: release}
	f.ended.Go(f.accept)
	return f
}

// Handle has f called with what each later start was asked for, on a goroutine
// of its own and after that start had its answer: f may take its time. What
// came before this call is told at once.
func (f *First) Handle(handle func(arguments []string)) {
	f.mu.Lock()
	f.handle = handle
	waiting := f.waiting
	f.waiting = nil
	f.mu.Unlock()
	for _, arguments := range waiting {
		handle(arguments)
	}
}

// Close lets another process be the first one.
func (f *First) Close() error {
	err := f.listener.Close()
	f.ended.Wait()
	return errors.Join(err, f.release())
}

func (f *First) accept() {
	free := make(chan struct{}, mostAtOnce)
	for {
		conn, err := f.listener.Accept()
		if err != nil {
			return // closed
		}
		free <- struct{}{}
		go func() {
			arguments, err := receive(conn)
			<-free
			if err == nil {
				f.tell(arguments)
			}
		}()
	}
}

// receive reads one message and answers it.
func receive(conn net.Conn) ([]string, error) {
	defer conn.Close() //nolint:errcheck // all is said
	if err := conn.SetDeadline(time.Now().Add(readTime)); err != nil {
		return nil, fmt.Errorf("take over: %w", err)
	}
	var m message
	if err := json.NewDecoder(io.LimitReader(conn, LongestMessage)).Decode(&m); err != nil {
		return nil, fmt.Errorf("take over: %w", err)
	}
	if len(m.Arguments) > MostArguments {
		return nil, ErrTooLong
	}
	if _, err := io.WriteString(conn, answer); err != nil {
		return nil, fmt.Errorf("take over: %w", err)
	}
	return m.Arguments, nil
}

func (f *First) tell(arguments []string) {
	f.mu.Lock()
	handle := f.handle
	if handle == nil && len(f.waiting) < mostWaiting {
		f.waiting = append(f.waiting, arguments)
	}
	f.mu.Unlock()
	if handle != nil {
		handle(arguments)
	}
}
