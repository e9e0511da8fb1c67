//go:build linux

package main

import (
	"sync"
	"time"
)

const (
	firstWait = time.Minute      // for a helper to come at all
	awayWait  = 20 * time.Second // for the next one to come
)

// presence knows whether a host is there. gone is closed when none has been for
// too long: a machine that nobody looks after must not run beside a new one.
type presence struct {
	lock  sync.Mutex
	there int
	alarm *time.Timer
	gone  chan struct{}
}

func newPresence() *presence {
	p := &presence{gone: make(chan struct{})}
	p.alarm = time.AfterFunc(firstWait, p.expire)
	return p
}

func (p *presence) expire() {
	p.lock.Lock()
	defer p.lock.Unlock()
	select {
	case <-p.gone:
	default:
		if p.there == 0 { // nobody came at the last moment
			close(p.gone)
		}
	}
}

func (p *presence) come() {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.there++
	p.alarm.Stop()
}

func (p *presence) leave() {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.there--; p.there == 0 {
		p.alarm.Reset(awayWait)
	}
}
