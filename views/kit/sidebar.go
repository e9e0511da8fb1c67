package kit

import (
	"fmt"

	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// SidebarItem is one destination of the navigation column. A count of -1 hides
// the count.
func SidebarItem(icon theme.IconName, label string, count int, selected bool, tapped func()) *Press {
	symbol := NewIcon(icon, theme.IconBase, theme.InkMuted)
	text := NewText(label, theme.Label, theme.InkMuted).Ellipsis()
	number := NewText("", theme.Small, theme.InkFaint).AlignTrailing()
	if count >= 0 {
		number.SetText(fmt.Sprint(count))
	}
	body := Fixed(0, 34, Inset(0, 10, 0, 10, Row(10, symbol, Grow(text), number)))
	return NewPress(body, theme.RadiusBase, sidebarLook, tapped).Select(selected).OnState(func(s State) {
		symbol.SetColor(either(s.Selected, theme.Accent, theme.InkMuted))
		text.SetColor(either(s.Selected, theme.Accent, either(s.Hovered, theme.Ink, theme.InkMuted)))
	})
}

func sidebarLook(s State) Look {
	fill := theme.Transparent
	switch {
	case s.Selected:
		fill = theme.Selected
	case s.Hovered:
		fill = theme.Hover
	}
	return Look{Fill: fill, Stroke: theme.Transparent}
}

// SidebarHeading is the quiet word above a group of items.
func SidebarHeading(label string) fyne.CanvasObject {
	return Inset(theme.Space4, 10, theme.Space1, 10, NewText(label, theme.Caption, theme.InkFaint))
}

// EnginePill is the status that is always visible at the sidebar's foot.
func EnginePill(c Condition, status, machine string, tapped func()) *Press {
	look := conditionLooks[c]
	words := Col(1,
		NewText(status, theme.SmallLabel, theme.Ink).Ellipsis(),
		NewText(machine, theme.Caption, theme.InkFaint).Ellipsis(),
	)
	row := Row(10, NewIcon(look.icon, 12, look.ink), Grow(words), NewIcon(theme.IconChevronRight, 14, theme.InkFaint))
	paint := func(s State) Look {
		return Look{Fill: either(s.Hovered, theme.IdleSoft, theme.Surface), Stroke: theme.Hairline}
	}
	return NewPress(Fixed(0, 50, Inset(0, 10, 0, theme.Space3, row)), theme.RadiusBase+2, paint, tapped)
}
