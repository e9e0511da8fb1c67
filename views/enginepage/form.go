package enginepage

import (
	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/app/task"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// form is what the machine may take of this computer. What is typed is kept
// until it is saved or taken back, whatever the machine does meanwhile.
type form struct {
	page     *Page
	content  fyne.CanvasObject
	computer machine.Computer

	cpus, memory, disk *dial
	shared             *portsField
	idle               *kit.Switch

	foot    *fyne.Container
	note    *kit.HintLine
	noted   string     // what it says
	anew    *kit.Press // restarts
	save    *kit.Press
	again   *kit.Press // saves and restarts
	undo    *kit.Press
	usual   *kit.Press
	saving  int  // the task that saves; 0 is none
	restart bool // after it
	refused string
	cancel  func()
}

func newForm(p *Page) *form {
	f := &form{page: p, computer: p.computer}
	f.cpus, f.memory, f.disk = f.newCPUs(), f.newMemory(), f.newDisk()
	f.shared = newPortsField(f)
	f.idle = kit.Toggle("", true, f.setIdle)
	f.idle.SetName(say.L("machine.idle"))
	f.note = kit.Hint(kit.Note, "", nil)
	f.note.Hide()
	f.anew = kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("action.restart"), p.restartMachine)
	f.save = kit.Button(kit.Secondary, "", say.L("machine.save"), func() { f.commit(false) })
	f.again = kit.Button(kit.Primary, "", say.L("machine.save.restart"), func() { f.commit(true) })
	f.undo = kit.Button(kit.Quiet, "", say.L("machine.undo"), f.takeBack)
	f.usual = kit.SmallButton(kit.Quiet, "", say.L("machine.defaults"), f.defaults)
	f.foot = kit.Flow(theme.Space2)
	f.content = kit.CardInset(20, kit.Col(18,
		kit.Row(theme.Space3, kit.Grow(kit.Col(2,
			life.Titled(p.host, kit.NewText(say.L("machine.limits"), theme.Strong, theme.Ink).Ellipsis(), "virtual-machine"),
			kit.NewParagraph(say.L("machine.limits.text"), theme.Small, theme.InkMuted))), f.usual),
		f.cpus.box, f.memory.box, f.disk.box, f.shared.box, f.note, f.foot,
		kit.Divider(),
		kit.Row(theme.Space3, kit.Grow(kit.Col(2,
			kit.NewText(say.L("machine.idle"), theme.SmallLabel, theme.Ink).Ellipsis(),
			kit.NewParagraph(say.L("machine.idle.text"), theme.Small, theme.InkFaint))), f.idle)))
	f.cancel = p.tasks.OnEnd(func(t task.Task) { p.host.Post(func() { f.ended(t) }) })
	return f
}

func (f *form) close() { f.cancel() }

func (f *form) newCPUs() *dial {
	most := int64(max(min(f.computer.CPUs, machine.MaxCPUs), 1))
	d := newDial(f, "cpus", say.L("engine.fact.cpus"), "", 1, 1)
	d.limit(1, most)
	d.help = func(machine.Status) string { return say.N("machine.cpus.have", int(most)) }
	d.tooMuch = func() string { return say.N("machine.cpus.most", int(most)) }
	return d
}

// least is the least memory that can be chosen here; the helper takes less.
const leastMemory = 256 << 20

func (f *form) newMemory() *dial {
	most := f.computer.MemoryBytes
	if most <= 0 {
		most = 64 << 30
	}
	d := newDial(f, "memory", say.L("engine.fact.memory"), gigabyte(), 1<<30, leastMemory)
	d.limit(leastMemory, max(most-most%leastMemory, leastMemory))
	d.help = func(machine.Status) string {
		if f.computer.MemoryBytes <= 0 {
			return say.L("machine.memory.back")
		}
		return say.L("machine.memory.have", "Size", whole(f.computer.MemoryBytes)) + " " + say.L("machine.memory.back")
	}
	d.tooMuch = func() string { return say.L("machine.memory.most", "Size", whole(f.computer.MemoryBytes)) }
	d.doubt = func(v int64) string {
		if f.computer.MemoryBytes > 0 && v > f.computer.MemoryBytes/2 {
			return say.L("machine.memory.half")
		}
		return ""
	}
	return d
}

// The disk's limits on the slider: more can be typed.
const (
	diskStep  = 8 << 30
	diskReach = 256 << 30
	diskMost  = 16 << 40
)

func (f *form) newDisk() *dial {
	d := newDial(f, "disk", say.L("machine.disk"), gigabyte(), 1<<30, diskStep)
	d.limit(machine.MinDiskBytes, diskMost)
	d.help = func(s machine.Status) string {
		return say.L("machine.disk.help", "Size", say.Bytes(s.Use.DiskBytes))
	}
	d.tooMuch = func() string { return say.L("machine.disk.most", "Size", life.LimitBytes(diskMost)) }
	return d
}

