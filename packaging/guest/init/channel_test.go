//go:build linux

package main

import (
	"io"
	"net"
	"testing"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

// TestCalls: the host is served over a vsock, though a call broke before it was
// taken; a container that calls the guest is not.
func TestCalls(t *testing.T) {
	a := &agent{boot: newSteps(), engine: newEngine(wire.Params{}), host: newPresence(), ending: make(chan end, 1)}
	defer a.host.alarm.Stop()
	const container = 3
	containers, inner := net.Pipe()
	hosts, guests := net.Pipe()
	calls := make(chan func() (call, error), 4)
	calls <- func() (call, error) { return call{}, unix.ECONNABORTED }
	calls <- func() (call, error) { return call{inner, container}, nil }
	calls <- func() (call, error) { return call{guests, unix.VMADDR_CID_HOST}, nil }
	over := make(chan struct{})
	go func() {
		defer close(over)
		a.serveCalls(func() (call, error) {
			next, more := <-calls
			if !more {
				return call{}, net.ErrClosed
			}
			return next()
		})
	}()
	if _, err := containers.Read(make([]byte, 1)); err != io.EOF { //nolint:errorlint // a pipe's
		t.Errorf("a container reads %v", err)
	}
	session, err := wire.Host(t.Context(), hosts)
	if err != nil {
		t.Fatal(err)
	}
	var state wire.State
	if err := session.Ask(t.Context(), wire.Header{Do: wire.Status}, &state); err != nil || state.Engine != wire.EngineStarting {
		t.Errorf("got %+v, %v", state, err)
	}
	_ = session.Close()
	close(calls)
	<-over
}
