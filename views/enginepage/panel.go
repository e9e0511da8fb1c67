package enginepage

import (
	"time"

	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// panel shows the Escale Machine and what can be done to it.
type panel struct {
	page    *Page
	content *fyne.Container

	title   *kit.Text
	about   *kit.Paragraph
	badge   *kit.StateLabel
	head    *fyne.Container
	wrong   *fyne.Container // the helper cannot be asked
	wrongly string          // what wrong says
	deeds   *deeds
	accel   *slowness
	use     *use
	more    *kit.Press
	rest    *fyne.Container
	form    *form
	ports   *ports
	shares  *shares
	regs    *registries
	terms   *terminal
	data    *data
	work    *work
	warning *fyne.Container // of this computer's disk
	warned  machine.Cause   // what warning says

	flipped bool // the user opened or closed the rest
}

func newPanel(p *Page) *panel {
	v := &panel{
		page: p, title: kit.NewText("", theme.Heading, theme.Ink).Ellipsis(), about: kit.NewParagraph("", theme.Small, theme.InkMuted),
		badge: kit.StateBadge(kit.IsStopped, ""), wrong: kit.Col(0), rest: kit.Col(theme.Space4),
	}
	v.deeds, v.accel, v.use = newDeeds(p), newSlowness(p), newUse(p)
	v.form, v.ports, v.terms = newForm(p), newPorts(p), newTerminal(p)
	v.shares, v.regs = newShares(p), newRegistries(p)
	v.data, v.work, v.warning = newData(p), newWork(p), kit.Col(0)
	v.more = kit.SmallButton(kit.Quiet, theme.IconChevronRight, say.L("machine.more"), func() { v.flipped = !v.flipped; p.draw() })
	v.head = kit.Row(theme.Space3, kit.Grow(v.title), v.badge)
	first := kit.CardInset(20, kit.Col(theme.Space4,
		kit.Row(theme.Space3, kit.IconTile(theme.IconMemory, 44, theme.Accent, theme.AccentSoft), kit.Grow(kit.Col(2, v.head, v.about))),
		v.wrong, v.work.content, v.warning, v.deeds.content, v.accel.content, v.use.content))
	kit.SetChildren(v.rest, v.form.content, v.ports.content, v.shares.content, v.regs.content, v.data.content, v.terms.content)
	v.content = kit.Col(theme.Space4, first, kit.Start(kit.Hang(10, v.more)), v.rest)
	return v
}

// close ends what the panel follows.
func (v *panel) close() { v.form.close() }

// draw is the only writer of the panel.
func (v *panel) draw(c store.Connection, now time.Time) {
	m := v.page.store.Machine.Get()
	ours := about(c)
	set(v.page.left, v.content, m.Offered() && (!ours || !starting(c.Phase))) // the ladder tells all then
	if v.content.Hidden {
		return
	}
	title, sentence := say.L("machine.name"), machineSentence(m, now)
	if ours {
		title = say.L("machine.inside")
	}
	if ours && c.Phase == store.Failed {
		sentence = say.L("machine.what") // the card says what is wrong
	}
	v.title.SetText(title)
	v.about.SetText(sentence)
	v.badge.Set(machineCondition(m), machineWord(m))
	v.head.Refresh()
	v.drawWrong(m)
	v.deeds.draw(c, m)
	v.accel.draw(m.Status.Accel, m.Is(machine.StateStarting, machine.StateRunning, machine.StatePaused))
	v.use.draw(m)
	short := m.Is(machine.StateFailed) && m.Status.Cause == machine.CauseNotEnoughMemory // its limit is what to change
	v.drawRest(ours && (c.Phase != store.Failed || short))
	v.form.draw(m)
	v.ports.draw(m)
	v.shares.draw(m)
	v.regs.draw(m)
	v.terms.draw(c)
	v.data.draw(m)
	v.work.draw(m)
	v.drawWarning(m)
}

// drawWarning tells of what has not ended the machine yet, or holds it up.
func (v *panel) drawWarning(m store.Machine) {
	cause := m.Status.Warning
	if m.Is(machine.StatePaused) && m.Status.Cause != "" {
		cause = m.Status.Cause
	}
	if !m.Live {
		cause = ""
	}
	v.warning.Hidden = cause == ""
	if cause == v.warned {
		return
	}
	v.warned = cause
	kit.SetChildren(v.warning)
	if cause != "" {
		words := say.MachineCause(cause)
		kit.SetChildren(v.warning, kit.Callout(kit.Caution, words.Title, words.Hint))
	}
}

// moves tells whether a figure goes on by itself: how long the machine runs.
func (v *panel) moves() bool {
	return !v.content.Hidden && v.page.store.Machine.Get().Is(machine.StateRunning)
}

// about tells whether a connection, or its failure, is the machine's.
func about(c store.Connection) bool { return blame(c).Endpoint.Kind == engine.EndpointMachine }

// drawRest shows what is less often needed: at once where the machine is the
// engine in use, else behind a button.
func (v *panel) drawRest(inUse bool) {
	open := inUse != v.flipped
	icon := theme.IconChevronRight
	if open {
		icon = theme.IconChevronDown
	}
	v.more.SetIcon(icon)
	set(v.content, v.rest, open)
}

// drawWrong says why the helper, and so the machine, cannot be asked.
func (v *panel) drawWrong(m store.Machine) {
	words := say.Message{}
	if m.Err != nil && !m.Live {
		words = say.Error(m.Err)
	}
	v.wrong.Hidden = words.Title == ""
	if words.Title == v.wrongly {
		return
	}
	v.wrongly = words.Title
	kit.SetChildren(v.wrong)
	if words.Title != "" {
		kit.SetChildren(v.wrong, kit.Callout(kit.Caution, words.Title, words.Hint,
			kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("action.retry"), v.page.operator.ShowMachine),
			kit.SmallButton(kit.Secondary, theme.IconLogs, say.L("machine.console"), func() { v.page.showConsole(machine.LogHelper) })))
	}
}

