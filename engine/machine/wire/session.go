package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"time"

	"github.com/hashicorp/yamux"
)

// ErrGone is what every operation fails with once the channel is.
var ErrGone = errors.New("channel is gone")

const (
	// A machine may be paused, or its computer asleep, with a write under way.
	writeWait = 10 * time.Minute
	// What a stream gets to bring its header.
	headerWait = 30 * time.Second
	// Streams that the guest has been asked for and has not taken yet.
	backlog = 256
)

// Session is one end of a channel. Its methods may be called side by side.
type Session struct {
	mux      *yamux.Session
	guest    bool
	incoming chan incoming

	lock    sync.Mutex
	streams map[uint32]*Stream // the open ones, for "stop"
}

type incoming struct {
	stream *Stream
	header Header
}

// Host greets the guest at the other end of channel and starts a session with
// it. The session owns the channel, which is closed if this fails. It waits for
// a guest that has yet to boot until ctx ends.
func Host(ctx context.Context, channel io.ReadWriteCloser) (*Session, error) {
	closed := context.AfterFunc(ctx, func() { _ = channel.Close() })
	err := greet(ctx, channel)
	if !closed() || err != nil {
		_ = channel.Close()
		return nil, errors.Join(err, context.Cause(ctx))
	}
	return begin(channel, false)
}

// Guest waits for a host to greet it and starts a session with it. The session
// owns the channel, which is closed if this fails. To end the wait, close the
// channel.
func Guest(channel io.ReadWriteCloser) (*Session, error) {
	if err := welcome(channel); err != nil {
		_ = channel.Close()
		return nil, err
	}
	return begin(&skipper{ReadWriteCloser: channel}, true)
}

func begin(channel io.ReadWriteCloser, guest bool) (*Session, error) {
	settings := yamux.DefaultConfig()
	settings.EnableKeepAlive = false
	settings.ConnectionWriteTimeout = writeWait
	settings.StreamOpenTimeout = 0  // it would end the whole session
	settings.StreamCloseTimeout = 0 // half of a stream may stay open for days
	settings.AcceptBacklog = backlog
	settings.LogOutput = io.Discard
	start := yamux.Client
	if guest {
		start = yamux.Server
	}
	mux, err := start(channel, settings)
	if err != nil {
		_ = channel.Close()
		return nil, fmt.Errorf("start session: %w", err)
	}
	s := &Session{mux: mux, guest: guest, incoming: make(chan incoming), streams: map[uint32]*Stream{}}
	go s.take()
	return s, nil
}

// Done is closed once the channel is gone, whoever ended it.
func (s *Session) Done() <-chan struct{} { return s.mux.CloseChan() }

// Close ends the session, all its streams and the channel.
func (s *Session) Close() error { return s.mux.Close() }

// Accept gives the next stream that the host opened. A stream whose header
// cannot be read never gets here: it is answered with FailHeader.
func (s *Session) Accept() (*Stream, Header, error) {
	select {
	case in := <-s.incoming:
		return in.stream, in.header, nil
	case <-s.Done():
		return nil, Header{}, ErrGone
	}
}

// take receives what the other end opens, and registers it in the order of its
// coming, so that a "stop" always finds its stream.
func (s *Session) take() {
	for {
		opened, err := s.mux.AcceptStream()
		if err != nil {
			return
		}
		stream := s.register(opened)
		go s.begin(stream)
	}
}

func (s *Session) begin(stream *Stream) {
	_ = stream.SetReadDeadline(time.Now().Add(headerWait))
	line, err := readLine(stream, LineLimit)
	if err != nil {
		_ = stream.Close()
		return
	}
	_ = stream.SetReadDeadline(time.Time{})
	header, err := ParseHeader(line)
	switch {
	case err != nil:
		_ = stream.WriteJSON(Fail(FailHeader, err))
	case header.Do == stop:
		s.stopped(header.Stream)
	case s.guest:
		select {
		case s.incoming <- incoming{stream, header}:
			return
		case <-s.Done():
		}
	}
	_ = stream.Close()
}

func (s *Session) register(opened *yamux.Stream) *Stream {
	stream := &Stream{Stream: opened, session: s}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.streams[opened.StreamID()] = stream
	return stream
}

func (s *Session) forget(stream *Stream) {
	s.lock.Lock()
	defer s.lock.Unlock()
	delete(s.streams, stream.StreamID())
}

// stopped hears that nobody reads the stream any more.
func (s *Session) stopped(id uint32) {
	s.lock.Lock()
	stream := s.streams[id]
	s.lock.Unlock()
	if stream != nil {
		stream.stopWriting()
	}
}

// Open opens a stream and writes its header.
func (s *Session) Open(ctx context.Context, header Header) (*Stream, error) {
	type result struct {
		stream *Stream
		err    error
	}
	done := make(chan result, 1)
	go func() {
		stream, err := s.open(header)
		done <- result{stream, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			return nil, fmt.Errorf("open %s stream: %w", header.Do, r.err)
		}
		return r.stream, nil
	case <-ctx.Done():
		go func() {
			if r := <-done; r.err == nil {
				_ = r.stream.Close()
			}
		}()
		return nil, fmt.Errorf("open %s stream: %w", header.Do, context.Cause(ctx))
	}
}

func (s *Session) open(header Header) (*Stream, error) {
	opened, err := s.mux.OpenStream()
	if err != nil {
		return nil, gone(err)
	}
	stream := s.register(opened)
	if err := stream.WriteJSON(header); err != nil {
		_ = stream.Close()
		return nil, err
	}
	return stream, nil
}

// Ask opens a stream, reads one line of answer into answer, and closes it.
func (s *Session) Ask(ctx context.Context, header Header, answer any) error {
	stream, err := s.begun(ctx, header, answer)
	if err != nil {
		return err
	}
	return stream.Close()
}

// Begin opens a stream to which the guest answers first: dial, shell. A refusal
// is a *Failure.
func (s *Session) Begin(ctx context.Context, header Header) (*Stream, error) {
	var answer Answer
	stream, err := s.begun(ctx, header, &answer)
	if err != nil {
		return nil, err
	}
	if err := answer.Err(); err != nil {
		_ = stream.Close()
		return nil, err
	}
	return stream, nil
}

func (s *Session) begun(ctx context.Context, header Header, answer any) (*Stream, error) {
	stream, err := s.Open(ctx, header)
	if err != nil {
		return nil, err
	}
	unblock := context.AfterFunc(ctx, func() { _ = stream.SetReadDeadline(time.Unix(1, 0)) })
	err = stream.ReadJSON(answer)
	if !unblock() {
		err = errors.Join(err, context.Cause(ctx))
	}
	if err != nil {
		_ = stream.Close()
		return nil, fmt.Errorf("answer to %s: %w", header.Do, err)
	}
	return stream, nil
}

// quit tells the other end that nobody reads the stream any more.
func (s *Session) quit(id uint32) {
	if id > math.MaxInt32 || s.mux.IsClosed() {
		return
	}
	if stream, err := s.open(Header{Do: stop, Stream: id}); err == nil {
		_ = stream.Close()
	}
}

func gone(err error) error {
	if errors.Is(err, yamux.ErrSessionShutdown) {
		return ErrGone
	}
	return err
}
