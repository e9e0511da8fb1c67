package kit

import (
	"image"
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"escale/views/theme"
)

// Plot is a live series: a Sparkline or a Chart.
type Plot struct {
	composite

	raster *canvas.Raster
	values []float64
	top    float64 // 0 to follow the peak
	least  float64 // what the peak is at least
	ink    theme.Color
	labels []*Text
}

// Sparkline is a word-sized chart without axes, scaled to its own peak: it
// shows the shape, so always print the current value beside it.
func Sparkline(values []float64, ink theme.Color, width, height float32) *Plot {
	p := &Plot{values: values, ink: ink}
	p.body = Fixed(width, height, p.series(1.5))
	p.ExtendBaseWidget(p)
	return p
}

// Chart is a Sparkline with three guide lines and their labels, from the top.
func Chart(values []float64, top float64, ink theme.Color, labels [3]string, height float32) *Plot {
	p := &Plot{values: values, top: top, ink: ink}
	for _, label := range labels {
		p.labels = append(p.labels, NewText(label, theme.Caption, theme.InkFaint))
	}
	lines := container.New(&guides{}, Divider(), Divider(), Divider())
	names := container.New(&guides{}, p.labels[0], p.labels[1], p.labels[2])
	p.body = Fixed(0, height, Row(theme.Space2, GrowStretch(container.NewStack(lines, p.series(2))), Stretch(names)))
	p.ExtendBaseWidget(p)
	return p
}

// SetValues replaces the series, oldest first. The slice is kept and read until
// the next call: do not change it afterwards.
func (p *Plot) SetValues(values []float64) {
	same := slices.Equal(p.values, values)
	if p.values = values; !same {
		p.raster.Refresh()
	}
}

// SetScale replaces the top of a Chart and its labels.
func (p *Plot) SetScale(top float64, labels [3]string) {
	p.top = top
	for i, text := range p.labels {
		text.SetText(labels[i])
	}
	p.body.Refresh()
}

// SetLeast sets the least height of the scale, so that the noise of something
// idle stays a flat line.
func (p *Plot) SetLeast(least float64) { p.least = least }

func (p *Plot) series(width float32) fyne.CanvasObject {
	p.raster = canvas.NewRaster(func(w, h int) image.Image {
		ink, _ := base.Color(p.ink).(color.NRGBA)
		return plot(p.values, p.peak(), w, h, width, ink, 0x38)
	})
	return p.raster
}

func (p *Plot) peak() float64 {
	switch {
	case p.top > 0:
		return p.top
	case len(p.values) > 0:
		return max(1.15*slices.Max(p.values), p.least, 1e-9)
	}
	return 1
}

// guides spreads its children from the top to the bottom of a chart.
type guides struct{}

func (guides) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.Size{}
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size
}

func (guides) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for i, o := range objects {
		natural := o.MinSize()
		room := size.Height - natural.Height
		o.Resize(fyne.NewSize(size.Width, natural.Height))
		o.Move(fyne.NewPos(0, float32(int(room*float32(i)/float32(len(objects)-1)))))
	}
}
