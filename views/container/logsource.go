package container

import (
	"context"
	"sort"

	"escale/app/ring"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/post"
)

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
	return life.RingLog{Lines: s.lines}.Line(s.numbers[i])
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
