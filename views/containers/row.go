package containers

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/stats"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// Column widths; the name takes what is left.
const (
	stateColumn  float32 = 144
	portColumn   float32 = 140
	briefColumn  float32 = 76 // a port without its host
	loadColumn   float32 = 64
	actionColumn float32 = 108
	sparkWidth   float32 = 60
)

// idleUse is the use of the CPU, in percent, below which the small chart does
// not magnify any more.
const idleUse = 2

// rowView is the widgets of one row in sight. It is used for many rows, one
// after the other.
type rowView struct {
	screen *Screen
	at     int // line it shows now

	content *fyne.Container
	mark    *markView
	name    *kit.Text
	image   *kit.Text
	state   *kit.StateLabel
	since   *kit.Text
	ports   *portView
	brief   *portView // stands in for ports
	more    *kit.Press
	spark   *kit.Plot
	cpu     *kit.Text
	memory  *kit.Text
	chart   *fyne.Container
	load    *fyne.Container
	act     *kit.Press
	menu    *kit.Press

	now figures
}

func newRowView(s *Screen) *rowView {
	r := &rowView{
		screen: s,
		name:   kit.NewText("", theme.Strong, theme.Ink).Ellipsis(),
		image:  kit.NewText("", theme.Small, theme.InkFaint).Ellipsis(),
		state:  kit.StateWord(kit.IsStopped, ""),
		since:  kit.NewText("", theme.Small, theme.InkFaint).Ellipsis(),
		spark:  kit.Sparkline([]float64{0, 0}, theme.Accent, sparkWidth, 26),
		cpu:    kit.NewText("", theme.SmallLabel, theme.Ink).AlignTrailing(),
		memory: kit.NewText("", theme.Small, theme.InkFaint).AlignTrailing(),
	}
	r.spark.SetLeast(idleUse)
	r.mark = newMarkView(r.togglePick)
	r.more = kit.Link("+1", r.showLinks)
	r.act = kit.SmallButton(kit.Secondary, theme.IconPlay, say.L("action.start"), r.acted)
	r.menu = kit.IconButton(theme.IconMore, say.L("action.more"), func() { kit.ShowMenu(r.menu, s.menuOf(r.at)...) })
	r.chart, r.load = kit.Row(0, r.spark), kit.Col(1, r.cpu, r.memory)
	state := kit.Col(2, r.state, kit.Inset(0, 0, 0, 18, r.since))
	browse := func() { s.host.Browse(life.FirstURL(r.now.links)) }
	r.ports, r.brief = newPortView(browse, r.more), newPortView(browse)
	row := kit.Row(theme.Space3,
		r.mark.press,
		kit.Grow(kit.Col(2, r.name, r.image)),
		kit.Fixed(stateColumn, 0, state),
		kit.Between(540, 680, kit.Fixed(briefColumn, 0, r.brief.content)), // it is in the menu, too
		kit.DropBelow(680, kit.Fixed(portColumn, 0, r.ports.content)),
		kit.DropBelow(840, kit.Fixed(sparkWidth, 0, r.chart)), // so that names have the room
		kit.DropBelow(710, kit.Fixed(loadColumn, 0, r.load)),
		kit.DropBelow(400, kit.Fixed(actionColumn, 0, r.act)), // as is this
		kit.Hang(theme.Space2, r.menu),
	)
	r.content = kit.Fixed(0, theme.RowHeight, kit.Inset(0, theme.Space2, 0, theme.Space3, row))
	return r
}

// update shows line i.
func (r *rowView) update(i int, it item) {
	s := r.screen
	f := describe(it, s.describe)
	same := f.id == r.now.id
	r.at, r.now = i, f
	r.mark.set(f, len(s.pick) > 0, s.pick[f.id])
	ink := theme.Ink
	if f.faint {
		ink = theme.InkFaint
	}
	r.name.Set(f.name, ink)
	r.image.SetText(f.image)
	r.state.Set(f.state.Condition, f.state.Word)
	r.since.SetText(f.since)
	r.updateLinks(f)
	r.updateAction(it, f, same)
	r.updateLoad(it, s.app.Stats.Latest.Get()[f.id])
}

