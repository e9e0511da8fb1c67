// Package post brings work to the UI goroutine. It is the only package that
// calls fyne.Do.
package post

import (
	"sync"
	"sync/atomic"
	"time"
)

// Poster runs functions on the UI goroutine, in the order they were posted. Post
// may be called from any goroutine and does not wait.
type Poster interface{ Post(f func()) }

// Fyne posts to the event loop of the running app.
type Fyne struct{}

// ended says that the event loop is about to end. The toolkit runs what is
// posted after that on the caller's goroutine, where no widget may be touched.
var ended atomic.Bool

// End drops what is posted to the event loop from now on: call it right before
// the loop ends.
func End() { ended.Store(true) }

// Post implements Poster.
func (Fyne) Post(f func()) {
	if !ended.Load() {
		loop.add(f)
	}
}

// Coalesce returns a function that posts draw, unless a posted draw is still
// waiting: a thousand changes while the UI is busy cost one draw.
func Coalesce(p Poster, draw func()) func() {
	var queued atomic.Bool
	return func() {
		if queued.CompareAndSwap(false, true) {
			p.Post(func() {
				queued.Store(false)
				draw()
			})
		}
	}
}

// Debounce returns call, which posts f once d has passed without another call,
// and cancel, after which an f that is still pending does not run. Both may be
// called from any goroutine, and again after each other.
func Debounce(p Poster, d time.Duration, f func()) (call, cancel func()) {
	b := &debouncer{poster: p, delay: d, run: f}
	return b.call, b.cancel
}

type debouncer struct {
	poster Poster
	delay  time.Duration
	run    func()

	mu         sync.Mutex
	generation int // of the latest call or cancel
	timer      *time.Timer
}

func (b *debouncer) call() {
	mine := b.next()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.generation != mine {
		return
	}
	b.timer = time.AfterFunc(b.delay, func() {
		b.poster.Post(func() {
			if b.current(mine) {
				b.run()
			}
		})
	})
}

func (b *debouncer) cancel() { b.next() }

// next makes every earlier call stale and returns its own generation.
func (b *debouncer) next() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.generation++
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	return b.generation
}

func (b *debouncer) current(generation int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.generation == generation
}

// After posts f once d has passed, unless cancel is called first. Cancel on the
// UI goroutine guarantees that f does not run afterwards.
func After(p Poster, d time.Duration, f func()) (cancel func()) {
	call, cancel := Debounce(p, d, f)
	call()
	return cancel
}
