package kit

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// The measures of a slider.
const (
	sliderHeight = 28
	sliderTrack  = 4
	sliderKnob   = 16
	sliderLeap   = 10 // steps that Page Up and Page Down go
)

// Slider chooses a number between two limits: by dragging its knob, by a click
// on its track, or by the arrow keys. It belongs to the UI goroutine.
type Slider struct {
	widget.BaseWidget

	// OnChange is called for each change by the user.
	OnChange func(value float64)

	least, most, step, value float64

	name                     string
	off                      bool
	hovered, focused, mouse  bool
	track, fill, knob, inner *Surface
	ring                     *canvas.Circle
}

// NewSlider returns a slider from least to most, in steps counted from least.
// onChange may be nil.
func NewSlider(least, most, step, value float64, onChange func(value float64)) *Slider {
	s := &Slider{OnChange: onChange, least: least, most: max(most, least), step: step}
	s.track = NewSurface(theme.IdleSoft, theme.RadiusPill)
	s.fill = NewSurface(theme.AccentFill, theme.RadiusPill)
	s.knob = NewSurface(theme.AccentFill, theme.RadiusPill)
	s.inner = NewSurface(theme.OnAccent, theme.RadiusPill)
	s.ring = &canvas.Circle{StrokeWidth: 2}
	s.value = s.within(value)
	s.ExtendBaseWidget(s)
	return s
}

// Value is the number chosen.
func (s *Slider) Value() float64 { return s.value }

// SetValue shows a number, as near to it as the limits allow, without calling
// OnChange. It need not be on a step.
func (s *Slider) SetValue(value float64) {
	if value = s.within(value); value != s.value {
		s.value = value
		s.Refresh()
	}
}

// SetLimits replaces the limits.
func (s *Slider) SetLimits(least, most float64) {
	most = max(most, least)
	if least != s.least || most != s.most {
		s.least, s.most = least, most
		s.value = s.within(s.value)
		s.Refresh()
	}
}

// Limits are the least and the most that can be chosen.
func (s *Slider) Limits() (least, most float64) { return s.least, s.most }

// SetName says what is chosen, to tools that read the screen.
func (s *Slider) SetName(name string) { s.name = name }

// Label is what is chosen.
func (s *Slider) Label() string { return s.name }

// AccessibilityLabel implements fyne.Accessible.
func (s *Slider) AccessibilityLabel() string { return s.name }

// AccessibilityRole implements fyne.Accessible: there is none for sliders.
func (s *Slider) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// Enabled tells whether the user can change it.
func (s *Slider) Enabled() bool { return !s.off }

// SetDisabled stops changes by the user.
func (s *Slider) SetDisabled(on bool) {
	if s.off != on {
		s.off = on
		s.Refresh()
	}
}

func (s *Slider) within(value float64) float64 { return min(max(value, s.least), s.most) }

// choose takes what the user wants, on a step.
func (s *Slider) choose(value float64) {
	if s.off {
		return
	}
	if s.step > 0 {
		value = s.least + math.Round((value-s.least)/s.step)*s.step
	}
	if value = s.within(value); value == s.value {
		return
	}
	s.value = value
	s.Refresh()
	if s.OnChange != nil {
		s.OnChange(value)
	}
}

// at is the number at a place of the widget.
func (s *Slider) at(x float32) float64 {
	room := s.Size().Width - sliderKnob
	if room <= 0 {
		return s.value
	}
	return s.least + float64((x-sliderKnob/2)/room)*(s.most-s.least)
}

// Tapped implements fyne.Tappable.
func (s *Slider) Tapped(e *fyne.PointEvent) {
	s.byMouse()
	s.choose(s.at(e.Position.X))
}

// Dragged implements fyne.Draggable.
func (s *Slider) Dragged(e *fyne.DragEvent) {
	s.byMouse()
	s.choose(s.at(e.Position.X))
}

// DragEnd implements fyne.Draggable.
func (s *Slider) DragEnd() {}

// byMouse takes the focus without showing the ring.
func (s *Slider) byMouse() {
	if c := canvasOf(s); c != nil && c.Focused() != s && !s.off {
		s.mouse = true
		c.Focus(s)
		s.mouse = false
	}
}

