package keepertest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"escale/engine"
	"escale/engine/machine"
)

// Machines are those of a played helper that has several, by name. Safe for
// concurrent use.
type Machines struct {
	Mu  sync.Mutex
	All map[string]machine.Status // guarded by Mu

	changed chan struct{}
}

// NewMachines returns machines that there are already.
func NewMachines(there ...machine.Status) *Machines {
	m := &Machines{All: map[string]machine.Status{}, changed: make(chan struct{})}
	for _, s := range there {
		m.All[s.Name] = s
	}
	return m
}

// Edit changes the machines, and what else is guarded with them; those who watch
// are told.
func (m *Machines) Edit(change func()) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	change()
	close(m.changed)
	m.changed = make(chan struct{})
}

// See reads what is guarded with the machines.
func (m *Machines) See(read func()) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	read()
}

// Look is a machine, StateAbsent where there is none, and what is closed when
// anything changes.
func (m *Machines) Look(name string) (machine.Status, <-chan struct{}) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	s, ok := m.All[name]
	if !ok {
		s = machine.Status{Name: name, State: machine.StateAbsent}
	}
	return s, m.changed
}

// Names are those of the machines, sorted.
func (m *Machines) Names() []string {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	return slices.Sorted(maps.Keys(m.All))
}

// Watch implements machine.Throwaways.
func (m *Machines) Watch(ctx context.Context, name string) (*engine.Stream[machine.Status], error) {
	out := make(chan machine.Status)
	go func() {
		defer close(out)
		for {
			s, changed := m.Look(name)
			select {
			case out <- s:
			case <-ctx.Done():
				return
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	}()
	return &engine.Stream[machine.Status]{C: out, Err: func() error { return nil }}, nil
}

// List implements machine.Throwaways.
func (m *Machines) List(context.Context) ([]machine.Status, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	return slices.Collect(maps.Values(m.All)), nil
}
