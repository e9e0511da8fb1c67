package logs

import (
	"context"
	"fmt"
	"time"

	"escale/app/ring"
	"escale/engine"
)

// quietLive is how long a stream without lines must last to be live: one that
// cannot be read often fails only after it was opened.
const quietLive = 300 * time.Millisecond

// overlap is how far before the last line a resumed stream starts: engines
// stamp the two outputs apart, so neighbours may be stored out of order.
const overlap = time.Second

// follow reads one stream to its end.
func (s *Session) follow(ctx context.Context, source Source, o engine.LogOptions) error {
	e, release, err := source()
	if err != nil {
		return fmt.Errorf("follow log: %w", err)
	}
	defer release()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := e.Logs(ctx, s.id, o)
	if err != nil {
		return fmt.Errorf("follow log: %w", err)
	}
	f := &flusher{session: s, first: true, last: time.Now()}
	f.known, f.floor = s.known()
	f.take(ctx, stream.C)
	if err := stream.Err(); err != nil && ctx.Err() == nil {
		return fmt.Errorf("follow log: %w", err)
	}
	return nil
}

// flusher moves lines from a stream to the ring and tells about them: at once
// when the first ones are in, then every 100 ms, 250 ms in a backlog. Without
// lines it tells once that the stream lasts.
type flusher struct {
	session *Session
	known   map[seen]int // lines that a resumed stream repeats, and how often
	floor   time.Time    // older lines were all read before
	first   bool         // nothing was told yet
	dirty   bool
	ran     bool // the stream ran dry since the last flush: no backlog
	last    time.Time
}

func (f *flusher) take(ctx context.Context, lines <-chan engine.LogLine) {
	timer := time.NewTimer(flushEvery)
	defer timer.Stop()
	quiet := time.NewTimer(quietLive)
	defer quiet.Stop()
	for {
		select { // what is there already
		case l, ok := <-lines:
			if !ok {
				return
			}
			f.add(l)
			f.flushIfDue()
			continue
		default:
			f.ran = true
			f.flushIfDue()
		}
		var due <-chan time.Time
		if f.dirty {
			timer.Reset(f.wait())
			due = timer.C
		}
		select { // what comes
		case <-ctx.Done():
			return
		case <-due:
			f.flush()
		case <-quiet.C:
			if f.first {
				f.session.tell(Live, nil)
			}
		case l, ok := <-lines:
			if !ok {
				return
			}
			f.add(l)
		}
	}
}

func (f *flusher) add(l engine.LogLine) {
	if l.At.Before(f.floor) {
		return
	}
	if len(f.known) > 0 {
		key := seen{l.At.UnixNano(), l.Stderr, l.Text}
		if n := f.known[key]; n > 0 {
			f.known[key] = n - 1
			return
		}
	}
	if _, end := f.session.Lines.Bounds(); end == 0 {
		f.session.start = l.At
	}
	f.session.Lines.Append(l.At, l.Stderr, l.Text)
	f.dirty = true
}

// wait is how long until the next flush may be.
func (f *flusher) wait() time.Duration {
	every := backlogEvery
	switch {
	case f.first && f.ran:
		every = 0
	case f.first, f.ran:
		every = flushEvery
	}
	return every - time.Since(f.last)
}

func (f *flusher) flushIfDue() {
	if f.dirty && f.wait() <= 0 {
		f.flush()
	}
}

func (f *flusher) flush() {
	f.first, f.dirty, f.ran, f.last = false, false, false, time.Now()
	f.session.tell(Live, nil)
}

// seen identifies a line that a resumed stream sends again.
type seen struct {
	at     int64
	stderr bool
	text   string
}

// resumeFrom is where the next stream starts.
func (s *Session) resumeFrom() time.Time {
	_, end := s.Lines.Bounds()
	var newest time.Time
	s.back(end, func(l ring.Line) bool {
		if l.At.After(newest) {
			newest = l.At
		}
		return newest.Sub(l.At) <= overlap
	})
	return newest.Add(-overlap)
}

// known are the lines that a stream from resumeFrom sends again, and the time
// before which it can send nothing new. Engines may round the start down.
func (s *Session) known() (map[seen]int, time.Time) {
	_, end := s.Lines.Bounds()
	if end == 0 {
		return nil, time.Time{}
	}
	known, floor := map[seen]int{}, s.resumeFrom().Add(-overlap)
	s.back(end, func(l ring.Line) bool {
		known[seen{l.At.UnixNano(), l.Stderr, l.Text}]++
		return !l.At.Before(floor)
	})
	if s.tailed && s.start.After(floor) { // what the tail left out stays out
		floor = s.start
	}
	return known, floor
}

// back calls f for the lines before number end, newest first, while it wants.
func (s *Session) back(end int, f func(ring.Line) bool) {
	for n := end - 1; ; n-- {
		l, ok := s.Lines.Line(n)
		if !ok || !f(l) {
			return
		}
	}
}
