package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// MeterBar is a thin progress bar.
type MeterBar struct {
	composite

	part *share
	ink  *Surface
	fill *fyne.Container
}

// Meter is a thin progress bar; the part is between 0 and 1.
func Meter(part float32, ink theme.Color, height float32) *MeterBar {
	m := &MeterBar{part: &share{part}, ink: NewSurface(ink, theme.RadiusPill)}
	m.fill = container.New(m.part, m.ink)
	m.body = Fixed(0, height, container.NewStack(NewSurface(theme.IdleSoft, theme.RadiusPill), m.fill))
	m.ExtendBaseWidget(m)
	return m
}

// Set shows another part, between 0 and 1.
func (m *MeterBar) Set(part float32) {
	part = min(max(part, 0), 1)
	if m.part.part != part {
		m.part.part = part
		m.fill.Refresh()
	}
}

// SetInk replaces the colour token.
func (m *MeterBar) SetInk(ink theme.Color) { m.ink.Set(ink, theme.Transparent, Flat) }

// Comparison is one bar of a CompareBars.
type Comparison struct {
	Name, Figure string
	Part         float32
	Ink          theme.Color
}

// CompareBars puts measured figures side by side, on one scale. What has no part
// has no bar: its figure says why.
func CompareBars(bars ...Comparison) fyne.CanvasObject {
	rows := make([]fyne.CanvasObject, len(bars))
	for i, bar := range bars {
		rows[i] = Row(theme.Space3,
			Fixed(130, 0, NewText(bar.Name, theme.Small, theme.InkMuted).Ellipsis()),
			Grow(Meter(bar.Part, bar.Ink, 14)),
			Fixed(150, 0, NewText(bar.Figure, theme.SmallLabel, theme.Ink).AlignTrailing()),
		)
	}
	return Col(theme.Space2, rows...)
}

// share gives its child a part of the width.
type share struct{ part float32 }

func (s *share) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(4, 4) }

func (s *share) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if s.part <= 0 {
		objects[0].Resize(fyne.Size{})
		return
	}
	objects[0].Resize(fyne.NewSize(max(size.Height, size.Width*s.part), size.Height))
}
