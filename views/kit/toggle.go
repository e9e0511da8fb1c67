package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Switch is something that is on or off.
type Switch struct {
	composite

	// OnChange is called when the user changes it.
	OnChange func(on bool)

	press *Press
	text  *Text
	on    bool
	show  func(on bool)
}

// Toggle is a switch with its label, for what applies at once. onChange may be
// nil.
func Toggle(label string, on bool, onChange func(on bool)) *Switch {
	track := NewSurface(theme.Outline, theme.RadiusPill)
	left, right := Gap(0, 0), Gap(0, 0)
	knob := Fixed(14, 14, NewSurface(theme.OnAccent, theme.RadiusPill))
	slide := Row(0, Grow(left), knob, Grow(right))
	control := Fixed(32, 18, container.NewStack(track, Inset(2, 2, 2, 2, slide)))
	return newSwitch(label, on, onChange, control, func(on bool) {
		left.(*fyne.Container).Hidden, right.(*fyne.Container).Hidden = !on, on
		track.Set(either(on, theme.AccentFill, theme.Outline), theme.Transparent, Flat)
		slide.Refresh()
	})
}

// NewCheckbox is for choosing rows and for options of a form that apply later. An
// empty label leaves the box alone.
func NewCheckbox(label string, on bool, onChange func(on bool)) *Switch {
	box := NewSurface(theme.Surface, theme.RadiusSmall)
	tick := NewIcon(theme.IconCheck, 14, theme.OnAccent)
	control := Fixed(18, 18, container.NewStack(box, container.NewCenter(tick)))
	return newSwitch(label, on, onChange, control, func(on bool) {
		box.Set(either(on, theme.AccentFill, theme.Surface), either(on, theme.Transparent, theme.Outline), Flat)
		tick.Hidden = !on
		tick.Refresh()
	})
}

func newSwitch(label string, on bool, onChange func(bool), control fyne.CanvasObject, show func(bool)) *Switch {
	s := &Switch{OnChange: onChange, on: on, show: show, text: NewText(label, theme.SmallLabel, theme.InkMuted)}
	s.text.Hidden = label == ""
	body := Inset(5, 6, 5, 6, Row(theme.Space2, control, s.text))
	s.press = NewPress(body, theme.RadiusBase, iconLook, func() { s.change(!s.on) }).Named(label)
	s.body = s.press
	s.ExtendBaseWidget(s)
	show(on)
	return s
}

// On tells whether it is on.
func (s *Switch) On() bool { return s.on }

// SetOn changes it without calling OnChange.
func (s *Switch) SetOn(on bool) {
	if s.on != on {
		s.on = on
		s.show(on)
	}
}

// SetLabel replaces its words.
func (s *Switch) SetLabel(label string) {
	s.text.Hidden = label == ""
	s.text.SetText(label)
	s.press.Named(label)
	s.press.content.Refresh()
}

// SetName says what it is for to tools that read the screen.
func (s *Switch) SetName(name string) { s.press.Named(name) }

// SetDisabled stops taps, with the reason as tooltip; empty enables.
func (s *Switch) SetDisabled(reason string) { s.press.SetDisabled(reason) }

// Press is the control itself, for focus and tests.
func (s *Switch) Press() *Press { return s.press }

func (s *Switch) change(on bool) {
	s.SetOn(on)
	if s.OnChange != nil {
		s.OnChange(on)
	}
}
