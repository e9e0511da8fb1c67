package enginepage

import (
	"slices"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// deeds are the buttons of the machine. Each keeps its place while it works.
type deeds struct {
	page    *Page
	content *fyne.Container
	all     []deed
}

// deed is one button, and when it makes sense.
type deed struct {
	press  *kit.Press
	verb   store.Verb
	states []machine.State
}

func newDeeds(p *Page) *deeds {
	d := &deeds{page: p}
	add := func(verb store.Verb, icon theme.IconName, label string, do func(), states ...machine.State) {
		d.all = append(d.all, deed{press: kit.SmallButton(kit.Secondary, icon, label, do), verb: verb, states: states})
	}
	m := p.operator
	resting := []machine.State{machine.StateAbsent, machine.StateStopped, machine.StateFailed}
	up := []machine.State{machine.StateRunning, machine.StatePaused}
	add(store.VerbStart, theme.IconPlay, say.L("action.start"), func() { m.StartMachine() }, resting...)
	add(store.VerbResume, theme.IconPlay, say.L("machine.wake"), func() { m.ResumeMachine() }, machine.StatePaused)
	add(store.VerbStop, theme.IconStop, say.L("action.stop"), p.stopMachine, up...)
	add(store.VerbRestart, theme.IconRefresh, say.L("action.restart"), p.restartMachine, up...)
	add(store.VerbPause, theme.IconPause, say.L("action.pause"), func() { m.PauseMachine() }, machine.StateRunning)
	add("", theme.IconCross, say.L("action.cancel"), func() { m.StopMachine() }, machine.StateStarting)
	add(store.VerbKill, theme.IconCross, say.L("machine.kill"), p.killMachine, machine.StateStopping)
	add("", theme.IconLogs, say.L("machine.console"), func() { p.showConsole(machine.LogConsole) })
	add(store.VerbReset, theme.IconTrash, say.L("machine.afresh"), p.startAfresh)
	d.content = kit.Flow(theme.Space2)
	return d
}

// draw shows what can be done now, and what is being done.
func (d *deeds) draw(c store.Connection, m store.Machine) {
	busy := d.page.store.Busy.Get()[store.MachineID(machine.DefaultName)]
	state := m.Status.State
	if !m.Live {
		state = machine.StateStopped
	}
	var row []fyne.CanvasObject
	for _, one := range d.all {
		if len(one.states) > 0 && !one.fits(state, busy.Verb) {
			continue
		}
		if d.above(one, c, m) && busy.Verb == "" {
			continue
		}
		row = append(row, one.press)
		working := one.verb != "" && one.verb == busy.Verb
		word := ""
		if working {
			word = life.BusyWord(busy.Verb)
		}
		one.press.SetBusy(word)
		one.press.SetDisabled(d.reason(one, state, busy.Verb))
	}
	if same(d.content.Objects, row) {
		return
	}
	kit.SetChildren(d.content, row...)
}

// above tells whether the card above, which says what is wrong, has a button like
// this one: the start, and the console of a start that failed.
func (d *deeds) above(one deed, c store.Connection, m store.Machine) bool {
	if !about(c) || c.Phase != store.Failed {
		return false
	}
	return one.verb == store.VerbStart || one.verb == "" && m.Is(machine.StateFailed)
}

// fits tells whether a button belongs to a state, or shows what leads out of it.
func (one deed) fits(state machine.State, busy store.Verb) bool {
	if slices.Contains(one.states, state) {
		return true
	}
	between := state == machine.StateStarting || state == machine.StateStopping
	return between && one.verb == busy && busy != "" && busy != store.VerbKill
}

// reason is why a button cannot be used, or empty.
func (d *deeds) reason(one deed, state machine.State, busy store.Verb) string {
	switch {
	case one.verb == "" || one.verb == store.VerbKill:
		return "" // what looks, cancels, or cuts short
	case busy != "" && busy != one.verb:
		return say.L("machine.busy")
	case one.verb == store.VerbReset && state == machine.StateAbsent:
		return say.L("machine.afresh.nothing")
	case one.verb == store.VerbReset && (state == machine.StateStarting || state == machine.StateStopping):
		return say.L("machine.busy")
	}
	return ""
}

func same(a, b []fyne.CanvasObject) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// running names the containers that run in the machine, as far as that is known:
// only its engine tells.
func (p *Page) running() []string {
	if p.store.Connection.Get().Endpoint.Kind != engine.EndpointMachine {
		return nil
	}
	var names []string
	for _, c := range p.store.Containers.Get().Rows {
		if c.State == engine.StateRunning {
			names = append(names, c.Name)
		}
	}
	return names
}

// stopMachine asks first when that ends containers.
func (p *Page) stopMachine() {
	names := p.running()
	if len(names) == 0 {
		p.operator.StopMachine()
		return
	}
	kit.Confirm(p.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("machine.stop.title"), Text: say.N("machine.stop.text", len(names)), Lost: names,
		Verb: say.L("action.stop"), Cancel: say.L("action.cancel"), OnConfirm: func(bool) { p.operator.StopMachine() },
	})
}

// restartMachine asks first when that ends containers.
func (p *Page) restartMachine() {
	names := p.running()
	if len(names) == 0 {
		p.operator.RestartMachine()
		return
	}
	kit.Confirm(p.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("machine.restart.title"), Text: say.N("machine.restart.text", len(names)), Lost: names,
		Verb: say.L("action.restart"), Cancel: say.L("action.cancel"), OnConfirm: func(bool) { p.operator.RestartMachine() },
	})
}

// killMachine asks, and pulls the plug of a machine that takes long to stop.
func (p *Page) killMachine() {
	kit.Confirm(p.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("machine.kill.title"), Text: say.L("machine.kill.text"), Destructive: true,
		Verb: say.L("machine.kill"), Cancel: say.L("machine.kill.wait"), OnConfirm: func(bool) { p.operator.KillMachine() },
	})
}
