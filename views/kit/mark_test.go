package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

// TestMarkStandsAfterItsTitle holds marks to their place: after the title of a
// page, of a field, and of a section, on its line.
func TestMarkStandsAfterItsTitle(t *testing.T) {
	viewtest.App(t)
	mark := func(label string) *kit.Press { return kit.Mark(label, func() {}) }
	head := kit.Toolbar("Volumes", "Folders that last", kit.Button(kit.Primary, "", "New", nil)).WithMark(mark("head"))
	field := kit.Field("Network", "", kit.NewInput("", "", 200)).WithMark(mark("field"))
	section := kit.Titled(kit.NewText("Ports", theme.Strong, theme.Ink), mark("section"))
	w := viewtest.Window(t, kit.Col(8, head, field, section), 600, 300)
	at := func(o fyne.CanvasObject) fyne.Position {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	}
	for title, label := range map[string]string{"Volumes": "head", "Network": "field", "Ports": "section"} {
		var text *kit.Text
		viewtest.Visit(w, func(o fyne.CanvasObject) {
			if found, ok := o.(*kit.Text); ok && found.Text() == title {
				text = found
			}
		})
		press, ok := viewtest.Find(w, label).(*kit.Press)
		if !ok || text == nil {
			t.Fatalf("no %s with its mark", title)
		}
		gap := at(press).X - at(text).X - text.Size().Width
		middle := at(press).Y + press.Size().Height/2 - at(text).Y - text.Size().Height/2
		if gap < 2 || gap > 10 || middle < -3 || middle > 3 {
			t.Errorf("%s: the mark is %v after it and %v below its middle", title, gap, middle)
		}
		if text.Size().Width < 30 {
			t.Errorf("%s is cut to %v", title, text.Size().Width)
		}
	}
	input := kit.NewInput("", "", 0)
	wide := kit.Field("Wide", "", input).WithMark(mark("wide"))
	viewtest.Window(t, kit.Col(0, wide), 500, 200)
	if input.Size().Width < 480 {
		t.Errorf("an input with a marked label is %v wide", input.Size().Width)
	}
}
