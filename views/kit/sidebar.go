package kit

import (
	"escale/views/theme"
)

// NavItem is a SidebarItem that can change.
type NavItem struct {
	composite

	press  *Press
	number *Text
}

// SidebarItem is one destination of the navigation column. A count of -1 hides
// the count.
func SidebarItem(icon theme.IconName, label string, count int, selected bool, tapped func()) *NavItem {
	symbol := NewIcon(icon, theme.IconBase, theme.InkMuted)
	text := NewText(label, theme.Label, theme.InkMuted).Ellipsis()
	n := &NavItem{number: NewText(countWords(count), theme.Small, theme.InkFaint).AlignTrailing()}
	body := Fixed(0, 34, Inset(0, 10, 0, 10, Row(10, symbol, Grow(text), n.number)))
	n.press = NewPress(body, theme.RadiusBase, sidebarLook, tapped).Named(label).Select(selected).OnState(func(s State) {
		symbol.SetColor(either(s.Selected, theme.Accent, theme.InkMuted))
		text.SetColor(either(s.Selected, theme.Accent, either(s.Hovered, theme.Ink, theme.InkMuted)))
	})
	n.body = n.press
	n.ExtendBaseWidget(n)
	return n
}

// Select marks the destination that is shown.
func (n *NavItem) Select(on bool) { n.press.Select(on) }

// SetCount replaces the count; -1 hides it.
func (n *NavItem) SetCount(count int) {
	if words := countWords(count); n.number.text != words {
		n.number.SetText(words)
		n.press.content.Refresh()
	}
}

// Press is the control itself, for focus, tooltips and tests.
func (n *NavItem) Press() *Press { return n.press }

func sidebarLook(s State) Look {
	fill := theme.Transparent
	switch {
	case s.Selected:
		fill = theme.Selected
	case s.Hovered || s.Pressed:
		fill = theme.Hover
	}
	return Look{Fill: fill, Stroke: theme.Transparent}
}

// Pill is an EnginePill that can change.
type Pill struct {
	composite

	press           *Press
	icon            *Icon
	status, machine *Text
}

// EnginePill is the status that is always visible at the sidebar's foot.
func EnginePill(c Condition, status, machine string, tapped func()) *Pill {
	p := &Pill{
		icon:    NewIcon("", 12, theme.Ink),
		status:  NewText("", theme.SmallLabel, theme.Ink).Ellipsis(),
		machine: NewText("", theme.Caption, theme.InkFaint).Ellipsis(),
	}
	row := Row(10, p.icon, Grow(Col(1, p.status, p.machine)), NewIcon(theme.IconChevronRight, 14, theme.InkFaint))
	paint := func(s State) Look {
		return Look{Fill: either(s.Hovered || s.Pressed, theme.IdleSoft, theme.Surface), Stroke: theme.Hairline}
	}
	p.press = NewPress(Fixed(0, 50, Inset(0, 10, 0, theme.Space3, row)), theme.RadiusBase+2, paint, tapped)
	p.body = p.press
	p.ExtendBaseWidget(p)
	p.Set(c, status, machine)
	return p
}

// Set shows another status.
func (p *Pill) Set(c Condition, status, machine string) {
	look := conditionLooks[c]
	p.icon.Set(look.icon, look.ink)
	p.status.SetText(status)
	p.machine.SetText(machine)
	p.press.Named(status)
}

// Press is the control itself, for focus and tests.
func (p *Pill) Press() *Press { return p.press }
