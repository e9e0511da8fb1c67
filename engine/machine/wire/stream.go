package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/yamux"
)

// ErrStopped is what writing fails with when the other end has closed the
// stream and does not want more.
var ErrStopped = errors.New("nobody reads the stream any more")

// Stream is one conversation. It is a net.Conn whose directions end one by one.
type Stream struct {
	*yamux.Stream
	session *Session

	reading sync.Mutex // held while somebody reads
	ended   atomic.Bool
	closed  atomic.Bool
	stopped atomic.Bool
}

var _ net.Conn = (*Stream)(nil)

// Read returns io.EOF when the other end has closed its direction, and ErrGone
// when the channel went with the stream open.
func (s *Stream) Read(p []byte) (int, error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	if s.closed.Load() {
		return 0, net.ErrClosed
	}
	return s.read(p)
}

func (s *Stream) read(p []byte) (int, error) {
	n, err := s.Stream.Read(p)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, io.EOF):
		if s.session.mux.IsClosed() && !s.ended.Load() {
			return n, ErrGone
		}
		s.ended.Store(true)
		return n, io.EOF
	case errors.Is(err, yamux.ErrTimeout) && s.closed.Load():
		return n, net.ErrClosed
	default:
		return n, timeout(gone(err))
	}
}

// Write returns ErrStopped when the other end has closed the whole stream.
func (s *Stream) Write(p []byte) (int, error) {
	if s.stopped.Load() {
		return 0, ErrStopped
	}
	n, err := s.Stream.Write(p)
	if err != nil && s.stopped.Load() {
		return n, ErrStopped
	}
	return n, timeout(gone(err))
}

func timeout(err error) error {
	if errors.Is(err, yamux.ErrTimeout) {
		return os.ErrDeadlineExceeded
	}
	return err
}

// CloseWrite says that this end has nothing more to write; it may still read.
func (s *Stream) CloseWrite() error { return s.Stream.Close() }

// Close ends both directions. What the other end still writes is thrown away,
// and it is told to stop.
func (s *Stream) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	err := s.Stream.Close()
	_ = s.SetReadDeadline(time.Unix(1, 0)) // who reads now, goes
	s.reading.Lock()
	_ = s.SetReadDeadline(time.Time{})
	s.reading.Unlock()
	if s.ended.Load() {
		s.session.forget(s)
		return err
	}
	go s.drain()
	return err
}

// drain waits for the other end's end.
func (s *Stream) drain() {
	defer s.session.forget(s)
	waste := make([]byte, 4<<10)
	told := false
	for {
		n, err := s.Stream.Read(waste)
		switch {
		case errors.Is(err, yamux.ErrTimeout):
			_ = s.SetReadDeadline(time.Time{})
		case err != nil:
			return
		case n > 0 && !told:
			told = true
			s.session.quit(s.StreamID())
		}
	}
}

// stopWriting makes writes fail, those under way too.
func (s *Stream) stopWriting() {
	s.stopped.Store(true)
	_ = s.SetWriteDeadline(time.Unix(1, 0))
}

// WriteJSON writes one line.
func (s *Stream) WriteJSON(value any) error {
	line, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write line: %w", err)
	}
	if len(line) >= LineLimit {
		return fmt.Errorf("write line: %w", ErrLine)
	}
	if _, err := s.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write line: %w", err)
	}
	return nil
}

// ReadJSON reads one line and nothing of what follows. It returns io.EOF, not
// wrapped, when the other end closed before a line began.
func (s *Stream) ReadJSON(value any) error {
	line, err := readLine(s, LineLimit)
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	if err != nil {
		return fmt.Errorf("read line: %w", err)
	}
	if err := json.Unmarshal(line, value); err != nil {
		return fmt.Errorf("read line: %w", err)
	}
	return nil
}

// ErrLine is said of a line that is longer than LineLimit.
var ErrLine = errors.New("line is too long")

// readLine reads up to a newline, which it leaves out, byte by byte.
func readLine(r io.Reader, limit int) ([]byte, error) {
	var line []byte
	one := make([]byte, 1)
	for len(line) < limit {
		if _, err := io.ReadFull(r, one); err != nil {
			if errors.Is(err, io.EOF) && len(line) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		if one[0] == '\n' {
			return line, nil
		}
		line = append(line, one[0])
	}
	return nil, ErrLine
}
