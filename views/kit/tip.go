package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// tipLayer shows one tooltip above everything else in its window or layer.
// Nothing in it can be clicked, so clicks pass through it.
type tipLayer struct {
	widget.BaseWidget

	bubble *fyne.Container
	text   *Text
	anchor fyne.CanvasObject
}

func newTipLayer() *tipLayer {
	t := &tipLayer{text: NewText("", theme.Small, theme.Surface)}
	t.bubble = container.NewStack(NewSurface(theme.Ink, 6), Inset(5, 9, 5, 9, t.text))
	t.bubble.Hide()
	t.ExtendBaseWidget(t)
	return t
}

func (t *tipLayer) show(anchor fyne.CanvasObject, text string) (hide func()) {
	t.anchor = anchor
	t.text.SetText(text)
	t.place()
	t.bubble.Show()
	t.bubble.Refresh()
	return func() {
		if t.anchor == anchor {
			t.anchor = nil
			t.bubble.Hide()
		}
	}
}

// place puts the bubble under its anchor, or above it near the lower edge.
func (t *tipLayer) place() {
	const gap = 6
	driver := fyne.CurrentApp().Driver()
	at := driver.AbsolutePositionForObject(t.anchor).Subtract(driver.AbsolutePositionForObject(t))
	size, area, anchor := t.bubble.MinSize(), t.Size(), t.anchor.Size()
	size.Width = min(size.Width, area.Width-2*gap)
	x := at.X + (anchor.Width-size.Width)/2
	y := at.Y + anchor.Height + gap
	if y+size.Height > area.Height-gap {
		y = at.Y - size.Height - gap
	}
	t.bubble.Resize(size)
	t.bubble.Move(fyne.NewPos(max(gap, min(x, area.Width-size.Width-gap)), max(gap, y)))
}

// CreateRenderer implements fyne.Widget.
func (t *tipLayer) CreateRenderer() fyne.WidgetRenderer { return &tipRenderer{t} }

type tipRenderer struct{ layer *tipLayer }

func (r *tipRenderer) Destroy()                     {}
func (r *tipRenderer) Layout(fyne.Size)             {}
func (r *tipRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *tipRenderer) Refresh()                     { r.layer.bubble.Refresh() }
func (r *tipRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.layer.bubble} }

// showTip shows a tooltip in the layer that the anchor is in, and returns what
// takes it away. Without a Root it does nothing.
func showTip(anchor fyne.CanvasObject, text string) (hide func()) {
	if tips := tipsFor(anchor); tips != nil {
		return tips.show(anchor, text)
	}
	return nil
}

func tipsFor(anchor fyne.CanvasObject) *tipLayer {
	c := canvasOf(anchor)
	if c == nil {
		return nil
	}
	if l, ok := c.Overlays().Top().(*Layer); ok {
		return l.tips
	}
	if root := rootOf(c); root != nil {
		return root.tips
	}
	return nil
}

// Root is the content of a window: a page, and above it a mark, the toasts and
// the tooltips.
type Root struct {
	composite

	Toasts  *Toasts
	Pointer *Pointer // points at a control of the page

	tips  *tipLayer
	stack *fyne.Container
}

// NewRoot returns a window's content around a page.
func NewRoot(page fyne.CanvasObject) *Root {
	r := &Root{Toasts: newToasts(), Pointer: newPointer(), tips: newTipLayer()}
	r.stack = container.NewStack(page, r.Pointer, r.Toasts, r.tips)
	r.body = r.stack
	r.ExtendBaseWidget(r)
	return r
}

// TakeToasts goes on showing the toasts of the content that this one replaces.
func (r *Root) TakeToasts(of *Root) {
	for i, o := range r.stack.Objects {
		if o == r.Toasts {
			r.stack.Objects[i] = of.Toasts
		}
	}
	r.Toasts = of.Toasts
	r.stack.Refresh()
}

func rootOf(c fyne.Canvas) *Root {
	var found *Root
	Walk(c.Content(), func(o fyne.CanvasObject) bool {
		if r, ok := o.(*Root); ok {
			found = r
		}
		return found == nil
	})
	return found
}