func (r *rowView) updateAction(it item, f figures, same bool) {
	kit.SetVisible(r.act, f.action.Verb != "")
	kit.SetVisible(r.menu, !it.gone)
	if f.action.Verb == "" {
		return
	}
	if !same {
		r.act.SetBusy("")
	}
	switch {
	case f.slow:
		r.act.SetBusy("")
		r.act.SetIcon(theme.IconCross)
		r.act.SetLabel(say.L("action.cancel"))
		r.act.SetDisabled("")
	case f.busy:
		r.act.SetBusy(f.state.Word)
	default:
		r.act.SetBusy("")
		r.act.SetIcon(f.action.Icon)
		r.act.SetLabel(f.action.Label)
		r.act.SetDisabled(f.reason)
	}
}

func (r *rowView) updateLoad(it item, series stats.Series) {
	last, ok := series.Last()
	visible := ok && it.c.State == engine.StateRunning && !r.now.faint
	kit.SetVisible(r.load, visible)
	kit.SetVisible(r.chart, visible)
	if !visible {
		return
	}
	r.cpu.SetText(say.Percent(last.CPUPercent))
	r.memory.SetText(say.Bytes(last.MemoryBytes))
	r.spark.SetValues(recent(series, 30))
}

// recent is the CPU use of the last n samples.
func recent(series stats.Series, n int) []float64 {
	samples := series.Samples[max(0, len(series.Samples)-n):]
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = s.CPUPercent
	}
	return values
}

func (r *rowView) acted() {
	if r.now.slow {
		r.screen.app.Tasks.Cancel(r.now.task)
		return
	}
	life.Do(r.screen.app, r.now.action.Verb, r.now.id)
}

func (r *rowView) togglePick() { r.screen.togglePick(r.at) }

// markView is the image's glyph, which turns into a box to tick under the
// pointer and while rows are being chosen.
type markView struct {
	press   *kit.Press
	glyph   *kit.GlyphBox
	box     *fyne.Container
	back    *kit.Surface
	tick    *kit.Icon
	hovered bool
	picking bool
}

func newMarkView(tapped func()) *markView {
	m := &markView{
		glyph: kit.Glyph("", "", 36),
		back:  kit.NewSurface(theme.Surface, theme.RadiusSmall).WithStroke(theme.Outline),
		tick:  kit.NewIcon(theme.IconCheck, 14, theme.OnAccent),
	}
	m.box = container.NewCenter(kit.Fixed(20, 20, container.NewStack(m.back, container.NewCenter(m.tick))))
	body := kit.Fixed(36, 36, container.NewStack(m.glyph, m.box))
	m.press = kit.NewPress(body, theme.RadiusBase, markLook, tapped)
	m.press.OnState(func(s kit.State) {
		m.hovered = s.Hovered || s.Focused
		m.paint()
	})
	return m
}

func markLook(kit.State) kit.Look {
	return kit.Look{Fill: theme.Transparent, Stroke: theme.Transparent}
}

func (m *markView) set(f figures, picking, picked bool) {
	m.glyph.Set(f.image, life.Initials(f.image))
	m.picking = picking
	kit.SetVisible(m.tick, picked)
	if picked {
		m.back.Set(theme.AccentFill, theme.Transparent, kit.Flat)
	} else {
		m.back.Set(theme.Surface, theme.Outline, kit.Flat)
	}
	m.press.Named(say.L("containers.pick", "Name", f.name))
	m.paint()
}

func (m *markView) paint() {
	kit.SetVisible(m.glyph, !m.picking && !m.hovered)
	kit.SetVisible(m.box, m.picking || m.hovered)
}