// draw is the only writer of what was not typed.
func (f *form) draw(m store.Machine) {
	s := m.Status
	f.disk.reach(s)
	f.cpus.draw(int64(s.Resources.CPUs), s)
	f.memory.draw(s.Resources.MemoryBytes, s)
	f.disk.draw(s.Resources.DiskBytes, s)
	f.shared.draw(s.Resources.HostPorts)
	f.idle.SetOn(!s.Resources.KeepAwake)
	reason := ""
	if !m.Live {
		reason = say.L("machine.unknown")
	}
	f.idle.SetDisabled(reason)
	f.drawFoot(m)
}

// drawFoot offers to save what was typed, and says when it counts.
func (f *form) drawFoot(m store.Machine) {
	want, good := f.wanted(m.Status)
	changed := f.typed()
	later := good && m.Status.Resources.RestartFor(want)
	switch {
	case f.refused != "":
		f.say(kit.Problem, f.refused, nil)
	case changed && later && m.Up():
		f.say(kit.Note, say.L("machine.takes.restart"), nil)
	case changed && good && m.Up():
		f.say(kit.Note, say.L("machine.takes.now"), nil)
	case m.Up() && m.Status.Waits():
		f.say(kit.Note, say.L("machine.later"), f.anew)
	default:
		f.say(kit.Note, "", nil)
	}
	reason := ""
	switch {
	case !good:
		reason = say.L("machine.save.first")
	case !m.Live:
		reason = say.L("machine.unknown")
	}
	for _, b := range []*kit.Press{f.save, f.again} {
		b.SetDisabled(reason)
	}
	busy := ""
	if f.saving != 0 {
		busy = say.L("machine.saving")
	}
	f.save.SetBusy(busy)
	f.foot.Hidden = !changed
	row := []fyne.CanvasObject{f.save, f.undo}
	if later && m.Up() {
		row = []fyne.CanvasObject{f.again, f.save, f.undo}
	}
	if !same(f.foot.Objects, row) {
		kit.SetChildren(f.foot, row...)
	}
}

// say shows a line above the buttons, or none. The same line stays as it is.
func (f *form) say(tone kit.Tone, words string, action fyne.CanvasObject) {
	if words == f.noted {
		return
	}
	f.noted = words
	f.note.Hidden = words == ""
	f.note.Set(tone, words, action)
}

func (f *form) typed() bool {
	return f.cpus.typed() || f.memory.typed() || f.disk.typed() || f.shared.typed()
}

// wanted is what the fields say; false when one of them cannot be.
func (f *form) wanted(s machine.Status) (machine.Resources, bool) {
	r := s.Resources
	cpus, ok1 := f.cpus.value()
	memory, ok2 := f.memory.value()
	disk, ok3 := f.disk.value()
	shared, ok4 := f.shared.value()
	if f.cpus.typed() {
		r.CPUs = int(cpus)
	}
	if f.memory.typed() {
		r.MemoryBytes = memory
	}
	if f.disk.typed() {
		r.DiskBytes = disk
	}
	if f.shared.typed() {
		r.HostPorts = shared
	}
	return r, ok1 && ok2 && ok3 && ok4
}

// commit saves what was typed, and has the machine started anew after it.
func (f *form) commit(restart bool) {
	m := f.page.store.Machine.Get()
	want, good := f.wanted(m.Status)
	if !good || f.saving != 0 {
		return
	}
	f.refused, f.restart = "", restart
	f.saving = f.page.operator.SetMachine(want)
	f.page.draw()
}

// ended hears how a task ended.
func (f *form) ended(t task.Task) {
	if t.ID != f.saving || t.ID == 0 {
		return
	}
	f.saving = 0
	if t.Err != nil {
		words := say.Error(t.Err)
		f.refused = words.Title + ". " + words.Hint
	} else {
		f.saved()
	}
	f.page.draw()
}

// saved forgets what was typed: it is what counts now, or from the next start on.
func (f *form) saved() {
	f.saving = 0
	for _, d := range []*dial{f.cpus, f.memory, f.disk} {
		d.keep()
	}
	f.shared.keep()
	if f.restart {
		f.restart = false
		f.page.restartMachine()
	}
}

// takeBack forgets what was typed.
func (f *form) takeBack() {
	f.refused = ""
	for _, d := range []*dial{f.cpus, f.memory, f.disk} {
		d.forget()
	}
	f.shared.forget()
	f.page.draw()
}

// defaults types in what Escale would choose for this computer.
func (f *form) defaults() {
	s := f.page.store.Machine.Get().Status
	usual := f.computer.Defaults(machine.Resources{})
	f.cpus.choose(int64(usual.CPUs))
	f.memory.choose(usual.MemoryBytes)
	if s.State == machine.StateAbsent {
		f.disk.choose(usual.DiskBytes)
	}
	f.page.draw()
}

// setIdle applies at once: it says nothing about what is typed elsewhere.
func (f *form) setIdle(on bool) {
	r := f.page.store.Machine.Get().Status.Resources
	r.KeepAwake = !on
	f.page.operator.SetMachine(r)
}

// whole writes what this computer has: memory is sold in powers of two, of which
// the system keeps a little for itself.
func whole(n int64) string {
	const half = 1 << 29
	if n >= 1<<30 {
		return say.Bytes((n + half) >> 30 * 1e9)
	}
	return say.Bytes(n)
}

// gigabyte is the unit of the fields.
func gigabyte() string { return say.L("machine.gigabyte") }
