package keeper

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

// The pauses between attempts to follow the helper, where none answers.
const (
	followLeast = time.Second
	followMost  = 30 * time.Second
)

// eventsWait is how long the news of what was done may take.
const eventsWait = 3 * time.Second

// Options are what a Keeper works with.
type Options struct {
	Machine Machine
	State   *store.Value[store.Machine]
	// Up is called with the address of the machine's engine each time it is up
	// after it was not, and must not take long; nil for none.
	Up  func(host string)
	Log *slog.Logger
}

// Keeper knows the app's machine, machine.DefaultName. Safe for concurrent use.
type Keeper struct {
	o       Options
	again   chan struct{} // somebody launched the helper: follow it now
	checked chan struct{} // closed once the state tells
	once    sync.Once
}

// New returns a keeper that follows nothing until Run.
func New(o Options) *Keeper {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Keeper{o: o, again: make(chan struct{}, 1), checked: make(chan struct{})}
}

// State is what is known of the machine.
func (k *Keeper) State() store.Machine { return k.o.State.Get() }

// Subscribe calls f after each change of State; see store.Value.Subscribe.
func (k *Keeper) Subscribe(f func()) (cancel func()) { return k.o.State.Subscribe(f) }

// Run follows the machine until ctx ends. It starts no helper: one is followed
// as soon as it is there.
func (k *Keeper) Run(ctx context.Context) {
	defer k.o.Machine.Close()
	pause := followLeast
	for ctx.Err() == nil {
		missing := k.o.Machine.Offered()
		heard, err := k.follow(ctx, missing)
		if ctx.Err() != nil {
			return
		}
		k.lost(missing, err)
		if heard {
			pause = followLeast
		}
		if k.wait(ctx, pause) {
			pause = followLeast
			continue
		}
		pause = min(2*pause, followMost)
	}
}

// wait waits about d, or until the helper was launched; it reports whether it was.
func (k *Keeper) wait(ctx context.Context, d time.Duration) (launched bool) {
	jitter := 0.75 + rand.Float64()/2 //nolint:gosec // jitter needs no secrecy
	timer := time.NewTimer(time.Duration(float64(d) * jitter))
	defer timer.Stop()
	select {
	case <-timer.C:
		return false
	case <-k.again:
		return true
	case <-ctx.Done():
		return false
	}
}

// follow shows what the helper says until it says no more. heard tells whether
// it said anything.
func (k *Keeper) follow(ctx context.Context, missing error) (heard bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	news, err := k.o.Machine.Watch(ctx, machine.DefaultName)
	if err != nil {
		return false, err
	}
	for s := range news.C {
		heard = true
		was := k.State()
		now := store.Machine{Missing: missing, Checked: true, Live: true, Status: s, At: time.Now()}
		k.o.State.Set(now)
		k.settled()
		if now.Up() && !was.Up() && k.o.Up != nil {
			k.o.Up(s.Docker)
		}
	}
	return heard, news.Err()
}

// lost shows that no helper answers.
func (k *Keeper) lost(missing, err error) {
	if errors.Is(err, machine.ErrNoHelper) {
		err = nil // none is needed yet
	}
	if err != nil {
		k.o.Log.Warn("machine's helper lost", "error", err)
	}
	k.o.State.Update(func(m store.Machine) store.Machine {
		m.Missing, m.Checked, m.Live, m.Err = missing, true, false, err
		return m
	})
	k.settled()
}

func (k *Keeper) settled() { k.once.Do(func() { close(k.checked) }) }

// Known waits until the state tells, or ctx has ended.
func (k *Keeper) Known(ctx context.Context) store.Machine {
	select {
	case <-k.checked:
	case <-ctx.Done():
	}
	return k.State()
}

// Ask does something with the machine, through a helper that it launches where
// none runs. Errors are those of Launch and of do.
func (k *Keeper) Ask(ctx context.Context, do func(context.Context, Machine) error) error {
	if err := k.Launch(ctx); err != nil {
		return err
	}
	return do(ctx, k.o.Machine)
}

// Launch makes sure that the helper runs and is followed.
func (k *Keeper) Launch(ctx context.Context) error {
	if k.State().Live {
		return nil
	}
	if err := k.o.Machine.Launch(ctx); err != nil {
		k.o.State.Update(func(m store.Machine) store.Machine {
			m.Err = err
			return m
		})
		return err
	}
	select {
	case k.again <- struct{}{}:
	default:
	}
	return nil
}

// Start starts the machine and returns the address of its engine once that
// answers, and State says so. Cancelling ctx does not stop the start.
func (k *Keeper) Start(ctx context.Context) (host string, err error) {
	err = k.Ask(ctx, func(ctx context.Context, m Machine) error {
		s, err := m.Start(ctx, machine.DefaultName)
		host = s.Docker
		return err
	})
	switch _, failed := errors.AsType[*machine.Failure](err); {
	case err == nil:
		k.await(ctx, store.Machine.Up)
	case failed:
		k.await(ctx, func(m store.Machine) bool { return m.Is(machine.StateFailed) })
	}
	return host, err
}

// await waits, not for long, until the state is as its events will make it.
func (k *Keeper) await(ctx context.Context, is func(store.Machine) bool) {
	changed := make(chan struct{}, 1)
	defer k.Subscribe(func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	ctx, cancel := context.WithTimeout(ctx, eventsWait)
	defer cancel()
	for !is(k.State()) {
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// Wake resumes the machine where it is known to be paused; elsewhere it does
// nothing.
func (k *Keeper) Wake(ctx context.Context) error {
	if !k.State().Asleep() {
		return nil
	}
	_, err := k.o.Machine.Resume(ctx, machine.DefaultName)
	return err
}

// Probe tells of the machine's engine what find.Probe tells of others: probe is
// asked only where the machine is awake.
func (k *Keeper) Probe(ctx context.Context, ep engine.Endpoint, probe func(context.Context, engine.Endpoint) engine.Candidate) engine.Candidate {
	began := time.Now()
	m := k.Known(ctx)
	if m.Live && m.Status.Docker != "" {
		ep.Host = m.Status.Docker // where its helper put it, whose session may be another
	}
	c := engine.Candidate{Endpoint: ep}
	switch {
	case m.Asleep():
		c.Version = engine.Version{Product: "Docker", Engine: m.Status.Image}
	case m.Is(machine.StateRunning):
		return probe(ctx, ep)
	case m.Is(machine.StateFailed):
		c.Err = engine.Unreachable(engine.ErrNotStarted, &machine.Failure{Cause: m.Status.Cause, Detail: m.Status.Hint})
	case !m.Offered() && m.Missing != nil:
		c.Err = engine.Unreachable(engine.ErrNotStarted, m.Missing)
	default:
		c.Err = engine.Unreachable(engine.ErrNotStarted, errors.New("the machine does not run"))
	}
	c.Took = time.Since(began)
	return c
}
