package helper

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"escale/engine/machine"
	"escale/engine/machine/driver"
)

// mortal is what is special to a throwaway machine. It is guarded by the
// machine's lock.
type mortal struct {
	timer *time.Timer // of the end of its life
	at    time.Time   // of that; zero: there is none
	dying bool        // its life is over, and its run is being ended
	gone  bool        // a start does not make it anew

	orphan *time.Timer // of its end without a holder; nil: it has one, or needs none
}

func (m *mortal) end() *time.Time {
	if m.at.IsZero() {
		return nil
	}
	at := m.at
	return &at
}

// live begins, or prolongs, the life of a machine; zero takes its end away. The
// caller holds the lock.
func (v *vm) live(long time.Duration) {
	if v.mortal.timer != nil {
		v.mortal.timer.Stop()
	}
	if v.mortal.orphan != nil {
		v.mortal.orphan.Stop()
	}
	v.mortal = mortal{}
	v.abandon()
	if long > 0 {
		v.mortal.at = time.Now().Add(long)
		v.mortal.timer = time.AfterFunc(long, v.expire)
	}
}

// abandon begins the time that the machine has left without a holder, if it needs
// one and has none. The caller holds the lock.
func (v *vm) abandon() {
	if left := time.Duration(v.stored.OrphanMillis) * time.Millisecond; left > 0 && v.holders == 0 {
		v.mortal.orphan = time.AfterFunc(left, v.orphaned)
	}
}

// hold keeps the machine from being an orphan until release is called.
func (v *vm) hold() (release func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.holders++
	if v.mortal.orphan != nil {
		v.mortal.orphan.Stop()
		v.mortal.orphan = nil
	}
	return func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.holders--; v.holders == 0 && !v.mortal.gone {
			v.abandon()
		}
	}
}

// orphaned ends a machine that nobody holds any more. Nobody waits for what is in
// it to end well.
func (v *vm) orphaned() {
	v.mu.Lock()
	if v.holders > 0 || v.mortal.orphan == nil {
		v.mu.Unlock()
		return // somebody has come, or it was changed
	}
	v.h.log.Info("nobody holds the throwaway machine", "machine", v.name)
	v.mortal.dying = true
	if v.current != nil {
		v.current.askKill()
	} else {
		v.vanish()
	}
	v.mu.Unlock()
	v.notify()
}

// expire ends a machine whose life is over.
func (v *vm) expire() {
	v.mu.Lock()
	if v.mortal.at.IsZero() || time.Now().Before(v.mortal.at) {
		v.mu.Unlock()
		return // it was prolonged meanwhile
	}
	v.h.log.Info("throwaway machine's life is over", "machine", v.name)
	v.mortal.dying = true
	if v.current != nil {
		v.current.askStop()
	} else {
		v.vanish()
	}
	v.mu.Unlock()
	v.notify()
}

// endMortal is the end of a throwaway machine's run. What failed is still told
// about until it is stopped; its disk has gone. The caller holds the lock.
func (v *vm) endMortal(asked bool) {
	if !v.stored.Throwaway {
		return
	}
	if asked || v.mortal.dying {
		v.vanish()
		return
	}
	err := errors.Join(removeFile(v.beside(DiskFile)), removeFile(v.beside(rawFile)), v.dropKept())
	if err != nil {
		v.h.log.Error("throwaway disk not removed", "machine", v.name, "error", err)
	}
}

// vanish removes everything of a throwaway machine that does not run. The caller
// holds the lock.
func (v *vm) vanish() {
	if !v.stored.Throwaway {
		return
	}
	err := v.dropKept()
	if err == nil { // else the folder says what is left to do
		err = os.RemoveAll(v.dir) //nolint:gosec // in the home
	}
	if err != nil {
		v.h.log.Error("throwaway machine not removed", "machine", v.name, "error", err)
		return
	}
	v.forget()
	v.mortal.gone = true
}

// dropKept is removeKept where nobody waits for it long.
func (v *vm) dropKept() error {
	ctx, cancel := context.WithTimeout(context.Background(), v.h.timing.lock)
	defer cancel()
	return v.removeKept(ctx)
}

func (v *vm) hasGone() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.mortal.gone
}

// sweep removes what throwaway machines have left, after a helper that was
// killed too, and images that nobody needs.
func (h *Helper) sweep() {
	for _, v := range h.all() {
		v.mu.Lock()
		if v.current == nil {
			v.vanish()
		}
		v.mu.Unlock()
	}
	h.pruneImages()
}

// memoryReserve is the part of this computer's memory that machines leave to
// everything else.
const memoryReserve = 4

// admit promises a machine its memory. All together get at most three quarters
// of the computer's, a single one what the user gave it.
func (h *Helper) admit(r *run) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var taken int64
	for _, bytes := range h.admitted {
		taken += bytes
	}
	total := h.computer.MemoryBytes
	left := total - total/memoryReserve - taken
	if len(h.admitted) == 0 {
		left = total
	}
	if total > 0 && r.resources.MemoryBytes > left {
		return fmt.Errorf("start machine beside %d others: %w", len(h.admitted), &shortError{
			err:      driver.ErrNoMemory,
			shortage: machine.Shortage{NeededBytes: r.resources.MemoryBytes, AvailableBytes: max(left, 0)},
		})
	}
	h.admitted[r] = r.resources.MemoryBytes
	return nil
}

func (h *Helper) dismiss(r *run) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.admitted, r)
}
