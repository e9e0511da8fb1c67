package enginepage

import (
	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// use shows what the machine takes of this computer now, and gives some of it
// back.
type use struct {
	page         *Page
	content      *fyne.Container
	grid         *fyne.Container
	memory, disk *gauge
}

// gauge is one measure of what is taken.
type gauge struct {
	content *fyne.Container
	figure  *kit.Text
	meter   *kit.MeterBar
	note    *kit.Text
	back    *kit.Press
	row     *fyne.Container
}

func newUse(p *Page) *use {
	u := &use{page: p}
	u.memory = newGauge(theme.IconMemory, say.L("machine.use.memory"), say.L("machine.reclaim"), func() { p.operator.ReclaimMachine() })
	u.disk = newGauge(theme.IconVolume, say.L("machine.use.disk"), say.L("machine.trim"), func() { p.operator.TrimMachine() })
	u.grid = kit.Grid(250, theme.Space5)
	u.content = kit.Col(theme.Space4, kit.Divider(), u.grid)
	return u
}

func newGauge(icon theme.IconName, name, back string, tapped func()) *gauge {
	g := &gauge{
		figure: kit.NewText("", theme.Heading, theme.Ink), meter: kit.Meter(0, theme.AccentFill, 6),
		note: kit.NewText("", theme.Small, theme.InkFaint).Ellipsis(),
		back: kit.SmallButton(kit.Secondary, "", back, tapped),
	}
	g.row = kit.Row(6, kit.NewIcon(icon, 15, theme.InkFaint), kit.Grow(kit.NewText(name, theme.SmallLabel, theme.InkMuted).Ellipsis()), g.figure)
	g.content = kit.Col(theme.Space2, g.row, g.meter, kit.Row(theme.Space2, kit.Grow(g.note), g.back))
	return g
}

func (g *gauge) set(figure, note string, part float64) {
	if g.figure.Text() != figure {
		g.figure.SetText(figure)
		g.row.Refresh()
	}
	g.note.SetText(note)
	g.meter.Set(float32(part))
	ink := theme.AccentFill
	if part > 0.9 {
		ink = theme.Busy
	}
	g.meter.SetInk(ink)
}

// draw is the only writer of the measures.
func (u *use) draw(m store.Machine) {
	s := m.Status
	var shown []fyne.CanvasObject
	if m.Up() {
		shown = append(shown, u.memory.content)
	}
	if m.Live && s.State != machine.StateAbsent {
		shown = append(shown, u.disk.content)
	}
	if !same(u.grid.Objects, shown) {
		kit.SetChildren(u.grid, shown...)
	}
	u.content.Hidden = len(shown) == 0
	limit := say.L("machine.use.limit", "Size", life.LimitBytes(s.Resources.MemoryBytes))
	if s.Use.MemoryBytes > 0 {
		u.memory.set(say.Bytes(s.Use.MemoryBytes), limit, part(s.Use.MemoryBytes, s.Resources.MemoryBytes))
	} else {
		u.memory.set(say.L("figure.unknown"), limit, 0)
	}
	u.disk.set(say.Bytes(s.Use.DiskBytes), say.L("machine.use.limit", "Size", life.LimitBytes(s.Resources.DiskBytes)), part(s.Use.DiskBytes, s.Resources.DiskBytes))
	busy := u.page.store.Busy.Get()[store.MachineID(machine.DefaultName)].Verb
	u.memory.drawBack(m, busy, store.VerbReclaim)
	u.disk.drawBack(m, busy, store.VerbTrim)
}

// drawBack offers to give back what a machine that runs does not need.
func (g *gauge) drawBack(m store.Machine, busy, own store.Verb) {
	word, reason := "", ""
	switch {
	case busy == own:
		word = say.L("machine.giving")
	case busy != "":
		reason = say.L("machine.busy")
	}
	g.back.Hidden = !m.Up()
	g.back.SetBusy(word)
	g.back.SetDisabled(reason)
}

func part(of, all int64) float64 {
	if all <= 0 {
		return 0
	}
	return min(float64(of)/float64(all), 1)
}