// MouseIn implements desktop.Hoverable.
func (s *Slider) MouseIn(*desktop.MouseEvent) { s.hovered = true; s.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (s *Slider) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (s *Slider) MouseOut() { s.hovered = false; s.Refresh() }

// Cursor implements desktop.Cursorable.
func (s *Slider) Cursor() desktop.Cursor {
	if s.off {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// FocusGained implements fyne.Focusable.
func (s *Slider) FocusGained() { s.focused = !s.mouse; s.Refresh() }

// FocusLost implements fyne.Focusable.
func (s *Slider) FocusLost() { s.focused = false; s.Refresh() }

// TypedRune implements fyne.Focusable.
func (s *Slider) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (s *Slider) TypedKey(key *fyne.KeyEvent) {
	step := s.step
	if step <= 0 {
		step = (s.most - s.least) / 100
	}
	switch key.Name {
	case fyne.KeyLeft, fyne.KeyDown:
		s.choose(s.value - step)
	case fyne.KeyRight, fyne.KeyUp:
		s.choose(s.value + step)
	case fyne.KeyPageDown:
		s.choose(s.value - sliderLeap*step)
	case fyne.KeyPageUp:
		s.choose(s.value + sliderLeap*step)
	case fyne.KeyHome:
		s.choose(s.least)
	case fyne.KeyEnd:
		s.choose(s.most)
	default:
		passKey(s, key)
		return
	}
	if !s.focused { // the keyboard took over from the mouse
		s.FocusGained()
	}
}

// CreateRenderer implements fyne.Widget.
func (s *Slider) CreateRenderer() fyne.WidgetRenderer {
	r := &sliderRenderer{s}
	r.Refresh()
	return inPlace(r, s)
}

type sliderRenderer struct{ s *Slider }

func (r *sliderRenderer) Destroy()           {}
func (r *sliderRenderer) MinSize() fyne.Size { return fyne.NewSize(96, zoomed(sliderHeight)) }

func (r *sliderRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.s.track, r.s.fill, r.s.ring, r.s.knob, r.s.inner}
}

func (r *sliderRenderer) Layout(size fyne.Size) {
	s, middle := r.s, size.Height/2
	part := float32(0)
	if s.most > s.least {
		part = float32((s.value - s.least) / (s.most - s.least))
	}
	x := part * (size.Width - sliderKnob)
	place := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	}
	place(s.track, 0, middle-sliderTrack/2, size.Width, sliderTrack)
	place(s.fill, 0, middle-sliderTrack/2, x+sliderKnob/2, sliderTrack)
	place(s.knob, x, middle-sliderKnob/2, sliderKnob, sliderKnob)
	const hole = 6
	place(s.inner, x+(sliderKnob-hole)/2, middle-hole/2, hole, hole)
	place(s.ring, x-3, middle-sliderKnob/2-3, sliderKnob+6, sliderKnob+6)
}

func (r *sliderRenderer) Refresh() {
	s := r.s
	ink := either(s.hovered, theme.AccentHover, theme.AccentFill)
	ink = either(s.off, theme.Outline, ink)
	s.track.Set(theme.IdleSoft, theme.Transparent, Flat)
	s.fill.Set(ink, theme.Transparent, Flat)
	s.knob.Set(ink, theme.Transparent, Flat)
	s.inner.Set(either(s.off, theme.IdleSoft, theme.OnAccent), theme.Transparent, Flat)
	s.ring.StrokeColor = base.Color(theme.Accent)
	s.ring.FillColor = base.Color(theme.Transparent)
	s.ring.Hidden = !s.focused
	r.Layout(s.Size())
	s.ring.Refresh()
}

var (
	_ fyne.Focusable    = (*Slider)(nil)
	_ fyne.Tappable     = (*Slider)(nil)
	_ fyne.Draggable    = (*Slider)(nil)
	_ fyne.Accessible   = (*Slider)(nil)
	_ desktop.Hoverable = (*Slider)(nil)
)