// machineCondition is how the machine looks as a badge.
func machineCondition(m store.Machine) kit.Condition {
	if !m.Live {
		return kit.IsStopped
	}
	switch m.Status.State {
	case machine.StateRunning:
		return kit.IsRunning
	case machine.StatePaused:
		return kit.IsPaused
	case machine.StateStarting, machine.StateStopping:
		return kit.IsStarting
	case machine.StateFailed:
		return kit.IsFailed
	case machine.StateAbsent, machine.StateStopped:
	}
	return kit.IsStopped
}

// machineWord is the badge's word.
func machineWord(m store.Machine) string {
	if !m.Live {
		return say.L("machine.state.stopped")
	}
	switch m.Status.State {
	case machine.StateAbsent:
		return say.L("machine.state.absent")
	case machine.StateStarting:
		return say.L("machine.state.starting")
	case machine.StateRunning:
		return say.L("machine.state.running")
	case machine.StatePaused:
		return say.L("machine.state.paused")
	case machine.StateStopping:
		return say.L("machine.state.stopping")
	case machine.StateFailed:
		return say.L("machine.state.failed")
	case machine.StateStopped:
	}
	return say.L("machine.state.stopped")
}

// machineSentence says in a sentence what the machine does.
func machineSentence(m store.Machine, now time.Time) string {
	s := m.Status
	switch {
	case m.Is(machine.StateRunning) && s.Image != "" && s.StartedAt != nil:
		return say.L("machine.runs", "Engine", s.Image, "Speed", speed(s.Accel), "Time", say.Duration(now.Sub(*s.StartedAt)))
	case m.Is(machine.StateRunning):
		return say.L("machine.what")
	case s.Busy != "":
		return say.L("machine.worked")
	case m.Is(machine.StatePaused) && s.Cause != "":
		return say.L("machine.held")
	case m.Is(machine.StatePaused):
		return say.L("machine.sleeps")
	case m.Is(machine.StateFailed):
		return say.MachineCause(s.Cause).Title + "."
	case m.Is(machine.StateStopping):
		return say.L("machine.stops")
	case m.Is(machine.StateStopped):
		return say.L("machine.stopped.hint")
	}
	return say.L("machine.what")
}

// speed names what makes the machine fast, or not.
func speed(accel string) string {
	switch accel {
	case "kvm":
		return say.L("machine.speed.with", "Name", "KVM")
	case "hvf":
		return say.L("machine.speed.with", "Name", "Hypervisor.framework")
	case "whpx":
		return say.L("machine.speed.with", "Name", "Windows Hypervisor Platform")
	case "tcg":
		return say.L("machine.speed.none")
	}
	return say.L("machine.speed.other")
}
