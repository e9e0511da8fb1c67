package kit

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Mark is a small, quiet question mark beside a notion. Its label is its name
// and its tooltip.
func Mark(label string, tapped func()) *Press {
	icon := NewIcon(theme.IconHelp, 14, theme.InkFaint)
	p := NewPress(Fixed(18, 18, Pad(2, icon)), 9, iconLook, nil).Named(label).OnState(func(s State) {
		icon.SetColor(either(s.Hovered || s.Focused, theme.Accent, theme.InkFaint))
	})
	p.OnTapped = tapped
	return Tip(p, label)
}

// TitledBox is a title with a mark right after it.
type TitledBox struct {
	composite

	Title *Text
	Mark  *Press
}

// Titled puts a mark after a title, which stays whole while there is room.
func Titled(title *Text, mark *Press) *TitledBox {
	t := &TitledBox{Title: title, Mark: mark}
	t.body = container.New(&titled{t}, title, mark)
	t.ExtendBaseWidget(t)
	return t
}

const markGap = 5

type titled struct{ box *TitledBox }

// MinSize implements fyne.Layout.
func (l *titled) MinSize([]fyne.CanvasObject) fyne.Size {
	title, mark := l.box.Title.MinSize(), l.box.Mark.MinSize()
	return fyne.NewSize(title.Width+markGap+mark.Width, title.Height) // no line is higher for its mark
}

// Layout implements fyne.Layout.
func (l *titled) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	title, mark := l.box.Title, l.box.Mark.MinSize()
	width := max(min(measure(title.text, title.style).Width+1, size.Width-markGap-mark.Width), 0)
	height := title.MinSize().Height
	title.Resize(fyne.NewSize(width, height))
	title.Move(fyne.NewPos(0, middle(size.Height, height)))
	l.box.Mark.Resize(mark)
	l.box.Mark.Move(fyne.NewPos(width+markGap, middle(size.Height, mark.Height)))
}

// middle is where something of a height begins in the middle of a room, in whole
// units; above the room where it is higher.
func middle(room, height float32) float32 { return float32(math.Round(float64(room-height) / 2)) }

// ShowPopover opens content of a width beside a control, below it or above it
// near the lower edge. Esc, or a click elsewhere, closes it.
func ShowPopover(anchor, content fyne.CanvasObject, width float32) *Layer {
	const gap, edge = 6, 8
	c := canvasOf(anchor)
	if c == nil {
		return nil
	}
	at, around := fyne.CurrentApp().Driver().AbsolutePositionForObject(anchor), anchor.Size()
	back := NewSurface(theme.Surface, theme.RadiusCard-2).WithStroke(theme.Outline).WithElevation(Floating)
	body := container.NewStack(back, Pad(theme.Space4, content))
	l := newLayer(c, body, nil)
	l.place = func(area fyne.Size, _ float32) (fyne.Position, fyne.Size) {
		size := fyne.NewSize(min(zoomed(width), area.Width-2*edge), 0)
		body.Resize(fyne.NewSize(size.Width, body.MinSize().Height)) // wrapped text knows its height at a width
		size.Height = min(body.MinSize().Height, area.Height-2*edge)
		x := min(at.X-theme.Space3, area.Width-edge-size.Width)
		y := at.Y + around.Height + gap
		if y+size.Height > area.Height-edge {
			y = max(at.Y-gap-size.Height, edge)
		}
		return fyne.NewPos(max(x, edge), y), size
	}
	return l.show(false)
}
