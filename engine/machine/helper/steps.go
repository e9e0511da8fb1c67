package helper

import (
	"slices"
	"sync/atomic"
	"time"

	"escale/engine/machine"
	"escale/engine/machine/wire"
)

// The steps of a start that are ours; the guest's follow.
const (
	stepImage = "image"
	stepDisk  = "disk"
	stepVM    = "vm"
	stepKeep  = "keep" // only before a new major version of the engine: a copy of the data
)

// ladder are all the steps, in their order.
var ladder = []string{
	stepImage, stepDisk, stepVM,
	wire.StepKernel, wire.StepRoot, wire.StepData, wire.StepNetwork, wire.StepEngine, wire.StepReady,
}

// climb is how far a start is. It is guarded by its machine's lock.
type climb struct {
	steps  []machine.Step
	began  time.Time // the running step, by our clock
	vmAt   time.Time // the start of the virtual machine
	latest int64     // milliseconds of the guest's newest step
	meter  *meter    // of the running step, if it counts bytes
}

// meter counts the bytes of a step that is long.
type meter struct{ done, total atomic.Int64 }

func (m *meter) read(s *machine.Step) { s.DoneBytes, s.TotalBytes = m.done.Load(), m.total.Load() }

// beginMetered starts a step that tells how far it is.
func (c *climb) beginMetered(name string, m *meter, now time.Time) {
	c.begin(name, now)
	c.meter = m
}

// begin starts one of our own steps and ends the one before.
func (c *climb) begin(name string, now time.Time) {
	c.end(now)
	c.steps = append(c.steps, machine.Step{Name: name, State: machine.StepRunning})
	c.began = now
	if name == stepVM {
		c.vmAt, c.latest = now, 0
	}
}

// end ends the running step.
func (c *climb) end(now time.Time) {
	if last := c.running(); last != nil {
		last.State, last.Millis = machine.StepDone, now.Sub(c.began).Milliseconds()
		c.measure(last)
		c.meter = nil
	}
}

func (c *climb) measure(s *machine.Step) {
	if c.meter != nil {
		c.meter.read(s)
	}
}

func (c *climb) running() *machine.Step {
	for i := range c.steps {
		if c.steps[i].State == machine.StepRunning {
			return &c.steps[i]
		}
	}
	return nil
}

// reached notes a step that the guest has come to. The guest's own clock says
// how long it took, for the first ones are told late; what is left of our time
// is that of the virtual machine and its firmware.
func (c *climb) reached(s wire.Step, now time.Time) {
	if !slices.Contains(ladder, s.Step) {
		return
	}
	c.drop()
	if i := slices.IndexFunc(c.steps, func(m machine.Step) bool { return m.Name == stepVM }); i >= 0 {
		c.steps[i].State = machine.StepDone
		c.steps[i].Millis = max(now.Sub(c.vmAt).Milliseconds()-s.AtMillis, 0)
	}
	state := machine.StepDone
	if s.Error != "" {
		state = machine.StepFailed
	}
	c.steps = append(c.steps, machine.Step{Name: s.Step, State: state, Millis: max(s.AtMillis-c.latest, 0)})
	c.latest = max(c.latest, s.AtMillis)
	if state == machine.StepDone && s.Step != wire.StepReady { // one without an engine skips that
		c.expect(now)
	}
}

// expect shows the next step as running.
func (c *climb) expect(now time.Time) {
	for _, name := range ladder {
		if !slices.ContainsFunc(c.steps, func(m machine.Step) bool { return m.Name == name }) {
			c.steps = append(c.steps, machine.Step{Name: name, State: machine.StepRunning})
			c.began = now
			return
		}
	}
}

// drop takes away a guest's step that was only expected.
func (c *climb) drop() {
	c.steps = slices.DeleteFunc(c.steps, func(m machine.Step) bool {
		return m.State == machine.StepRunning && m.Name != stepVM
	})
}

// fail ends the climb where it is.
func (c *climb) fail(now time.Time) {
	if last := c.running(); last != nil {
		last.State, last.Millis = machine.StepFailed, now.Sub(c.began).Milliseconds()
		c.measure(last)
		c.meter = nil
	}
}

// retry forgets the steps of a boot that will be tried again.
func (c *climb) retry() {
	if i := slices.IndexFunc(c.steps, func(m machine.Step) bool { return m.Name == stepVM }); i >= 0 {
		c.steps = c.steps[:i]
	}
}

// list is a copy, with the running step's time up to now.
func (c *climb) list(now time.Time) []machine.Step {
	out := slices.Clone(c.steps)
	for i := range out {
		if out[i].State == machine.StepRunning {
			out[i].Millis = now.Sub(c.began).Milliseconds()
			c.measure(&out[i])
		}
	}
	return out
}
