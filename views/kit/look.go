package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"

	"escale/views/theme"
)

// Look is how a pressable thing is painted in one state.
type Look struct {
	Fill, Stroke theme.Color
	Elevation    Elevation
}

// CreateRenderer implements fyne.Widget.
func (p *Press) CreateRenderer() fyne.WidgetRenderer {
	ring := &canvas.Rectangle{StrokeWidth: 2}
	r := &pressRenderer{press: p, back: NewSurface(theme.Transparent, p.radius), ring: ring}
	r.Refresh()
	return inPlace(r, p)
}

type pressRenderer struct {
	press *Press
	back  *Surface
	ring  *canvas.Rectangle
}

func (r *pressRenderer) Destroy()           {}
func (r *pressRenderer) MinSize() fyne.Size { return r.press.content.MinSize() }

func (r *pressRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.press.content, r.ring}
}

func (r *pressRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.press.content.Resize(size)
	r.ring.Move(fyne.NewPos(-2, -2))
	r.ring.Resize(size.AddWidthHeight(4, 4))
	r.ring.CornerRadius = min(r.press.radius+2, size.Height/2+2)
	adopt(r.press.content, r.press)
}

func (r *pressRenderer) Refresh() {
	look := r.press.look(r.press.state)
	r.back.Set(look.Fill, look.Stroke, look.Elevation)
	r.back.Radius = r.press.radius
	r.ring.StrokeColor = base.Color(theme.Accent)
	r.ring.FillColor = base.Color(theme.Transparent)
	r.ring.Hidden = !r.press.state.Focused || r.press.ringless
	r.ring.Refresh()
}

// veil is a look without edges: nothing at rest, a tint under the pointer.
func veil(s State, rest theme.Color) Look {
	fill := rest
	switch {
	case s.Pressed:
		fill = theme.Pressed
	case s.Hovered:
		fill = theme.Hover
	}
	return Look{Fill: fill, Stroke: theme.Transparent}
}

// RowLook paints a row of a list: nothing at rest, a veil under the pointer.
func RowLook(s State) Look {
	if s.Selected {
		return Look{Fill: theme.Selected, Stroke: theme.Transparent}
	}
	return veil(s, theme.Transparent)
}

// CardLook paints a card that can be tapped: it lifts under the pointer.
func CardLook(s State) Look {
	look := Look{Fill: theme.Surface, Stroke: theme.Hairline}
	switch {
	case s.Selected:
		look.Stroke = theme.Accent
	case s.Pressed:
		look.Stroke = theme.Outline
	case s.Hovered:
		look.Stroke, look.Elevation = theme.Outline, Raised
	}
	return look
}

// fieldLook paints a control that opens, such as a drop-down.
func fieldLook(s State) Look {
	fill := theme.Surface
	if s.Disabled || s.Hovered || s.Pressed {
		fill = theme.IdleSoft
	}
	return Look{Fill: fill, Stroke: theme.Outline}
}

func (p *Press) held() fyne.CanvasObject { return p.content }
