package kit

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// slideTime is how long a layer takes to come in.
const slideTime = 180 * time.Millisecond

// Layer is something above the page: a sheet, a dialog, a menu. It covers the
// canvas, keeps the focus inside, and closes on Esc or on a click beside its
// panel, if the owner agrees. Focus returns to where it was.
type Layer struct {
	widget.BaseWidget

	// OnClosed is called once the layer is gone.
	OnClosed func()
	// Pointer points at a control of the layer.
	Pointer *Pointer

	canvas fyne.Canvas
	ask    func() bool
	onKey  func(*fyne.KeyEvent) bool
	panel  *panel
	beside *panel // what stands at the left of a sheet; nil for nothing
	place  func(area fyne.Size, in float32) (fyne.Position, fyne.Size)
	dim    bool    // the page behind is dimmed
	in     float32 // how far the layer has come in, 0 to 1
	tips   *tipLayer
	slide  *fyne.Animation
	open   bool
}

func newLayer(c fyne.Canvas, content fyne.CanvasObject, ask func() bool) *Layer {
	l := &Layer{canvas: c, ask: ask, panel: newPanel(content), in: 1, tips: newTipLayer(), Pointer: newPointer()}
	l.ExtendBaseWidget(l)
	return l
}

// show puts the layer on its canvas and takes the focus.
func (l *Layer) show(animated bool) *Layer {
	l.open = true
	if animated {
		l.in = 0
	}
	l.canvas.Overlays().Add(l)
	l.canvas.Focus(l)
	if animated {
		l.slide = fyne.NewAnimation(slideTime, func(part float32) { l.in = part; l.Refresh() })
		l.slide.Curve = fyne.AnimationEaseOut
		l.slide.Start()
	}
	return l
}

// Close takes the layer away without asking.
func (l *Layer) Close() {
	if !l.open {
		return
	}
	l.open = false
	if l.slide != nil {
		l.slide.Stop()
	}
	l.canvas.Overlays().Remove(l)
	if l.OnClosed != nil {
		l.OnClosed()
	}
}

// Open tells whether the layer is on screen.
func (l *Layer) Open() bool { return l.open }

// Dismiss closes the layer if its owner agrees.
func (l *Layer) Dismiss() {
	if l.ask == nil || l.ask() {
		l.Close()
	}
}

// Focus moves the focus to a control of the layer.
func (l *Layer) Focus(o fyne.Focusable) { l.canvas.Focus(o) }

// Tapped is a click beside the panel.
func (l *Layer) Tapped(*fyne.PointEvent) { l.Dismiss() }

// TappedSecondary is a click beside the panel.
func (l *Layer) TappedSecondary(*fyne.PointEvent) { l.Dismiss() }

// FocusGained implements fyne.Focusable.
func (l *Layer) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (l *Layer) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (l *Layer) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (l *Layer) TypedKey(key *fyne.KeyEvent) {
	if l.onKey != nil && l.onKey(key) {
		return
	}
	if key.Name == fyne.KeyEscape {
		l.Dismiss()
	}
}

// Escape dismisses the topmost layer of a canvas and tells whether there was
// one. The window calls it for an Esc that no widget used.
func Escape(c fyne.Canvas) bool {
	l, ok := c.Overlays().Top().(*Layer)
	if ok {
		l.Dismiss()
	}
	return ok
}

// besideWidth is the widest that something beside a sheet gets.
const besideWidth = 340

// SetBeside puts something at the left of a sheet, where clicks do not close it;
// nil takes it away.
func (l *Layer) SetBeside(o fyne.CanvasObject) {
	l.beside = nil
	if o != nil {
		l.beside = newPanel(o)
	}
	l.Refresh()
}

func (l *Layer) held() fyne.CanvasObject { return l.panel }

// CreateRenderer implements fyne.Widget.
func (l *Layer) CreateRenderer() fyne.WidgetRenderer {
	r := &layerRenderer{layer: l, scrim: &canvas.Rectangle{}}
	r.Refresh()
	return r
}

type layerRenderer struct {
	layer *Layer
	scrim *canvas.Rectangle
}

func (r *layerRenderer) Destroy()           {}
func (r *layerRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *layerRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.scrim}
	if r.layer.beside != nil {
		objects = append(objects, r.layer.beside)
	}
	return append(objects, r.layer.panel, r.layer.Pointer, r.layer.tips)
}

func (r *layerRenderer) Layout(size fyne.Size) {
	r.scrim.Resize(size)
	r.layer.tips.Resize(size)
	at, area := r.layer.place(size, r.layer.in)
	r.layer.panel.Resize(area)
	r.layer.panel.Move(at)
	r.layer.Pointer.Resize(size)
	if beside := r.layer.beside; beside != nil {
		const inset = 10
		width := min(zoomed(besideWidth), at.X-2*inset)
		beside.Hidden = width < 200 // too narrow to read
		beside.Resize(fyne.NewSize(width, area.Height))
		beside.Move(fyne.NewPos(at.X-inset-width, at.Y))
	}
}

func (r *layerRenderer) Refresh() {
	fill, _ := base.Color(theme.Scrim).(color.NRGBA)
	fill.A = uint8(float32(fill.A) * r.layer.in)
	r.scrim.FillColor = fill
	r.scrim.Hidden = !r.layer.dim
	r.Layout(r.layer.Size())
	canvas.Refresh(r.scrim)
}

// panel is the solid part of a layer: clicks on it do not reach the layer.
type panel struct {
	composite
}

func newPanel(content fyne.CanvasObject) *panel {
	p := &panel{}
	p.body = content
	p.ExtendBaseWidget(p)
	return p
}

// Tapped implements fyne.Tappable.
func (p *panel) Tapped(*fyne.PointEvent) {}

// TappedSecondary implements fyne.SecondaryTappable.
func (p *panel) TappedSecondary(*fyne.PointEvent) {}
