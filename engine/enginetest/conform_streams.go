package enginetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"escale/engine"
)

// awaitLine waits until the log holds a line of that text.
func (b *bench) awaitLine(id, text string) {
	b.Helper()
	b.until("the log says "+text, func() bool {
		return slices.ContainsFunc(b.lines(id, engine.LogOptions{Tail: -1}), func(l engine.LogLine) bool { return l.Text == text })
	})
}

// lines is all of a log that does not follow.
func (b *bench) lines(id string, options engine.LogOptions) []engine.LogLine {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	s, err := b.Logs(ctx, id, options)
	b.must(err)
	all := take(b, s, -1, 20*time.Second)
	if err := s.Err(); err != nil {
		b.Errorf("log ended: %v", err)
	}
	return all
}

func texts(lines []engine.LogLine) []string {
	var all []string
	for _, l := range lines {
		all = append(all, l.Text)
	}
	return all
}

func checkLog(b *bench) {
	id := b.run(shell("echo one; echo two >&2; echo; sleep 2.2; echo three; echo four >&2"))
	b.ended(id)
	all := b.lines(id, engine.LogOptions{Tail: -1})
	if got := slices.Sorted(slices.Values(texts(all))); !slices.Equal(got, []string{"", "four", "one", "three", "two"}) {
		b.Fatalf("all: %q", got)
	}
	for _, l := range all {
		if l.Stderr != (l.Text == "two" || l.Text == "four") || time.Since(l.At) > time.Hour {
			b.Errorf("line %+v", l)
		}
	}
	// The engine copies the two streams side by side: each is in order, and what
	// is seconds apart is too, but neighbours of different streams may swap.
	for i, l := range all {
		for _, later := range all[i+1:] {
			if l.At.After(later.At) && (l.Stderr == later.Stderr || l.At.Sub(later.At) > time.Second) {
				b.Errorf("not oldest first: %+v", all)
			}
		}
	}
	tail := texts(b.lines(id, engine.LogOptions{Tail: 2}))
	if slices.Sort(tail); !slices.Equal(tail, []string{"four", "three"}) {
		b.Errorf("tail 2: %q", tail)
	}
	if none := b.lines(id, engine.LogOptions{Tail: 0}); len(none) != 0 {
		b.Errorf("tail 0: %q", texts(none))
	}
	middle := between(all, "two", "three")
	since := texts(b.lines(id, engine.LogOptions{Tail: -1, Since: middle}))
	if slices.Sort(since); !slices.Equal(since, []string{"four", "three"}) {
		b.Errorf("since: %q", since)
	}
	until := texts(b.lines(id, engine.LogOptions{Tail: -1, Until: middle}))
	if slices.Sort(until); !slices.Equal(until, []string{"", "one", "two"}) {
		b.Errorf("until: %q", until)
	}
}

// between is the time half-way from one line to another, however slow the
// engine's computer is.
func between(lines []engine.LogLine, first, second string) time.Time {
	at := func(text string) time.Time {
		return lines[slices.IndexFunc(lines, func(l engine.LogLine) bool { return l.Text == text })].At
	}
	return at(first).Add(at(second).Sub(at(first)) / 2)
}

func checkTerminalLog(b *bench) {
	spec := shell("echo one; echo two >&2; sleep 0.3; echo three")
	spec.TTY = true
	id := b.run(spec)
	b.ended(id)
	all := b.lines(id, engine.LogOptions{Tail: -1})
	if got := texts(all); !slices.Equal(got, []string{"one", "two", "three"}) {
		b.Errorf("terminal: %q", got)
	}
	for _, l := range all {
		if l.Stderr || l.At.IsZero() {
			b.Errorf("line %+v", l)
		}
	}
	long := strings.Repeat("0123456789abcdef", 3000) // engines cut it, and put a time before each part
	spec = shell("echo " + long + "; echo short")
	spec.TTY = true
	id = b.run(spec)
	b.ended(id)
	if got := texts(b.lines(id, engine.LogOptions{Tail: -1})); len(got) != 2 || got[0] != long || got[1] != "short" {
		b.Errorf("terminal, long line: %d lines, first of %d bytes", len(got), len(got[0]))
	}
}

func checkFollow(b *bench) {
	id := b.run(shell("echo one; sleep 1.5; echo two; sleep 1; echo three; exit 0"))
	s, err := b.Logs(b.Context(), id, engine.LogOptions{Tail: -1, Follow: true})
	b.must(err)
	if got := texts(take(b, s, 3, 20*time.Second)); !slices.Equal(got, []string{"one", "two", "three"}) {
		b.Errorf("followed: %q", got)
	}
	if rest := take(b, s, -1, 20*time.Second); len(rest) != 0 || s.Err() != nil {
		b.Errorf("after the end: %q, %v", texts(rest), s.Err())
	}
	quiet := b.run(shell("echo early; " + forever))
	b.awaitLine(quiet, "early")
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	s, err = b.Logs(ctx, quiet, engine.LogOptions{Tail: 0, Follow: true})
	b.must(err)
	cancel()
	if late := take(b, s, -1, 5*time.Second); len(late) != 0 {
		b.Errorf("tail 0 followed: %q", texts(late))
	}
	if err := s.Err(); !errors.Is(err, context.Canceled) {
		b.Errorf("cancelled: %v", err)
	}
}

