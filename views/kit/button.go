package kit

import (
	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// Rank is how much a button asks for attention.
type Rank int

// The four ranks. A page has at most one Primary button.
const (
	Secondary Rank = iota
	Primary
	Quiet
	Destructive
)

// Button is a labelled action. The icon may be empty.
func Button(rank Rank, icon theme.IconName, label string, tapped func()) *Press {
	return sizedButton(rank, icon, label, theme.ControlHeight, theme.Space3, theme.Label, tapped)
}

// LargeButton is for the one action of an empty state or of a sheet.
func LargeButton(rank Rank, icon theme.IconName, label string, tapped func()) *Press {
	return sizedButton(rank, icon, label, 42, 20, theme.Style{Font: theme.Label.Font, Size: 15}, tapped)
}

// SmallButton is for rows and cards.
func SmallButton(rank Rank, icon theme.IconName, label string, tapped func()) *Press {
	return sizedButton(rank, icon, label, 28, 10, theme.SmallLabel, tapped)
}

func sizedButton(rank Rank, icon theme.IconName, label string, height, pad float32, style theme.Style, tapped func()) *Press {
	text := NewText(label, style, theme.Ink)
	row := Row(7, text)
	var symbol *Icon
	if icon != "" {
		symbol = NewIcon(icon, style.Size+2, theme.Ink)
		row = Row(7, symbol, text)
	}
	body := Fixed(0, height, Inset(0, pad, 0, pad, centered(row)))
	return NewPress(body, theme.RadiusBase, rank.look, tapped).OnState(func(s State) {
		ink := rank.ink(s)
		text.SetColor(ink)
		if symbol != nil {
			symbol.SetColor(ink)
		}
	})
}

// centered keeps a label in the middle of a control that was stretched.
func centered(child fyne.CanvasObject) fyne.CanvasObject {
	return Row(0, Grow(Gap(0, 0)), child, Grow(Gap(0, 0)))
}

// IconButton is a square action without a label: always give it a tooltip and
// an equivalent in a menu.
func IconButton(icon theme.IconName, tapped func()) *Press {
	return IconButtonIn(icon, theme.InkMuted, tapped)
}

// IconButtonIn is an IconButton whose icon has its own colour.
func IconButtonIn(icon theme.IconName, color theme.Color, tapped func()) *Press {
	const side = 30
	body := Fixed(side, side, Inset(6, 6, 6, 6, NewIcon(icon, theme.IconBase, color)))
	return NewPress(body, theme.RadiusBase, Quiet.look, tapped)
}

func (r Rank) ink(s State) theme.Color {
	switch {
	case s.Disabled:
		return theme.InkFaint
	case r == Primary || r == Destructive:
		return theme.OnAccent
	case r == Quiet && !s.Hovered:
		return theme.InkMuted
	}
	return theme.Ink
}

func (r Rank) look(s State) Look {
	if s.Disabled {
		return Look{Fill: theme.IdleSoft, Stroke: theme.Transparent}
	}
	switch r {
	case Primary:
		return Look{Fill: either(s.Hovered, theme.AccentHover, theme.AccentFill), Stroke: theme.Transparent}
	case Destructive:
		return Look{Fill: theme.DangerFill, Stroke: theme.Transparent}
	case Quiet:
		return Look{Fill: either(s.Hovered, theme.Hover, theme.Transparent), Stroke: theme.Transparent}
	}
	return Look{Fill: either(s.Hovered, theme.IdleSoft, theme.Surface), Stroke: theme.Outline}
}

// Link is a run of accent text that opens something.
func Link(label string, tapped func()) *Press {
	return link(label, "", tapped)
}

// LinkOut is a Link that leaves the app: it carries the "opens outside" icon.
func LinkOut(label string, tapped func()) *Press {
	return link(label, theme.IconOpen, tapped)
}

func link(label string, icon theme.IconName, tapped func()) *Press {
	row := Row(5, NewText(label, theme.Small, theme.Accent))
	if icon != "" {
		row = Row(5, NewText(label, theme.Small, theme.Accent), NewIcon(icon, 13, theme.Accent))
	}
	plain := func(s State) Look {
		return Look{Fill: either(s.Hovered, theme.AccentSoft, theme.Transparent), Stroke: theme.Transparent}
	}
	return NewPress(Inset(2, 4, 2, 4, row), theme.RadiusSmall, plain, tapped)
}

// BackLink leads from a page to the list it came from. It hangs into the margin
// so that its text stays on the page's left edge.
func BackLink(label string, tapped func()) fyne.CanvasObject {
	row := Row(2, NewIcon(theme.IconChevronLeft, 16, theme.InkMuted), NewText(label, theme.SmallLabel, theme.InkMuted))
	press := NewPress(Inset(3, 8, 3, 4, row), theme.RadiusSmall, Quiet.look, tapped)
	return Inset(0, 0, 0, -8, Start(press))
}

func either[T any](condition bool, yes, no T) T {
	if condition {
		return yes
	}
	return no
}

var _ fyne.Focusable = (*Press)(nil)
