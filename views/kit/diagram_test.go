package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

func sampleDiagram() *kit.Diagram {
	return kit.NewDiagram(3, 3, []kit.DiagramBox{
		{Column: 0, Row: 0, Width: 3, Height: 2, Label: "Computer", Text: "All of it.", Frame: true},
		{Column: 0, Row: 1, Width: 1, Height: 1, Label: "Client", Text: "Asks.", Tone: kit.ToneGreen},
		{Column: 2, Row: 1, Width: 1, Height: 1, Label: "Engine\ndockerd", Text: "Does.", Tone: kit.ToneTeal},
		{Column: 2, Row: 2, Width: 1, Height: 1, Label: "Disk", Text: "Keeps.", Tone: kit.ToneAmber},
	}, []kit.DiagramArrow{{From: 1, To: 2, Label: "asks", Both: true}, {From: 2, To: 3}}, "Click a part.")
}

func TestDiagramSaysWhatItsPartsAre(t *testing.T) {
	viewtest.App(t)
	d := sampleDiagram()
	w := viewtest.Window(t, d, 480, 420)
	viewtest.Golden(t, "diagram.xml", w)
	if !viewtest.Shows(w, "Click a part.") || d.Chosen() != -1 {
		t.Errorf("it shows %q", viewtest.Texts(w))
	}
	viewtest.Tap(t, w, "Engine dockerd")
	if !viewtest.Shows(w, "Does.") || d.Chosen() != 2 {
		t.Errorf("it shows %q", viewtest.Texts(w))
	}
	viewtest.Tap(t, w, "Computer") // the wall around it
	if !viewtest.Shows(w, "All of it.") || viewtest.Shows(w, "Does.") {
		t.Errorf("it shows %q", viewtest.Texts(w))
	}
}

// TestDiagramFits holds the boxes apart, whatever the width and the text size.
func TestDiagramFits(t *testing.T) {
	viewtest.App(t)
	defer theme.SetZoom(1)
	for _, zoom := range []float32{1, 1.6} {
		theme.SetZoom(zoom)
		for _, width := range []float32{300, 480, 700} {
			w := viewtest.Window(t, sampleDiagram(), width, 600)
			driver := fyne.CurrentApp().Driver()
			client, engine := viewtest.Find(w, "Client"), viewtest.Find(w, "Engine dockerd")
			left, right := driver.AbsolutePositionForObject(client), driver.AbsolutePositionForObject(engine)
			wall := viewtest.Find(w, "Computer")
			at := driver.AbsolutePositionForObject(wall)
			if left.X+client.Size().Width >= right.X || at.X >= left.X || at.X+wall.Size().Width <= right.X+engine.Size().Width {
				t.Errorf("zoom %v, %v wide: %v %v, %v %v in %v %v", zoom, width, left, client.Size(), right, engine.Size(), at, wall.Size())
			}
			if need := engine.MinSize().Height; need > engine.Size().Height {
				t.Errorf("zoom %v: a box of two lines has %v of %v", zoom, engine.Size().Height, need)
			}
		}
	}
}

func TestLocateAndMark(t *testing.T) {
	viewtest.App(t)
	tapped := false
	deep := kit.Button(kit.Primary, "", "Deep", func() { tapped = true })
	high := kit.Button(kit.Secondary, "", "High", func() {})
	scroll := kit.Scrolled(kit.Col(0, high, kit.Gap(10, 500), deep, kit.Gap(10, 300)))
	root := kit.NewRoot(kit.Row(0, kit.Fixed(50, 0, kit.Gap(0, 0)), kit.GrowStretch(scroll)))
	is := func(one fyne.CanvasObject) func(fyne.CanvasObject) bool {
		return func(o fyne.CanvasObject) bool { return o == one }
	}
	if kit.Bring(root, is(high)) || kit.Bring(root, is(deep)) || scroll.Offset.Y != 0 {
		t.Error("what was not laid out yet is brought somewhere")
	}
	w := viewtest.Window(t, root, 300, 200)
	if at, found := kit.Locate(root, is(deep)); !found || !at.Empty() {
		t.Errorf("scrolled out of sight, it is at %v, %v", at, found)
	}
	var at kit.Area
	for _, one := range []fyne.CanvasObject{deep, high, deep} {
		if !kit.Bring(root, is(one)) {
			t.Error("it is not brought into sight")
		}
		viewtest.Settle(w)
		at, _ = kit.Locate(root, is(one))
		if place := fyne.CurrentApp().Driver().AbsolutePositionForObject(one); at.Position != place || at.Size != one.Size() {
			t.Errorf("found at %v, it is at %v %v", at, place, one.Size())
		}
	}
	root.Pointer.Point(at)
	viewtest.Settle(w)
	if root.Pointer.At() != at || !root.Pointer.Visible() {
		t.Errorf("the mark is at %v", root.Pointer.At())
	}
	viewtest.Tap(t, w, "Deep")
	root.Pointer.Point(kit.Area{})
	if !tapped || root.Pointer.Visible() {
		t.Error("the mark keeps clicks away, or stays")
	}
	if _, found := kit.Locate(container.NewStack(), is(deep)); found {
		t.Error("found in nothing")
	}
}
