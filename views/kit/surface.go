package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// Elevation is how far a surface floats above the page.
type Elevation int

// The three elevations. Resting things have no shadow: a hairline is enough.
const (
	Flat     Elevation = iota
	Raised             // a card that can be tapped, under the pointer
	Floating           // sheets, menus, toasts
)

// Surface is a rounded rectangle in colour tokens. It is the only way the kit
// paints a background, so that every background follows theme changes.
type Surface struct {
	widget.BaseWidget

	Fill, Stroke theme.Color
	StrokeWidth  float32
	Radius       float32
	Elevation    Elevation
}

// NewSurface returns a filled rounded rectangle.
func NewSurface(fill theme.Color, radius float32) *Surface {
	s := &Surface{Fill: fill, Stroke: theme.Transparent, StrokeWidth: 1, Radius: radius}
	s.ExtendBaseWidget(s)
	return s
}

// WithStroke adds an edge.
func (s *Surface) WithStroke(stroke theme.Color) *Surface { s.Stroke = stroke; return s }

// WithElevation adds a shadow.
func (s *Surface) WithElevation(e Elevation) *Surface { s.Elevation = e; return s }

// Set replaces fill, edge and shadow; the same ones cost nothing.
func (s *Surface) Set(fill, stroke theme.Color, e Elevation) {
	if s.Fill != fill || s.Stroke != stroke || s.Elevation != e {
		s.Fill, s.Stroke, s.Elevation = fill, stroke, e
		s.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (s *Surface) CreateRenderer() fyne.WidgetRenderer {
	r := &surfaceRenderer{surface: s, box: &canvas.Rectangle{}}
	r.Refresh()
	return r
}

type surfaceRenderer struct {
	surface *Surface
	box     *canvas.Rectangle
}

func (r *surfaceRenderer) Destroy()                     {}
func (r *surfaceRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.box} }
func (r *surfaceRenderer) MinSize() fyne.Size           { return fyne.Size{} }

func (r *surfaceRenderer) Layout(size fyne.Size) {
	r.box.Resize(size)
	r.box.CornerRadius = min(r.surface.Radius, size.Height/2, size.Width/2)
}

func (r *surfaceRenderer) Refresh() {
	s := r.surface
	r.box.FillColor = base.Color(s.Fill)
	r.box.StrokeColor = base.Color(s.Stroke)
	r.box.StrokeWidth = s.StrokeWidth
	if s.Stroke == theme.Transparent {
		r.box.StrokeWidth = 0
	}
	r.box.Shadow = shadow(s.Elevation)
	r.Layout(s.Size())
	r.box.Refresh()
}

func shadow(e Elevation) canvas.Shadow {
	switch e {
	case Raised:
		return canvas.Shadow{Color: base.Color(theme.ShadowSoft), BlurRadius: 12, Offset: fyne.NewPos(0, 3)}
	case Floating:
		return canvas.Shadow{Color: base.Color(theme.ShadowDeep), BlurRadius: 36, Offset: fyne.NewPos(0, 10)}
	case Flat:
	}
	return canvas.Shadow{}
}

// Card frames content on a surface: the basic grouping of a page.
func Card(content fyne.CanvasObject) *fyne.Container {
	return CardInset(theme.Space4, content)
}

// CardInset is a Card with its own inner space; zero suits lists of rows.
func CardInset(space float32, content fyne.CanvasObject) *fyne.Container {
	surface := NewSurface(theme.Surface, theme.RadiusCard).WithStroke(theme.Hairline)
	return container.NewStack(surface, Pad(space, content))
}

// Well is a sunken area, for code and for quiet notes.
func Well(content fyne.CanvasObject) *fyne.Container {
	return container.NewStack(NewSurface(theme.Sunken, theme.RadiusCard), Pad(theme.Space4, content))
}

// Divider is a one-unit line between rows.
func Divider() fyne.CanvasObject { return Fixed(0, 1, NewSurface(theme.Hairline, 0)) }

// DividerInset is a Divider that starts where the row's text starts.
func DividerInset(left float32) fyne.CanvasObject {
	return Inset(0, theme.Space4, 0, left, Divider())
}

// VerticalDivider separates columns of a page.
func VerticalDivider() fyne.CanvasObject { return Fixed(1, 1, NewSurface(theme.Hairline, 0)) }
