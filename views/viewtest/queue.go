package viewtest

import (
	"sync"
	"time"
)

// Queue is a post.Poster whose work runs when the test says so.
type Queue struct {
	mu   sync.Mutex
	fs   []func()
	more chan struct{}
}

// NewQueue returns an empty queue.
func NewQueue() *Queue { return &Queue{more: make(chan struct{}, 1)} }

// Post implements post.Poster.
func (q *Queue) Post(f func()) {
	q.mu.Lock()
	q.fs = append(q.fs, f)
	q.mu.Unlock()
	select {
	case q.more <- struct{}{}:
	default:
	}
}

// Drain runs what was posted, and what that posts, on the caller's goroutine,
// and returns how many functions ran.
func (q *Queue) Drain() int {
	ran := 0
	for {
		q.mu.Lock()
		fs := q.fs
		q.fs = nil
		q.mu.Unlock()
		if len(fs) == 0 {
			return ran
		}
		for _, f := range fs {
			f()
			ran++
		}
	}
}

// settleTime is how long Settle waits.
const settleTime = 10 * time.Second

// Settle drains until cond holds, and tells whether it did in time.
func (q *Queue) Settle(cond func() bool) bool {
	deadline := time.NewTimer(settleTime)
	defer deadline.Stop()
	for {
		q.Drain()
		if cond() {
			return true
		}
		again := time.NewTimer(20 * time.Millisecond)
		select {
		case <-q.more:
		case <-again.C: // a condition may depend on more than the queue
		case <-deadline.C:
			again.Stop()
			return cond()
		}
		again.Stop()
	}
}
