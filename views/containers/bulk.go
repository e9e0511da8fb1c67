package containers

import (
	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// bulkBar takes the place of the filter while rows are chosen.
type bulkBar struct {
	content *fyne.Container
	count   *kit.Text
	start   *kit.Press
	stop    *kit.Press
	remove  *kit.Press
}

func newBulkBar(s *Screen) *bulkBar {
	b := &bulkBar{count: kit.NewText("", theme.SmallLabel, theme.Accent)}
	b.start = kit.SmallButton(kit.Secondary, theme.IconPlay, say.L("action.start"), func() { s.doAll(store.VerbStart, s.picked()) })
	b.stop = kit.SmallButton(kit.Secondary, theme.IconStop, say.L("action.stop"), func() { s.doAll(store.VerbStop, s.picked()) })
	b.remove = kit.SmallButton(kit.Secondary, theme.IconTrash, say.L("containers.delete"), s.deletePicked)
	every := kit.SmallButton(kit.Quiet, theme.IconCheck, say.L("containers.pickall"), s.pickAll)
	clearAll := kit.SmallButton(kit.Quiet, theme.IconCross, say.L("containers.picknone"), s.pickNone)
	b.content = kit.Fixed(0, 28, kit.Row(theme.Space2, b.count, kit.Gap(theme.Space1, 0), b.start, b.stop, b.remove, every, clearAll))
	b.content.Hide()
	return b
}

func (b *bulkBar) draw(picked []engine.Container) {
	kit.SetVisible(b.content, len(picked) > 0)
	if len(picked) == 0 {
		return
	}
	active := 0
	for _, c := range picked {
		if c.Active() {
			active++
		}
	}
	b.count.SetText(say.N("containers.picked", len(picked)))
	b.start.SetDisabled(reasonIf(active == len(picked), "containers.allrun"))
	b.stop.SetDisabled(reasonIf(active == 0, "containers.nonerun"))
	b.content.Refresh()
}

func reasonIf(blocked bool, key string) string {
	switch {
	case !blocked:
		return ""
	case key == "containers.allrun":
		return say.L("containers.allrun")
	}
	return say.L("containers.nonerun")
}

// doAll does the same to several containers, those that it applies to.
func (s *Screen) doAll(v store.Verb, rows []engine.Container) {
	for _, c := range rows {
		if s.controls.Blocked(c.ID) != "" {
			continue
		}
		switch {
		case v == store.VerbStop && c.Active():
			life.Do(s.app, store.VerbStop, c.ID)
		case v == store.VerbStart && c.State == engine.StatePaused:
			life.Do(s.app, store.VerbResume, c.ID)
		case v == store.VerbStart && !c.Active():
			life.Do(s.app, store.VerbStart, c.ID)
		}
	}
}

func (s *Screen) deletePicked() {
	s.controls.Delete(s.picked(), s.pickNone)
}

func (s *Screen) pickAll() {
	s.pick.between(s.answer.items, 0, len(s.answer.items)-1)
	s.draw()
}

func (s *Screen) pickNone() {
	clear(s.pick)
	s.anchor = ""
	s.draw()
}

func (s *Screen) togglePick(i int) {
	if i < 0 || i >= len(s.answer.items) || s.answer.items[i].gone {
		return
	}
	id := s.answer.items[i].c.ID
	if from := s.lineOf(s.anchor); from >= 0 && s.modifiers()&fyne.KeyModifierShift != 0 {
		s.pick.between(s.answer.items, from, i)
	} else {
		s.pick.toggle(id)
	}
	s.anchor = id
	s.draw()
}

// lineOf is where a container stands, or -1.
func (s *Screen) lineOf(id string) int {
	if id == "" {
		return -1
	}
	for i, it := range s.answer.items {
		if !it.heading && it.c.ID == id {
			return i
		}
	}
	return -1
}
