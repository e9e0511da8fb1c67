package keepertest

import (
	"context"
	"fmt"
	"time"

	"escale/engine"
	"escale/engine/machine"
)

// Start implements keeper.Machine. A start goes on when ctx ends, as the real
// one does; a second start joins it.
func (m *Machine) Start(ctx context.Context, _ string) (machine.Status, error) {
	m.mu.Lock()
	if err := m.ask("start"); err != nil {
		m.mu.Unlock()
		return machine.Status{}, err
	}
	if s := m.status.State; s == machine.StateRunning || s == machine.StatePaused {
		m.status.State = machine.StateRunning
		m.tell()
		defer m.mu.Unlock()
		return m.copied(), nil
	}
	ended := make(chan error, 1)
	if m.booting == nil {
		m.booting = make(chan struct{})
		m.status.State, m.status.Steps, m.status.Cause = machine.StateStarting, nil, ""
		m.tell()
		go m.climb(m.boot, m.booting, ended)
	} else {
		go m.join(m.booting, ended)
	}
	m.mu.Unlock()
	select {
	case err := <-ended:
		return m.Now(), err
	case <-ctx.Done():
		return machine.Status{}, context.Cause(ctx)
	}
}

// climb plays a boot and tells how it ended.
func (m *Machine) climb(b Boot, end chan struct{}, ended chan<- error) {
	for _, name := range Steps {
		m.step(end, name, machine.StepRunning, 0)
		fails := b.Fail != "" && name == b.At
		timer := time.NewTimer(b.Step)
		never := timer.C
		if b.Stuck && name == "kernel" {
			never = nil
		}
		select {
		case <-never:
		case <-end:
			timer.Stop()
			ended <- fmt.Errorf("%w: asked to stop", engine.ErrConflict)
			return
		}
		if fails {
			m.step(end, name, machine.StepFailed, b.Step)
			m.booted(end, machine.StateFailed, b.Fail)
			ended <- &machine.Failure{Cause: b.Fail, Detail: "played"}
			return
		}
		m.step(end, name, machine.StepDone, b.Step)
	}
	m.booted(end, machine.StateRunning, "")
	ended <- nil
}

// join waits for a start that is under way.
func (m *Machine) join(end <-chan struct{}, ended chan<- error) {
	<-end
	s := m.Now()
	switch s.State {
	case machine.StateRunning:
		ended <- nil
	case machine.StateFailed:
		ended <- &machine.Failure{Cause: s.Cause, Detail: "played"}
	default:
		ended <- fmt.Errorf("%w: asked to stop", engine.ErrConflict)
	}
}

func (m *Machine) step(end chan struct{}, name string, state machine.StepState, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.booting != end {
		return // it was stopped
	}
	steps := m.copied().Steps
	if n := len(steps); n > 0 && steps[n-1].Name == name {
		steps = steps[:n-1]
	}
	steps = append(steps, machine.Step{Name: name, State: state, Millis: took.Milliseconds()})
	m.status.Steps = steps
	m.tell()
}

// booted ends a boot that nobody has ended before.
func (m *Machine) booted(end chan struct{}, s machine.State, cause machine.Cause) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.booting != end {
		return
	}
	m.status.State, m.status.Cause, m.status.Image = s, cause, "29.7.1"
	if s == machine.StateRunning {
		m.status.Accel = "kvm"
	}
	m.endBoot()
	m.tell()
}

// endBoot lets the start that is under way end. The caller holds the lock.
func (m *Machine) endBoot() {
	if m.booting != nil {
		close(m.booting)
		m.booting = nil
	}
}

// Stop implements keeper.Machine.
func (m *Machine) Stop(context.Context, string) (machine.Status, error) { return m.end("stop") }

// Kill implements keeper.Machine.
func (m *Machine) Kill(context.Context, string) (machine.Status, error) { return m.end("kill") }

func (m *Machine) end(what string) (machine.Status, error) {
	return m.do(what, func(s *machine.Status) error {
		if s.State != machine.StateAbsent {
			s.State, s.Cause = machine.StateStopped, ""
		}
		m.endBoot()
		return nil
	})
}

// Restart implements keeper.Machine.
func (m *Machine) Restart(ctx context.Context, name string) (machine.Status, error) {
	if s, err := m.end("restart"); err != nil {
		return s, err
	}
	return m.Start(ctx, name)
}
