//go:build e2e

package shell

import (
	"fmt"
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// rect is an area in canvas units.
type rect struct{ x, y, w, h float32 }

func (r rect) clip(o rect) rect {
	x, y := max(r.x, o.x), max(r.y, o.y)
	return rect{x, y, min(r.x+r.w, o.x+o.w) - x, min(r.y+r.h, o.y+o.h) - y}
}

func (r rect) empty() bool { return r.w <= 0.5 || r.h <= 0.5 }

// walk gathers the visible objects below a root.
type walk struct {
	scale   float32
	focused fyne.Focusable
	out     *[]object
}

// labelled is what the kit's controls offer for describing themselves.
type labelled interface{ Label() string }

// visit describes o and what is in it. at is its place, room what is not cut
// off by a scroller around it.
func (w *walk) visit(o fyne.CanvasObject, path string, at fyne.Position, room rect) {
	if o == nil || !o.Visible() {
		return
	}
	name := strings.TrimPrefix(reflect.TypeOf(o).String(), "*")
	path += "/" + name
	area := rect{at.X, at.Y, o.Size().Width, o.Size().Height}
	shown := area.clip(room)
	if shown.empty() {
		return
	}
	w.describe(o, name, path, shown)
	inner := room
	switch o.(type) {
	case *container.Scroll, *container.Clip:
		inner = shown
	}
	for i, child := range children(o) {
		w.visit(child, fmt.Sprintf("%s[%d]", path, i), at.Add(child.Position()), inner)
	}
}

func (w *walk) describe(o fyne.CanvasObject, name, path string, shown rect) {
	called := ""
	text, role := wordsOf(o)
	if named, ok := o.(labelled); ok && (role == "input" || role == "placeholder") {
		called = named.Label()
	}
	if text == "" && role == "" {
		return
	}
	item := object{
		Path: path, Type: name, Text: text, Name: called, Role: role, Visible: true, Enabled: true,
		X: int(shown.x * w.scale), Y: int(shown.y * w.scale), W: int(shown.w * w.scale), H: int(shown.h * w.scale),
	}
	switch control := o.(type) {
	case interface{ Enabled() bool }:
		item.Enabled = control.Enabled()
	case fyne.Disableable:
		item.Enabled = !control.Disabled()
	}
	if focusable, ok := o.(fyne.Focusable); ok && w.focused == focusable {
		item.Focused = true
	}
	*w.out = append(*w.out, item)
}

// wordsOf is what an object says, and the part it plays; both are empty for
// what only holds or decorates.
func wordsOf(o fyne.CanvasObject) (text, role string) {
	switch v := o.(type) {
	case *canvas.Text:
		return v.Text, "text"
	case interface{ SelectedText() string }: // an entry, or what embeds one
		return entryWords(v)
	case interface{ VisibleText() string }:
		return v.VisibleText(), "log"
	case labelled:
		if _, tappable := o.(fyne.Tappable); tappable {
			return v.Label(), "button"
		}
		return v.Label(), "label"
	case *canvas.Image:
		if v.Resource != nil {
			return v.Resource.Name(), "image"
		}
	}
	return "", ""
}

// entryWords reads an entry through reflection, because a type that embeds
// widget.Entry is not one.
func entryWords(entry any) (text, role string) {
	fields := reflect.Indirect(reflect.ValueOf(entry))
	if text := fields.FieldByName("Text").String(); text != "" {
		return text, "input"
	}
	return fields.FieldByName("PlaceHolder").String(), "placeholder"
}

func children(o fyne.CanvasObject) []fyne.CanvasObject {
	switch v := o.(type) {
	case *fyne.Container:
		return v.Objects
	case fyne.Widget:
		return test.WidgetRenderer(v).Objects()
	}
	return nil
}
