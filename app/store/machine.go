package store

import (
	"slices"
	"time"

	"escale/engine/machine"
)

// Machine is what is known of the Escale Machine, the engine that this app
// brings along. The zero value knows nothing yet.
type Machine struct {
	// Missing says why no machine can be started on this computer: it wraps
	// machine.ErrHelperMissing or machine.ErrImageMissing. nil when one can.
	Missing error
	// Checked is true once Missing and Live tell.
	Checked bool

	// Live means that a helper answers, and that Status is what it says now.
	// No helper runs until the machine is needed, or asked about.
	Live   bool
	Status machine.Status // the newest that was heard; its zero value before
	At     time.Time      // when it was heard
	// Err is why the helper cannot be asked; nil while it can, and where none runs.
	Err error
}

// Offered tells whether the machine can be used on this computer, whatever it
// does now.
func (m Machine) Offered() bool { return m.Checked && (m.Missing == nil || m.Live) }

// Is tells whether the machine is surely in one of these states now.
func (m Machine) Is(states ...machine.State) bool {
	return m.Live && slices.Contains(states, m.Status.State)
}

// Asleep tells whether the machine is paused: it is well, and its next use
// wakes it.
func (m Machine) Asleep() bool { return m.Is(machine.StatePaused) }

// Up tells whether its engine can be used, asleep or not.
func (m Machine) Up() bool { return m.Is(machine.StateRunning, machine.StatePaused) }

// MachineID is the object ID of a machine, for busy marks.
func MachineID(name string) string { return "machine:" + name }
