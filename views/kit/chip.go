package kit

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Chip is one choice of a filter. A count of -1 hides the count.
func Chip(label string, count int, selected bool, tapped func()) *Press {
	text := NewText(label, theme.SmallLabel, theme.InkMuted)
	row := Row(6, text)
	if count >= 0 {
		row = Row(6, text, NewText(fmt.Sprint(count), theme.Small, theme.InkFaint))
	}
	body := Fixed(0, 28, Inset(0, theme.Space3, 0, theme.Space3, row))
	return NewPress(body, theme.RadiusPill, chipLook, tapped).Select(selected).OnState(func(s State) {
		text.SetColor(either(s.Selected, theme.Accent, theme.InkMuted))
	})
}

func chipLook(s State) Look {
	switch {
	case s.Selected:
		return Look{Fill: theme.Selected, Stroke: theme.Transparent}
	case s.Hovered:
		return Look{Fill: theme.Hover, Stroke: theme.Hairline}
	}
	return Look{Fill: theme.Surface, Stroke: theme.Hairline}
}

// Tag is a small passive label, such as "official" or a volume's user.
func Tag(icon theme.IconName, label string, ink, soft theme.Color) fyne.CanvasObject {
	row := Row(4, NewText(label, theme.Caption, ink))
	if icon != "" {
		row = Row(4, NewIcon(icon, 13, ink), NewText(label, theme.Caption, ink))
	}
	body := Fixed(0, 20, Inset(0, 7, 0, 7, row))
	return container.NewStack(NewSurface(soft, theme.RadiusSmall), body)
}
