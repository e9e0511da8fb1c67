package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Sheet is a panel that slides over the right of a page for one task: a head, a
// scrolling form, and a foot that never scrolls away. Show it with ShowSheet.
func Sheet(head, body, foot fyne.CanvasObject) fyne.CanvasObject {
	parts := []fyne.CanvasObject{
		Inset(18, theme.Space4, 14, theme.Space5, head),
		Divider(),
		Grow(Scrolled(Inset(20, theme.Space5, 20, theme.Space5, body))),
	}
	if foot != nil {
		parts = append(parts, Divider(), Inset(theme.Space4, theme.Space5, theme.Space4, theme.Space5, foot))
	}
	panel := NewSurface(theme.Surface, theme.RadiusSheet).WithStroke(theme.Hairline).WithElevation(Floating)
	return Fixed(theme.SheetWidth, 1, container.NewStack(panel, Col(0, parts...)))
}

// ShowSheet slides a sheet in over the dimmed page. Esc, or a click beside it,
// closes it if onClose returns true; a nil onClose always agrees.
func ShowSheet(c fyne.Canvas, sheet fyne.CanvasObject, onClose func() bool) *Layer {
	const inset = 10
	l := newLayer(c, sheet, onClose)
	l.dim = true
	l.place = func(area fyne.Size, in float32) (fyne.Position, fyne.Size) {
		width := min(max(theme.SheetWidth, sheet.MinSize().Width), area.Width-2*inset)
		x := area.Width - (width+inset)*in
		return fyne.NewPos(float32(int(x)), inset), fyne.NewSize(width, area.Height-2*inset)
	}
	return l.show(true)
}

// ShowDialog shows content in a panel in the middle of the dimmed page, as wide
// as given. Esc, or a click beside it, closes it if onClose returns true; a nil
// onClose always agrees.
func ShowDialog(c fyne.Canvas, content fyne.CanvasObject, width float32, onClose func() bool) *Layer {
	back := NewSurface(theme.Surface, theme.RadiusSheet).WithStroke(theme.Hairline).WithElevation(Floating)
	body := container.NewStack(back, Pad(theme.Space5, content))
	l := newLayer(c, body, onClose)
	l.dim = true
	l.place = func(area fyne.Size, in float32) (fyne.Position, fyne.Size) {
		size := fyne.NewSize(min(width, area.Width-32), 0)
		body.Resize(size.Max(body.Size())) // wrapped text knows its height at a width
		size.Height = min(body.MinSize().Height, area.Height-32)
		y := (area.Height-size.Height)*0.42 + 8*(1-in)
		return fyne.NewPos(float32(int((area.Width-size.Width)/2)), float32(int(y))), size
	}
	return l.show(true)
}

// Confirmation asks before something that cannot be taken back.
type Confirmation struct {
	Title, Text  string
	Lost         []string // what goes, one line each
	Option       string   // a check box, such as "Delete its volumes too"; empty for none
	Verb, Cancel string
	Destructive  bool
	OnConfirm    func(option bool)
	OnCancel     func()
}

// Confirm shows a confirmation. The safe button has the focus; Esc cancels.
func Confirm(c fyne.Canvas, q Confirmation) *Layer {
	lines := []fyne.CanvasObject{NewParagraph(q.Title, theme.Heading, theme.Ink)}
	if q.Text != "" {
		lines = append(lines, NewParagraph(q.Text, theme.Body, theme.InkMuted))
	}
	if len(q.Lost) > 0 {
		lines = append(lines, lostList(q.Lost))
	}
	option := NewCheckbox(q.Option, false, nil)
	if q.Option != "" {
		lines = append(lines, Hang(6, Start(option)))
	}
	var l *Layer
	agreed := false
	cancel := Button(Secondary, "", q.Cancel, func() { l.Dismiss() })
	verb := Button(either(q.Destructive, Destructive, Primary), "", q.Verb, func() {
		agreed = true
		l.Close()
		if q.OnConfirm != nil {
			q.OnConfirm(option.On())
		}
	})
	lines = append(lines, Gap(0, theme.Space1), Row(theme.Space2, Grow(Gap(0, 0)), cancel, verb))
	l = ShowDialog(c, Col(theme.Space3, lines...), 440, nil)
	l.OnClosed = func() {
		if !agreed && q.OnCancel != nil {
			q.OnCancel()
		}
	}
	l.Focus(cancel)
	return l
}

// lostList names what goes; a long list scrolls.
func lostList(names []string) fyne.CanvasObject {
	rows := make([]fyne.CanvasObject, len(names))
	for i, name := range names {
		rows[i] = Row(theme.Space2, NewIcon(theme.IconDot, 8, theme.InkFaint), Grow(NewText(name, theme.Small, theme.Ink).Ellipsis()))
	}
	const most = 6
	list := Col(5, rows...)
	if len(rows) <= most {
		return Well(list)
	}
	return Well(Fixed(0, 140, Scrolled(list)))
}
