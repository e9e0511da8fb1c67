package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

// Machine is the Escale Machine, the engine that is started where no other can
// be used: a keeper.Keeper.
type Machine interface {
	// State is what is known of it; Subscribe tells of changes.
	State() store.Machine
	Subscribe(f func()) (cancel func())
	// Launch starts the helper, if none runs.
	Launch(ctx context.Context) error
	// Start starts the machine and returns its engine's address.
	Start(ctx context.Context) (host string, err error)
	// Probe is Finder.Probe for its endpoint; it wakes nothing that sleeps.
	Probe(ctx context.Context, ep engine.Endpoint, probe func(context.Context, engine.Endpoint) engine.Candidate) engine.Candidate
}

// How long a machine that is not up is waited for before it counts as such: a
// restart is a stop and a start.
const (
	betweenStarts = time.Second
	helperBack    = 5 * time.Second
)

// machineRungs are the steps of a start, in the order in which they are expected.
// The machine itself says in which they come.
var machineRungs = []string{"image", "disk", "vm", "kernel", "root", "network", "data", "engine", "ready"}

// bootable is the machine's endpoint when a search came to c and the machine is
// what can be used instead: the user chose it, or chose none and no other works.
func (s *Session) bootable(c engine.Candidate, chosen bool) (engine.Endpoint, bool) {
	if s.o.Machine == nil || c.Err == nil || !s.o.Machine.State().Offered() {
		return engine.Endpoint{}, false
	}
	if chosen {
		return c.Endpoint, c.Endpoint.Kind == engine.EndpointMachine && errors.Is(c.Err, engine.ErrNotStarted)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ep := range s.places {
		if found := s.found[ep.ID]; ep.Kind == engine.EndpointMachine && errors.Is(found.Err, engine.ErrNotStarted) {
			return found.Endpoint, true
		}
	}
	return engine.Endpoint{}, false
}

// boot starts the machine and shows its steps as they come. The result's Err is
// nil when its engine answers.
func (s *Session) boot(ctx context.Context, ep engine.Endpoint, chosen bool) engine.Candidate {
	s.booting(ep, chosen)
	b := &boot{s: s}
	defer s.o.Machine.Subscribe(func() { b.show(false) })()
	err := s.o.Machine.Launch(ctx)
	s.stepped(store.StepHelper, err)
	if err == nil {
		var host string
		if host, err = s.o.Machine.Start(ctx); host != "" {
			ep.Host = host
		}
	}
	b.show(true)
	if err != nil {
		s.o.Log.Warn("machine not started", "error", err)
		err = engine.Unreachable(engine.ErrNotStarted, err)
	}
	return engine.Candidate{Endpoint: ep, Err: err}
}

// booting shows that the machine is about to be started.
func (s *Session) booting(ep engine.Endpoint, chosen bool) {
	s.stepped(store.StepLook, nil)
	s.edit(func(c *store.Connection) {
		c.Phase, c.Endpoint, c.Chosen, c.Err, c.NextTry = store.Connecting, ep, chosen, nil, time.Time{}
		rungs := []store.Step{{Name: store.StepHelper}}
		for _, name := range machineRungs {
			rungs = append(rungs, store.Step{Name: store.MachineStep(name)})
		}
		c.Steps = slices.Insert(c.Steps, 1, rungs...)
	})
	s.step(store.StepHelper, store.StepWorking, nil)
}

// boot is a start that is shown. Its field is the connection's, under the lock
// of the store.
type boot struct {
	s     *Session
	begun bool // the state is that of this start, not of one before
}

// show brings the machine's rungs up to date. over tells that the start has
// ended: one that fails at once may never have been seen under way.
func (b *boot) show(over bool) {
	m, now := b.s.o.Machine.State(), time.Now()
	b.s.edit(func(c *store.Connection) {
		b.begun = b.begun || over || m.Is(machine.StateStarting, machine.StateRunning)
		if !b.begun || !m.Is(machine.StateStarting, machine.StateRunning, machine.StateFailed) {
			return
		}
		var failure error
		if m.Is(machine.StateFailed) {
			failure = &machine.Failure{Cause: m.Status.Cause, Detail: m.Status.Hint}
		}
		c.Steps = withRungs(c.Steps, machineSteps(m.Status.Steps, now, failure))
	})
}

// withRungs replaces the machine's rungs of a ladder.
func withRungs(ladder, rungs []store.Step) []store.Step {
	ladder = slices.DeleteFunc(ladder, func(st store.Step) bool {
		_, own := st.Name.Machine()
		return own
	})
	at := slices.IndexFunc(ladder, func(st store.Step) bool { return st.Name == store.StepHelper })
	return slices.Insert(ladder, at+1, rungs...)
}

// machineSteps are the rungs of a start that is as far as steps, those to come
// after them.
func machineSteps(steps []machine.Step, now time.Time, failure error) []store.Step {
	var out []store.Step
	states := map[machine.StepState]store.StepState{
		machine.StepRunning: store.StepWorking, machine.StepDone: store.StepDone, machine.StepFailed: store.StepBroken,
	}
	taken := map[string]bool{}
	for _, st := range steps {
		took := time.Duration(st.Millis) * time.Millisecond
		one := store.Step{Name: store.MachineStep(st.Name), State: states[st.State], Started: now.Add(-took), Took: took}
		if st.State == machine.StepFailed {
			one.Err = failure
		}
		out, taken[st.Name] = append(out, one), true
	}
	for _, name := range machineRungs {
		if !taken[name] {
			out = append(out, store.Step{Name: store.MachineStep(name)})
		}
	}
	return out
}

// errCrashed is a machine that ended although nobody asked it to.
var errCrashed = errors.New("machine ended by itself")

// upOrDown waits until the machine is up, or has surely ended: the error then
// wraps engine.ErrNotStarted, and errCrashed unless somebody stopped it. A start
// or a stop that is under way is waited for.
func (s *Session) upOrDown(ctx context.Context) error {
	changed := make(chan struct{}, 1)
	defer s.o.Machine.Subscribe(func() { poke(changed) })()
	timer := time.NewTimer(helperBack)
	defer timer.Stop()
	counting, live := false, false
	for {
		m := s.o.Machine.State()
		switch {
		case m.Up():
			return nil
		case m.Is(machine.StateFailed):
			return ended(&machine.Failure{Cause: m.Status.Cause, Detail: m.Status.Hint})
		case m.Is(machine.StateStarting, machine.StateStopping):
			counting = false
			timer.Stop()
		case !counting || live != m.Live: // it is stopped, or nobody says what it does
			counting, live = true, m.Live
			timer.Reset(patience(live))
		}
		select {
		case <-changed:
		case <-timer.C:
			if live || wasStopped(m) {
				return engine.Unreachable(engine.ErrNotStarted, errors.New("the machine was stopped"))
			}
			return ended(machine.ErrNoHelper)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// wasStopped tells whether the last that was heard of the machine is that somebody
// asked it to stop: its helper may have ended with it.
func wasStopped(m store.Machine) bool {
	return slices.Contains([]machine.State{machine.StateStopping, machine.StateStopped, machine.StateAbsent}, m.Status.State)
}

// patience is how long a machine may not be up, by a helper that answers or
// without one.
func patience(live bool) time.Duration {
	if live {
		return betweenStarts
	}
	return helperBack
}

func ended(why error) error {
	return engine.Unreachable(engine.ErrNotStarted, fmt.Errorf("%w: %w", errCrashed, why))
}
