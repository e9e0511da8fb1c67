package containers

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/say"
)

// model is what the virtual list asks.
func (s *Screen) model() kit.ListModel {
	return kit.ListModel{
		Length: func() int { return len(s.answer.items) },
		Kind: func(i int) kit.RowKind {
			if s.answer.items[i].heading {
				return kit.HeadingRow
			}
			return kit.ItemRow
		},
		Create: s.create,
		Update: s.update,
		ID:     func(i int) string { return s.answer.items[i].key() },
		Selected: func(i int) bool {
			return s.pick[s.answer.items[i].c.ID]
		},
		Open:   s.open,
		Toggle: s.toggle,
		Menu:   func(i int, at fyne.Position) { kit.ShowMenuAt(s.host.Window().Canvas(), at, s.menuOf(i)...) },
		Name:   s.nameOf,
		Key:    s.typed,
	}
}

func (s *Screen) create(kind kit.RowKind) fyne.CanvasObject {
	if kind == kit.HeadingRow {
		h := newHeadView(s)
		s.heads[h.content] = h
		return h.content
	}
	r := newRowView(s)
	s.rows[r.content] = r
	return r.content
}

func (s *Screen) update(i int, o fyne.CanvasObject) {
	it := s.answer.items[i]
	if it.heading {
		s.heads[o].update(it)
		return
	}
	s.rows[o].update(i, it)
}

func (s *Screen) nameOf(i int) string {
	f := describe(s.answer.items[i], s.describe)
	return say.L("containers.rowname", "Name", f.name, "State", f.state.Word)
}

// open is a click on a row, or Enter: it opens the container, or chooses it
// while rows are being chosen.
func (s *Screen) open(i int) {
	it := s.answer.items[i]
	if it.gone {
		return
	}
	held := s.modifiers()
	switch {
	case held&fyne.KeyModifierShift != 0 && s.anchor == "":
		s.anchor = it.c.ID
		s.togglePick(i)
	case len(s.pick) > 0, held&(fyne.KeyModifierShift|fyne.KeyModifierShortcutDefault) != 0:
		s.togglePick(i)
	default:
		s.host.Open(nav.Route{Place: nav.Container, ID: it.c.ID, Tab: "overview"})
	}
}

// toggle is Space: it starts or stops, or chooses while rows are being chosen.
func (s *Screen) toggle(i int) {
	it := s.answer.items[i]
	switch {
	case it.gone:
	case len(s.pick) > 0:
		s.togglePick(i)
	case s.controls.Blocked(it.c.ID) == "":
		life.Do(s.app, life.MainAction(it.c).Verb, it.c.ID)
	}
}

// typed gets the keys that the list itself has no use for.
func (s *Screen) typed(i int, key *fyne.KeyEvent) bool {
	it := s.answer.items[i]
	switch key.Name { //nolint:exhaustive // the list has the others
	case fyne.KeyDelete, fyne.KeyBackspace:
		switch {
		case len(s.pick) > 0:
			s.deletePicked()
		case !it.heading && s.controls.Blocked(it.c.ID) == "":
			s.controls.Delete([]engine.Container{it.c}, nil)
		}
		return true
	case fyne.KeyF2:
		if !it.heading && s.controls.Blocked(it.c.ID) == "" {
			s.controls.Rename(it.c)
		}
		return true
	case fyne.KeyEscape:
		if len(s.pick) > 0 {
			s.pickNone()
			return true
		}
	}
	return false
}

func (s *Screen) menuOf(i int) []kit.MenuItem {
	if i < 0 || i >= len(s.answer.items) || s.answer.items[i].gone || s.answer.items[i].heading {
		return nil
	}
	return s.controls.Menu(s.answer.items[i].c, false)
}

// modifiers are the keys held down now.
func (s *Screen) modifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

// bindKeys gives the window the screen's own shortcuts while it is in view.
func (s *Screen) bindKeys(on bool) {
	c := s.host.Window().Canvas()
	logs := &desktop.CustomShortcut{KeyName: fyne.KeyL, Modifier: fyne.KeyModifierShortcutDefault}
	if !on {
		c.RemoveShortcut(&fyne.ShortcutSelectAll{})
		c.RemoveShortcut(logs)
		return
	}
	c.AddShortcut(&fyne.ShortcutSelectAll{}, func(fyne.Shortcut) { s.pickAll() })
	c.AddShortcut(logs, func(fyne.Shortcut) {
		if i := s.list.Current(); i >= 0 && i < len(s.answer.items) && !s.answer.items[i].heading {
			s.host.Open(nav.Route{Place: nav.Container, ID: s.answer.items[i].c.ID, Tab: "logs"})
		}
	})
}
