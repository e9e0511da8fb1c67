package kit

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"escale/views/post"
	"escale/views/theme"
)

const (
	toastTime  = 6 * time.Second
	toastFade  = 150 * time.Millisecond
	toastWidth = 340
	toastsMost = 3
)

// Toast tells that something happened, without taking the focus. It leaves by
// itself after a while that it could be read; a Problem, or one that Stays, waits
// to be closed.
type Toast struct {
	Tone        Tone
	Title, Text string
	Actions     []ToastAction
	Stays       bool
	CloseLabel  string // the name of the close button
}

// ToastAction is a button of a toast; a tap also closes the toast.
type ToastAction struct {
	Label  string
	Tapped func()
}

// Toasts stacks at most three toasts in the lower right corner, the newest at
// the bottom. It belongs to the UI goroutine.
type Toasts struct {
	widget.BaseWidget

	cards         []*toastCard
	right, bottom float32 // what they leave free
}

func newToasts() *Toasts {
	t := &Toasts{}
	t.ExtendBaseWidget(t)
	return t
}

// Add shows a toast and returns what closes it. A toast that says the same as
// one on screen replaces it.
func (t *Toasts) Add(toast Toast) (dismiss func()) {
	for _, old := range t.cards {
		if old.toast.Title == toast.Title && old.toast.Text == toast.Text {
			t.remove(old)
			break
		}
	}
	if len(t.cards) == toastsMost {
		t.remove(t.cards[0])
	}
	card := newToastCard(t, toast)
	t.cards = append(t.cards, card)
	card.enter()
	card.wait()
	return func() { t.remove(card) }
}

// SetRoom keeps the toasts off what stands at the right and at the bottom of the
// window, in pixels of the canvas.
func (t *Toasts) SetRoom(right, bottom float32) {
	if t.right != right || t.bottom != bottom {
		t.right, t.bottom = right, bottom
		t.Refresh()
	}
}

// Count is the number of toasts on screen.
func (t *Toasts) Count() int { return len(t.cards) }

// covered tells whether a sheet or a dialog lies over the toasts, so that nobody
// can read them.
func (t *Toasts) covered() bool {
	c := fyne.CurrentApp().Driver().CanvasForObject(t)
	return c != nil && c.Overlays().Top() != nil
}

// Clear closes every toast.
func (t *Toasts) Clear() {
	for len(t.cards) > 0 {
		t.remove(t.cards[0])
	}
}

func (t *Toasts) remove(card *toastCard) {
	for i, c := range t.cards {
		if c == card {
			card.stop()
			t.cards = append(t.cards[:i:i], t.cards[i+1:]...)
			t.Refresh()
			return
		}
	}
}

// CreateRenderer implements fyne.Widget.
func (t *Toasts) CreateRenderer() fyne.WidgetRenderer { return inPlace(&toastsRenderer{t}, t) }

type toastsRenderer struct{ toasts *Toasts }

func (r *toastsRenderer) Destroy()           {}
func (r *toastsRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *toastsRenderer) Objects() []fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, len(r.toasts.cards))
	for i, card := range r.toasts.cards {
		objects[i] = card
	}
	return objects
}

func (r *toastsRenderer) Layout(size fyne.Size) {
	const margin, gap = 16, 10
	size = size.SubtractWidthHeight(r.toasts.right, r.toasts.bottom)
	y := size.Height - margin
	width := min(zoomed(toastWidth), size.Width-2*margin)
	for _, card := range slices.Backward(r.toasts.cards) {
		card.Resize(fyne.NewSize(width, max(card.Size().Height, 1))) // text wraps at this width
		height := card.MinSize().Height
		card.Resize(fyne.NewSize(width, height))
		y -= height
		card.Move(fyne.NewPos(size.Width-margin-width+card.shift, y))
		y -= gap
	}
}

func (r *toastsRenderer) Refresh() {
	r.Layout(r.toasts.Size())
	for _, card := range r.toasts.cards {
		card.Refresh()
	}
}

// toastCard is one toast on screen. It waits longer while the pointer is on it.
type toastCard struct {
	composite

	toasts *Toasts
	toast  Toast
	shift  float32 // how far it still has to slide in
	cancel func()
	over   int // how many of its parts are under the pointer
	slide  *fyne.Animation
}

func newToastCard(toasts *Toasts, toast Toast) *toastCard {
	c := &toastCard{toasts: toasts, toast: toast}
	look := toneLooks[toast.Tone]
	lines := []fyne.CanvasObject{NewParagraph(toast.Title, theme.Strong, theme.Ink)}
	if toast.Text != "" {
		lines = append(lines, NewParagraph(toast.Text, theme.Small, theme.InkMuted).MaxLines(4).Compact())
	}
	if len(toast.Actions) > 0 {
		lines = append(lines, Inset(6, 0, 0, 0, Flow(theme.Space2, c.buttons()...)))
	}
	closing := IconButton(theme.IconCross, toast.CloseLabel, func() { toasts.remove(c) })
	icon := Inset(1, 0, 0, 0, Col(0, NewIcon(look.icon, theme.IconBase, look.ink)))
	row := Row(theme.Space3, Stretch(icon), GrowStretch(Inset(0, 0, 2, 0, Col(2, lines...))), Stretch(Col(0, closing)))
	back := NewSurface(theme.Surface, theme.RadiusCard).WithStroke(theme.Hairline).WithElevation(Floating)
	c.body = container.NewStack(back, Inset(12, 8, 10, 14, row))
	c.ExtendBaseWidget(c)
	adopt(c.body, c)
	return c
}

func (c *toastCard) buttons() []fyne.CanvasObject {
	var buttons []fyne.CanvasObject
	for _, action := range c.toast.Actions {
		buttons = append(buttons, SmallButton(Secondary, "", action.Label, func() {
			c.toasts.remove(c)
			action.Tapped()
		}))
	}
	return buttons
}

func (c *toastCard) enter() {
	c.shift = toastWidth / 6
	c.toasts.Refresh()
	c.slide = fyne.NewAnimation(toastFade, func(part float32) {
		c.shift = toastWidth / 6 * (1 - part)
		c.toasts.Refresh()
	})
	c.slide.Start()
}

func (c *toastCard) wait() {
	if c.toast.Tone != Problem && !c.toast.Stays {
		c.cancel = post.After(poster, toastTime, func() {
			if c.toasts.covered() {
				c.wait()
				return
			}
			c.toasts.remove(c)
		})
	}
}

// pause keeps the toast on screen.
func (c *toastCard) pause() {
	if c.cancel != nil {
		c.cancel()
		c.cancel = nil
	}
}

func (c *toastCard) stop() {
	c.pause()
	if c.slide != nil {
		c.slide.Stop()
		c.slide = nil
	}
}

// MouseIn implements desktop.Hoverable.
func (c *toastCard) MouseIn(*desktop.MouseEvent) { c.childHover(true) }

// MouseMoved implements desktop.Hoverable.
func (c *toastCard) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (c *toastCard) MouseOut() { c.childHover(false) }

func (c *toastCard) childMenu(fyne.Position) {}
func (c *toastCard) childFocus()             {}

func (c *toastCard) childHover(on bool) {
	c.over = max(0, c.over+either(on, 1, -1))
	c.pause()
	if c.over == 0 {
		c.wait()
	}
}
