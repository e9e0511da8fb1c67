package helper

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"escale/engine"
	"escale/engine/machine/driver"
	"escale/engine/machine/wire"
)

// booted is a machine whose engine answers.
type booted struct {
	run      *run
	session  *wire.Session
	instance driver.Instance
	ports    *publisher
	engine   *containers
	disk     disk
	chores   chores
	stock    stock

	mu         sync.Mutex
	active     int // connections that keep it awake
	lastUse    time.Time
	containers int // that run; unknown while negative
	frozen     bool
	stalled    bool // the virtual machine stopped it, see stall
	stalledAt  time.Time
}

// pageName stands in for a container in the ports of a machine without an engine.
const pageName = "page"

// tend runs what a running machine needs until it has ended.
func (r *run) tend(image image, d disk, session *wire.Session, instance driver.Instance) error {
	b := &booted{run: r, session: session, instance: instance, disk: d, lastUse: time.Now(), containers: -1}
	b.chores.lastTrim = time.Now()
	b.ports = newPublisher(b.dialGuest, r.vm.notify)
	ctx, cancel := context.WithCancel(r.ctx)
	var all sync.WaitGroup
	defer func() {
		r.booted.Store(nil)
		cancel()
		all.Wait()
		b.ports.Set(nil)
	}()
	b.engine = watchContainers(b.dialEngine, b.listed, b.happened)
	r.bootedWell(image)
	if shares := r.wanted(); len(shares) > 0 {
		follower := newFollower(r.vm.h.log, b.touched)
		b.engine.follow = func(all []listed) { follower.Follow(mounts(all, shares)) }
		all.Go(func() { follower.run(ctx) })
	}
	if port := r.resources.PagePort; port == 0 {
		all.Go(func() { b.engine.run(ctx) })
	} else {
		at := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port)) //nolint:gosec // Valid bounds it
		b.ports.Set(map[place]string{{proto: "tcp", ip: at.Addr(), port: at.Port()}: pageName})
	}
	all.Go(func() { b.upkeep(ctx) })
	all.Go(func() { b.watchDisk(ctx) })
	all.Go(r.vm.h.pruneImages)
	r.booted.Store(b)
	r.note(func() { r.startedAt = time.Now() })
	close(r.ready)
	r.vm.h.log.Info("machine runs", "machine", r.vm.name, "accel", instance.Accel())
	select {
	case <-instance.Done():
		return instance.Err()
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	case <-r.stopping:
		_ = errors.Join(b.goOn(r.ctx), b.wake(r.ctx)) // a frozen guest cannot end itself
		b.lastStock()
		return r.ladder(session, instance)
	case <-session.Done():
		return r.wait(instance, r.vm.h.timing.lost, errors.New("the channel to the guest broke"))
	}
}

// lastStock remembers what is in the machine before it ends, if that is not
// known and the engine says it soon.
func (b *booted) lastStock() {
	if !b.stock.old() || b.run.ctx.Err() != nil || b.run.resources.PagePort > 0 {
		return
	}
	ctx, cancel := context.WithTimeout(b.run.ctx, b.run.vm.h.timing.stock)
	defer cancel()
	if _, err := b.takeStock(ctx); err != nil {
		b.run.vm.h.log.Warn("contents not remembered", "machine", b.run.vm.name, "error", err)
	}
}

// ladder ends a guest: it is asked, then its power button is pressed, then it is
// killed.
func (r *run) ladder(session *wire.Session, instance driver.Instance) error {
	t := r.vm.h.timing
	ctx, cancel := context.WithTimeout(r.ctx, t.ask)
	defer cancel()
	var answer wire.Answer
	err := session.Ask(ctx, wire.ShutdownIn(t.grace), &answer)
	if err == nil {
		if err = r.wait(instance, t.grace+t.ending, errors.New("the guest did not end")); err == nil {
			return nil
		}
	}
	r.vm.h.log.Warn("guest did not end when asked", "machine", r.vm.name, "error", err)
	ctx, cancelButton := context.WithTimeout(r.ctx, t.ask)
	defer cancelButton()
	if err := instance.PowerDown(ctx); err != nil {
		return err // the caller kills it
	}
	return r.wait(instance, t.powerDown, errors.New("the guest did not hear its power button"))
}

// wait waits for the virtual machine's end; late is what it returns when that
// takes too long, nil when the guest ended itself.
func (r *run) wait(instance driver.Instance, most time.Duration, late error) error {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-instance.Done():
		if err := instance.Err(); !errors.Is(err, driver.ErrPoweredOff) {
			return err
		}
		return nil
	case <-timer.C:
		return late
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
}

// dialEngine opens a connection to the engine.
func (b *booted) dialEngine(ctx context.Context) (net.Conn, error) {
	return b.session.Open(ctx, wire.Header{Do: wire.Docker})
}

