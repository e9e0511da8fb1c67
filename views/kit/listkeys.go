package kit

import "fyne.io/fyne/v2"

// FocusGained implements fyne.Focusable. With the keyboard, the cursor appears
// on the first row in sight.
func (l *List) FocusGained() {
	l.focused = true
	if l.current < 0 && !l.byMouse {
		from, _ := l.inSight(l.scroll.Offset.Y, l.scroll.Offset.Y+l.scroll.Size().Height)
		l.current = l.next(from-1, 1)
		if l.current >= 0 {
			l.id = l.idOf(l.current)
		}
	}
	l.board.mark()
}

// Enter gives the keyboard to the list, unless it is empty.
func (l *List) Enter() {
	if c := canvasOf(l); c != nil && len(l.kinds) > 0 {
		l.byMouse = false
		c.Focus(l)
	}
}

// FocusLost implements fyne.Focusable.
func (l *List) FocusLost() { l.focused = false; l.board.mark() }

// TypedRune implements fyne.Focusable.
func (l *List) TypedRune(rune) {}

// TypedKey moves the cursor, and opens or toggles its row.
func (l *List) TypedKey(key *fyne.KeyEvent) {
	l.byMouse = false
	page := max(1, int(l.scroll.Size().Height/l.height(ItemRow))-1)
	switch key.Name {
	case fyne.KeyDown:
		l.move(l.next(l.current, 1))
	case fyne.KeyUp:
		l.move(l.next(l.current, -1))
	case fyne.KeyPageDown:
		l.move(l.next(min(l.current+page, len(l.kinds))-1, 1))
	case fyne.KeyPageUp:
		l.move(l.next(max(l.current-page, -1)+1, -1))
	case fyne.KeyHome:
		l.move(l.next(-1, 1))
	case fyne.KeyEnd:
		l.move(l.next(len(l.kinds), -1))
	case fyne.KeyReturn, fyne.KeyEnter:
		l.act(l.model.Open)
	case fyne.KeySpace:
		l.act(l.model.Toggle)
	default:
		if l.model.Key == nil || l.current < 0 || l.current >= len(l.kinds) || !l.model.Key(l.current, key) {
			passKey(l, key)
		}
	}
}

func (l *List) act(do func(int)) {
	if do != nil && l.current >= 0 && l.current < len(l.kinds) {
		do(l.current)
	}
}

// next is the nearest item from a row in a direction, or the last one there is.
func (l *List) next(from, step int) int {
	for i := from + step; i >= 0 && i < len(l.kinds); i += step {
		if l.kinds[i] != HeadingRow {
			return i
		}
	}
	if from >= 0 && from < len(l.kinds) && l.kinds[from] != HeadingRow {
		return from
	}
	for i := from; i >= 0 && i < len(l.kinds); i -= step {
		if l.kinds[i] != HeadingRow {
			return i
		}
	}
	return -1
}

func (l *List) move(to int) {
	if to >= 0 {
		l.SetCurrent(to)
	}
}

// clicked takes the focus without showing the cursor's ring.
func (l *List) clicked(i int) {
	l.current, l.id, l.byMouse = i, l.idOf(i), true
	if c := canvasOf(l); c != nil && c.Focused() != l {
		c.Focus(l)
	}
	l.board.mark()
}

func (l *List) hover(on bool) {
	was := l.hovers > 0
	l.hovers = max(0, l.hovers+either(on, 1, -1))
	if now := l.hovers > 0; now != was && l.OnHover != nil {
		l.OnHover(now)
	}
}
