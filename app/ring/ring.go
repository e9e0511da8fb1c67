// Package ring keeps the newest lines of a log in a bounded amount of memory.
//
// Lines lie one after the other in chunks of a mebibyte with a line index of
// twelve bytes a line; when the bound is reached the oldest chunk goes. A line
// keeps its number for ever: numbers count from 0 since the ring was made.
package ring

import (
	"strings"
	"sync"
	"time"
)

const (
	chunkBytes   = 1 << 20
	entryBytes   = 12 // of index, a line
	defaultBytes = 64 << 20

	// Each index entry is the line's start in its chunk and two marks.
	offsetMask  = 1<<30 - 1
	stderrMark  = 1 << 31
	controlMark = 1 << 30 // the text has ESC, CR or backspace: see Options.Plain
)

// Line is one stored line.
type Line struct {
	Number int
	At     time.Time // UTC
	Stderr bool
	Text   string
}

// Options say what a ring holds.
type Options struct {
	// MaxBytes bounds text and index together; 0 is 64 MiB. At least one chunk
	// (1 MiB) is kept.
	MaxBytes int
	// Plain returns what a reader sees of a text with control characters. It is
	// called on such lines only, while searching; nil searches them as they are.
	Plain func(string) string
}

// Ring is a bounded store of lines. One goroutine appends; any number read.
type Ring struct {
	plain func(string) string
	max   int

	mu      sync.RWMutex
	chunks  []*chunk
	size    int // bytes, text and index
	first   int // number of the oldest line kept
	end     int // number of the next line
	stderrs int // lines of stderr kept
}

// chunk is append-only: a view of it taken under the lock stays right.
type chunk struct {
	first  int // number of its first line
	data   []byte
	starts []uint32
	times  []int64 // nanoseconds since 1970
	errs   int
}

// New returns an empty ring.
func New(o Options) *Ring {
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultBytes
	}
	return &Ring{plain: o.Plain, max: o.MaxBytes}
}

// Append stores a line. Texts over a mebibyte are cut.
func (r *Ring) Append(at time.Time, stderr bool, text string) {
	r.mu.Lock()
	r.append(at, stderr, text)
	r.mu.Unlock()
}

// AppendAll stores lines in order, under one lock. Their numbers are ignored.
func (r *Ring) AppendAll(lines []Line) {
	r.mu.Lock()
	for _, l := range lines {
		r.append(l.At, l.Stderr, l.Text)
	}
	r.mu.Unlock()
}

func (r *Ring) append(at time.Time, stderr bool, text string) {
	if len(text) >= chunkBytes {
		text = text[:chunkBytes-1]
	}
	c := r.room(len(text) + 1)
	start := uint32(len(c.data)) //nolint:gosec // a chunk is under 1<<30
	if stderr {
		start |= stderrMark
		c.errs++
		r.stderrs++
	}
	if strings.ContainsAny(text, "\x1b\r\b") {
		start |= controlMark
	}
	c.data = append(c.data, text...)
	c.data = append(c.data, '\n') // so that no search matches across two lines
	c.starts = append(c.starts, start)
	c.times = append(c.times, at.UnixNano())
	r.size += len(text) + 1 + entryBytes
	r.end++
}

// room returns the newest chunk when it has room for n bytes, and else a new
// one, dropping the oldest as needed.
func (r *Ring) room(n int) *chunk {
	if k := len(r.chunks); k > 0 {
		if c := r.chunks[k-1]; len(c.data)+n <= chunkBytes {
			return c
		}
	}
	for len(r.chunks) > 0 && r.size+chunkBytes > r.max {
		r.drop()
	}
	c := &chunk{first: r.end}
	if len(r.chunks) > 0 { // a small log never pays for a whole chunk
		lines := len(r.chunks[len(r.chunks)-1].starts)
		c.data = make([]byte, 0, chunkBytes)
		c.starts = make([]uint32, 0, lines+lines/8)
		c.times = make([]int64, 0, lines+lines/8)
	}
	r.chunks = append(r.chunks, c)
	return c
}

func (r *Ring) drop() {
	c := r.chunks[0]
	r.chunks[0] = nil
	r.chunks = r.chunks[1:]
	r.size -= len(c.data) + entryBytes*len(c.starts)
	r.stderrs -= c.errs
	r.first = c.first + len(c.starts)
}

// Bounds returns the numbers of the oldest line kept and of the next line to
// come: the ring holds first ≤ n < end.
func (r *Ring) Bounds() (first, end int) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.first, r.end
}

// Len is how many lines are kept.
func (r *Ring) Len() int {
	first, end := r.Bounds()
	return end - first
}

// Dropped is how many lines went to make room.
func (r *Ring) Dropped() int {
	first, _ := r.Bounds()
	return first
}

// Stderr is how many of the kept lines came from stderr.
func (r *Ring) Stderr() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.stderrs
}

// Bytes is how much memory the lines take, index included.
func (r *Ring) Bytes() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.size
}

// Line returns line n; false when it is gone or has not come yet.
func (r *Ring) Line(n int) (Line, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if n < r.first || n >= r.end {
		return Line{}, false
	}
	c := r.chunks[r.chunkOf(n)]
	return c.line(n - c.first), true
}

// chunkOf returns the index of the chunk that holds line n.
func (r *Ring) chunkOf(n int) int {
	lo, hi := 0, len(r.chunks)
	for hi-lo > 1 {
		mid := int(uint(lo+hi) >> 1)
		if r.chunks[mid].first <= n {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

func (c *chunk) line(i int) Line {
	return Line{
		Number: c.first + i,
		At:     time.Unix(0, c.times[i]).UTC(),
		Stderr: c.starts[i]&stderrMark != 0,
		Text:   string(c.text(i)),
	}
}

func (c *chunk) text(i int) []byte {
	end := len(c.data)
	if i+1 < len(c.starts) {
		end = int(c.starts[i+1] & offsetMask)
	}
	return c.data[c.starts[i]&offsetMask : end-1]
}

// view returns the chunks that hold lines from number n on, as they are now.
func (r *Ring) view(n int) (chunks []chunk, first, end int) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if n = max(n, r.first); n >= r.end {
		return nil, r.first, r.end
	}
	for _, c := range r.chunks[r.chunkOf(n):] {
		chunks = append(chunks, *c)
	}
	return chunks, r.first, r.end
}