func checkLongLines(b *bench) {
	const length = 40_000
	long := strings.Repeat("x", length)
	id := b.run(shell("echo " + long + "; echo short"))
	b.ended(id)
	got := b.lines(id, engine.LogOptions{Tail: -1})
	if len(got) != 2 || got[0].Text != long || got[1].Text != "short" {
		b.Errorf("%d lines, first of %d bytes", len(got), len(got[0].Text))
	}
}

func checkStats(b *bench) {
	id := b.run(shell("while true; do true; done"))
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	s, err := b.Stats(ctx, id)
	b.must(err)
	began := time.Now()
	samples := take(b, s, 4, 20*time.Second)
	if took := time.Since(began); took > 10*time.Second {
		b.Errorf("four samples took %v", took)
	}
	last := samples[3]
	if last.MemoryBytes <= 0 || last.MemoryLimit < last.MemoryBytes || last.PIDs < 1 || time.Since(last.At) > time.Minute {
		b.Errorf("sample %+v", last)
	}
	if !last.At.After(samples[2].At) || last.CPUPercent < 0 || last.CPUPercent > 6400 {
		b.Errorf("samples %+v", samples)
	}
	b.until("it is seen to do nothing but work", func() bool { // not at once where others work as hard
		return last.CPUPercent > 20 || take(b, s, 1, 20*time.Second)[0].CPUPercent > 20
	})
	b.must(b.KillContainer(b.Context(), id, ""))
	take(b, s, -1, 20*time.Second)
	if err := s.Err(); err != nil {
		b.Errorf("ended: %v", err)
	}
	s, err = b.Stats(ctx, id)
	b.must(err)
	if rest := take(b, s, -1, 10*time.Second); len(rest) != 0 || s.Err() != nil {
		b.Errorf("of a stopped container: %+v, %v", rest, s.Err())
	}
}

// checkTraffic knocks at a closed port of the network's gateway, which refuses.
func checkTraffic(b *bench) {
	place := "127.0.0.1"
	if at := b.inspect(b.run(shell(forever))).Attachments; len(at) > 0 && at[0].Gateway.IsValid() {
		place = at[0].Gateway.String()
	}
	id := b.run(shell("while true; do nc -w 1 " + place + " 9; sleep 0.1; done"))
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	s, err := b.Stats(ctx, id)
	b.must(err)
	samples := take(b, s, 3, 20*time.Second)
	if first, last := samples[0], samples[2]; last.RxBytes <= first.RxBytes || last.TxBytes <= first.TxBytes {
		b.Errorf("nothing was sent and received: %+v, then %+v", first, last)
	}
	if last := samples[2]; last.RxBytes > 1<<20 || last.TxBytes > 1<<20 {
		b.Errorf("some packets are %+v", last)
	}
}

func checkEvents(b *bench) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	s, err := b.Watch(ctx)
	b.must(err)
	name, renamed := b.name(), b.name()
	spec := shell(forever)
	spec.Name = name
	id := b.run(spec)
	b.must(b.PauseContainer(b.Context(), id))
	b.must(b.ResumeContainer(b.Context(), id))
	b.must(b.RenameContainer(b.Context(), id, renamed))
	b.must(b.KillContainer(b.Context(), id, ""))
	b.ended(id)
	b.must(b.RemoveContainer(b.Context(), id, engine.RemoveContainer{}))
	want := []string{"create", "start", "pause", "unpause", "rename", "die", "destroy"}
	limit := time.NewTimer(20 * time.Second)
	defer limit.Stop()
	for len(want) > 0 {
		select {
		case e, open := <-s.C:
			if !open {
				b.Fatalf("stream ended: %v", s.Err())
			}
			if strings.HasPrefix(e.Action, "exec") || e.Action == "" || time.Since(e.At) > time.Minute {
				b.Errorf("event %+v", e)
			}
			if e.Kind == engine.KindContainer && e.ID == id && e.Action == want[0] {
				want = want[1:]
			}
		case <-limit.C:
			b.Fatalf("no event %q", want)
		}
	}
	cancel()
	take(b, s, -1, 5*time.Second)
	if err := s.Err(); !errors.Is(err, context.Canceled) {
		b.Errorf("cancelled: %v", err)
	}
}

func checkClose(b *bench) {
	id := b.run(shell(forever))
	b.must(b.RemoveContainer(b.Context(), id, engine.RemoveContainer{Force: true}))
	s, err := b.Watch(b.Context())
	b.must(err)
	b.must(b.Close())
	take(b, s, -1, 5*time.Second)
	if s.Err() == nil {
		b.Error("stream of a closed engine ended without an error")
	}
	b.wants("ping", b.Ping(b.Context()), engine.ErrUnreachable)
	_, err = b.ListContainers(b.Context())
	b.wants("list", err, engine.ErrUnreachable)
}