// dialGuest opens a connection to a port in the guest.
func (b *booted) dialGuest(ctx context.Context, network, address string) (net.Conn, error) {
	b.use()
	defer b.unuse()
	if err := b.wake(ctx); err != nil {
		return nil, err
	}
	return b.session.Begin(ctx, wire.Header{Do: wire.Dial, Network: network, Address: address})
}

// listed takes the news of the engine's containers.
func (b *booted) listed(count int, ports map[place]string) (again bool) {
	b.mu.Lock()
	if count != b.containers {
		if b.containers > 0 && count == 0 {
			b.chores.memoryFreed(time.Now().Add(b.run.vm.h.timing.settle))
		}
		b.containers, b.lastUse = count, time.Now()
	}
	b.mu.Unlock()
	b.ports.Set(ports)
	return b.ports.failing()
}

// use says that somebody needs the machine awake, until unuse.
func (b *booted) use() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.active++
	b.lastUse = time.Now()
}

func (b *booted) unuse() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.active--
	b.lastUse = time.Now()
}

// upkeep pauses an idle machine and keeps its clock right.
func (b *booted) upkeep(ctx context.Context) {
	t := b.run.vm.h.timing
	for last := time.Now(); pause(ctx, t.upkeep); last = time.Now() {
		if late := lateness(last, time.Now(), t.upkeep); late > t.slept || late < -t.slept {
			b.run.vm.h.log.Info("the computer slept, or its clock was set", "machine", b.run.vm.name, "late", late)
			if err := b.setClock(ctx); err != nil {
				b.run.vm.h.log.Warn("clock not set", "machine", b.run.vm.name, "error", err)
			}
		}
		b.tidy(ctx)
		if b.idle(time.Now()) {
			if err := b.freeze(ctx, false); err != nil {
				b.run.vm.h.log.Warn("idle machine not paused", "machine", b.run.vm.name, "error", err)
			}
		}
	}
}

// lateness is how much later than after wait it is, by the clock on the wall:
// the other one may stand still while the computer sleeps.
func lateness(last, now time.Time, wait time.Duration) time.Duration {
	return now.Round(0).Sub(last.Round(0)) - wait
}

// idle says whether nothing has needed the machine for a while.
func (b *booted) idle(now time.Time) bool {
	b.run.vm.mu.Lock()
	awake := b.run.vm.stored.KeepAwake
	b.run.vm.mu.Unlock()
	_, can := b.instance.(driver.Pauser)
	b.mu.Lock()
	defer b.mu.Unlock()
	return can && !awake && !b.frozen && !b.stalled && b.active == 0 && b.containers == 0 && now.Sub(b.lastUse) >= b.run.vm.h.timing.idle
}

// setClock tells the guest the time, unless it is paused: it hears it then.
func (b *booted) setClock(ctx context.Context) error {
	b.mu.Lock()
	frozen := b.frozen || b.stalled
	b.mu.Unlock()
	if frozen {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, b.run.vm.h.timing.ask)
	defer cancel()
	var answer wire.Answer
	if err := b.session.Ask(ctx, wire.Header{Do: wire.Clock, UnixNanos: time.Now().UnixNano()}, &answer); err != nil {
		return err
	}
	return answer.Err()
}

// freeze pauses the machine; unless force only if nobody began to use it.
func (b *booted) freeze(ctx context.Context, force bool) error {
	pauser, can := b.instance.(driver.Pauser)
	if !can {
		return engine.ErrUnsupported
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.frozen || b.stalled || !force && b.active > 0 {
		return nil
	}
	if err := pauser.Pause(ctx); err != nil {
		return fmt.Errorf("pause machine: %w", err)
	}
	b.frozen = true
	b.run.vm.h.log.Info("machine paused", "machine", b.run.vm.name)
	b.run.note(func() { b.run.paused = true })
	return nil
}

// wake resumes the machine if it is paused. Its clock stood still meanwhile.
func (b *booted) wake(ctx context.Context) error {
	b.mu.Lock()
	if b.stalled {
		b.mu.Unlock()
		return b.whyStalled()
	}
	if !b.frozen {
		b.mu.Unlock()
		return nil
	}
	err := b.instance.(driver.Pauser).Resume(ctx) //nolint:forcetypeassert // it was paused by one
	if err != nil {
		b.mu.Unlock()
		return fmt.Errorf("resume machine: %w", err)
	}
	b.frozen, b.lastUse = false, time.Now()
	b.mu.Unlock()
	b.run.vm.h.log.Info("machine resumed", "machine", b.run.vm.name)
	b.run.note(func() { b.run.paused = false })
	return b.setClock(ctx)
}
