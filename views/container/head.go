package container

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// head says which container the page is about, and offers what can be done.
type head struct {
	screen  *Screen
	content *fyne.Container
	glyph   *kit.GlyphBox
	name    *kit.Text
	badge   *kit.StateLabel
	link    *kit.Press
	facts   *kit.Text
	title   *fyne.Container
	line    *fyne.Container
	linkBox *fyne.Container

	restart, stop, start, browse, more *kit.Press

	url    string
	cancel int // task that the main button cancels, or 0
}

func newHead(s *Screen) *head {
	h := &head{
		screen: s,
		glyph:  kit.Glyph("", "", 48),
		name:   kit.NewText("", theme.Title, theme.Ink).Ellipsis(),
		badge:  kit.StateBadge(kit.IsUnknown, ""),
		facts:  kit.NewText("", theme.Small, theme.InkMuted).Ellipsis(),
	}
	h.link = kit.LinkOut("localhost", func() { s.host.Browse(h.url) })
	h.restart = kit.Button(kit.Secondary, theme.IconRefresh, say.L("action.restart"), func() { s.app.RestartContainer(s.id) })
	h.stop = kit.Button(kit.Secondary, theme.IconStop, say.L("action.stop"), func() { h.acted(store.VerbStop) })
	h.start = kit.Button(kit.Primary, theme.IconPlay, say.L("action.start"), func() { h.acted(life.MainAction(s.current().Container).Verb) })
	h.browse = kit.Button(kit.Primary, theme.IconOpen, say.L("action.open"), func() { s.host.Browse(h.url) })
	h.more = kit.IconButton(theme.IconMore, say.L("action.more"), func() {
		kit.ShowMenu(h.more, s.menu()...)
	})
	h.title = container.New(hug{10}, h.name, h.badge)
	h.linkBox = kit.Hang(4, h.link)
	h.line = kit.Row(6, h.linkBox, kit.Grow(h.facts))
	// Restart is in the menu as well: it leaves first when there is no room.
	words := kit.Inset(0, theme.Space2, 0, theme.Space1, kit.Col(2, h.title, h.line))
	h.content = kit.Row(theme.Space2, h.glyph, kit.Grow(words),
		kit.DropBelow(720, container.NewStack(h.restart)), h.stop, h.start, h.browse, h.more)
	return h
}

func (h *head) acted(v store.Verb) {
	if h.cancel != 0 {
		h.screen.app.Tasks.Cancel(h.cancel)
		return
	}
	life.Do(h.screen.app, v, h.screen.id)
}

// draw is the only writer of the head.
func (h *head) draw(now time.Time) {
	s := h.screen
	d := s.current()
	busy := s.app.Store.Busy.Get()[s.id]
	h.glyph.Set(d.Image, life.Initials(d.Image))
	h.name.SetText(s.name())
	state := life.StateOf(d, busy, now)
	ink := theme.Ink
	if s.stale() {
		state = life.State{Condition: kit.IsUnknown, Word: say.L("containers.unknown")}
		ink = theme.InkFaint
	}
	h.name.SetColor(ink)
	h.badge.Set(state.Condition, state.Word)
	h.drawLine(d, now)
	h.drawButtons(d, busy, now)
	h.title.Refresh()
	h.content.Refresh()
}

func (h *head) drawLine(d engine.ContainerDetail, now time.Time) {
	s := h.screen
	links := s.links(d.Container)
	h.url = life.FirstURL(links)
	if s.stale() {
		h.url = ""
	}
	kit.SetVisible(h.linkBox, h.url != "")
	for _, l := range links {
		if l.URL != "" && l.URL == h.url {
			h.link.SetLabel(l.Label)
		}
	}
	parts := []string{d.Image}
	switch {
	case s.stale():
		if lost := s.app.Store.Connection.Get().Lost; !lost.IsZero() {
			parts = append(parts, say.L("containers.lastseen", "Time", say.Duration(now.Sub(lost))))
		}
	case d.Active() && !d.Started.IsZero():
		parts = append(parts, say.L("container.up", "Time", say.Duration(now.Sub(d.Started))))
	case !d.Active() && !d.Ended.IsZero():
		parts = append(parts, say.L("container.ended", "Ago", say.Ago(d.Ended, now)))
	case !d.Created.IsZero():
		parts = append(parts, say.L("containers.created", "Ago", say.Ago(d.Created, now)))
	}
	text := strings.Join(parts, "  ·  ")
	if h.url != "" {
		text = "·  " + text
	}
	h.facts.SetText(text)
	h.line.Refresh()
}

func (h *head) drawButtons(d engine.ContainerDetail, busy store.Busy, now time.Time) {
	running := d.State == engine.StateRunning
	main := life.MainAction(d.Container)
	reason := ""
	if h.screen.stale() {
		reason = say.L("container.blocked.engine")
	}
	kit.SetVisible(h.restart, running)
	kit.SetVisible(h.stop, running || d.State == engine.StatePaused || d.State == engine.StateRestarting)
	kit.SetVisible(h.start, main.Verb == store.VerbStart || main.Verb == store.VerbResume)
	kit.SetVisible(h.browse, running && h.url != "")
	h.start.SetLabel(main.Label)
	h.restart.SetDisabled(reason)
	h.more.SetDisabled("")
	shown := h.stop
	label, icon := say.L("action.stop"), theme.IconStop
	if h.start.Visible() {
		shown, label, icon = h.start, main.Label, main.Icon
	}
	for _, b := range []*kit.Press{h.stop, h.start, h.restart} {
		b.SetBusy("")
		b.SetDisabled(reason)
	}
	h.stop.SetLabel(say.L("action.stop"))
	h.stop.SetIcon(theme.IconStop)
	h.cancel = 0
	shown.SetLabel(label)
	shown.SetIcon(icon)
	switch {
	case busy.Verb == "":
	case now.Sub(busy.Since) >= life.SlowAfter && busy.TaskID != 0:
		h.cancel = busy.TaskID
		shown.SetLabel(say.L("action.cancel"))
		shown.SetIcon(theme.IconCross)
		h.restart.SetDisabled(life.BusyWord(busy.Verb))
	default:
		for _, b := range []*kit.Press{h.stop, h.start, h.restart} {
			b.SetDisabled(life.BusyWord(busy.Verb))
		}
		shown.SetBusy(life.BusyWord(busy.Verb))
	}
}

// hug lays a text that may shrink and a thing that may not side by side,
// close to each other.
type hug struct{ gap float32 }

func (l hug) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(a.Width+l.gap+b.Width, max(a.Height, b.Height))
}

func (l hug) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	text, _ := objects[0].(*kit.Text)
	second := objects[1].MinSize()
	width := size.Width - l.gap - second.Width
	if text != nil {
		width = min(width, textWidth(text))
	}
	height := objects[0].MinSize().Height
	objects[0].Move(fyne.NewPos(0, (size.Height-height)/2))
	objects[0].Resize(fyne.NewSize(max(0, width), height))
	objects[1].Move(fyne.NewPos(max(0, width)+l.gap, (size.Height-second.Height)/2))
	objects[1].Resize(second)
}

// textWidth is the room that the whole text takes.
func textWidth(t *kit.Text) float32 {
	return kit.NewText(t.Text(), theme.Title, theme.Ink).MinSize().Width
}
