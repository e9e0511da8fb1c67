package session

import (
	"context"
	"math/rand/v2"
	"time"
)

// backoff are growing, jittered pauses.
type backoff struct {
	least, most time.Duration
	next        time.Duration // zero is least
}

// pause returns the next pause: up to a quarter less or more than its nominal
// length, so that several windows do not knock at the same moment.
func (b *backoff) pause() time.Duration {
	d := max(b.next, b.least)
	b.next = min(2*d, b.most)
	jitter := 0.75 + rand.Float64()/2 //nolint:gosec // jitter needs no secrecy
	return min(time.Duration(float64(d)*jitter), b.most)
}

func (b *backoff) reset() { b.next = 0 }

// wait waits d, or less when woken; it reports whether it was.
func (s *Session) wait(ctx context.Context, d time.Duration) (woken bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return false
	case <-s.wake:
		return true
	case <-ctx.Done():
		return false
	}
}
