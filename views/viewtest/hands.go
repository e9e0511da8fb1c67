package viewtest

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"escale/views/kit"
)

// Labelled is a control that says what it is called.
type Labelled interface {
	fyne.CanvasObject
	Label() string
	Enabled() bool
}

// Visit calls visit for each visible object of the window's top layer, from the
// outside in.
func Visit(w fyne.Window, visit func(fyne.CanvasObject)) {
	top := w.Canvas().Overlays().Top()
	if top == nil {
		top = w.Content()
	}
	walk(top, visit)
}

func walk(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	visit(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			walk(child, visit)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			walk(child, visit)
		}
	}
}

// Find returns the first visible control with a label, or nil.
func Find(w fyne.Window, label string) Labelled {
	all := FindAll(w, label)
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// FindAll returns the visible controls with a label, in the order of the
// screen's tree. A control inside another of the same label comes after it.
func FindAll(w fyne.Window, label string) []Labelled {
	var found []Labelled
	Visit(w, func(o fyne.CanvasObject) {
		if c, ok := o.(Labelled); ok && c.Label() == label {
			found = append(found, c)
		}
	})
	return found
}

// Tap taps the control with a label, and fails the test when there is none or
// when it is disabled. Of several it takes the first that can be tapped.
func Tap(tb testing.TB, w fyne.Window, label string) {
	tb.Helper()
	for _, found := range FindAll(w, label) {
		if tappable, ok := found.(fyne.Tappable); ok && found.Enabled() {
			tappable.Tapped(&fyne.PointEvent{})
			Settle(w)
			return
		}
	}
	tb.Fatalf("nothing called %q can be tapped; there is:\n%s", label, strings.Join(Labels(w), "\n"))
}

// TapSecondary opens the context menu of the control with a label.
func TapSecondary(tb testing.TB, w fyne.Window, label string) {
	tb.Helper()
	for _, found := range FindAll(w, label) {
		if tappable, ok := found.(fyne.SecondaryTappable); ok {
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(found)
			tappable.TappedSecondary(&fyne.PointEvent{AbsolutePosition: at})
			Settle(w)
			return
		}
	}
	tb.Fatalf("nothing called %q has a menu", label)
}

// Hover brings the pointer over the control with a label; out takes it away.
func Hover(tb testing.TB, w fyne.Window, label string) (out func()) {
	tb.Helper()
	hoverable, ok := Find(w, label).(desktop.Hoverable)
	if !ok {
		tb.Fatalf("nothing called %q can be hovered", label)
	}
	hoverable.MouseIn(&desktop.MouseEvent{})
	return hoverable.MouseOut
}

// Input returns the visible input with a name or placeholder, or fails.
func Input(tb testing.TB, w fyne.Window, label string) *kit.Input {
	tb.Helper()
	var found *kit.Input
	Visit(w, func(o fyne.CanvasObject) {
		if i, ok := o.(*kit.Input); ok && found == nil && (i.Label() == label || i.Placeholder() == label) {
			found = i
		}
	})
	if found == nil {
		tb.Fatalf("there is no input called %q", label)
	}
	return found
}

// Type replaces the text of the input with a name or placeholder, key by key.
func Type(tb testing.TB, w fyne.Window, label, text string) {
	tb.Helper()
	input := Input(tb, w, label)
	w.Canvas().Focus(input.Focusable())
	input.SelectAll()
	if text == "" {
		input.Focusable().TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	}
	for _, r := range text {
		input.Focusable().TypedRune(r)
	}
	Settle(w)
}

// Key presses a key where the focus is.
func Key(w fyne.Window, name fyne.KeyName) {
	event := &fyne.KeyEvent{Name: name}
	if focused := w.Canvas().Focused(); focused != nil {
		focused.TypedKey(event)
	} else if typed := w.Canvas().OnTypedKey(); typed != nil {
		typed(event)
	}
	Settle(w)
}

// Texts returns every text in sight, in the order of the screen's tree.
func Texts(w fyne.Window) []string {
	var texts []string
	Visit(w, func(o fyne.CanvasObject) {
		if t, ok := o.(interface{ Text() string }); ok && t.Text() != "" {
			texts = append(texts, t.Text())
		}
	})
	return texts
}

// Shows tells whether some text in sight contains words.
func Shows(w fyne.Window, words string) bool {
	for _, text := range Texts(w) {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

// Labels returns what the controls in sight are called.
func Labels(w fyne.Window) []string {
	var labels []string
	Visit(w, func(o fyne.CanvasObject) {
		if c, ok := o.(Labelled); ok {
			labels = append(labels, c.Label())
		}
	})
	return labels
}
