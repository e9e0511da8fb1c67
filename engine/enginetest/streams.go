package enginetest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"escale/engine"
)

// AppendLog adds lines to a container's output. A line without a time gets now.
func (f *Fake) AppendLog(id string, lines ...engine.LogLine) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.container(id)
	if err != nil {
		panic("enginetest: no container " + id)
	}
	for _, l := range lines {
		if l.At.IsZero() {
			l.At = now()
		}
		c.logs = append(c.logs, l)
	}
	f.notify()
}

// PushSample makes s the container's use of resources: streams deliver it at
// once, and again every second until the next.
func (f *Fake) PushSample(id string, s engine.Sample) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.container(id)
	if err != nil {
		panic("enginetest: no container " + id)
	}
	c.sample = &s
	c.pushed++
	f.notify()
}

// Emit sends an event to every open event stream. A zero At becomes now.
func (f *Fake) Emit(e engine.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e.At.IsZero() {
		e.At = now()
	}
	f.events = append(f.events, e)
	f.notify()
}

// emit is Emit for the fake's own events. The caller holds f.mu.
func (f *Fake) emit(kind engine.Kind, id, action string, attributes map[string]string) {
	f.events = append(f.events, engine.Event{Kind: kind, ID: id, Action: action, At: now(), Attributes: attributes})
	f.notify()
}

// Watch implements engine.Watcher.
func (f *Fake) Watch(ctx context.Context) (*engine.Stream[engine.Event], error) {
	_, done, err := f.enter(ctx, "Watch")
	if err != nil {
		return nil, err
	}
	done()
	f.mu.Lock()
	next, epoch := len(f.events), f.epoch
	f.mu.Unlock()
	return stream(ctx, f, func() ([]engine.Event, time.Duration, bool, error) {
		if f.epoch != epoch {
			return nil, 0, true, errDropped()
		}
		fresh := slices.Clone(f.events[next:])
		next = len(f.events)
		return fresh, 0, false, nil
	}), nil
}

// Logs implements engine.Containers.
func (f *Fake) Logs(ctx context.Context, id string, options engine.LogOptions) (*engine.Stream[engine.LogLine], error) {
	var c *container
	next := 0
	err := f.with(ctx, "Logs", id, func(found *container) error {
		c = found
		next = firstLine(c.logs, options)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return stream(ctx, f, func() ([]engine.LogLine, time.Duration, bool, error) {
		var fresh []engine.LogLine
		for ; next < len(c.logs); next++ {
			at := c.logs[next].At
			if at.Before(options.Since) || !options.Until.IsZero() && at.After(options.Until) {
				continue
			}
			fresh = append(fresh, c.logs[next])
		}
		return fresh, 0, !options.Follow || !c.d.Active(), nil
	}), nil
}

// firstLine is the index of the first line that the tail of options lets pass.
func firstLine(lines []engine.LogLine, options engine.LogOptions) int {
	if options.Tail < 0 {
		return 0
	}
	first := len(lines)
	for n := 0; n < options.Tail && first > 0; {
		first--
		if options.Until.IsZero() || !lines[first].At.After(options.Until) {
			n++
		}
	}
	return first
}

// Stats implements engine.Containers.
func (f *Fake) Stats(ctx context.Context, id string) (*engine.Stream[engine.Sample], error) {
	var c *container
	err := f.with(ctx, "Stats", id, func(found *container) error {
		c = found
		return nil
	})
	if err != nil {
		return nil, err
	}
	seen, due := -1, time.Time{}
	return stream(ctx, f, func() ([]engine.Sample, time.Duration, bool, error) {
		if !c.d.Active() {
			return nil, 0, true, nil
		}
		if wait := time.Until(due); c.pushed == seen && wait > 0 {
			return nil, wait, false, nil
		}
		seen, due = c.pushed, time.Now().Add(time.Second)
		s := engine.Sample{MemoryBytes: 4 << 20, MemoryLimit: f.info.MemoryBytes, PIDs: 1}
		if c.process.Busy {
			s.CPUPercent = 100
		}
		if c.process.Talks {
			s.RxBytes = int64(time.Since(c.d.Started) / time.Millisecond)
			s.TxBytes = s.RxBytes
		}
		if c.sample != nil {
			s = *c.sample
		}
		if s.At.IsZero() {
			s.At = now()
		}
		return []engine.Sample{s}, time.Second, false, nil
	}), nil
}

// stream runs poll, under f.mu, whenever something changed or the time it
// returned has passed, and sends what it returns until it is done.
func stream[T any](ctx context.Context, f *Fake, poll func() (values []T, again time.Duration, done bool, err error)) *engine.Stream[T] {
	values, ended := make(chan T, 16), make(chan struct{})
	var cause error
	f.mu.Lock()
	broken := f.broken
	f.mu.Unlock()
	go func() {
		defer close(values)
		defer close(ended)
		cause = pump(ctx, f, broken, values, poll)
	}()
	return &engine.Stream[T]{C: values, Err: func() error {
		select {
		case <-ended:
			return cause
		default:
			return nil
		}
	}}
}

func pump[T any](ctx context.Context, f *Fake, broken int, out chan<- T, poll func() ([]T, time.Duration, bool, error)) error {
	for {
		f.mu.Lock()
		var fresh []T
		var again time.Duration
		done, err := true, errDropped()
		if f.broken == broken {
			fresh, again, done, err = poll()
		}
		changed := f.changed
		f.mu.Unlock()
		for _, v := range fresh {
			select {
			case out <- v:
			case <-ctx.Done():
				return fmt.Errorf("stream: %w", context.Cause(ctx))
			}
		}
		if done {
			return err
		}
		if err := awaitChange(ctx, changed, again); err != nil {
			return fmt.Errorf("stream: %w", err)
		}
	}
}

// awaitChange waits for a change, for again when it is not 0, or for ctx.
func awaitChange(ctx context.Context, changed <-chan struct{}, again time.Duration) error {
	var timer <-chan time.Time
	if again > 0 {
		t := time.NewTimer(again)
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-changed:
	case <-timer:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}
