package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// rowsOf is how many rows a line takes.
func (v *LogView) rowsOf(line int) int {
	if !v.wrap {
		return 1
	}
	width := 0
	for _, span := range v.source.Line(line).Spans {
		width += columnsOf(span.Text, width)
	}
	return max(1, (width+v.columns-1)/v.columns)
}

// columnsOf is how many columns a text takes that starts at a column.
func columnsOf(text string, at int) int {
	from := at
	for _, r := range text {
		at += step(r, at)
	}
	return at - from
}

const tabStop = 8

// step is how far a letter moves on from a column.
func step(r rune, at int) int {
	switch {
	case r == '\t':
		return tabStop - at%tabStop
	case r < ' ' || r == 0x7F:
		return 0
	}
	return cells(r)
}

// back goes some rows up from a place, not beyond the first line.
func (v *LogView) back(from logTop, rows int) logTop {
	first, _ := v.bounds()
	for rows > 0 {
		if from.row >= rows {
			return logTop{from.line, from.row - rows}
		}
		rows -= from.row
		from.row = 0
		if from.line <= first {
			return logTop{first, 0}
		}
		from.line--
		rows--
		from.row = v.rowsOf(from.line) - 1
	}
	return from
}

// forth goes some rows down from a place, not beyond the last line.
func (v *LogView) forth(from logTop, rows int) logTop {
	end := v.end()
	for rows > 0 && from.line < end {
		if left := v.rowsOf(from.line) - from.row; left <= rows {
			rows -= left
			from = logTop{from.line + 1, 0}
		} else {
			from.row += rows
			rows = 0
		}
	}
	return from
}

// scroll moves the view by rows, down if positive, because the user asked.
func (v *LogView) scroll(rows int) {
	switch {
	case rows < 0:
		before := v.top
		v.top = v.back(v.top, -rows)
		if v.top != before {
			v.setFollowing(false)
		}
	case rows > 0:
		v.top = v.forth(v.top, rows)
		v.stickAtEnd()
	}
	v.Refresh()
}

// stickAtEnd follows again once the user has come to the end.
func (v *LogView) stickAtEnd() {
	if last := v.back(logTop{v.end(), 0}, v.rowsShown); !v.top.before(last) {
		v.setFollowing(true)
	}
}

// Scrolled implements fyne.Scrollable.
func (v *LogView) Scrolled(e *fyne.ScrollEvent) {
	if e.Scrolled.DX != 0 && !v.wrap {
		v.sideways(int(-e.Scrolled.DX / 4))
	}
	v.rest -= e.Scrolled.DY / logRowHeight() * 1.2
	rows := int(v.rest)
	v.rest -= float32(rows)
	if rows != 0 {
		v.scroll(rows)
	}
}

// sideways moves the view by columns, right if positive.
func (v *LogView) sideways(columns int) {
	v.left = max(0, min(v.left+columns, v.farthest()))
	v.Refresh()
}

// lineAt is the line at a height of the view.
func (v *LogView) lineAt(y float32) int {
	rows := int(y / logRowHeight())
	if y < 0 {
		return v.back(v.top, int(-y/logRowHeight())+1).line
	}
	return min(v.forth(v.top, rows).line, v.end()-1)
}

// MouseDown implements desktop.Mouseable: it starts a selection.
func (v *LogView) MouseDown(e *desktop.MouseEvent) {
	if c := canvasOf(v); c != nil {
		c.Focus(v)
	}
	if e.Button != desktop.MouseButtonPrimary || v.grab(e.Position) {
		return
	}
	line := v.lineAt(e.Position.Y)
	v.selecting = true
	if e.Modifier&fyne.KeyModifierShift == 0 || v.selTo <= v.selFrom {
		v.anchor = line
		v.selFrom, v.selTo = 0, 0
	} else {
		v.selectTo(line)
	}
	v.Refresh()
}

// MouseUp implements desktop.Mouseable.
func (v *LogView) MouseUp(*desktop.MouseEvent) { v.selecting, v.sliding = false, false }

// Dragged implements fyne.Draggable: the selection grows, and the view scrolls
// when the pointer leaves it.
func (v *LogView) Dragged(e *fyne.DragEvent) {
	if v.sliding {
		v.slideTo(e.Position.X - v.grabbed)
	}
	if !v.selecting {
		return
	}
	switch {
	case e.Position.Y < 0:
		v.scroll(-1)
	case e.Position.Y > v.Size().Height:
		v.scroll(1)
	}
	v.selectTo(v.lineAt(e.Position.Y))
	v.Refresh()
}

// DragEnd implements fyne.Draggable.
func (v *LogView) DragEnd() { v.selecting, v.sliding = false, false }

func (v *LogView) selectTo(line int) { v.selFrom, v.selTo = min(v.anchor, line), max(v.anchor, line)+1 }

// TappedSecondary implements fyne.SecondaryTappable.
func (v *LogView) TappedSecondary(e *fyne.PointEvent) {
	if v.OnMenu != nil {
		v.OnMenu(e.AbsolutePosition)
	}
}

// Cursor implements desktop.Cursorable.
func (v *LogView) Cursor() desktop.Cursor { return desktop.TextCursor }

// FocusGained implements fyne.Focusable.
func (v *LogView) FocusGained() { v.focused = true }

// FocusLost implements fyne.Focusable.
func (v *LogView) FocusLost() { v.focused = false }

// TypedRune implements fyne.Focusable.
func (v *LogView) TypedRune(rune) {}

// TypedKey scrolls.
func (v *LogView) TypedKey(key *fyne.KeyEvent) {
	page := max(1, v.rowsShown-1)
	switch key.Name {
	case fyne.KeyUp:
		v.scroll(-1)
	case fyne.KeyDown:
		v.scroll(1)
	case fyne.KeyPageUp:
		v.scroll(-page)
	case fyne.KeyPageDown:
		v.scroll(page)
	case fyne.KeyHome:
		first, _ := v.bounds()
		v.setFollowing(false)
		v.top = logTop{first, 0}
		v.Refresh()
	case fyne.KeyEnd:
		v.setFollowing(true)
		v.Refresh()
	case fyne.KeyLeft, fyne.KeyRight:
		if !v.wrap {
			v.sideways(either(key.Name == fyne.KeyLeft, -8, 8))
		}
	default:
		passKey(v, key)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (v *LogView) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutCopy:
		v.CopySelection()
	case *fyne.ShortcutSelectAll:
		v.SelectAll()
	default:
		if c, ok := canvasOf(v).(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
		}
	}
}
