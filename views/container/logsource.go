package container

import (
	"context"
	"sort"
	"time"

	"escale/app/ansi"
	"escale/app/ring"
	"escale/views/kit"
	"escale/views/post"
)

// logSource shows the lines of a ring to a log view: all of them, under their
// own numbers.
type logSource struct{ lines *ring.Ring }

var _ kit.BoundedSource = logSource{}

// Len implements kit.LogSource.
func (s logSource) Len() int { return s.lines.Len() }

// Bounds implements kit.BoundedSource.
func (s logSource) Bounds() (first, end int) { return s.lines.Bounds() }

// Line implements kit.LogSource.
func (s logSource) Line(i int) kit.LogText {
	l, ok := s.lines.Line(i)
	if !ok {
		return kit.LogText{}
	}
	return kit.LogText{Stamp: stamp(l.At), Stderr: l.Stderr, Spans: spans(l.Text)}
}

func stamp(at time.Time) string { return at.Local().Format("15:04:05.000") }

// spans gives hostile text the kit's colours.
func spans(text string) []kit.Span {
	parsed := ansi.Parse(text)
	out := make([]kit.Span, len(parsed))
	for i, s := range parsed {
		fore, back := paint(s.Style.Fore), paint(s.Style.Back)
		if s.Style.Inverse {
			fore, back = back, fore
			if !s.Style.Fore.Set() && !s.Style.Back.Set() {
				fore, back = kit.PaintIndex(0), kit.PaintIndex(7)
			}
		}
		out[i] = kit.Span{Text: s.Text, Fg: fore, Bg: back, Bold: s.Style.Bold}
	}
	return out
}

func paint(c ansi.Color) kit.Paint {
	if n, ok := c.Named(); ok {
		return kit.PaintIndex(uint8(n)) //nolint:gosec // 0 to 15
	}
	if r, g, b, ok := c.RGB(); ok {
		return kit.PaintRGB(r, g, b)
	}
	return 0
}

// sifted shows some lines of a ring, under numbers of their own, which stay
// right while old ones go.
type sifted struct {
	lines   *ring.Ring
	numbers []int // in the ring
	base    int   // own number of the first
}

var _ kit.BoundedSource = (*sifted)(nil)

// Len implements kit.LogSource.
func (s *sifted) Len() int { return len(s.numbers) }

// Bounds implements kit.BoundedSource.
func (s *sifted) Bounds() (first, end int) { return s.base, s.base + len(s.numbers) }

// Line implements kit.LogSource.
func (s *sifted) Line(i int) kit.LogText {
	if i -= s.base; i < 0 || i >= len(s.numbers) {
		return kit.LogText{}
	}
	return logSource{s.lines}.Line(s.numbers[i])
}

// set takes newer numbers, whose first ones may be gone.
func (s *sifted) set(numbers []int) {
	if len(numbers) == 0 {
		s.base += len(s.numbers)
	} else {
		s.base += sort.SearchInts(s.numbers, numbers[0])
	}
	s.numbers = numbers
}

// own is the number here of a line of the ring, or -1.
func (s *sifted) own(number int) int {
	i := sort.SearchInts(s.numbers, number)
	if i == len(s.numbers) || s.numbers[i] != number {
		return -1
	}
	return s.base + i
}

// hunt runs a query over a ring on a goroutine of its own, again and again as
// the ring grows. It belongs to the UI goroutine.
type hunt struct {
	poster post.Poster
	found  func(lines []int)
	finder *ring.Finder
	cancel context.CancelFunc
	busy   bool
	again  bool
}

// newHunt starts to look. found is called on the UI goroutine each time more
// has been looked at, unless the hunt was ended.
func newHunt(lines *ring.Ring, q ring.Query, p post.Poster, found func([]int)) *hunt {
	h := &hunt{poster: p, found: found, finder: lines.Find(q)}
	h.next()
	return h
}

// next looks at what has come since.
func (h *hunt) next() {
	if h.busy {
		h.again = true
		return
	}
	h.busy, h.again = true, false
	ctx, cancel := context.WithCancel(context.Background())
	h.cancel = cancel
	go func() {
		err := h.finder.Advance(ctx)
		cancel()
		h.poster.Post(func() { //nolint:contextcheck // the next look is not part of this one
			h.busy = false
			if err != nil || h.found == nil {
				return
			}
			h.found(h.finder.Lines())
			if h.again {
				h.next()
			}
		})
	}()
}

// end forgets the hunt: nothing is called any more.
func (h *hunt) end() {
	h.found = nil
	if h.cancel != nil {
		h.cancel()
	}
}
