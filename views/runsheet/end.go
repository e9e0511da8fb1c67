package runsheet

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/recipe"
	"escale/app/run"
	"escale/app/task"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// taskChanged follows the work.
func (s *Sheet) taskChanged() {
	if s.mode == filling && s.joining != 0 {
		s.f.buildNotes()
	}
	if s.mode != working {
		return
	}
	t, known := s.app.Tasks.Get(s.taskID)
	switch {
	case !known:
		s.backToForm("")
	case t.State == task.Cancelled:
		s.app.Tasks.Dismiss(t.ID)
		s.backToForm(say.L("run.cancelled"))
	case t.Over():
		s.result = t.Result
		s.endOf = t
		s.drawn, s.seen, s.loop = "", false, engine.Container{}
		s.show(ended)
	default:
		s.w.draw()
	}
}

// backToForm shows the form as the user left it.
func (s *Sheet) backToForm(note string) {
	s.f.last = note
	s.verdicts = map[portKey]run.Verdict{}
	s.form.Refresh(s.facts())
	s.show(filling)
	s.examine()
}

// drawEnd shows how it ended, and what became of the container since.
func (s *Sheet) drawEnd() {
	if s.endOf.State == task.Failed {
		if s.drawn != "failed" {
			s.drawn = "failed"
			s.drawFailure()
		}
		return
	}
	row, there := s.container()
	state := string(row.State)
	if !there {
		state = "gone"
	}
	if !there && !s.seen {
		state = "new" // the list does not show it yet
	}
	s.seen = s.seen || there
	if s.loops(row) {
		state = "looping"
	}
	if drawn := state + s.blocked(row); s.drawn != drawn {
		s.drawn = drawn
		s.drawSuccess(row, state)
	}
}

// machineChanged hears what the Escale Machine says of its ports.
func (s *Sheet) machineChanged() {
	if s.mode == ended {
		s.drawEnd()
	}
	// Most of its news are about memory: the form has nothing to do with that.
	m := s.app.Store.Machine.Get().Status
	if s.mode == filling && (m.Sharing != s.sharing || !slices.Equal(m.Shares, s.shared)) {
		s.sharing, s.shared = m.Sharing, m.Shares
		s.f.build()
	}
}

// wrong says why a port of the form cannot be reached on this computer although
// the container runs; false when it can, or the engine says so itself.
func (s *Sheet) wrong(row run.PortRow) (say.Message, bool) {
	c, _ := s.container()
	host, inside := row.Numbers()
	for _, l := range life.LinksHere(c, s.app.Store.Connection.Get().Endpoint, s.app.Store.Machine.Get()) {
		if l.Port.Host == host && l.Port.Container == inside && l.Wrong.Title != "" {
			return l.Wrong, true
		}
	}
	return say.Message{}, false
}

// blocked names what keeps ports of a container from this computer, to tell
// whether that changed.
func (s *Sheet) blocked(c engine.Container) string {
	var words []string
	for _, l := range life.LinksHere(c, s.app.Store.Connection.Get().Endpoint, s.app.Store.Machine.Get()) {
		words = append(words, l.Wrong.Title)
	}
	return strings.Join(words, "\n")
}

// steadyTime is how long a container that kept ending has to run to be taken
// for well: engines then, too, forget how often they started it again.
const steadyTime = 10 * time.Second

// loops tells whether a container ends again and again. Between two ends it
// runs for a moment, which is no success.
func (s *Sheet) loops(row engine.Container) bool {
	s.stopWaiting()
	switch {
	case row.State == engine.StateRestarting:
		s.loop = row
	case row.State != engine.StateRunning:
		s.loop = engine.Container{}
	case s.looping():
		s.steady = post.After(s.host, s.steadyIn, func() {
			s.loop = engine.Container{}
			s.drawEnd()
		})
	}
	return s.looping()
}

func (s *Sheet) looping() bool { return s.loop.ID != "" }

func (s *Sheet) stopWaiting() {
	if s.steady != nil {
		s.steady()
		s.steady = nil
	}
}

// container is the row of what was made.
func (s *Sheet) container() (engine.Container, bool) {
	for _, c := range s.app.Store.Containers.Get().Rows {
		if c.ID == s.result {
			return c, true
		}
	}
	return engine.Container{}, false
}

