package containers

import (
	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// headView is the widgets of a group's heading.
type headView struct {
	screen  *Screen
	content *fyne.Container
	icon    *kit.Icon
	name    *kit.Text
	summary *kit.Text
	all     *kit.Press

	project string
	verb    store.Verb
}

func newHeadView(s *Screen) *headView {
	h := &headView{
		screen:  s,
		icon:    kit.NewIcon(theme.IconStack, 16, theme.InkMuted),
		name:    kit.NewText("", theme.Strong, theme.Ink),
		summary: kit.NewText("", theme.Small, theme.InkFaint).Ellipsis(),
	}
	h.all = kit.SmallButton(kit.Quiet, theme.IconStop, say.L("containers.stopall"), h.acted)
	row := kit.Row(theme.Space2, h.icon, h.name, kit.Grow(h.summary), h.all)
	h.content = kit.Inset(0, 0, theme.Space2, 0, row)
	return h
}

func (h *headView) update(it item) {
	h.project = it.project
	own := it.project == ""
	kit.SetVisible(h.icon, !own)
	kit.SetVisible(h.all, !own)
	if own {
		h.name.SetText(say.L("containers.own"))
		h.summary.SetText("")
		return
	}
	h.name.SetText(it.project)
	h.summary.SetText(summary(it))
	h.verb = store.VerbStart
	if it.active > 0 {
		h.verb = store.VerbStop
		h.all.SetIcon(theme.IconStop)
		h.all.SetLabel(say.L("containers.stopall"))
	} else {
		h.all.SetIcon(theme.IconPlay)
		h.all.SetLabel(say.L("containers.startall"))
	}
	reason := ""
	if h.screen.describe.stale() {
		reason = say.L("container.blocked.engine")
	}
	h.all.SetDisabled(reason)
}

// summary says how many containers of a group run.
func summary(it item) string {
	switch it.active {
	case it.shown:
		return say.N("containers.running", it.active)
	case 0:
		return say.N("containers.stopped", it.shown)
	}
	return say.L("containers.subtitle", "Running", say.N("containers.running", it.active),
		"Stopped", say.N("containers.stopped", it.shown-it.active))
}

func (h *headView) acted() {
	h.screen.doAll(h.verb, members(h.screen.answer.items, h.project))
}
