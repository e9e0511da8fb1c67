package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// Area is a place on a canvas.
type Area struct {
	Position fyne.Position
	Size     fyne.Size
}

// Empty tells whether there is nothing of it to see.
func (a Area) Empty() bool { return a.Size.Width <= 0 || a.Size.Height <= 0 }

// within cuts an area to another one.
func (a Area) within(b Area) Area {
	x, y := max(a.Position.X, b.Position.X), max(a.Position.Y, b.Position.Y)
	right := min(a.Position.X+a.Size.Width, b.Position.X+b.Size.Width)
	bottom := min(a.Position.Y+a.Size.Height, b.Position.Y+b.Size.Height)
	return Area{fyne.NewPos(x, y), fyne.NewSize(right-x, bottom-y)}
}

// Locate finds the first visible object that wanted accepts, and what of it can
// be seen: nothing where it is scrolled out of sight, or was not laid out yet.
func Locate(root fyne.CanvasObject, wanted func(fyne.CanvasObject) bool) (at Area, found bool) {
	s := searched(root, wanted)
	return s.at, s.found
}

// Bring scrolls the first visible object that wanted accepts into sight. It is
// false where that cannot be done: nothing scrolls, or it was not laid out yet.
func Bring(root fyne.CanvasObject, wanted func(fyne.CanvasObject) bool) bool {
	s := searched(root, wanted)
	if !s.found || s.scroll == nil || s.whole.Empty() || s.view.Empty() {
		return false
	}
	const margin = theme.Space5
	top := s.whole.Position.Y - s.view.Position.Y
	bottom := top + s.whole.Size.Height
	to := s.scroll.Offset
	switch {
	case top < 0:
		to.Y += top - margin
	case bottom > s.view.Size.Height:
		to.Y += bottom - s.view.Size.Height + margin
	}
	most := s.scroll.Content.MinSize().Height - s.view.Size.Height
	to.Y = max(0, min(to.Y, most))
	s.scroll.ScrollToOffset(to)
	return true
}

func searched(root fyne.CanvasObject, wanted func(fyne.CanvasObject) bool) search {
	s := search{wanted: wanted}
	s.look(root, root.Position(), Area{root.Position(), root.Size()}, nil, Area{})
	return s
}

type search struct {
	wanted    func(fyne.CanvasObject) bool
	at, whole Area // what can be seen of it, and all of it
	scroll    *container.Scroll
	view      Area // of scroll
	found     bool
}

// look looks through o, which is at a place of the canvas and seen through an
// area of it.
func (s *search) look(o fyne.CanvasObject, place fyne.Position, through Area, scroll *container.Scroll, view Area) {
	if o == nil || s.found || !o.Visible() {
		return
	}
	own := Area{place, o.Size()}
	if s.wanted(o) {
		s.at, s.whole, s.scroll, s.view, s.found = own.within(through), own, scroll, view, true
		return
	}
	if inside, is := o.(*container.Scroll); is {
		through, scroll, view = through.within(own), inside, own
	}
	for _, child := range heldBy(o) {
		s.look(child, place.Add(child.Position()), through, scroll, view)
	}
}

// Pointer is a ring around a control, and lets every click through.
type Pointer struct {
	widget.BaseWidget

	ring *canvas.Rectangle
	at   Area
}

func newPointer() *Pointer {
	m := &Pointer{ring: &canvas.Rectangle{}}
	m.ExtendBaseWidget(m)
	m.Hide()
	return m
}

// At is what the mark is around; empty while it is not shown.
func (m *Pointer) At() Area { return m.at }

// Point puts the ring around an area of the canvas; an empty one takes it away.
func (m *Pointer) Point(at Area) {
	if at.Empty() {
		at = Area{}
	}
	if m.at == at {
		return
	}
	m.at = at
	if at.Empty() {
		m.Hide()
		return
	}
	m.Show()
	m.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (m *Pointer) CreateRenderer() fyne.WidgetRenderer {
	r := &pointerRenderer{m}
	r.Refresh()
	return r
}

type pointerRenderer struct{ mark *Pointer }

func (r *pointerRenderer) Destroy()                     {}
func (r *pointerRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *pointerRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.mark.ring} }

func (r *pointerRenderer) Layout(fyne.Size) {
	const away = 4
	m := r.mark
	m.ring.Move(m.at.Position.Subtract(m.Position()).SubtractXY(away, away))
	m.ring.Resize(m.at.Size.AddWidthHeight(2*away, 2*away))
}

func (r *pointerRenderer) Refresh() {
	ring := r.mark.ring
	ring.FillColor = base.Color(theme.Transparent)
	ring.StrokeColor = base.Color(theme.Accent)
	ring.StrokeWidth = 3
	ring.CornerRadius = theme.RadiusBase + 4
	ring.Shadow = canvas.Shadow{Color: base.Color(theme.Selected), BlurRadius: 14, Spread: 2}
	r.Layout(r.mark.Size())
	canvas.Refresh(ring)
}
