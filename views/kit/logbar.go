package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

const logBarWidth float32 = 12

// logBar is the scroll bar of a LogView. It counts in lines, so that it stays
// exact for millions of them.
type logBar struct {
	widget.BaseWidget

	view    *LogView
	thumb   *Surface
	hovered bool
	grabbed float32 // where the thumb was taken, from its top
}

func newLogBar(v *LogView) *logBar {
	b := &logBar{view: v, thumb: NewSurface(theme.Outline, theme.RadiusPill)}
	b.ExtendBaseWidget(b)
	return b
}

// place returns the top and the height of the thumb; a zero height is none.
func (b *logBar) place() (top, height float32) {
	first, end := b.view.bounds()
	lines, room := end-first, b.Size().Height
	if lines <= 0 || room <= 0 {
		return 0, 0
	}
	last := b.view.back(logTop{end, 0}, b.view.rowsShown)
	if last.line <= first && last.row == 0 {
		return 0, 0
	}
	height = max(28, room*float32(b.view.rowsShown)/float32(lines))
	height = min(height, room)
	part := float32(b.view.top.line-first) / float32(max(last.line-first, 1))
	return (room - height) * min(part, 1), height
}

// drag moves the thumb's top to a height.
func (b *logBar) drag(top float32) {
	_, height := b.place()
	first, end := b.view.bounds()
	last := b.view.back(logTop{end, 0}, b.view.rowsShown)
	part := min(max(top/max(b.Size().Height-height, 1), 0), 1)
	b.view.top = logTop{first + int(part*float32(last.line-first)+0.5), 0}
	b.view.setFollowing(part >= 1)
	b.view.Refresh()
}

// MouseDown implements desktop.Mouseable.
func (b *logBar) MouseDown(e *desktop.MouseEvent) {
	top, height := b.place()
	b.grabbed = e.Position.Y - top
	if b.grabbed < 0 || b.grabbed > height {
		b.grabbed = height / 2
		b.drag(e.Position.Y - b.grabbed)
	}
}

// MouseUp implements desktop.Mouseable.
func (b *logBar) MouseUp(*desktop.MouseEvent) {}

// Dragged implements fyne.Draggable.
func (b *logBar) Dragged(e *fyne.DragEvent) { b.drag(e.Position.Y - b.grabbed) }

// DragEnd implements fyne.Draggable.
func (b *logBar) DragEnd() {}

// Scrolled implements fyne.Scrollable.
func (b *logBar) Scrolled(e *fyne.ScrollEvent) { b.view.Scrolled(e) }

// MouseIn implements desktop.Hoverable.
func (b *logBar) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (b *logBar) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (b *logBar) MouseOut() { b.hovered = false; b.Refresh() }

// CreateRenderer implements fyne.Widget.
func (b *logBar) CreateRenderer() fyne.WidgetRenderer { return inPlace(&logBarRenderer{b}, b) }

type logBarRenderer struct{ bar *logBar }

func (r *logBarRenderer) Destroy()                     {}
func (r *logBarRenderer) MinSize() fyne.Size           { return fyne.NewSize(logBarWidth, 1) }
func (r *logBarRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.bar.thumb} }
func (r *logBarRenderer) Refresh()                     { r.Layout(r.bar.Size()) }

func (r *logBarRenderer) Layout(size fyne.Size) {
	top, height := r.bar.place()
	r.bar.thumb.Hidden = height == 0
	width := either(r.bar.hovered, float32(8), float32(5))
	r.bar.thumb.Move(fyne.NewPos(size.Width-width-2, top+2))
	r.bar.thumb.Resize(fyne.NewSize(width, max(0, height-4)))
	r.bar.thumb.Refresh()
}
