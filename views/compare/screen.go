// Package compare is the screen that compares a container with a virtual machine:
// the same small page in both, measured on this computer.
package compare

import (
	"errors"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/compare"
	"escale/app/store"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// Operator is what the screen asks of the app.
type Operator interface {
	// StartComparison begins to compare; CancelComparison ends that.
	StartComparison() int
	CancelComparison()
	// ShowMachine has the machine's helper looked for.
	ShowMachine()
}

// Parts are what the screen works with.
type Parts struct {
	Comparer *compare.Comparer
	Store    *store.Store
	Operator Operator
	Host     nav.Host
}

// tick is how often the time that passes is drawn.
const tick = 200 * time.Millisecond

// proseWidth is how wide a text may be to be read well.
const proseWidth = 640

// Screen is the page. Its fields belong to the UI goroutine.
type Screen struct {
	parts Parts
	host  nav.Host

	content   fyne.CanvasObject
	column    *fyne.Container
	start     *kit.Press
	again     *kit.Press
	cancel    *kit.Press
	action    *fyne.Container
	why       *kit.HintLine // why it cannot be compared, or the last one failed
	stage     *kit.Text
	meter     *kit.MeterBar
	live      *fyne.Container
	container *card
	machine   *card
	result    *fyne.Container
	drawn     *compare.Result // that result shows

	shown   bool
	stop    func()
	cancels []func()
}

var _ nav.Screen = (*Screen)(nil)

// New returns the screen. Close it when it leaves the window for good.
func New(parts Parts) *Screen {
	s := &Screen{parts: parts, host: parts.Host, stop: func() {}}
	run := func() { parts.Operator.StartComparison() }
	s.start = kit.Button(kit.Primary, theme.IconPlay, say.L("compare.start"), run)
	s.again = kit.Button(kit.Primary, theme.IconRefresh, say.L("compare.again"), run)
	s.cancel = kit.Button(kit.Secondary, theme.IconStop, say.L("action.cancel"), parts.Operator.CancelComparison)
	s.why = kit.Hint(kit.Note, "", nil)
	s.stage, s.meter = kit.NewText("", theme.Label, theme.Ink).Ellipsis(), kit.Meter(0, theme.AccentFill, 6)
	s.container, s.machine = newCard(s.host, theme.IconContainer, say.L("compare.container")), newCard(s.host, theme.IconEngine, say.L("compare.machine"))
	s.live = kit.Col(theme.Space3, s.stage, s.meter, kit.Grid(300, theme.Space3, s.container.content, s.machine.content))
	s.action = kit.Row(theme.Space2, s.start, s.again, s.cancel)
	s.result = kit.Col(theme.Space4)
	s.column = kit.Col(theme.Space4,
		kit.UpTo(proseWidth, kit.NewParagraph(say.L("compare.intro"), theme.Body, theme.InkMuted)),
		s.action, s.why, s.live, s.result,
		kit.UpTo(proseWidth, kit.Col(theme.Space2,
			kit.NewText(say.L("compare.counted"), theme.Strong, theme.Ink),
			kit.NewParagraph(say.L("compare.counted.time", "Image", compare.Image), theme.Small, theme.InkMuted),
			kit.NewParagraph(say.L("compare.counted.memory", "Size", say.Bytes(compare.MachineMemoryBytes)), theme.Small, theme.InkMuted),
			kit.NewParagraph(say.L("compare.counted.disk"), theme.Small, theme.InkMuted),
			kit.NewParagraph(say.L("compare.counted.processes"), theme.Small, theme.InkMuted),
			kit.NewParagraph(say.L("compare.general.text", "Size", say.Bytes(compare.GeneralSystemBytes), "Time", say.Quick(compare.GeneralContainerStart)),
				theme.Small, theme.InkMuted))))
	s.content = kit.Page(kit.Toolbar(say.L("compare.title"), say.L("compare.subtitle")).WithMark(life.What(s.host, "virtual-machine")), s.column)
	draw := post.Coalesce(s.host, s.draw)
	s.cancels = []func(){
		parts.Comparer.State.Subscribe(draw), parts.Store.Connection.Subscribe(draw), parts.Store.Machine.Subscribe(draw),
	}
	s.draw()
	return s
}

// Content implements nav.Screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Show implements nav.Screen.
func (s *Screen) Show(nav.Route) { s.shown = true; s.parts.Operator.ShowMachine(); s.draw() }

// Hide implements nav.Screen. A comparison goes on.
func (s *Screen) Hide() { s.shown = false; s.stop() }

// Close implements nav.Screen.
func (s *Screen) Close() {
	for _, cancel := range s.cancels {
		cancel()
	}
	s.stop()
}

// draw is the only writer.
func (s *Screen) draw() {
	state, now := s.parts.Comparer.State.Get(), time.Now()
	c := s.parts.Store.Connection.Get()
	why := s.parts.Comparer.Possible(c.Endpoint, s.parts.Store.Machine.Get())
	ready := c.Phase == store.Ready
	kit.SetVisible(s.start, !state.Running && state.Last == nil)
	kit.SetVisible(s.again, !state.Running && state.Last != nil)
	kit.SetVisible(s.cancel, state.Running)
	reason := s.drawWhy(state, ready, why)
	s.start.SetDisabled(reason)
	s.again.SetDisabled(reason)
	s.cancel.Disable(state.Stopping)
	kit.SetVisible(s.live, state.Running)
	if state.Running {
		words := stage(state)
		if state.Round > 0 {
			words = say.L("compare.round", "Round", say.Count(int64(state.Round)), "Rounds", say.Count(compare.Rounds)) + " " + words
		}
		s.stage.SetText(words)
		s.meter.Set(part(state))
		s.container.draw(state.Container, now)
		s.machine.draw(state.Machine, now)
	}
	if state.Last != s.drawn {
		s.drawn = state.Last
		s.drawResult()
	}
	s.column.Refresh()
	s.stop()
	if s.shown && state.Running {
		s.stop = post.After(s.host, tick, s.draw)
	}
}

// drawWhy says why there is nothing to compare, which it returns, or what went
// wrong the last time.
func (s *Screen) drawWhy(state compare.State, ready bool, why error) (reason string) {
	tone, text := kit.Note, ""
	switch {
	case state.Running:
	case !ready:
		reason = say.L("compare.noengine")
		text = reason
	case why != nil:
		m := say.Error(why)
		reason, text = m.Title, m.Title+". "+m.Hint
	case state.Err != nil:
		m := say.Error(state.Err)
		tone, text = kit.Problem, say.L("compare.failed", "Why", m.Title+". "+m.Hint)
	}
	s.why.Set(tone, text, nil)
	kit.SetVisible(s.why, text != "")
	return reason
}

// part is how much of a comparison is done: the machine's start is most of it.
func part(s compare.State) float32 {
	within := map[compare.Stage]float32{compare.StageMachine: 0.1, compare.StageMeasure: 0.7, compare.StageClean: 0.95}[s.Stage]
	return (float32(max(s.Round-1, 0)) + within) / compare.Rounds
}

// drawResult shows what was measured last.
func (s *Screen) drawResult() {
	r := s.drawn
	if r == nil {
		kit.SetChildren(s.result)
		return
	}
	parts := []fyne.CanvasObject{picture(*r)}
	if r.Emulated() {
		parts = append(parts, kit.Callout(kit.Caution, say.L("compare.emulated.title"), say.L("compare.emulated.text")))
	}
	if r.InMachine {
		parts = append(parts, kit.Hint(kit.Note, say.L("compare.inmachine"), nil))
	}
	parts = append(parts,
		table(*r),
		kit.Flow(theme.Space2,
			kit.Button(kit.Secondary, theme.IconCopy, say.L("compare.copy.markdown"), func() { s.host.Copy(markdown(*r)) }),
			kit.Button(kit.Secondary, theme.IconCopy, say.L("compare.copy.tabs"), func() { s.host.Copy(tabbed(*r)) }),
			kit.Button(kit.Secondary, theme.IconSave, say.L("compare.save"), s.save)))
	kit.SetChildren(s.result, parts...)
}

var errNoPicture = errors.New("picture without size")