// drawFailure says what went wrong, that nothing is lost, and what to do.
func (s *Sheet) drawFailure() {
	words := say.Error(s.endOf.Err)
	detail := kit.NewParagraph(words.Detail, theme.MonoSmall, theme.InkMuted)
	well := kit.Well(kit.Col(theme.Space3, detail,
		kit.Start(kit.CopyButton(say.L("action.copydetails"), say.L("action.copied"), func() string { return words.Detail }))))
	well.Hide()
	var box *fyne.Container
	details := kit.SmallButton(kit.Quiet, theme.IconChevronDown, say.L("action.details"), func() {
		well.Hidden = !well.Hidden
		box.Refresh()
	})
	s.w.show(s.endOf)
	s.w.why.Hide()
	box = kit.Col(theme.Space4,
		kit.Callout(kit.Problem, words.Title, words.Hint),
		kit.NewParagraph(say.L("run.failed.safe"), theme.Body, theme.InkMuted),
		s.w.ladder,
		kit.Hang(10, kit.Start(details)), well)
	back := kit.Button(kit.Secondary, "", say.L("run.failed.back"), func() {
		s.app.Tasks.Dismiss(s.taskID)
		s.backToForm("")
	})
	retry := kit.Button(kit.Primary, theme.IconRefresh, say.L("action.retry"), func() {
		s.app.Tasks.Dismiss(s.taskID)
		s.taskID = s.app.RunImage(s.form.Spec(), s.form.Copies()...)
		s.show(working)
	})
	set(s.head, s.headOf(say.L("run.failed.title", "Name", s.form.Title()), s.form.Ref()))
	set(s.body, box)
	set(s.foot, kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), back, retry))
	s.focus(retry)
}

// drawSuccess says that it runs, or why it does not.
func (s *Sheet) drawSuccess(row engine.Container, state string) {
	over := state == "gone" || row.State == engine.StateExited || row.State == engine.StateDead
	trouble := over || s.looping()
	took := s.endOf.Ended.Sub(s.endOf.Started).Round(100 * time.Millisecond)
	title, subtitle := say.L("run.done.title", "Name", s.form.Name), say.L("run.done.took", "Time", say.Seconds(took))
	switch {
	case over:
		title, subtitle = say.L("run.ended.title", "Name", s.form.Name), s.form.Ref()
	case trouble:
		title, subtitle = say.L("run.looping.title", "Name", s.form.Name), s.form.Ref()
	}
	parts := []fyne.CanvasObject{}
	if trouble {
		parts = append(parts, s.ending(row, state))
	} else {
		parts = append(parts, s.doors()...)
		parts = append(parts, s.keeps()...)
	}
	if secrets := s.form.Secrets(); len(secrets) > 0 && state != "gone" {
		parts = append(parts, s.secrets(secrets))
	}
	if !trouble {
		parts = append(parts, s.next()...)
	}
	actions, focus := s.endActions(trouble, state == "gone")
	set(s.head, s.headOf(title, subtitle))
	set(s.body, kit.Col(theme.Space5, parts...))
	set(s.foot, kit.Row(theme.Space2, actions...))
	s.focus(focus)
}

// endActions are what one may do with the container now, and the first of them.
func (s *Sheet) endActions(trouble, gone bool) (actions []fyne.CanvasObject, first *kit.Press) {
	actions = []fyne.CanvasObject{kit.Grow(kit.Gap(0, 0))}
	if gone {
		first = kit.Button(kit.Primary, "", say.L("action.close"), func() { s.onClose() })
		return append(actions, first), first
	}
	log := func(rank kit.Rank) *kit.Press {
		return kit.Button(rank, theme.IconLogs, say.L("run.done.log"), func() { s.leave("logs") })
	}
	show := func(rank kit.Rank) *kit.Press {
		return kit.Button(rank, "", say.L("run.done.show"), func() { s.leave("overview") })
	}
	web, browse := s.webRow()
	_, serves := s.served()
	switch {
	case trouble:
		first = log(kit.Primary)
		return append(actions, show(kit.Secondary), first), first
	case serves:
		r, _ := recipe.For(s.route.For)
		first = kit.Button(kit.Primary, theme.IconChevronRight, say.L("run.done.goon", "Name", r.Title), s.goOn)
		return append(actions, log(kit.Secondary), first), first // a third does not fit in French
	case browse:
		first = kit.Button(kit.Primary, theme.IconOpen, say.L("run.done.browse"), func() { s.host.Browse(s.url(web)) })
		return append(actions, show(kit.Quiet), log(kit.Secondary), first), first
	}
	first = show(kit.Primary)
	return append(actions, log(kit.Secondary), first), first
}

// leave opens the container's page; the sheet is in its way.
func (s *Sheet) leave(tab string) {
	id := s.result
	s.app.Tasks.Dismiss(s.taskID)
	s.onClose()
	s.host.Open(nav.Route{Place: nav.Container, ID: id, Tab: tab})
}

// webRow is the first port that a browser can open.
func (s *Sheet) webRow() (run.PortRow, bool) {
	if s.form.PortsIgnored() {
		return run.PortRow{}, false
	}
	for _, row := range s.form.Ports {
		if _, wrong := s.wrong(row); !wrong && row.Open == recipe.OpenHTTP && row.Host != "" {
			return row, true
		}
	}
	return run.PortRow{}, false
}
