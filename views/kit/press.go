package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// State is what the user is doing to a pressable thing.
type State struct{ Hovered, Pressed, Focused, Selected, Disabled bool }

// Press makes any content tappable, hoverable and reachable by keyboard. All
// the kit's controls are a Press with their own content and looks, so that
// hover, focus ring, Space and Enter behave the same everywhere. It belongs to
// the UI goroutine.
type Press struct {
	widget.BaseWidget

	OnTapped    func()
	OnSecondary func(at fyne.Position)    // the context menu, at a place of the canvas
	OnKey       func(*fyne.KeyEvent) bool // before Space and Enter; true when used

	content fyne.CanvasObject
	radius  float32
	look    func(State) Look
	onState func(State)
	state   State

	face   *face
	label  string
	tip    string
	reason string // why it is disabled

	host     hoverHost
	children int  // presses inside that are under the pointer
	inside   bool // the pointer is over the thing itself
	byMouse  bool // the focus came from a click
	off      bool // disabled by its owner
	busy     bool
	ringless bool   // shows the focus by its fill
	onEnter  func() // the pointer came in
	hover    hoverTimer
}

// NewPress wraps content. The look function maps each state to its paint. Give
// it a name with Named, unless its content says it all.
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

// Named sets what the thing is called by tools that read the screen.
func (p *Press) Named(label string) *Press { p.label = label; return p }

// Label is what the thing is called: its name, else its words.
func (p *Press) Label() string {
	switch {
	case p.face != nil && p.face.label != "":
		return p.face.words()
	case p.label != "":
		return p.label
	}
	return firstWords(p.content)
}

// Enabled tells whether a tap does something.
func (p *Press) Enabled() bool { return !p.state.Disabled }

// Selected tells whether the thing is the chosen one of its group.
func (p *Press) Selected() bool { return p.state.Selected }

// Select marks the thing as the chosen one of its group.
func (p *Press) Select(on bool) *Press {
	if p.state.Selected != on {
		p.state.Selected = on
		p.changed()
	}
	return p
}

// Disable stops taps and dims the thing. Prefer SetDisabled, which says why.
func (p *Press) Disable(on bool) *Press { p.reason, p.off = "", on; p.settle(); return p }

// SetDisabled stops taps and dims the thing, with the reason as its tooltip; an
// empty reason enables it again.
func (p *Press) SetDisabled(reason string) { p.reason, p.off = reason, reason != ""; p.settle() }

// Reason is why the thing is disabled, if somebody said so.
func (p *Press) Reason() string { return p.reason }

// OnContextMenu sets what a secondary tap opens, and returns the thing.
func (p *Press) OnContextMenu(open func(at fyne.Position)) *Press { p.OnSecondary = open; return p }

// ShowState forces a state: for galleries and tests.
func (p *Press) ShowState(s State) *Press { p.state = s; p.changed(); return p }

// settle brings the state in line with what the owner asked for.
func (p *Press) settle() {
	if disabled := p.off || p.busy; p.state.Disabled != disabled {
		p.state.Disabled = disabled
		p.changed()
	}
}

// Tapped implements fyne.Tappable.
func (p *Press) Tapped(e *fyne.PointEvent) {
	p.hover.stop()
	if p.state.Disabled || p.OnTapped == nil {
		return
	}
	if e != nil {
		p.focusByMouse()
	}
	p.OnTapped()
}

// TappedSecondary implements fyne.SecondaryTappable.
func (p *Press) TappedSecondary(e *fyne.PointEvent) {
	p.hover.stop()
	if p.OnSecondary != nil {
		p.OnSecondary(e.AbsolutePosition)
	} else if p.host != nil {
		p.host.childMenu(e.AbsolutePosition)
	}
}

// focusByMouse takes the focus without showing the ring. A thing inside a row
// leaves the focus to the row, which outlives it.
func (p *Press) focusByMouse() {
	if p.host != nil {
		p.host.childFocus()
		return
	}
	if c := canvasOf(p); c != nil && c.Focused() != p {
		p.byMouse = true
		c.Focus(p)
		p.byMouse = false
	}
}

// FocusGained implements fyne.Focusable.
func (p *Press) FocusGained() {
	p.state.Focused = !p.byMouse
	p.changed()
}

// FocusLost implements fyne.Focusable.
func (p *Press) FocusLost() { p.state.Focused = false; p.changed() }

// TypedRune implements fyne.Focusable.
func (p *Press) TypedRune(rune) {}

// TypedKey taps on Space and Enter. Esc goes to the overlay around it.
func (p *Press) TypedKey(key *fyne.KeyEvent) {
	if p.OnKey != nil && p.OnKey(key) {
		return
	}
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if !p.state.Focused {
			p.FocusGained() // the keyboard took over from the mouse
		}
		p.Tapped(nil)
	default:
		passKey(p, key)
	}
}

// Cursor implements desktop.Cursorable.
func (p *Press) Cursor() desktop.Cursor {
	if p.state.Disabled || p.OnTapped == nil {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// AccessibilityLabel implements fyne.Accessible.
func (p *Press) AccessibilityLabel() string { return p.Label() }

// AccessibilityRole implements fyne.Accessible.
func (p *Press) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

func (p *Press) changed() {
	if p.onState != nil {
		p.onState(p.state)
	}
	p.Refresh()
}

// firstWords finds the first text inside an object.
func firstWords(o fyne.CanvasObject) string {
	words := ""
	Walk(o, func(o fyne.CanvasObject) bool {
		if t, ok := o.(*Text); ok && words == "" {
			words = t.text
		}
		return words == ""
	})
	return words
}

// passKey gives a key that a focused widget does not use to its surroundings:
// Esc to the overlay it is in, everything else to the window.
func passKey(from fyne.CanvasObject, key *fyne.KeyEvent) {
	c := canvasOf(from)
	if c == nil {
		return
	}
	if key.Name == fyne.KeyEscape && Escape(c) {
		return
	}
	if typed := c.OnTypedKey(); typed != nil {
		typed(key)
	}
}

var (
	_ fyne.Focusable         = (*Press)(nil)
	_ fyne.Tappable          = (*Press)(nil)
	_ fyne.SecondaryTappable = (*Press)(nil)
	_ fyne.Accessible        = (*Press)(nil)
	_ desktop.Hoverable      = (*Press)(nil)
	_ desktop.Mouseable      = (*Press)(nil)
)
