// Package keepertest has an Escale Machine of which tests write the script: no
// helper, no virtual machine, and no time passes that the test does not let pass.
package keepertest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"escale/app/keeper"
	"escale/engine"
	"escale/engine/machine"
)

// Boot is what the next start does. The zero value succeeds at once.
type Boot struct {
	Step  time.Duration // that each step takes
	Fail  machine.Cause // if not empty, the start fails with it …
	At    string        // … at this step
	Stuck bool          // it never ends: only a stop does
}

// Steps are those of a start, in the order in which the real one takes them.
var Steps = []string{"image", "disk", "vm", "kernel", "root", "network", "data", "engine", "ready"}

// Machine plays a helper with one machine. Safe for concurrent use.
type Machine struct {
	// Host is the address of its engine.
	Host string
	// Missing is what Offered says. Set it before the keeper runs.
	Missing error

	mu       sync.Mutex
	helper   bool  // one runs
	launch   error // why none can be started
	status   machine.Status
	boot     Boot
	booting  chan struct{} // closed to end the start under way; nil when none is
	watchers map[chan struct{}]struct{}
	asked    []string
	contents machine.Contents
	refusal  error // of what is done to the data or the image
	watched  int

	terminals []*Terminal
}

var _ keeper.Machine = (*Machine)(nil)

// New returns a machine that was never made, whose helper does not run.
func New(host string) *Machine {
	return &Machine{
		Host: host, watchers: map[chan struct{}]struct{}{},
		status: machine.Status{
			Name: machine.DefaultName, State: machine.StateAbsent, Driver: "qemu", Docker: host, Sharing: machine.SharingWorks,
			Resources: machine.Computer{CPUs: 4, MemoryBytes: 8 << 30}.Defaults(machine.Resources{}),
		},
	}
}

// Edit changes the status, as the helper would; it runs from then on.
func (m *Machine) Edit(change func(*machine.Status)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.helper = true
	change(&m.status)
	m.tell()
}

// Be makes the machine be in a state, with a helper that runs.
func (m *Machine) Be(s machine.State) { m.Edit(func(st *machine.Status) { st.State = s }) }

// Next says what starts do from now on.
func (m *Machine) Next(b Boot) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.boot = b
}

// EndHelper ends the helper, as kill -9 does: its machine ends, too.
func (m *Machine) EndHelper() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.helper = false
	m.status.State, m.status.Steps = machine.StateStopped, nil
	m.endBoot()
	for w := range m.watchers {
		close(w)
		delete(m.watchers, w)
	}
}

// CannotLaunch makes starting the helper fail; nil lets it succeed again.
func (m *Machine) CannotLaunch(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.launch = err
}

// Asked are the requests so far, such as "launch" or "start".
func (m *Machine) Asked() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.asked)
}

// Count is how often something was asked.
func (m *Machine) Count(what string) int {
	n := 0
	for _, a := range m.Asked() {
		if a == what {
			n++
		}
	}
	return n
}

// Watched is how often somebody asked to follow it.
func (m *Machine) Watched() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.watched
}

// Now is the status.
func (m *Machine) Now() machine.Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.copied()
}

func (m *Machine) copied() machine.Status {
	s := m.status
	s.Steps, s.Ports, s.Shares = slices.Clone(s.Steps), slices.Clone(s.Ports), slices.Clone(s.Shares)
	return s
}

// tell wakes who watches. The caller holds the lock.
func (m *Machine) tell() {
	for w := range m.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

// Offered implements keeper.Machine.
func (m *Machine) Offered() error { return m.Missing }

// Launch implements keeper.Machine.
func (m *Machine) Launch(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, "launch")
	if m.launch == nil {
		m.helper = true
	}
	return m.launch
}

// Watch implements keeper.Machine.
func (m *Machine) Watch(ctx context.Context, _ string) (*engine.Stream[machine.Status], error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.watched++
	if !m.helper {
		return nil, machine.ErrNoHelper
	}
	changed := make(chan struct{}, 1)
	changed <- struct{}{}
	m.watchers[changed] = struct{}{}
	out := make(chan machine.Status)
	go func() {
		defer close(out)
		defer func() {
			m.mu.Lock()
			defer m.mu.Unlock()
			delete(m.watchers, changed)
		}()
		for {
			select {
			case _, ok := <-changed:
				if !ok {
					return
				}
			case <-ctx.Done():
				return
			}
			select {
			case out <- m.Now():
			case <-ctx.Done():
				return
			}
		}
	}()
	return &engine.Stream[machine.Status]{C: out, Err: func() error { return nil }}, nil
}

