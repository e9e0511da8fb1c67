package helper

import (
	"fmt"
	"sync"
	"time"
)

const (
	// fairShare of the time waited is what a virtual machine must have had of the
	// processors for its silence to mean anything.
	fairShare = 2
	// extensions is how often a starved one is given the same time again.
	extensions = 4
)

// patience ends a boot that makes no step. A virtual machine for which a busy
// computer had hardly any time is not stuck: it is given more.
type patience struct {
	spent func() time.Duration // by the virtual machine, on processors; negative: not known
	end   func(error)

	mu    sync.Mutex
	timer *time.Timer
	round int // the newest begin; a timer of an older one is over
}

// begin gives the next step that much time; late is what the boot ends with.
func (p *patience) begin(most time.Duration, late error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.round++
	p.arm(p.round, extensions, most, late)
}

func (p *patience) arm(round, left int, most time.Duration, late error) {
	if p.timer != nil {
		p.timer.Stop()
	}
	before := p.spent()
	p.timer = time.AfterFunc(most, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.round != round {
			return
		}
		if left > 0 && before >= 0 && p.spent()-before < most/fairShare {
			p.arm(round, left-1, most, late)
			return
		}
		p.end(fmt.Errorf("%w: no step in %s", late, most*time.Duration(extensions-left+1)))
	})
}

// stop ends the wait.
func (p *patience) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.round++
	if p.timer != nil {
		p.timer.Stop()
	}
}
