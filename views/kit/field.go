package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// SearchField is a one-line input with a magnifier. Its query may be empty.
func SearchField(query, placeholder string, width float32) fyne.CanvasObject {
	icon := Inset(0, 0, 0, 10, Row(0, NewIcon(theme.IconSearch, 16, theme.InkFaint)))
	return input(query, placeholder, width, icon, theme.Outline)
}

// Input is a one-line text input; a zero width lets it stretch.
func Input(value, placeholder string, width float32) fyne.CanvasObject {
	return input(value, placeholder, width, Gap(2, 0), theme.Outline)
}

// InputIn is an Input whose value has a problem: its frame takes the colour of
// the hint below it.
func InputIn(tone Tone, value string, width float32) fyne.CanvasObject {
	return input(value, "", width, Gap(2, 0), toneLooks[tone].ink)
}

// input dresses Fyne's entry in the kit's own frame, because the entry's own
// border is drawn inside its bounds and does not line up with buttons.
func input(value, placeholder string, width float32, lead fyne.CanvasObject, edge theme.Color) fyne.CanvasObject {
	frame := NewSurface(theme.Surface, theme.RadiusBase).WithStroke(edge)
	entry := newBareEntry(value, placeholder, func(focused bool) {
		frame.Stroke = either(focused, theme.Accent, edge)
		frame.StrokeWidth = either(focused, float32(2), float32(1))
		frame.Refresh()
	})
	bare := container.NewThemeOverride(entry, theme.Bare())
	return Fixed(width, theme.ControlHeight, container.NewStack(frame, Row(0, lead, Grow(bare))))
}

// bareEntry is an entry that reports its focus to the frame around it.
type bareEntry struct {
	widget.Entry
	onFocus func(bool)
}

func newBareEntry(value, placeholder string, onFocus func(bool)) *bareEntry {
	e := &bareEntry{onFocus: onFocus}
	e.ExtendBaseWidget(e)
	e.Text, e.PlaceHolder = value, placeholder
	return e
}

// FocusGained implements fyne.Focusable.
func (e *bareEntry) FocusGained() { e.Entry.FocusGained(); e.onFocus(true) }

// FocusLost implements fyne.Focusable.
func (e *bareEntry) FocusLost() { e.Entry.FocusLost(); e.onFocus(false) }

// Field is a labelled control with an optional line of help below it.
func Field(label, help string, control fyne.CanvasObject) fyne.CanvasObject {
	parts := []fyne.CanvasObject{NewText(label, theme.SmallLabel, theme.Ink), control}
	if help != "" {
		parts = append(parts, NewParagraph(help, theme.Small, theme.InkFaint))
	}
	return Col(6, parts...)
}

// Choice is a closed drop-down that shows its value.
func Choice(value string) fyne.CanvasObject {
	row := Row(theme.Space2, Grow(NewText(value, theme.Body, theme.Ink).Ellipsis()), NewIcon(theme.IconChevronDown, 16, theme.InkMuted))
	look := func(s State) Look {
		return Look{Fill: either(s.Hovered, theme.IdleSoft, theme.Surface), Stroke: theme.Outline}
	}
	return NewPress(Fixed(0, theme.ControlHeight, Inset(0, 10, 0, 10, row)), theme.RadiusBase, look, func() {})
}
