//go:build !windows

package helper

import (
	"context"
	"fmt"
	"net"
	"slices"
	"testing"
	"time"

	"escale/engine/machine"
	"escale/engine/machine/machinetest"
)

// TestFarewell: a helper that ends says of its machine that it stops, and that it
// has stopped, before it falls silent.
func TestFarewell(t *testing.T) {
	b := newBench(t, machinetest.Plan{Deaf: true}, func(b *bench) {
		b.h.timing.ask = 300 * time.Millisecond // it takes its time to stop
		b.h.timing.sample = time.Hour
	})
	b.start()
	stream, err := b.Watch(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	var said []machine.State
	for s := range stream.C {
		if len(said) == 0 {
			b.end()
		}
		said = append(said, s.State)
	}
	if err := stream.Err(); err != nil {
		t.Error(err)
	}
	said = slices.Compact(said)
	if want := []machine.State{machine.StateRunning, machine.StateStopping, machine.StateStopped}; !slices.Equal(said, want) {
		t.Errorf("it said %v, want %v", said, want)
	}
}

// deafListener has one client, whose connection holds nothing that is not read.
type deafListener struct {
	net.Listener
	conns chan net.Conn
}

func (l *deafListener) Accept() (net.Conn, error) {
	conn, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (l *deafListener) Close() error   { close(l.conns); return nil }
func (l *deafListener) Addr() net.Addr { return &net.UnixAddr{} }

// TestFarewellIsShort: a client that does not read does not keep the helper.
func TestFarewellIsShort(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, func(b *bench) { b.h.timing.farewell = 50 * time.Millisecond })
	near, far := net.Pipe()
	defer near.Close() //nolint:errcheck // the helper has ended
	listener := &deafListener{conns: make(chan net.Conn, 1)}
	listener.conns <- far
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- b.h.serve(ctx, listener) }()
	if _, err := fmt.Fprintf(near, "GET /v1/machines/%s/events HTTP/1.1\r\nHost: m\r\n\r\n", name); err != nil {
		t.Fatal(err)
	}
	b.until("it is being answered", func() bool {
		b.h.mu.Lock()
		defer b.h.mu.Unlock()
		return b.h.asking > 0
	})
	cancel()
	select {
	case err := <-served:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the helper waits for a client that does not read")
	}
}
