//go:build !windows

package helper

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"escale/engine/machine"
	"escale/engine/machine/machinetest"
	"escale/engine/machine/qemu"
)

func TestMain(m *testing.M) {
	if dir, image, is := strings.Cut(os.Getenv(helperVariable), "|"); is {
		os.Exit(playHelper(dir, image))
	}
	machinetest.Main()
	goleak.VerifyTestMain(m)
}

// bench is a helper with a home of its own, and what is around it.
type bench struct {
	*machine.Client
	t      *testing.T
	h      *Helper
	home   machine.Home
	driver *qemu.Driver
	engine *machinetest.Engine
	image  string
	room   atomic.Int64 // of this computer's disk
	end    func()       // what SIGTERM does
}

const name = "default"

// newBench serves a helper until the test ends. change may alter it before.
func newBench(t *testing.T, plan machinetest.Plan, change func(*bench)) *bench {
	t.Helper()
	dir, err := os.MkdirTemp("", "m") //nolint:usetesting // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	b := &bench{t: t, home: machine.Home{Data: dir, Run: dir}, engine: machinetest.StartEngine(t), image: machinetest.WriteImage(t)}
	plan.Engine = b.engine.Socket
	plan.Write(t, b.home.Machine(name))
	b.driver = qemu.New()
	b.driver.Program = machinetest.Program(t)
	b.driver.Folders = &playedFolders{}
	b.driver.Probe = func() error { return errors.New("tests have none") }
	b.h, err = Open(Options{Home: b.home, Driver: b.driver, Version: "test", Images: func() []string { return []string{b.image} }})
	if err != nil {
		t.Fatal(err)
	}
	b.h.timing = timing{
		lock: 3 * time.Second, firstStep: 3 * time.Second, step: 10 * time.Second, ask: 5 * time.Second,
		grace: 100 * time.Millisecond, ending: time.Second, powerDown: time.Second, lost: 5 * time.Second,
		idle: time.Hour, upkeep: 20 * time.Millisecond, slept: time.Hour, linger: time.Hour, sample: 50 * time.Millisecond,
		settle: 50 * time.Millisecond, trimEvery: time.Hour, chore: 5 * time.Second, stock: 5 * time.Second, again: 100 * time.Millisecond,
		farewell: 5 * time.Second,
	}
	b.setFree(100 << 30)
	b.h.free = func(string) (int64, error) { return b.room.Load(), nil }
	b.h.computer = machine.Computer{CPUs: 2, MemoryBytes: 8 << 30}
	if change != nil {
		change(b)
	}
	b.serve()
	return b
}

func (b *bench) serve() {
	b.Client = machine.NewClient(b.home)
	ctx, cancel := context.WithCancel(context.Background())
	b.end = cancel
	served := make(chan error, 1)
	go func() { served <- b.h.Serve(ctx) }()
	b.t.Cleanup(func() {
		b.Close()
		cancel()
		if err := errors.Join(<-served, b.h.Close()); err != nil {
			b.t.Error(err)
		}
	})
	b.until("the helper answers", func() bool {
		_, err := b.Version(b.t.Context())
		return err == nil
	})
}

// setFree is what is left of this computer's disk from now on.
func (b *bench) setFree(bytes int64) { b.room.Store(bytes) }

// until waits for something that has no event.
func (b *bench) until(what string, is func() bool) {
	b.t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); <-again.C {
		if is() {
			return
		}
	}
	b.t.Fatalf("not within 20 s: %s", what)
}

func (b *bench) start() machine.Status {
	b.t.Helper()
	s, err := b.Start(b.t.Context(), name)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// status is the machine's, now.
func (b *bench) status() machine.Status {
	b.t.Helper()
	s, err := b.Status(b.t.Context(), name)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// engineAnswers asks the machine's engine for its version, as docker does.
func (b *bench) engineAnswers() error {
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", b.home.Docker(name))
	}}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(b.t.Context(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://engine/version", http.NoBody)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// notes is what the guest noted beside its disk.
func (b *bench) notes(kind string) string {
	data, err := os.ReadFile(filepath.Join(b.home.Machine(name), kind+".note"))
	if err != nil {
		return ""
	}
	return string(data)
}

// watches says whether the machine's containers have been listed once.
func (h *Helper) watches(name string) bool {
	v, err := h.machine(name)
	if err != nil {
		return false
	}
	r, err := v.running()
	if err != nil {
		return false
	}
	b := r.booted.Load()
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.containers >= 0
}
