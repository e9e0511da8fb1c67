package kit

import (
	"slices"

	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// Dropdown is a closed list that shows its value; a tap opens it as a menu.
type Dropdown struct {
	composite

	// OnChange is called when the user picks another option.
	OnChange func(option string)

	press    *Press
	text     *Text
	options  []string
	selected string
}

// Choice returns a drop-down of options. onChange may be nil.
func Choice(options []string, selected string, onChange func(option string)) *Dropdown {
	d := &Dropdown{options: options, selected: selected, OnChange: onChange}
	d.text = NewText(selected, theme.Body, theme.Ink).Ellipsis()
	row := Row(theme.Space2, Grow(d.text), NewIcon(theme.IconChevronDown, 16, theme.InkMuted))
	d.press = NewPress(Fixed(0, theme.ControlHeight, Inset(0, 10, 0, 10, row)), theme.RadiusBase, fieldLook, d.openMenu)
	d.press.OnState(func(s State) { d.text.SetColor(either(s.Disabled, theme.InkFaint, theme.Ink)) })
	d.press.OnKey = func(key *fyne.KeyEvent) bool {
		if key.Name == fyne.KeyDown || key.Name == fyne.KeyUp {
			d.step(either(key.Name == fyne.KeyDown, 1, -1))
			return true
		}
		return false
	}
	d.body = d.press
	d.ExtendBaseWidget(d)
	return d
}

// Selected is the option shown.
func (d *Dropdown) Selected() string { return d.selected }

// Options are what can be chosen.
func (d *Dropdown) Options() []string { return d.options }

// SetSelected shows an option without calling OnChange.
func (d *Dropdown) SetSelected(option string) {
	d.selected = option
	d.text.SetText(option)
}

// SetOptions replaces what can be chosen and keeps the selection.
func (d *Dropdown) SetOptions(options []string) { d.options = options }

// SetDisabled stops taps, with the reason as tooltip; empty enables.
func (d *Dropdown) SetDisabled(reason string) { d.press.SetDisabled(reason) }

// Press is the control itself, for focus and tests.
func (d *Dropdown) Press() *Press { return d.press }

// SetName says what the control is for to tools that read the screen.
func (d *Dropdown) SetName(name string) { d.press.Named(name) }

func (d *Dropdown) choose(option string) {
	if option == d.selected {
		return
	}
	d.SetSelected(option)
	if d.OnChange != nil {
		d.OnChange(option)
	}
}

func (d *Dropdown) step(by int) {
	if at := slices.Index(d.options, d.selected) + by; at >= 0 && at < len(d.options) {
		d.choose(d.options[at])
	}
}

func (d *Dropdown) openMenu() {
	c := canvasOf(d)
	if c == nil {
		return
	}
	items := make([]MenuItem, len(d.options))
	for i, option := range d.options {
		items[i] = MenuItem{Label: option, Checked: option == d.selected, OnTapped: func() { d.choose(option) }}
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(d)
	newMenu(items, d.Size().Width).show(c, at, d.Size())
}
