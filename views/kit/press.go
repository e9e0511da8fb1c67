package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// State is what the user is doing to a pressable thing.
type State struct{ Hovered, Focused, Selected, Disabled bool }

// Look is how a pressable thing is painted in one state.
type Look struct {
	Fill, Stroke theme.Color
	Elevation    Elevation
}

// Press makes any content tappable, hoverable and reachable by keyboard. All
// the kit's controls are a Press with their own content and looks, so that
// hover, focus ring, Space and Enter behave the same everywhere.
type Press struct {
	widget.BaseWidget

	OnTapped func()

	content fyne.CanvasObject
	radius  float32
	look    func(State) Look
	onState func(State)
	state   State
}

// NewPress wraps content. The look function maps each state to its paint.
func NewPress(content fyne.CanvasObject, radius float32, look func(State) Look, tapped func()) *Press {
	p := &Press{content: content, radius: radius, look: look, OnTapped: tapped}
	p.ExtendBaseWidget(p)
	return p
}

// OnState is called when the state changes, to recolour the content.
func (p *Press) OnState(paint func(State)) *Press {
	p.onState = paint
	paint(p.state)
	return p
}

// Select marks the thing as the chosen one of its group.
func (p *Press) Select(on bool) *Press { p.state.Selected = on; p.changed(); return p }

// Disable stops taps and dims the thing.
func (p *Press) Disable(on bool) *Press { p.state.Disabled = on; p.changed(); return p }

// ShowState forces a state: for galleries and tests.
func (p *Press) ShowState(s State) *Press { p.state = s; p.changed(); return p }

// Tapped implements fyne.Tappable.
func (p *Press) Tapped(*fyne.PointEvent) {
	if !p.state.Disabled && p.OnTapped != nil {
		p.OnTapped()
	}
}

// MouseIn implements desktop.Hoverable.
func (p *Press) MouseIn(*desktop.MouseEvent) { p.state.Hovered = true; p.changed() }

// MouseMoved implements desktop.Hoverable.
func (p *Press) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (p *Press) MouseOut() { p.state.Hovered = false; p.changed() }

// FocusGained implements fyne.Focusable.
func (p *Press) FocusGained() { p.state.Focused = true; p.changed() }

// FocusLost implements fyne.Focusable.
func (p *Press) FocusLost() { p.state.Focused = false; p.changed() }

// TypedRune implements fyne.Focusable.
func (p *Press) TypedRune(rune) {}

// TypedKey taps on Space and Enter.
func (p *Press) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		p.Tapped(nil)
	}
}

// Cursor implements desktop.Cursorable.
func (p *Press) Cursor() desktop.Cursor {
	if p.state.Disabled || p.OnTapped == nil {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

func (p *Press) changed() {
	if p.onState != nil {
		p.onState(p.state)
	}
	p.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (p *Press) CreateRenderer() fyne.WidgetRenderer {
	ring := &canvas.Rectangle{StrokeWidth: 2}
	r := &pressRenderer{press: p, back: NewSurface(theme.Transparent, p.radius), ring: ring}
	r.Refresh()
	return r
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
}

func (r *pressRenderer) Refresh() {
	look := r.press.look(r.press.state)
	r.back.Fill, r.back.Stroke, r.back.Elevation = look.Fill, look.Stroke, look.Elevation
	r.back.Radius = r.press.radius
	r.back.Refresh()
	r.ring.StrokeColor = base.Color(theme.Accent)
	r.ring.FillColor = base.Color(theme.Transparent)
	r.ring.Hidden = !r.press.state.Focused
	r.ring.Refresh()
	r.press.content.Refresh()
}

// RowLook paints a row of a list: nothing at rest, a veil under the pointer.
func RowLook(s State) Look {
	switch {
	case s.Selected:
		return Look{Fill: theme.Selected, Stroke: theme.Transparent}
	case s.Hovered:
		return Look{Fill: theme.Hover, Stroke: theme.Transparent}
	}
	return Look{Fill: theme.Transparent, Stroke: theme.Transparent}
}

// CardLook paints a card that can be tapped: it lifts under the pointer.
func CardLook(s State) Look {
	look := Look{Fill: theme.Surface, Stroke: theme.Hairline}
	switch {
	case s.Selected:
		look.Stroke = theme.Accent
	case s.Hovered:
		look.Stroke, look.Elevation = theme.Outline, Raised
	}
	return look
}
