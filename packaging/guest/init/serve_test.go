//go:build linux

package main

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"escale/engine/machine/wire"
)

// connected gives a host's session with an agent that has no engine.
func connected(t *testing.T) (*wire.Session, *agent) {
	t.Helper()
	a := &agent{boot: newSteps(), engine: newEngine(wire.Params{}), host: newPresence(), shares: newShares(), ending: make(chan end, 1)}
	inner, outer := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		session, err := wire.Guest(inner)
		if err != nil {
			t.Error(err)
			return
		}
		a.serve(session)
	}()
	host, err := wire.Host(t.Context(), outer)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = host.Close()
		<-done
		a.host.alarm.Stop()
	})
	return host, a
}

func TestDial(t *testing.T) {
	host, _ := connected(t)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		asked, _ := io.ReadAll(c) // ends with the host's half close
		_, _ = c.Write(asked)
		_ = c.Close()
	}()
	header := wire.Header{Do: wire.Dial, Network: "tcp", Address: listener.Addr().String()}
	stream, err := host.Begin(t.Context(), header)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(stream, "page")
	_ = stream.CloseWrite()
	if got, err := io.ReadAll(stream); string(got) != "page" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	_ = stream.Close()
	_ = listener.Close()
	var refused *wire.Failure
	if _, err := host.Begin(t.Context(), header); !errors.As(err, &refused) || refused.Kind != wire.FailRefused {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestDialDatagrams(t *testing.T) {
	host, _ := connected(t)
	socket, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	go func() {
		buffer := make([]byte, wire.DatagramLimit)
		for {
			n, from, err := socket.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = socket.WriteTo(append(buffer[:n:n], '!'), from)
		}
	}()
	stream, err := host.Begin(t.Context(), wire.Header{Do: wire.Dial, Network: "udp", Address: socket.LocalAddr().String()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Close() }()
	buffer := make([]byte, wire.DatagramLimit)
	for _, ask := range []string{"one", strings.Repeat("x", 9000)} {
		if err := wire.WriteDatagram(stream, []byte(ask)); err != nil {
			t.Fatal(err)
		}
		if n, err := wire.ReadDatagram(stream, buffer); err != nil || string(buffer[:n]) != ask+"!" {
			t.Fatalf("%d bytes came back, %v", n, err)
		}
	}
}

func TestStatusLogAndBoot(t *testing.T) {
	host, a := connected(t)
	var state wire.State
	if err := host.Ask(t.Context(), wire.Header{Do: wire.Status}, &state); err != nil || state.Engine != wire.EngineStarting || state.MemTotalBytes == 0 {
		t.Errorf("status %+v, %v", state, err)
	}
	_, _ = io.WriteString(a.engine.log, "level=info\nlevel=error\n")
	logs, err := host.Open(t.Context(), wire.Header{Do: wire.Log, Name: wire.LogDockerd, Tail: 1})
	if err != nil {
		t.Fatal(err)
	}
	line := make([]byte, len("level=error\n"))
	if _, err := io.ReadFull(logs, line); err != nil || string(line) != "level=error\n" {
		t.Errorf("log %q, %v", line, err)
	}
	_ = logs.Close()
	a.boot.add(wire.Step{Step: wire.StepKernel, AtMillis: 7})
	boot, err := host.Open(t.Context(), wire.Header{Do: wire.Boot})
	if err != nil {
		t.Fatal(err)
	}
	var step wire.Step
	if err := boot.ReadJSON(&step); err != nil || step.AtMillis != 7 {
		t.Errorf("step %+v, %v", step, err)
	}
	_ = boot.Close()
}

func TestShutdownIsAskedOnce(t *testing.T) {
	host, a := connected(t)
	for range 2 {
		var answer wire.Answer
		if err := host.Ask(t.Context(), wire.ShutdownIn(1500*time.Millisecond), &answer); err != nil || !answer.OK {
			t.Fatalf("%+v, %v", answer, err)
		}
	}
	if wish := <-a.ending; wish.grace != 1500*time.Millisecond {
		t.Errorf("grace %s", wish.grace)
	}
}

// TestNothingFromTheHostEndsTheAgent sends what no helper would.
func TestNothingFromTheHostEndsTheAgent(t *testing.T) {
	host, _ := connected(t)
	for _, header := range []wire.Header{
		{},
		{Do: "\x00"},
		{Do: wire.Dial},
		{Do: wire.Dial, Network: "tcp", Address: "[::]:1"},
		{Do: wire.Clock, UnixNanos: -1},
		{Do: wire.Log, Name: "../../etc/shadow"},
		{Do: wire.Shell, Rows: 65535, Cols: 65535},
		{Do: wire.Docker},
		{Do: "stop", Stream: 4_000_000_000},
	} {
		stream, err := host.Open(t.Context(), header)
		if err != nil {
			t.Fatal(err)
		}
		_ = stream.CloseWrite()
		_, _ = io.Copy(io.Discard, stream)
		_ = stream.Close()
	}
	var state wire.State
	if err := host.Ask(t.Context(), wire.Header{Do: wire.Status}, &state); err != nil {
		t.Errorf("it does not answer any more: %v", err)
	}
}

func TestAPanicIsSurvived(*testing.T) {
	a := &agent{}
	func() {
		defer a.survive("test")
		panic("a mistake")
	}()
}
