package container

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/logs"
	"escale/app/ring"
	"escale/app/settings"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

const searchPause = 150 * time.Millisecond

// logsView is the second tab. It reads the log for as long as it lives.
type logsView struct {
	screen  *Screen
	session *logs.Session
	content fyne.CanvasObject

	search   *kit.SearchBox
	count    *kit.Text
	previous *kit.Press
	next     *kit.Press
	streams  *kit.SegmentRow
	stamps   *kit.Switch
	follow   *kit.Switch
	more     *kit.Press
	view     *kit.LogView
	note     *logNote // in place of lines
	dot      *kit.Icon
	foot     *kit.Text
	retry    *kit.Press
	bar      *fyne.Container

	query   string
	wrap    bool
	stream  ring.Stream
	sift    *sifted // nil shows all lines
	sifting *hunt
	hunting *hunt
	matches []int // numbers in the ring
	current int   // number in the ring of the current match, or -1

	cancels []func()
}

func newLogsView(s *Screen) *logsView {
	v := &logsView{screen: s, session: s.openLog(s.id), current: -1}
	prefs := s.app.Settings.Get()
	v.wrap = prefs.LogWrap
	v.build(prefs)
	changed := post.Coalesce(s.host, v.draw)
	v.cancels = append(v.cancels, v.session.Status.Subscribe(changed))
	v.draw()
	return v
}

func (v *logsView) build(prefs settings.Prefs) {
	ask, cancelAsk := post.Debounce(v.screen.host, searchPause, v.ask)
	v.cancels = append(v.cancels, cancelAsk)
	v.search = kit.SearchField(say.L("logs.search"), say.L("action.clear"), 200, func(string) { ask() })
	v.search.Input.OnSubmitted = func(string) { v.step(1) }
	v.count = kit.NewText("", theme.SmallLabel, theme.InkMuted)
	v.previous = kit.IconButton(theme.IconChevronUp, say.L("logs.previous"), func() { v.step(-1) })
	v.next = kit.IconButton(theme.IconChevronDown, say.L("logs.next"), func() { v.step(1) })
	v.streams = kit.Segments(0, func(i int) { v.setStream(ring.Stream(i)) },
		say.L("logs.stream.all"), say.L("logs.stream.output"), say.L("logs.stream.errors"))
	v.stamps = kit.Toggle(say.L("logs.stamps"), prefs.LogStamps, v.setStamps)
	v.follow = kit.Toggle(say.L("logs.follow"), true, func(on bool) { v.view.SetFollow(on) })
	v.more = kit.IconButton(theme.IconMore, say.L("action.more"), func() { kit.ShowMenu(v.more, v.menu()...) })
	v.view = kit.NewLogView(life.RingLog{Lines: v.session.Lines})
	v.view.SetWrap(v.wrap)
	v.view.SetStamps(prefs.LogStamps)
	v.view.OnFollow = v.follow.SetOn
	v.view.OnCopy = v.screen.host.Copy
	v.view.OnMenu = func(at fyne.Position) { kit.ShowMenuAt(v.screen.host.Window().Canvas(), at, v.menu()...) }
	v.note = newLogNote(v)
	v.dot = kit.NewIcon(theme.IconDot, 9, theme.Running)
	v.foot = kit.NewText("", theme.Small, theme.InkFaint).Ellipsis()
	v.retry = kit.SmallButton(kit.Quiet, theme.IconRefresh, say.L("action.retry"), v.session.Retry)

	v.bar = kit.Row(theme.Space2, v.search, v.previous, v.next, v.count,
		kit.Grow(kit.Gap(0, 0)),
		kit.DropBelow(760, v.streams), kit.DropBelow(900, v.stamps), v.follow, v.more)
	v.drawCount(false)
	well := kit.NewSurface(theme.Surface, theme.RadiusCard).WithStroke(theme.Hairline)
	log := container.NewStack(well, kit.Inset(10, 4, 10, 4, v.view), v.note.content)
	foot := kit.Fixed(0, 20, kit.Row(6, v.dot, kit.Grow(v.foot), v.retry, life.What(v.screen.host, "log")))
	v.content = kit.Inset(theme.Space4, theme.Space5, theme.Space3, theme.Space5,
		kit.Col(theme.Space3, v.bar, kit.Grow(log), foot))
}

// close stops reading.
func (v *logsView) close() {
	for _, cancel := range v.cancels {
		cancel()
	}
	for _, h := range []*hunt{v.sifting, v.hunting} {
		if h != nil {
			h.end()
		}
	}
	v.session.Close()
}

// draw shows what has come: the only caller of the view's Refresh for it.
func (v *logsView) draw() {
	if v.sifting != nil {
		v.sifting.next()
	}
	if v.hunting != nil {
		v.hunting.next()
	}
	if v.sift == nil {
		v.view.Refresh()
	}
	v.note.draw()
	v.drawFoot()
}

// drawFoot says how the reading goes.
func (v *logsView) drawFoot() {
	status := v.session.Status.Get()
	text, ink := footWords(status, v.screen.current().Active())
	v.dot.SetColor(ink)
	v.foot.SetText(text)
	kit.SetVisible(v.retry, status.State == logs.Failed || status.State == logs.Waiting)
}

func footWords(status logs.Status, active bool) (string, theme.Color) {
	state, ink := say.L("logs.state.ended"), theme.Idle
	switch status.State {
	case logs.Opening:
		state, ink = say.L("logs.state.opening"), theme.Busy
	case logs.Live:
		state, ink = say.L("logs.state.live"), theme.Running
	case logs.Waiting:
		state, ink = say.L("logs.state.waiting"), theme.Busy
	case logs.Failed:
		state, ink = say.Error(status.Err).Title, theme.Danger
	case logs.Gone:
		state = say.L("logs.state.gone")
	case logs.Ended:
		if active {
			state, ink = say.L("logs.state.opening"), theme.Busy
		}
	}
	text := state + "  ·  " + say.N("logs.kept", status.End-status.First)
	if status.First > 0 {
		text += "  ·  " + say.N("logs.dropped", status.First)
	}
	if status.Stderr > 0 {
		text += "  ·  " + say.N("logs.errors", status.Stderr)
	}
	return text, ink
}

// setStream shows the lines of one stream, or of both.
func (v *logsView) setStream(stream ring.Stream) {
	v.stream = stream
	if v.sifting != nil {
		v.sifting.end()
		v.sifting = nil
	}
	if stream == ring.Both {
		v.sift = nil
		v.view.SetSource(life.RingLog{Lines: v.session.Lines})
	} else {
		sift := &sifted{lines: v.session.Lines}
		v.sift = sift
		v.view.SetSource(sift)
		v.sifting = newHunt(v.session.Lines, ring.Query{Stream: stream}, v.screen.host, func(numbers []int) {
			sift.set(numbers)
			v.view.Refresh()
			v.note.draw()
		})
	}
	v.follow.SetOn(true)
	v.query = ""
	v.ask() // the matches are others
	v.note.draw()
}

func (v *logsView) showBoth() {
	v.streams.SetSelected(int(ring.Both))
	v.setStream(ring.Both)
}

func (v *logsView) setStamps(on bool) {
	v.view.SetStamps(on)
	v.screen.app.Settings.UpdateSoon(func(p *settings.Prefs) { p.LogStamps = on })
}

func (v *logsView) setWrap(on bool) {
	v.wrap = on
	v.view.SetWrap(on)
	v.screen.app.Settings.UpdateSoon(func(p *settings.Prefs) { p.LogWrap = on })
}
