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

// Sparkline is a word-sized chart without axes, scaled to its own peak: it
// shows the shape, so always print the current value beside it.
func Sparkline(values []float64, ink theme.Color, width, height float32) fyne.CanvasObject {
	return Fixed(width, height, series(values, 1.15*slices.Max(values), ink, 1.5, 0x38))
}

// Chart is a Sparkline with three guide lines and their labels.
func Chart(values []float64, top float64, ink theme.Color, labels [3]string, height float32) fyne.CanvasObject {
	lines := container.New(&guides{}, Divider(), Divider(), Divider())
	names := container.New(&guides{}, axis(labels[0]), axis(labels[1]), axis(labels[2]))
	plot := container.NewStack(lines, series(values, top, ink, 2, 0x38))
	return Fixed(0, height, Row(theme.Space2, GrowStretch(plot), Stretch(names)))
}

func axis(label string) fyne.CanvasObject {
	return NewText(label, theme.Caption, theme.InkFaint)
}

func series(values []float64, top float64, ink theme.Color, width float32, area uint8) fyne.CanvasObject {
	return canvas.NewRaster(func(w, h int) image.Image {
		return plot(values, top, w, h, width, base.Color(ink).(color.NRGBA), area)
	})
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
