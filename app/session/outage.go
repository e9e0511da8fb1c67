package session

import (
	"sync"
	"time"

	"escale/app/store"
)

// hidden is how long an outage may last before it is shown.
const hidden = time.Second

// outage is the time between the loss of an engine and its return.
type outage struct {
	s     *Session
	since time.Time
	timer *time.Timer

	mu    sync.Mutex
	err   error
	next  time.Time // zero while an attempt is under way
	shown bool
	over  bool
}

func (s *Session) newOutage(err error) *outage {
	o := &outage{s: s, since: time.Now(), err: err}
	o.timer = time.AfterFunc(hidden, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if !o.over {
			o.shown = true
			o.show()
		}
	})
	return o
}

// trying tells what the last attempt ended with and when the next one starts;
// zero is now.
func (o *outage) trying(err error, next time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.err, o.next = err, next
	if o.shown {
		o.show()
	}
}

// show runs under mu, so that nothing is shown after end.
func (o *outage) show() {
	o.s.edit(func(c *store.Connection) {
		c.Phase, c.Lost, c.Err, c.NextTry = store.Reconnecting, o.since, o.err, o.next
	})
}

// end makes the outage be over: it shows nothing any more.
func (o *outage) end() {
	o.timer.Stop()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.over = true
}
