package enginetest

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"escale/engine"
)

// Deadlines of an adapter's calls, as Fake holds them too.
const (
	callDeadline   = 5 * time.Second  // list, inspect, subscribe
	changeDeadline = 30 * time.Second // create, start, remove …
	slowDeadline   = 30 * time.Second // volumes and disk use
	pruneDeadline  = 5 * time.Minute
	stallDeadline  = time.Minute // of a pull without progress
)

// faults is what a fake was told to do wrong. Guarded by Fake.mu.
type faults struct {
	hung        map[string]bool // "" is every call
	failing     map[string]error
	slow        time.Duration
	down        bool
	noDeadlines bool
}

// Hang makes the named calls, or all when none is named, block until their
// context ends, their deadline passes (ErrTimeout) or Release is called.
func (f *Fake) Hang(calls ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.faults.hung == nil {
		f.faults.hung = map[string]bool{}
	}
	if len(calls) == 0 {
		calls = []string{""}
	}
	for _, call := range calls {
		f.faults.hung[call] = true
	}
}

// Release undoes Hang; calls that hang go on.
func (f *Fake) Release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults.hung = nil
	f.notify()
}

// Fail makes every later use of a call fail with err; nil mends it. The call ""
// stands for all.
func (f *Fake) Fail(call string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.faults.failing == nil {
		f.faults.failing = map[string]error{}
	}
	if err == nil {
		delete(f.faults.failing, call)
		return
	}
	f.faults.failing[call] = err
}

// SetSlow makes every list (calls named List…, and DiskUsage) take d. Beyond the
// call's deadline that is an ErrTimeout; see SetDeadlines.
func (f *Fake) SetSlow(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults.slow = d
}

// SetDeadlines says whether calls hold the adapters' deadlines (the default):
// 5 s for lists and inspections, 30 s for changes, volumes and disk use, the
// grace and 5 s for a stop, then ErrTimeout. Without them only the
// caller's context ends a call.
func (f *Fake) SetDeadlines(hold bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults.noDeadlines = !hold
}

// Drop breaks every event stream that is open now, as a lost connection does.
func (f *Fake) Drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.epoch++
	f.notify()
}

// Down makes the engine unreachable (connection refused) and breaks every
// stream, until Up. Containers without a restart policy end with 137.
func (f *Fake) Down() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults.down = true
	f.broken++
	for _, c := range f.containers {
		if c.d.Active() && (c.d.Restart == engine.RestartNo || c.d.Restart == "") {
			f.end(c, 137, false)
		}
	}
	f.notify()
}

// Up undoes Down.
func (f *Fake) Up() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults.down = false
	f.notify()
}

// Restart is Down followed at once by Up: streams break, the next call works.
func (f *Fake) Restart() { f.Down(); f.Up() }

// Replace puts another, empty engine in this one's place, at the same address:
// every object is gone and every stream breaks. Version names the new one.
func (f *Fake) Replace(v engine.Version) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reset()
	f.version = v
	f.broken++
	f.notify()
}

// Flood emits n events about containers that may not exist ("flood-0" …, a
// hundred different ones), faster than anyone can read them.
func (f *Fake) Flood(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range n {
		f.emit(engine.KindContainer, fmt.Sprintf("flood-%d", i%100), "start", nil)
	}
}

// enter begins a call: it records it and applies the faults. The context it
// returns holds the call's deadline; the caller must call the second value.
func (f *Fake) enter(ctx context.Context, call string, extra ...time.Duration) (context.Context, func(), error) {
	f.mu.Lock()
	f.calls = append(f.calls, call)
	held := !f.faults.noDeadlines
	f.mu.Unlock()
	cancel := func() {}
	if held {
		ctx, cancel = context.WithTimeoutCause(ctx, deadline(call, extra...), engine.ErrTimeout)
	}
	if err := f.obstruct(ctx, call); err != nil {
		cancel()
		return ctx, func() {}, fmt.Errorf("%s: %w", call, err)
	}
	return ctx, cancel, nil
}

// obstruct waits as long as the faults say, and returns their error.
func (f *Fake) obstruct(ctx context.Context, call string) error {
	for {
		f.mu.Lock()
		hung, changed := f.faults.hung[""] || f.faults.hung[call], f.changed
		slow := f.faults.slow
		if !strings.HasPrefix(call, "List") && call != "DiskUsage" {
			slow = 0
		}
		err := f.fault(call)
		f.mu.Unlock()
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return err
		case hung:
			select {
			case <-ctx.Done():
			case <-changed:
			}
		case slow > 0:
			return pause(ctx, slow)
		default:
			return nil
		}
	}
}

// fault is the error that call must fail with, if any. The caller holds f.mu.
func (f *Fake) fault(call string) error {
	if f.closed || f.faults.down {
		return engine.Unreachable(engine.ErrRefused, io.ErrClosedPipe)
	}
	if err := f.faults.failing[call]; err != nil {
		return err
	}
	return f.faults.failing[""]
}

func deadline(call string, extra ...time.Duration) time.Duration {
	limit := changeDeadline
	switch call {
	case "ListContainers", "InspectContainer", "ListImages", "InspectImage", "ImageHistory", "ListNetworks", "InspectNetwork",
		"Logs", "Stats", "Watch", "Ping", "Version", "Info", "StopContainer":
		limit = callDeadline
	case "ListVolumes", "InspectVolume", "DiskUsage", "PrunableImages", "SearchImages":
		limit = slowDeadline
	case "PruneImages", "PruneVolumes", "RemoveImage", "CopyInto", "CommitContainer", "SaveImage", "LoadImage":
		limit = pruneDeadline
	}
	for _, d := range extra {
		limit += d
	}
	return limit
}

// pause waits d, or returns why ctx ended before.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 { // timers that are due at once must not meet in one synctest bubble under -race
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// errDropped is why a stream broke.
func errDropped() error { return fmt.Errorf("%w: %w", engine.ErrUnreachable, io.ErrUnexpectedEOF) }
