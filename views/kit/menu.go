package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// MenuItem is one line of a menu. A disabled one says why.
type MenuItem struct {
	Icon      theme.IconName
	Label     string
	Shortcut  string // as shown: "Ctrl+L"
	Danger    bool
	Checked   bool // the chosen one of a list
	Disabled  bool
	Reason    string
	Separator bool // a line, nothing else
	OnTapped  func()
}

// MenuSeparator is the line between groups of items.
func MenuSeparator() MenuItem { return MenuItem{Separator: true} }

const (
	menuInset   float32 = 5
	menuTallest float32 = 360
)

// ShowMenu opens a menu below a control, or above it near the lower edge. Arrow
// keys, Enter and Esc work; a click elsewhere closes it.
func ShowMenu(anchor fyne.CanvasObject, items ...MenuItem) *Layer {
	c := canvasOf(anchor)
	if c == nil {
		return nil
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(anchor)
	return newMenu(items, 0).show(c, at, anchor.Size())
}

// ShowMenuAt opens a menu at a place of the canvas: a context menu.
func ShowMenuAt(c fyne.Canvas, at fyne.Position, items ...MenuItem) *Layer {
	return newMenu(items, 0).show(c, at, fyne.Size{})
}

// menu is the list of items on screen.
type menu struct {
	layer   *Layer
	presses []*Press // those that can be chosen
	body    fyne.CanvasObject
	scroll  *container.Scroll
	list    *fyne.Container
	width   float32 // at least
}

func newMenu(items []MenuItem, width float32) *menu {
	m := &menu{width: width}
	rows := make([]fyne.CanvasObject, 0, len(items))
	for _, item := range items {
		if item.Separator {
			rows = append(rows, Inset(4, 8, 4, 8, Divider()))
		} else {
			rows = append(rows, m.row(item, hasIcons(items)))
		}
	}
	m.list = Col(0, rows...)
	m.scroll = container.NewVScroll(Inset(menuInset, menuInset, menuInset, menuInset, m.list))
	back := NewSurface(theme.Surface, theme.RadiusCard-2).WithStroke(theme.Outline).WithElevation(Floating)
	m.body = container.NewStack(back, m.scroll)
	return m
}

func hasIcons(items []MenuItem) bool {
	for _, item := range items {
		if item.Icon != "" || item.Checked {
			return true
		}
	}
	return false
}

func (m *menu) row(item MenuItem, icons bool) *Press {
	ink := either(item.Danger, theme.Danger, theme.Ink)
	icon := NewIcon(either(item.Checked && item.Icon == "", theme.IconCheck, item.Icon), 16, either(item.Danger, theme.Danger, theme.InkMuted))
	text := NewText(item.Label, theme.Body, ink)
	words := []fyne.CanvasObject{text}
	if item.Disabled && item.Reason != "" {
		words = append(words, NewText(item.Reason, theme.Caption, theme.InkFaint))
	}
	parts := []fyne.CanvasObject{Grow(Col(0, words...)), NewText(item.Shortcut, theme.Small, theme.InkFaint)}
	if icons {
		parts = append([]fyne.CanvasObject{Fixed(16, 16, icon)}, parts...)
	}
	body := Inset(6, 10, 6, 8, Row(theme.Space3-2, parts...))
	p := NewPress(body, 6, menuLook(item.Danger), func() { m.choose(item) }).Named(item.Label).OnState(func(s State) {
		text.SetColor(either(s.Disabled, theme.InkFaint, ink))
		icon.SetColor(either(s.Disabled, theme.InkFaint, either(item.Danger, theme.Danger, theme.InkMuted)))
	})
	p.ringless = true
	p.OnKey = func(key *fyne.KeyEvent) bool { return m.key(key) }
	p.onEnter = func() { m.focus(p) }
	p.Disable(item.Disabled)
	if !item.Disabled {
		m.presses = append(m.presses, p)
	}
	return p.Select(item.Checked)
}

func menuLook(danger bool) func(State) Look {
	return func(s State) Look {
		if (s.Focused || s.Hovered || s.Pressed) && !s.Disabled {
			return Look{Fill: either(danger, theme.DangerSoft, theme.Hover), Stroke: theme.Transparent}
		}
		return Look{Fill: theme.Transparent, Stroke: theme.Transparent}
	}
}

func (m *menu) choose(item MenuItem) {
	m.layer.Close()
	if item.OnTapped != nil {
		item.OnTapped()
	}
}

// show places the menu beside an anchor, wholly inside the canvas.
func (m *menu) show(c fyne.Canvas, at fyne.Position, anchor fyne.Size) *Layer {
	const gap, edge = 4, 8
	m.layer = newLayer(c, m.body, nil)
	m.layer.onKey = m.key
	m.layer.place = func(area fyne.Size, _ float32) (fyne.Position, fyne.Size) {
		size := m.list.MinSize().AddWidthHeight(2*menuInset, 2*menuInset)
		size.Width = min(max(size.Width, m.width, 160), area.Width-2*edge)
		size.Height = min(size.Height, menuTallest, area.Height-2*edge)
		x := at.X
		if x+size.Width > area.Width-edge {
			x = at.X + anchor.Width - size.Width
		}
		y := at.Y + anchor.Height + gap
		if y+size.Height > area.Height-edge && at.Y-gap-size.Height >= edge {
			y = at.Y - gap - size.Height
		}
		return fyne.NewPos(max(edge, min(x, area.Width-edge-size.Width)), max(edge, min(y, area.Height-edge-size.Height))), size
	}
	m.layer.show(false)
	for _, p := range m.presses {
		if p.Selected() {
			m.focus(p)
		}
	}
	return m.layer
}

func (m *menu) key(key *fyne.KeyEvent) bool {
	at := -1
	for i, p := range m.presses {
		if m.layer.canvas.Focused() == p {
			at = i
		}
	}
	last := len(m.presses) - 1
	if last < 0 {
		return false
	}
	switch key.Name {
	case fyne.KeyDown:
		at = either(at == last, 0, at+1)
	case fyne.KeyUp:
		at = either(at <= 0, last, at-1)
	case fyne.KeyHome, fyne.KeyPageUp:
		at = 0
	case fyne.KeyEnd, fyne.KeyPageDown:
		at = last
	default:
		return false
	}
	m.focus(m.presses[at])
	return true
}

// focus moves to an item, and scrolls it into view.
func (m *menu) focus(p *Press) {
	if p.state.Disabled {
		return
	}
	m.layer.canvas.Focus(p)
	top, bottom := p.Position().Y, p.Position().Y+p.Size().Height+2*menuInset
	switch offset := m.scroll.Offset.Y; {
	case top < offset:
		m.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case bottom > offset+m.scroll.Size().Height:
		m.scroll.ScrollToOffset(fyne.NewPos(0, bottom-m.scroll.Size().Height))
	}
}
