package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// place is the cell at a position, or the nearest one.
func (t *Terminal) place(at fyne.Position) TermPlace {
	scale := max(t.painter.scale, 0.01)
	cell := float32(8)
	if t.painter.face != nil {
		cell = float32(t.painter.face.cell) / scale
	}
	row := int((at.Y - termMargin) / termRowHeight())
	col := int((at.X-termMargin)/cell + 0.5)
	row = max(0, min(row, t.frame.Rows-1))
	return TermPlace{Line: t.frame.Back - t.frame.Up + row, Col: max(0, min(col, t.frame.Cols))}
}

// MouseDown implements desktop.Mouseable: it takes the focus, and starts to choose
// text.
func (t *Terminal) MouseDown(e *desktop.MouseEvent) {
	t.Focus()
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	t.choosing = true
	t.anchor = t.place(e.Position)
	t.head = t.anchor
	t.Refresh()
}

// Focus gives the terminal the keyboard.
func (t *Terminal) Focus() {
	if c := canvasOf(t); c != nil {
		c.Focus(t)
	}
}

// MouseUp implements desktop.Mouseable.
func (t *Terminal) MouseUp(*desktop.MouseEvent) { t.choosing = false }

// Dragged implements fyne.Draggable.
func (t *Terminal) Dragged(e *fyne.DragEvent) {
	if !t.choosing {
		return
	}
	switch {
	case e.Position.Y < 0:
		t.scroll(1)
	case e.Position.Y > t.Size().Height:
		t.scroll(-1)
	}
	t.head = t.place(e.Position)
	t.Refresh()
}

// DragEnd implements fyne.Draggable.
func (t *Terminal) DragEnd() { t.choosing = false }

// TappedSecondary implements fyne.SecondaryTappable.
func (t *Terminal) TappedSecondary(e *fyne.PointEvent) {
	if t.model.Menu != nil {
		t.model.Menu(e.AbsolutePosition)
	}
}

// Cursor implements desktop.Cursorable.
func (t *Terminal) Cursor() desktop.Cursor { return desktop.TextCursor }

// Scrolled implements fyne.Scrollable.
func (t *Terminal) Scrolled(e *fyne.ScrollEvent) {
	t.rest += e.Scrolled.DY / termRowHeight() * 1.2
	lines := int(t.rest)
	t.rest -= float32(lines)
	if lines != 0 {
		t.scroll(lines)
	}
}

// scroll brings older lines into sight, or newer ones if negative.
func (t *Terminal) scroll(lines int) {
	t.up = max(0, min(t.up+lines, t.frame.Back))
	t.Refresh()
}

// FocusGained implements fyne.Focusable.
func (t *Terminal) FocusGained() { t.focused = true; t.Refresh() }

// FocusLost implements fyne.Focusable.
func (t *Terminal) FocusLost() { t.focused, t.shift = false, false; t.Refresh() }

// AcceptsTab implements fyne.Tabbable: shells complete words with it.
func (t *Terminal) AcceptsTab() bool { return true }

// KeyDown implements desktop.Keyable.
func (t *Terminal) KeyDown(key *fyne.KeyEvent) { t.hold(key, true) }

// KeyUp implements desktop.Keyable.
func (t *Terminal) KeyUp(key *fyne.KeyEvent) { t.hold(key, false) }

func (t *Terminal) hold(key *fyne.KeyEvent, on bool) {
	if key.Name == desktop.KeyShiftLeft || key.Name == desktop.KeyShiftRight {
		t.shift = on
	}
}

// TypedRune implements fyne.Focusable.
func (t *Terminal) TypedRune(r rune) { t.enter(func() { t.model.Typed(string(r)) }) }

// TypedKey implements fyne.Focusable.
func (t *Terminal) TypedKey(key *fyne.KeyEvent) {
	page := max(1, t.frame.Rows-1)
	switch {
	case t.shift && key.Name == fyne.KeyTab:
		if c := canvasOf(t); c != nil {
			c.FocusPrevious()
		}
	case t.shift && key.Name == fyne.KeyPageUp:
		t.scroll(page)
	case t.shift && key.Name == fyne.KeyPageDown:
		t.scroll(-page)
	case !printable(key.Name):
		t.enter(func() { t.model.Key(TermKey{Name: key.Name, Shift: t.shift}) })
	}
}

// printable tells whether a key comes as a rune as well.
func printable(name fyne.KeyName) bool { return len(name) == 1 || name == fyne.KeySpace }

// TypedShortcut implements fyne.Shortcutable. What a shell has no key for is the
// window's.
func (t *Terminal) TypedShortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutCopy:
		if !t.CopyChosen() && !s.Secondary {
			t.control(fyne.KeyC)
		}
	case *fyne.ShortcutPaste:
		t.PasteFrom(s.Clipboard)
	case *fyne.ShortcutCut:
		t.control(fyne.KeyX)
	case *fyne.ShortcutSelectAll:
		t.control(fyne.KeyA)
	case *fyne.ShortcutUndo:
		t.control(fyne.KeyZ)
	case *fyne.ShortcutRedo:
		t.control(fyne.KeyY)
	case *desktop.CustomShortcut:
		t.custom(s)
	default:
		t.pass(s)
	}
}

// control is a letter with the control key. Where another key is the one of
// shortcuts, these are the window's.
func (t *Terminal) control(name fyne.KeyName) {
	if fyne.KeyModifierShortcutDefault == fyne.KeyModifierControl {
		t.enter(func() { t.model.Key(TermKey{Name: name, Control: true}) })
	}
}

func (t *Terminal) custom(s *desktop.CustomShortcut) {
	letter := len(s.KeyName) == 1 && (s.KeyName[0] >= 'A' && s.KeyName[0] <= 'Z' || s.KeyName[0] >= '[' && s.KeyName[0] <= ']')
	control, alt := s.Modifier == fyne.KeyModifierControl, s.Modifier == fyne.KeyModifierAlt
	shifted := s.Modifier == fyne.KeyModifierControl|fyne.KeyModifierShift
	switch {
	case shifted && s.KeyName == fyne.KeyC:
		t.CopyChosen()
	case shifted && s.KeyName == fyne.KeyV:
		t.PasteFrom(fyne.CurrentApp().Clipboard())
	case shifted && s.KeyName == fyne.KeyA:
		t.ChooseAll()
	case (control || alt) && (letter || s.KeyName == fyne.KeySpace), (control || alt) && moves(s.KeyName):
		t.enter(func() { t.model.Key(TermKey{Name: s.KeyName, Control: control, Alt: alt}) })
	default:
		t.pass(s)
	}
}

// moves tells whether a key is one with which shells move by words.
func moves(name fyne.KeyName) bool {
	switch name { //nolint:exhaustive // of all keys
	case fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyDelete:
		return true
	}
	return false
}

// pass gives a shortcut to the window.
func (t *Terminal) pass(s fyne.Shortcut) {
	if c, ok := canvasOf(t).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}
