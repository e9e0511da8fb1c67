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
	f := newFace(icon, label, style, style.Size+2, theme.Ink)
	body := Fixed(0, height, Inset(0, pad, 0, pad, centered(Row(7, f.icon, f.text))))
	return NewPress(body, theme.RadiusBase, rank.look, tapped).wear(f).OnState(func(s State) { f.paint(rank.ink(s)) })
}

// centered keeps a label in the middle of a control that was stretched.
func centered(child fyne.CanvasObject) fyne.CanvasObject {
	return Row(0, Grow(Gap(0, 0)), child, Grow(Gap(0, 0)))
}

// IconButton is a square action without visible words: the label is its tooltip
// and its name. Give it a twin in a menu where there is one.
func IconButton(icon theme.IconName, label string, tapped func()) *Press {
	return IconButtonIn(icon, theme.InkMuted, label, tapped)
}

// IconButtonIn is an IconButton whose icon has its own colour.
func IconButtonIn(icon theme.IconName, color theme.Color, label string, tapped func()) *Press {
	const side = 30
	f := newFace(icon, "", theme.Label, theme.IconBase, color)
	f.bare = true
	body := Fixed(side, side, Inset(6, 6, 6, 6, f.icon))
	p := NewPress(body, theme.RadiusBase, iconLook, tapped).wear(f).Named(label).OnState(func(s State) {
		f.paint(either(s.Disabled, theme.InkFaint, color))
	})
	return Tip(p, label)
}

// iconLook is Quiet without a fill when disabled: a row of grey squares shouts.
func iconLook(s State) Look {
	if s.Disabled {
		return Look{Fill: theme.Transparent, Stroke: theme.Transparent}
	}
	return veil(s, theme.Transparent)
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
		return Look{Fill: either(s.Hovered || s.Pressed, theme.AccentHover, theme.AccentFill), Stroke: theme.Transparent}
	case Destructive:
		return Look{Fill: either(s.Hovered || s.Pressed, theme.DangerHover, theme.DangerFill), Stroke: theme.Transparent}
	case Quiet:
		return veil(s, theme.Transparent)
	case Secondary:
	}
	return Look{Fill: either(s.Hovered || s.Pressed, theme.IdleSoft, theme.Surface), Stroke: theme.Outline}
}

// Link is a run of accent text that opens something.
func Link(label string, tapped func()) *Press { return link(label, "", tapped) }

// LinkOut is a Link that leaves the app: it carries the "opens outside" icon.
func LinkOut(label string, tapped func()) *Press { return link(label, theme.IconOpen, tapped) }

func link(label string, icon theme.IconName, tapped func()) *Press {
	f := newFace(icon, label, theme.Small, 13, theme.Accent)
	plain := func(s State) Look {
		return Look{Fill: either(s.Hovered && !s.Disabled, theme.AccentSoft, theme.Transparent), Stroke: theme.Transparent}
	}
	return NewPress(Inset(2, 4, 2, 4, Row(5, f.text, f.icon)), theme.RadiusSmall, plain, tapped).wear(f).OnState(func(s State) {
		f.paint(either(s.Disabled, theme.InkFaint, theme.Accent))
	})
}

// BackLink leads from a page to the list it came from. It hangs into the margin
// so that its text stays on the page's left edge.
func BackLink(label string, tapped func()) fyne.CanvasObject {
	f := newFace(theme.IconChevronLeft, label, theme.SmallLabel, 16, theme.InkMuted)
	press := NewPress(Inset(3, 8, 3, 4, Row(2, f.icon, f.text)), theme.RadiusSmall, Quiet.look, tapped).wear(f)
	return Inset(0, 0, 0, -8, Start(press))
}
