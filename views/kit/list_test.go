package kit_test

import (
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

// plainList is a list of names that counts what it makes.
type plainList struct {
	names  []string
	made   int
	opened []int
	space  []int
}

func (p *plainList) list() *kit.List {
	return kit.NewList(kit.ListModel{
		Length: func() int { return len(p.names) },
		Kind: func(i int) kit.RowKind {
			if p.names[i][0] == '#' {
				return kit.HeadingRow
			}
			return kit.ItemRow
		},
		Create: func(kit.RowKind) fyne.CanvasObject {
			p.made++
			return kit.Row(0, kit.Grow(kit.NewText("", theme.Body, theme.Ink)), kit.SmallButton(kit.Secondary, "", "Stop", nothing))
		},
		Update: func(i int, row fyne.CanvasObject) {
			row.(*fyne.Container).Objects[0].(*kit.Text).SetText(p.names[i])
		},
		ID:     func(i int) string { return p.names[i] },
		Open:   func(i int) { p.opened = append(p.opened, i) },
		Toggle: func(i int) { p.space = append(p.space, i) },
	}, 0)
}

func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = "row " + strconv.Itoa(i)
	}
	return names
}

func TestListMakesOnlyWhatIsInSight(t *testing.T) {
	viewtest.App(t)
	p := &plainList{names: numbered(10000)}
	l := p.list()
	w := viewtest.Window(t, l, 400, 600)
	for y := float32(0); y < 500000; y += 9973 {
		l.SetOffset(y)
	}
	if p.made > 40 {
		t.Errorf("made %d rows for a view of 10", p.made)
	}
	l.SetCurrent(9999)
	if !viewtest.Shows(w, "row 9999") || viewtest.Shows(w, "row 9900") {
		t.Error("the last row is not in sight")
	}
	before := l.Offset()
	l.Refresh()
	if l.Offset() != before {
		t.Errorf("a refresh moved the list from %v to %v", before, l.Offset())
	}
	p.names = p.names[:3]
	l.Refresh()
	viewtest.Settle(w)
	if !viewtest.Shows(w, "row 0") || viewtest.Shows(w, "row 9999") {
		t.Error("the list did not shrink")
	}
}

func TestListKeyboard(t *testing.T) {
	viewtest.App(t)
	p := &plainList{names: []string{"#blog", "web", "db", "#others", "nginx"}}
	l := p.list()
	w := viewtest.Window(t, l, 400, 600)
	w.Canvas().Focus(l)
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn, fyne.KeyUp, fyne.KeySpace, fyne.KeyHome, fyne.KeyUp, fyne.KeyReturn, fyne.KeyEnd, fyne.KeyReturn} {
		viewtest.Key(w, key)
	}
	if got := p.opened; len(got) != 3 || got[0] != 4 || got[1] != 1 || got[2] != 4 {
		t.Errorf("opened %v, want [4 1 4]", got)
	}
	if len(p.space) != 1 || p.space[0] != 2 {
		t.Errorf("Space on %v, want [2]", p.space)
	}
	p.names = []string{"#blog", "api", "web", "db", "#others", "nginx"} // a row came in
	l.Refresh()
	if l.Current() != 5 {
		t.Errorf("the cursor is on %d, want nginx at 5", l.Current())
	}
}

func TestListHoverAndTap(t *testing.T) {
	viewtest.App(t)
	p := &plainList{names: numbered(3)}
	l := p.list()
	var inside []bool
	l.OnHover = func(on bool) { inside = append(inside, on) }
	w := viewtest.Window(t, l, 400, 300)
	out := viewtest.Hover(t, w, "row 1")
	out()
	if len(inside) != 2 || !inside[0] || inside[1] || l.Hovered() {
		t.Errorf("hover told %v", inside)
	}
	viewtest.Tap(t, w, "row 2")
	stop := viewtest.FindAll(w, "Stop")[1]
	test.Tap(stop.(fyne.Tappable))
	if len(p.opened) != 1 || p.opened[0] != 2 {
		t.Errorf("opened %v, want [2]: a button in a row is not the row", p.opened)
	}
	if w.Canvas().Focused() != l || l.Current() != 1 {
		t.Errorf("the focus went to %T, cursor %d", w.Canvas().Focused(), l.Current())
	}
	stop.(desktop.Hoverable).MouseIn(&desktop.MouseEvent{})
	if !l.Hovered() {
		t.Error("over a row's button the pointer is over the list")
	}
}

func BenchmarkListScroll(b *testing.B) {
	viewtest.App(b)
	p := &plainList{names: numbered(1000)}
	l := p.list()
	viewtest.Window(b, l, 900, 700)
	for i := 0; b.Loop(); i++ {
		l.SetOffset(float32(i * 137 % 50000))
	}
}
