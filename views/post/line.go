package post

import (
	"sync"
	"time"

	"fyne.io/fyne/v2"
)

// turn is how long posted work keeps the event loop from its frames and its input.
const turn = 25 * time.Millisecond

// line is the work that waits for the event loop, which takes all of it at once.
// Given to the toolkit one by one, each would stand with even odds behind another
// frame: on a busy computer that draws by its processor, a tenth of a second each.
type line struct {
	bring func(f func()) // has the event loop run f

	mu      sync.Mutex
	waiting []func()
	called  bool // the loop will come
}

var loop = &line{bring: fyne.Do}

func (l *line) add(f func()) {
	l.mu.Lock()
	l.waiting = append(l.waiting, f)
	called := l.called
	l.called = true
	l.mu.Unlock()
	if !called {
		l.bring(l.serve)
	}
}

// serve runs what waits, in order, and has the loop come again for what is left
// after its turn, or came meanwhile.
func (l *line) serve() {
	l.mu.Lock()
	now := l.waiting
	l.waiting, l.called = nil, false
	l.mu.Unlock()
	for began := time.Now(); len(now) > 0; now = now[1:] {
		if time.Since(began) > turn {
			l.again(now)
			return
		}
		now[0]()
	}
}

// again puts work back, before what was added since.
func (l *line) again(rest []func()) {
	l.mu.Lock()
	l.waiting = append(rest, l.waiting...)
	called := l.called
	l.called = true
	l.mu.Unlock()
	if !called {
		l.bring(l.serve)
	}
}
