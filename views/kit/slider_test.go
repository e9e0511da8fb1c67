package kit_test

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"escale/views/kit"
	"escale/views/viewtest"
)

// TestSlider checks every way to choose a number, and that nothing leaves the
// limits.
func TestSlider(t *testing.T) {
	viewtest.App(t)
	var told []float64
	s := kit.NewSlider(1, 5, 0.5, 2, func(v float64) { told = append(told, v) })
	s.SetName("Memory")
	w := viewtest.Window(t, kit.Col(0, s), 416, 60)
	s.Tapped(&fyne.PointEvent{Position: fyne.NewPos(208, 10)}) // the middle
	s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(262, 10)}})
	s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(9000, 10)}})
	s.DragEnd()
	w.Canvas().Focus(s)
	for _, key := range []fyne.KeyName{fyne.KeyLeft, fyne.KeyUp, fyne.KeyHome, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyEnd} {
		viewtest.Key(w, key)
	}
	if want := []float64{3, 3.5, 5, 4.5, 5, 1, 5}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
	s.SetValue(2.25)
	s.SetLimits(3, 4)
	if s.Value() != 3 || len(told) != 7 {
		t.Errorf("its owner made it %v, and it told %v", s.Value(), told)
	}
	s.SetDisabled(true)
	viewtest.Key(w, fyne.KeyEnd)
	if s.Value() != 3 || viewtest.Find(w, "Memory") == nil || viewtest.Find(w, "Memory").Enabled() {
		t.Errorf("a disabled one goes to %v", s.Value())
	}
}

// TestSliderPassesKeys checks that the keys of the window reach it.
func TestSliderPassesKeys(t *testing.T) {
	viewtest.App(t)
	s := kit.NewSlider(0, 10, 1, 5, nil)
	w := viewtest.Window(t, kit.Col(0, s), 416, 60)
	typed := fyne.KeyName("")
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { typed = e.Name })
	w.Canvas().Focus(s)
	viewtest.Key(w, fyne.KeyF5)
	if typed != fyne.KeyF5 || s.Value() != 5 {
		t.Errorf("the window got %q, the slider is at %v", typed, s.Value())
	}
}
