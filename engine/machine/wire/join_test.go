package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// TestJoinKeepsHalves joins a stream with a unix socket, as the guest does for
// the engine: what the client closed first must not end the answer.
func TestJoinKeepsHalves(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	go func() {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		asked, _ := io.ReadAll(c)
		_, _ = c.Write(bytes.ToUpper(asked))
		_ = c.Close()
	}()
	joined := make(chan error, 1)
	host, _ := pair(t, func(s *Stream, _ Header) {
		c, err := new(net.Dialer).DialContext(t.Context(), "unix", listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		joined <- Join(s, c.(*net.UnixConn))
	})
	s, err := host.Open(t.Context(), Header{Do: Docker})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	_, _ = io.Copy(s, strings.NewReader(strings.Repeat("x", 1<<20)))
	_ = s.CloseWrite()
	got, err := io.ReadAll(s)
	if err != nil || string(got) != strings.Repeat("X", 1<<20) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	if err := <-joined; err != nil {
		t.Error(err)
	}
}

func TestDatagrams(t *testing.T) {
	var b bytes.Buffer
	longest := bytes.Repeat([]byte("x"), DatagramLimit)
	for _, d := range [][]byte{[]byte("one"), {}, longest} {
		if err := WriteDatagram(&b, d); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteDatagram(&b, append(longest, 'x')); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("too long: %v", err)
	}
	buffer := make([]byte, DatagramLimit)
	for _, want := range []int{3, 0, DatagramLimit} {
		if n, err := ReadDatagram(&b, buffer); n != want || err != nil {
			t.Errorf("%d bytes, %v; want %d", n, err, want)
		}
	}
	if _, err := ReadDatagram(&b, buffer); err != io.EOF { //nolint:errorlint // it promises not to wrap it
		t.Errorf("end: %v", err)
	}
	for _, cut := range []string{"\x00", "\x00\x05abc"} {
		if _, err := ReadDatagram(strings.NewReader(cut), buffer); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut at %q: %v", cut, err)
		}
	}
	if _, err := ReadDatagram(strings.NewReader("\xff\xffabc"), buffer[:100]); !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("short buffer: %v", err)
	}
}

func TestJoinDatagrams(t *testing.T) {
	socket, far := net.Pipe() // it keeps messages apart as a socket does, when read whole
	joined := make(chan error, 1)
	host, _ := pair(t, func(s *Stream, _ Header) {
		_ = s.WriteJSON(Answer{OK: true})
		joined <- JoinDatagrams(s, socket)
	})
	s, err := host.Begin(t.Context(), Header{Do: Dial, Network: "udp", Address: "127.0.0.1:53"})
	if err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, DatagramLimit)
	for _, ask := range []string{"a", "longer"} {
		if err := WriteDatagram(s, []byte(ask)); err != nil {
			t.Fatal(err)
		}
		n, err := far.Read(buffer)
		if err != nil || string(buffer[:n]) != ask {
			t.Fatalf("%q, %v", buffer[:n], err)
		}
		if _, err := far.Write([]byte("re " + ask)); err != nil {
			t.Fatal(err)
		}
		if n, err = ReadDatagram(s, buffer); err != nil || string(buffer[:n]) != "re "+ask {
			t.Fatalf("%q, %v", buffer[:n], err)
		}
	}
	_ = s.Close()
	if _, err := far.Read(buffer); !errors.Is(err, io.EOF) {
		t.Errorf("the socket outlives the stream: %v", err)
	}
	// It ends while the channel is there: one that goes at once may overtake the
	// word that the last answer was written.
	if err := <-joined; err != nil {
		t.Error(err)
	}
}
