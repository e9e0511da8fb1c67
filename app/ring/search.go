package ring

import (
	"bytes"
	"context"
	"runtime"
	"slices"
	"sort"
	"sync"
)

// Stream says which lines count.
type Stream int

// The streams.
const (
	Both Stream = iota
	Output
	Errors
)

// Query says which lines to find.
type Query struct {
	Text   string // any case; empty finds every line
	Stream Stream
}

// Finder finds the lines that match a query, and goes on from where it was as
// lines are appended. It belongs to one goroutine at a time.
type Finder struct {
	ring   *Ring
	stream Stream
	needle *needle // nil matches every text
	next   int     // the first line not looked at
	found  []int
}

// Find returns a finder that has looked at nothing yet.
func (r *Ring) Find(q Query) *Finder {
	return &Finder{ring: r, stream: q.Stream, needle: newNeedle(q.Text, r.plain)}
}

// Advance looks at the lines that came since the last call, and forgets those
// that the ring dropped. It stops early with the context's error.
func (f *Finder) Advance(ctx context.Context) error {
	chunks, first, end := f.ring.view(f.next)
	gone := sort.SearchInts(f.found, first)
	f.found = f.found[gone:]
	if len(chunks) == 0 {
		f.next = end
		return nil
	}
	parts := make([][]int, len(chunks))
	work := make(chan int, len(chunks))
	for i := range chunks {
		work <- i
	}
	close(work)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(chunks)) {
		wg.Go(func() {
			for i := range work {
				if ctx.Err() != nil {
					return
				}
				parts[i] = f.inChunk(&chunks[i], max(0, f.next-chunks[i].first))
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	f.found = slices.Concat(append([][]int{f.found}, parts...)...)
	f.next = end
	return nil
}

// Lines returns the numbers of the matching lines, in order. The slice is not
// changed by later calls.
func (f *Finder) Lines() []int { return slices.Clip(f.found) }

func (f *Finder) inChunk(c *chunk, from int) []int {
	if from >= len(c.starts) {
		return nil
	}
	if f.needle == nil {
		return f.allOf(c, from)
	}
	return f.matchesOf(c, from)
}

func (f *Finder) allOf(c *chunk, from int) []int {
	out := make([]int, 0, len(c.starts)-from)
	for i := from; i < len(c.starts); i++ {
		if f.wants(c.starts[i]) {
			out = append(out, c.first+i)
		}
	}
	return out
}

func (f *Finder) wants(entry uint32) bool {
	return f.stream == Both || (f.stream == Errors) == (entry&stderrMark != 0)
}

// matchesOf walks the places where the needle's rarest byte stands, over the
// whole chunk at once, and looks at the line around each.
func (f *Finder) matchesOf(c *chunk, from int) []int {
	var out []int
	data := c.data
	anchors := newAnchors(data, f.needle.anchors, int(c.starts[from]&offsetMask))
	line := from
	for {
		at := anchors.next()
		if at < 0 {
			return out
		}
		controls := false
		if f.needle.simple && !f.needle.at(data, at) {
			// Only a line with escapes could still match, with them taken out.
			if f.needle.plain == nil {
				continue
			}
			controls = true
		}
		line = c.lineAt(at, line)
		end := len(data)
		if line+1 < len(c.starts) {
			end = int(c.starts[line+1] & offsetMask)
		}
		marked := c.starts[line]&controlMark != 0
		if controls && !marked {
			continue
		}
		if f.wants(c.starts[line]) && f.needle.in(c.text(line), marked) {
			out = append(out, c.first+line)
		}
		anchors.skipTo(end)
	}
}

// lineAt returns the line of the byte at offset, given one at or before it.
func (c *chunk) lineAt(offset, line int) int {
	if line+1 >= len(c.starts) || int(c.starts[line+1]&offsetMask) > offset {
		return line
	}
	rest := c.starts[line+1:]
	k := sort.Search(len(rest), func(i int) bool { return int(rest[i]&offsetMask) > offset })
	return line + k
}

// anchors walks the places of any of a few bytes.
type anchors struct {
	data  []byte
	bytes []byte
	at    []int // next place of each byte; len(data) when there is none
}

func newAnchors(data, values []byte, from int) *anchors {
	a := &anchors{data: data, bytes: values, at: make([]int, len(values))}
	for i := range a.at {
		a.at[i] = from - 1
	}
	a.skipTo(from)
	return a
}

// next returns the next place and steps past it, or -1 at the end.
func (a *anchors) next() int {
	at := slices.Min(a.at)
	if at >= len(a.data) {
		return -1
	}
	a.skipTo(at + 1)
	return at
}

func (a *anchors) skipTo(from int) {
	for i, at := range a.at {
		if at >= from {
			continue
		}
		a.at[i] = len(a.data)
		if from < len(a.data) {
			if k := bytes.IndexByte(a.data[from:], a.bytes[i]); k >= 0 {
				a.at[i] = from + k
			}
		}
	}
}
