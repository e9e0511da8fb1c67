package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Tabs is an underlined strip; the selected tab's line sits on the divider.
func Tabs(selected int, labels ...string) fyne.CanvasObject {
	tabs := make([]fyne.CanvasObject, len(labels))
	for i, label := range labels {
		tabs[i] = tab(label, i == selected)
	}
	strip := Inset(0, 0, 0, -theme.Space3, Row(0, tabs...))
	line := Col(0, Grow(Gap(0, 0)), Divider())
	return container.NewStack(line, strip)
}

func tab(label string, selected bool) fyne.CanvasObject {
	text := NewText(label, theme.Label, either(selected, theme.Accent, theme.InkMuted))
	mark := NewSurface(either(selected, theme.Accent, theme.Transparent), 1)
	press := NewPress(Inset(8, theme.Space3, 8, theme.Space3, text), theme.RadiusBase, Quiet.look, func() {})
	return Col(2, press, Inset(0, theme.Space3, 0, theme.Space3, Fixed(0, 2, mark)))
}

// Segments is a small group of exclusive choices, such as a chart's span.
func Segments(selected int, labels ...string) fyne.CanvasObject {
	parts := make([]fyne.CanvasObject, len(labels))
	for i, label := range labels {
		parts[i] = segment(label, i == selected)
	}
	return container.NewStack(NewSurface(theme.IdleSoft, theme.RadiusBase), Pad(2, Row(0, parts...)))
}

func segment(label string, selected bool) fyne.CanvasObject {
	look := func(State) Look { return Look{Fill: theme.Transparent, Stroke: theme.Transparent} }
	if selected {
		look = func(State) Look { return Look{Fill: theme.Surface, Stroke: theme.Hairline} }
	}
	text := NewText(label, theme.SmallLabel, either(selected, theme.Ink, theme.InkMuted))
	return NewPress(Fixed(0, 26, Inset(0, 10, 0, 10, Row(0, text))), theme.RadiusBase-2, look, func() {})
}

// Toggle is a switch with its label.
func Toggle(label string, on bool) fyne.CanvasObject {
	track := NewSurface(either(on, theme.AccentFill, theme.Outline), theme.RadiusPill)
	knob := Fixed(14, 14, NewSurface(theme.OnAccent, theme.RadiusPill))
	slide := Row(0, knob)
	if on {
		slide = Row(0, Grow(Gap(0, 0)), knob)
	}
	control := Fixed(32, 18, container.NewStack(track, Inset(2, 2, 2, 2, slide)))
	body := Inset(5, 6, 5, 6, Row(theme.Space2, control, NewText(label, theme.SmallLabel, theme.InkMuted)))
	return NewPress(body, theme.RadiusBase, Quiet.look, func() {})
}