// ask notes a request; it fails when no helper runs.
func (m *Machine) ask(what string) error {
	m.asked = append(m.asked, what)
	if !m.helper {
		return machine.ErrNoHelper
	}
	return nil
}

// do notes a request and changes the status.
func (m *Machine) do(what string, change func(*machine.Status) error) (machine.Status, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ask(what); err != nil {
		return machine.Status{}, err
	}
	if err := change(&m.status); err != nil {
		return machine.Status{}, err
	}
	m.tell()
	return m.copied(), nil
}

// up makes a change to a machine that runs; ErrConflict for another.
func up(change func(*machine.Status)) func(*machine.Status) error {
	return func(s *machine.Status) error {
		if s.State != machine.StateRunning && s.State != machine.StatePaused {
			return fmt.Errorf("%w: the machine does not run", engine.ErrConflict)
		}
		change(s)
		return nil
	}
}

// List implements keeper.Machine.
func (m *Machine) List(context.Context) ([]machine.Status, error) {
	s, err := m.do("list", func(*machine.Status) error { return nil })
	if err != nil || s.State == machine.StateAbsent {
		return nil, err
	}
	return []machine.Status{s}, nil
}

// Put implements keeper.Machine.
func (m *Machine) Put(_ context.Context, _ string, r machine.Resources) (machine.Status, error) {
	return m.do("put", func(s *machine.Status) error {
		filled := machine.Computer{CPUs: 4, MemoryBytes: 8 << 30}.Defaults(r)
		if !filled.Valid() {
			return engine.ErrInvalid
		}
		if filled.DiskBytes < s.Resources.DiskBytes && s.State != machine.StateAbsent {
			return engine.ErrConflict
		}
		s.Resources = filled
		s.Shares = nil
		for _, share := range filled.Shares {
			one := machine.SharedFolder{Share: share, State: machine.ShareStateOff}
			if s.State == machine.StateRunning {
				one.State = machine.ShareStateNext
			}
			s.Shares = append(s.Shares, one)
		}
		if s.State == machine.StateAbsent {
			s.State = machine.StateStopped
		}
		return nil
	})
}

// Pause implements keeper.Machine.
func (m *Machine) Pause(context.Context, string) (machine.Status, error) {
	return m.do("pause", up(func(s *machine.Status) { s.State = machine.StatePaused }))
}

// Resume implements keeper.Machine.
func (m *Machine) Resume(context.Context, string) (machine.Status, error) {
	return m.do("resume", up(func(s *machine.Status) { s.State = machine.StateRunning }))
}

// Trim implements keeper.Machine.
func (m *Machine) Trim(context.Context, string) (machine.Status, error) {
	return m.do("trim", up(func(s *machine.Status) { s.Use.DiskBytes /= 2 }))
}

// Reclaim implements keeper.Machine.
func (m *Machine) Reclaim(context.Context, string) (machine.Status, error) {
	return m.do("reclaim", up(func(s *machine.Status) { s.Use.MemoryBytes /= 2 }))
}

// Reset implements keeper.Machine.
func (m *Machine) Reset(context.Context, string) error {
	_, err := m.do("reset", func(s *machine.Status) error {
		if s.State == machine.StateRunning || s.State == machine.StatePaused {
			return engine.ErrConflict
		}
		s.State, s.Steps, s.Cause, s.Use = machine.StateAbsent, nil, "", machine.Use{}
		return nil
	})
	return err
}

// Log implements keeper.Machine.
func (m *Machine) Log(_ context.Context, _ string, log machine.LogName, _ int, _ bool) (io.ReadCloser, error) {
	if _, err := m.do("log", func(*machine.Status) error { return nil }); err != nil {
		return nil, err
	}
	return io.NopCloser(strings.NewReader("the log of " + string(log) + "\n")), nil
}

// Hold implements keeper.Machine.
func (m *Machine) Hold(context.Context, string) (release func(), err error) {
	if _, err := m.do("hold", func(*machine.Status) error { return nil }); err != nil {
		return nil, err
	}
	return func() { _, _ = m.do("release", func(*machine.Status) error { return nil }) }, nil
}

// Close implements keeper.Machine.
func (m *Machine) Close() {}
