package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Aside puts controls at the right of words, or below them where the words
// would have less than room, a width that grows with the text. Below, controls
// wrap.
func Aside(words fyne.CanvasObject, room float32, controls ...fyne.CanvasObject) *fyne.Container {
	return newAside(words, func() float32 { return zoomed(room) }, controls)
}

func newAside(words fyne.CanvasObject, need func() float32, controls []fyne.CanvasObject) *fyne.Container {
	wrap := &wrapRow{gap: theme.Space2}
	return container.New(&aside{need: need, wrap: wrap}, words, container.New(wrap, controls...))
}

// aside is the layout behind Aside and Toolbar. Its height depends on the width
// that it had last.
type aside struct {
	need  func() float32 // width that the words should have
	wrap  *wrapRow       // of the controls
	width float32
}

const asideGap = theme.Space3

func controlsOf(objects []fyne.CanvasObject) []fyne.CanvasObject {
	c, ok := objects[1].(*fyne.Container)
	if !ok {
		return nil
	}
	return c.Objects
}

// MinSize implements fyne.Layout.
func (l *aside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	words, controls := objects[0].MinSize(), controlsOf(objects)
	width := max(words.Width, widest(controls))
	natural := l.wrap.natural(controls)
	if l.below(natural.Width) {
		return fyne.NewSize(width, words.Height+asideGap+l.wrap.place(controls, l.width, false))
	}
	return fyne.NewSize(width, max(words.Height, natural.Height))
}

// below tells whether the words have too little room beside the controls.
func (l *aside) below(controls float32) bool {
	return l.width > 0 && controls > 0 && l.width-controls-asideGap < l.need()
}

// Layout implements fyne.Layout.
func (l *aside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	words, controls := objects[0].MinSize(), controlsOf(objects)
	natural := l.wrap.natural(controls)
	l.width = size.Width
	if l.below(natural.Width) {
		objects[0].Resize(fyne.NewSize(size.Width, words.Height))
		words = objects[0].MinSize() // wrapped text knows its height at a width
		objects[0].Resize(fyne.NewSize(size.Width, words.Height))
		objects[0].Move(fyne.NewPos(0, 0))
		objects[1].Move(fyne.NewPos(0, words.Height+asideGap))
		objects[1].Resize(fyne.NewSize(size.Width, l.wrap.place(controls, size.Width, false)))
		return
	}
	room := size.Width - natural.Width - asideGap
	middle := func(height float32) float32 { return float32(int((max(size.Height, height)-height)/2 + 0.5)) }
	objects[0].Move(fyne.NewPos(0, middle(words.Height)))
	objects[0].Resize(fyne.NewSize(max(room, 0), words.Height))
	objects[1].Move(fyne.NewPos(size.Width-natural.Width, middle(natural.Height)))
	objects[1].Resize(natural)
}

// wrapRow places controls side by side; those that do not fit go on below, and
// a search is made narrower before it is cut.
type wrapRow struct{ gap float32 }

// leastWidther can be narrower than its usual width.
type leastWidther interface{ leastWidth() float32 }

// widest is the least width that shows each of the controls whole.
func widest(controls []fyne.CanvasObject) float32 {
	width := float32(0)
	for _, o := range controls {
		if !o.Visible() {
			continue
		}
		if l, ok := o.(leastWidther); ok {
			width = max(width, l.leastWidth())
			continue
		}
		width = max(width, o.MinSize().Width)
	}
	return width
}

// natural is the size of the controls side by side.
func (w *wrapRow) natural(controls []fyne.CanvasObject) fyne.Size {
	return (&flex{gap: w.gap, hints: bare(controls)}).MinSize(controls)
}

func bare(controls []fyne.CanvasObject) []hint {
	_, hints := placed(controls)
	return hints
}

// MinSize implements fyne.Layout.
func (w *wrapRow) MinSize(controls []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(widest(controls), w.natural(controls).Height)
}

// Layout implements fyne.Layout.
func (w *wrapRow) Layout(controls []fyne.CanvasObject, size fyne.Size) {
	if w.natural(controls).Width <= size.Width {
		(&flex{gap: w.gap, hints: bare(controls)}).Layout(controls, size)
		return
	}
	w.place(controls, size.Width, true)
}

// place returns the height that controls take within a width, in lines.
func (w *wrapRow) place(controls []fyne.CanvasObject, width float32, move bool) float32 {
	x, y, height := float32(0), float32(0), float32(0)
	for _, o := range controls {
		if !o.Visible() {
			continue
		}
		size := o.MinSize()
		size.Width = min(size.Width, width)
		if x > 0 && x+size.Width > width {
			x, y, height = 0, y+height+w.gap, 0
		}
		if move {
			o.Move(fyne.NewPos(x, y))
			o.Resize(size)
		}
		x += size.Width + w.gap
		height = max(height, size.Height)
	}
	return y + height
}
