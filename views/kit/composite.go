package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"escale/views/post"
)

// composite is the base of widgets that are drawn by one object, mostly a
// container of other widgets.
type composite struct {
	widget.BaseWidget

	body fyne.CanvasObject
}

// CreateRenderer implements fyne.Widget.
func (c *composite) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(c.body) }

// inPlace lays a new renderer out in the size that its widget has already.
// Fyne throws away the renderer of a widget that was out of sight for a minute,
// makes another when the widget is seen again, and lays that out only when the
// widget's size changes.
func inPlace[R fyne.WidgetRenderer](r R, w fyne.Widget) R {
	if size := w.Size(); size != (fyne.Size{}) {
		r.Layout(size)
	}
	return r
}

func (c *composite) held() fyne.CanvasObject { return c.body }

// holder is a widget whose content can be walked.
type holder interface{ held() fyne.CanvasObject }

// Walk visits an object and what the kit's widgets and containers hold, from
// the outside in, until visit returns false for a branch. Hidden branches and
// the rows of a virtual list that are out of sight are not visited.
func Walk(o fyne.CanvasObject, visit func(fyne.CanvasObject) bool) {
	if o == nil || !o.Visible() || !visit(o) {
		return
	}
	for _, child := range heldBy(o) {
		Walk(child, visit)
	}
}

// heldBy is what an object holds.
func heldBy(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case *listBoard:
		return slices.Clone(o.drawn)
	case *container.Scroll:
		return []fyne.CanvasObject{o.Content}
	case *container.ThemeOverride:
		return []fyne.CanvasObject{o.Content}
	case *container.Clip:
		return []fyne.CanvasObject{o.Content}
	case holder:
		return []fyne.CanvasObject{o.held()}
	}
	return nil
}

// poster brings timers back to the UI goroutine.
var poster post.Poster = post.Fyne{}

// UsePoster replaces the way back to the UI goroutine, for tests, and returns
// what restores it.
func UsePoster(p post.Poster) (restore func()) {
	before := poster
	poster = p
	return func() { poster = before }
}

// canvasOf returns the canvas an object is shown on, or whose keys it gets, or
// nil. The driver knows an object's canvas only while it is painted: not yet at
// its first key, and no more when something else has just taken its place.
func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	driver := fyne.CurrentApp().Driver()
	if c := driver.CanvasForObject(o); c != nil {
		return c
	}
	for _, w := range driver.AllWindows() {
		if at, ok := w.Canvas().Focused().(fyne.CanvasObject); ok && at == o {
			return w.Canvas()
		}
	}
	return nil
}

func either[T any](condition bool, yes, no T) T {
	if condition {
		return yes
	}
	return no
}
