package kit_test

import (
	"fmt"
	"image/color"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

// played is a terminal whose screen the test writes.
type played struct {
	frame  kit.TermFrame
	sizes  []string
	typed  []string
	keys   []kit.TermKey
	copied []string
	up     int // lines above the end, at the last drawing
}

func newPlayed(t *testing.T, mode theme.Mode, lines ...string) (*played, *kit.Terminal, fyne.Window) {
	t.Helper()
	viewtest.App(t).Settings().SetTheme(theme.New(mode))
	p := &played{frame: kit.TermFrame{Cols: 20, Rows: 4, Cells: make([]kit.TermCell, 80), Back: 10, Cursor: true, CursorX: 2, CursorY: len(lines) - 1}}
	for y, line := range lines {
		for x, r := range []rune(line) {
			p.frame.Cells[y*20+x].Text = strings.TrimSpace(string(r))
		}
	}
	view := kit.NewTerminal(kit.TermModel{
		Frame: func(up int) kit.TermFrame {
			f := p.frame
			f.Up = min(up, f.Back)
			p.up = f.Up
			return f
		},
		Text: func(from, to kit.TermPlace) string {
			return fmt.Sprint(from, to)
		},
		Size:  func(cols, rows int) { p.sizes = append(p.sizes, fmt.Sprint(cols, "×", rows)) },
		Typed: func(text string) { p.typed = append(p.typed, text) },
		Key:   func(k kit.TermKey) { p.keys = append(p.keys, k) },
		Paste: func(text string) { p.typed = append(p.typed, "pasted "+text) },
		Copy:  func(text string) { p.copied = append(p.copied, text) },
	})
	w := viewtest.Window(t, view, 300, 120)
	return p, view, w
}

// ink counts the pixels of a colour in the terminal's picture.
func ink(t *testing.T, w fyne.Window, token theme.Color) (n int) {
	t.Helper()
	want, picture := color.NRGBAModel.Convert(base.Color(token)), w.Canvas().Capture()
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			if color.NRGBAModel.Convert(picture.At(x, y)) == want {
				n++
			}
		}
	}
	return n
}

// TestTerminalPaints: in both appearances, letters, colours, what is chosen and the
// cursor are there.
func TestTerminalPaints(t *testing.T) {
	for _, mode := range []theme.Mode{theme.AlwaysLight, theme.AlwaysDark} {
		p, view, w := newPlayed(t, mode, "one", "two", "# ")
		if ink(t, w, theme.Ink) == 0 || len(p.sizes) != 1 {
			t.Errorf("%v: no letters, or sizes %v", mode, p.sizes)
		}
		frame := ink(t, w, theme.Accent)
		w.Canvas().Focus(view)
		if block := ink(t, w, theme.Accent); frame == 0 || block <= frame {
			t.Errorf("%v: the cursor has %d pixels, %d with the focus", mode, frame, block)
		}
		if ink(t, w, theme.Selected) != 0 {
			t.Errorf("%v: something is chosen", mode)
		}
		view.ChooseAll()
		if ink(t, w, theme.Selected) == 0 {
			t.Errorf("%v: nothing is chosen", mode)
		}
		before := ink(t, w, theme.Terminal[1])
		p.frame.Cells[0] = kit.TermCell{Bg: kit.PaintIndex(1)}
		view.CopyChosen() // and so nothing is
		view.Refresh()
		if after := ink(t, w, theme.Terminal[1]); after <= before {
			t.Errorf("%v: a coloured cell shows %d pixels, %d before", mode, after, before)
		}
		p.frame.Cursor = false
		view.Refresh()
		if ink(t, w, theme.Accent) != 0 {
			t.Errorf("%v: a hidden cursor is shown", mode)
		}
		w.Resize(fyne.NewSize(400, 200))
		viewtest.Settle(w)
		_ = w.Canvas().Capture()
		if len(p.sizes) != 2 || p.sizes[0] == p.sizes[1] {
			t.Errorf("%v: sizes %v", mode, p.sizes)
		}
	}
}

func TestTerminalMouse(t *testing.T) {
	p, view, w := newPlayed(t, theme.AlwaysLight, "one", "two", "# ")
	_ = w.Canvas().Capture()
	at := func(x, y float32) fyne.PointEvent { return fyne.PointEvent{Position: fyne.NewPos(x, y)} }
	view.MouseDown(&desktop.MouseEvent{PointEvent: at(11, 11), Button: desktop.MouseButtonPrimary})
	view.Dragged(&fyne.DragEvent{PointEvent: at(32, 29)})
	view.MouseUp(nil)
	view.DragEnd()
	view.Dragged(&fyne.DragEvent{PointEvent: at(0, 0)}) // the button is up
	if !view.CopyChosen() || !slices.Equal(p.copied, []string{"{10 0} {11 3}"}) {
		t.Errorf("copied %q", p.copied)
	}
	if view.CopyChosen() {
		t.Error("it is still chosen")
	}
	if w.Canvas().Focused() != view {
		t.Error("a click does not give the keyboard")
	}
	view.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 90)})
	_ = w.Canvas().Capture()
	if p.up == 0 {
		t.Error("the wheel does not scroll")
	}
	view.TypedRune('x')
	_ = w.Canvas().Capture()
	if p.up != 0 || !slices.Equal(p.typed, []string{"x"}) {
		t.Errorf("after typing %d lines up, typed %q", p.up, p.typed)
	}
}

func TestTerminalKeys(t *testing.T) {
	p, view, w := newPlayed(t, theme.AlwaysLight, "# ")
	_ = w.Canvas().Capture()
	shift := func(on bool) {
		if on {
			view.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
		} else {
			view.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
		}
	}
	for _, name := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyTab, fyne.KeyA, fyne.KeySpace} {
		view.TypedKey(&fyne.KeyEvent{Name: name})
	}
	shift(true)
	view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageUp})
	view.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	shift(false)
	custom := func(name fyne.KeyName, m fyne.KeyModifier) {
		view.TypedShortcut(&desktop.CustomShortcut{KeyName: name, Modifier: m})
	}
	custom(fyne.KeyR, fyne.KeyModifierControl)
	custom(fyne.KeyB, fyne.KeyModifierAlt)
	custom(fyne.KeyLeft, fyne.KeyModifierControl)
	custom(fyne.Key5, fyne.KeyModifierControl)                     // the window's
	custom(fyne.KeyE, fyne.KeyModifierControl|fyne.KeyModifierAlt) // a character's, on many keyboards
	view.TypedShortcut(&fyne.ShortcutSelectAll{})
	view.TypedShortcut(&fyne.ShortcutUndo{})
	fyne.CurrentApp().Clipboard().SetContent("text")
	custom(fyne.KeyV, fyne.KeyModifierControl|fyne.KeyModifierShift)
	want := []kit.TermKey{
		{Name: fyne.KeyReturn},
		{Name: fyne.KeyTab},
		{Name: fyne.KeyEnd, Shift: true},
		{Name: fyne.KeyR, Control: true},
		{Name: fyne.KeyB, Alt: true},
		{Name: fyne.KeyLeft, Control: true},
		{Name: fyne.KeyA, Control: true},
		{Name: fyne.KeyZ, Control: true},
	}
	if !slices.Equal(p.keys, want) || !slices.Equal(p.typed, []string{"pasted text"}) {
		t.Errorf("keys %+v\nwant %+v\ntyped %q", p.keys, want, p.typed)
	}
}
