package wire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pair starts both ends of a session over a pipe, and serves what the host
// opens with serve.
func pair(t *testing.T, serve func(*Stream, Header)) (host, guest *Session) {
	t.Helper()
	a, b := net.Pipe()
	served := make(chan struct{})
	go func() {
		defer close(served)
		var err error
		if guest, err = Guest(b); err != nil {
			t.Errorf("guest: %v", err)
		}
	}()
	host, err := Host(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	<-served
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			stream, header, err := guest.Accept()
			if err != nil {
				return
			}
			go serve(stream, header)
		}
	}()
	t.Cleanup(func() {
		_ = host.Close()
		<-done
		_ = guest.Close()
	})
	return host, guest
}

// forgets waits until a session knows no stream any more. (No synctest here:
// yamux shares timers between its sessions, which bubbles forbid.)
func forgets(t *testing.T, s *Session) {
	t.Helper()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for range 10_000 {
		s.lock.Lock()
		n := len(s.streams)
		s.lock.Unlock()
		if n == 0 {
			return
		}
		<-again.C
	}
	t.Error("a stream is never forgotten")
}

func echo(s *Stream, _ Header) {
	_, _ = io.Copy(s, s)
	_ = s.Close()
}

func TestHalfCloseWorksBothWays(t *testing.T) {
	host, _ := pair(t, func(s *Stream, _ Header) {
		asked, _ := io.ReadAll(s) // comes back only after the host's half close
		_, _ = s.Write(bytes.ToUpper(asked))
		_ = s.Close()
	})
	s, err := host.Open(t.Context(), Header{Do: Docker})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Write([]byte("attach")); err != nil {
		t.Fatal(err)
	}
	if err := s.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(s); string(got) != "ATTACH" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestManyStreamsSideBySide(t *testing.T) {
	host, guest := pair(t, echo)
	want := bytes.Repeat([]byte("0123456789"), 30_000)
	results := make(chan error)
	for range 20 {
		go func() { results <- roundTrip(host, want) }()
	}
	for range 20 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	forgets(t, host)
	forgets(t, guest)
}

func roundTrip(host *Session, want []byte) error {
	s, err := host.Open(context.Background(), Header{Do: Docker})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	go func() {
		_, _ = s.Write(want)
		_ = s.CloseWrite()
	}()
	got, err := io.ReadAll(s)
	if err == nil && !bytes.Equal(got, want) {
		err = errors.New("other bytes came back")
	}
	return err
}

func TestWhoIsNotReadIsStopped(t *testing.T) {
	stopped := make(chan error, 1)
	host, _ := pair(t, func(s *Stream, _ Header) {
		_, err := io.Copy(s, endless{})
		stopped <- err
		_ = s.Close()
	})
	s, err := host.Open(t.Context(), Header{Do: Log, Name: LogKernel})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(s, make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	if err := <-stopped; !errors.Is(err, ErrStopped) {
		t.Errorf("the writer heard %v", err)
	}
	forgets(t, host)
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestClosingEndsAReader(t *testing.T) {
	host, _ := pair(t, func(s *Stream, _ Header) {
		_, _ = io.Copy(io.Discard, s)
		_ = s.Close()
	})
	s, err := host.Open(t.Context(), Header{Do: Docker})
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan error, 1)
	go func() {
		_, err := s.Read(make([]byte, 1))
		read <- err
	}()
	_ = s.Close()
	if err := <-read; !errors.Is(err, net.ErrClosed) {
		t.Errorf("the reader heard %v", err)
	}
}

func TestALostChannelIsNoCleanEnd(t *testing.T) {
	host, guest := pair(t, func(s *Stream, _ Header) { _, _ = s.Write([]byte("half a")) })
	s, err := host.Open(t.Context(), Header{Do: Docker})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(s, make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	_ = guest.Close()
	if _, err := s.Read(make([]byte, 1)); !errors.Is(err, ErrGone) {
		t.Errorf("read: %v", err)
	}
	<-host.Done()
	if _, err := host.Open(t.Context(), Header{Do: Docker}); !errors.Is(err, ErrGone) {
		t.Errorf("open: %v", err)
	}
}

func TestAsk(t *testing.T) {
	host, _ := pair(t, func(s *Stream, h Header) {
		defer func() { _ = s.Close() }()
		switch h.Do {
		case Status:
			_ = s.WriteJSON(State{Engine: EngineRunning, Containers: 3})
		case Trim:
			_ = s.WriteJSON(map[string]string{"x": strings.Repeat("x", LineLimit-20)})
		case Grow:
			_, _ = s.Write(bytes.Repeat([]byte("x"), LineLimit+1))
		case Dial:
			_ = s.WriteJSON(Fail(FailRefused, errors.New(h.Address)))
		case Reclaim:
			_, _ = io.Copy(io.Discard, s) // never answers
		}
	})
	var state State
	if err := host.Ask(t.Context(), Header{Do: Status}, &state); err != nil || state.Containers != 3 {
		t.Errorf("status: %+v, %v", state, err)
	}
	if err := host.Ask(t.Context(), Header{Do: Trim}, &state); err != nil {
		t.Errorf("long line: %v", err)
	}
	if err := host.Ask(t.Context(), Header{Do: Grow}, &state); !errors.Is(err, ErrLine) {
		t.Errorf("longer line: %v", err)
	}
	var refused *Failure
	_, err := host.Begin(t.Context(), Header{Do: Dial, Network: "tcp", Address: "127.0.0.1:80"})
	if !errors.As(err, &refused) || refused.Kind != FailRefused {
		t.Errorf("dial: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := host.Ask(ctx, Header{Do: Reclaim}, &state); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("silence: %v", err)
	}
	var answer Answer
	if err := host.Ask(t.Context(), Header{Do: "format"}, &answer); err != nil || !strings.HasPrefix(answer.Error, FailHeader) {
		t.Errorf("unknown: %+v, %v", answer, err)
	}
}

// TestGarbageBeforeAndAfter plays a port that has a past: half a frame of an
// earlier session before the hello, more hellos after it.
func TestGarbageBeforeAndAfter(t *testing.T) {
	a, b := net.Pipe()
	go func() {
		_, _ = b.Write(append([]byte{0, 0, 0, 1}, []byte("\nescale-guest 1 0123456789abcdef\nescale-guest 1 \n")...))
		_, _ = b.Write([]byte("[    0.000000] it boots\n"))
		guest, err := Guest(b)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = guest.Close() }()
		for {
			s, h, err := guest.Accept()
			if err != nil {
				return
			}
			go echo(s, h)
		}
	}()
	host, err := Host(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = host.Close() }()
	if err := roundTrip(host, []byte("hello")); err != nil {
		t.Error(err)
	}
}

func TestHostGivesUp(t *testing.T) {
	a, b := net.Pipe()
	defer func() { _ = b.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Host(ctx, a); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestSkipperLeavesOutLateHellos(t *testing.T) {
	hello := helloHost + strings.Repeat("f", nonceBytes) + "\n"
	for name, tc := range map[string]struct {
		in, want string
		err      error
	}{
		"none":         {in: "\x00frame", want: "\x00frame"},
		"two":          {in: hello + hello + "\x00frame", want: "\x00frame"},
		"only later":   {in: "\x00" + hello, want: "\x00" + hello},
		"not a hello":  {in: "every other line of some length or so\n", err: ErrNoise},
		"cut":          {in: hello[:5], err: io.ErrUnexpectedEOF},
		"nothing left": {in: hello},
	} {
		t.Run(name, func(t *testing.T) {
			s := &skipper{ReadWriteCloser: rwc{strings.NewReader(tc.in)}}
			got, err := io.ReadAll(s)
			if string(got) != tc.want || (tc.err == nil) != (err == nil) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

type rwc struct{ io.Reader }

func (rwc) Write(p []byte) (int, error) { return len(p), nil }
func (rwc) Close() error                { return nil }

func FuzzScan(f *testing.F) {
	f.Add([]byte(helloHost + "0123456789abcdef\n"))
	f.Add([]byte("\x00\x00\x00" + helloHost + helloHost + "0123456789abcdef\nrest"))
	f.Fuzz(func(t *testing.T, in []byte) {
		nonce, err := scan(bytes.NewReader(in), helloHost, "")
		line := []byte(helloHost + nonce + "\n")
		if err == nil && !bytes.Contains(in, line) {
			t.Fatalf("found %q in %q", line, in)
		}
	})
}
