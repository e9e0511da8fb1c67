package kit

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// arrows are drawn over the boxes of a diagram, and let clicks through.
type arrows struct {
	widget.BaseWidget

	grid *diagramGrid
	list []DiagramArrow
}

func newArrows(grid *diagramGrid, list []DiagramArrow) *arrows {
	a := &arrows{grid: grid, list: list}
	a.ExtendBaseWidget(a)
	return a
}

// CreateRenderer implements fyne.Widget.
func (a *arrows) CreateRenderer() fyne.WidgetRenderer {
	r := &arrowsRenderer{arrows: a}
	for _, arrow := range a.list {
		d := &drawnArrow{shaft: &canvas.Line{}, label: &canvas.Text{Text: arrow.Label}, back: &canvas.Rectangle{}}
		for i := range d.heads {
			d.heads[i] = &canvas.Line{}
		}
		r.drawn = append(r.drawn, d)
	}
	r.Refresh()
	return inPlace(r, a)
}

// drawnArrow is a shaft, four strokes for two heads, and a label on a ground.
type drawnArrow struct {
	shaft *canvas.Line
	heads [4]*canvas.Line
	back  *canvas.Rectangle
	label *canvas.Text
}

type arrowsRenderer struct {
	arrows *arrows
	drawn  []*drawnArrow
}

func (r *arrowsRenderer) Destroy()           {}
func (r *arrowsRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *arrowsRenderer) Objects() []fyne.CanvasObject {
	var objects []fyne.CanvasObject
	for _, d := range r.drawn {
		objects = append(objects, d.shaft)
		for _, h := range d.heads {
			objects = append(objects, h)
		}
		objects = append(objects, d.back, d.label)
	}
	return objects
}

func (r *arrowsRenderer) Layout(size fyne.Size) {
	for i, d := range r.drawn {
		arrow := r.arrows.list[i]
		from, to := ends(r.arrows.grid.area(arrow.From, size), r.arrows.grid.area(arrow.To, size))
		d.shaft.Position1, d.shaft.Position2 = from, to
		head(d.heads[0], d.heads[1], from, to)
		head(d.heads[2], d.heads[3], to, from)
		if arrow.Label != "" {
			words := measure(arrow.Label, theme.Caption)
			middle := fyne.NewPos((from.X+to.X-words.Width)/2, (from.Y+to.Y-words.Height)/2)
			d.label.Move(middle)
			d.label.Resize(words)
			d.back.Move(middle.SubtractXY(3, 0))
			d.back.Resize(words.AddWidthHeight(6, 0))
		}
	}
}

func (r *arrowsRenderer) Refresh() {
	for i, d := range r.drawn {
		ink := base.Color(theme.InkMuted)
		d.shaft.StrokeColor, d.shaft.StrokeWidth = ink, 1.6
		for j, h := range d.heads {
			h.StrokeColor, h.StrokeWidth = ink, 1.6
			h.Hidden = j > 1 && !r.arrows.list[i].Both
		}
		d.label.Color, d.label.TextSize, d.label.FontSource = ink, theme.Caption.Points(), theme.Caption.Font
		d.back.FillColor = base.Color(theme.Surface)
		d.label.Hidden, d.back.Hidden = d.label.Text == "", d.label.Text == ""
	}
	r.Layout(r.arrows.Size())
	for _, o := range r.Objects() {
		canvas.Refresh(o)
	}
}

// ends are where an arrow leaves one box and meets another: straight across
// where they lie side by side, and else from middle to middle.
func ends(a, b Area) (from, to fyne.Position) {
	const apart = 3
	left, right := max(a.Position.X, b.Position.X), min(a.Position.X+a.Size.Width, b.Position.X+b.Size.Width)
	top, bottom := max(a.Position.Y, b.Position.Y), min(a.Position.Y+a.Size.Height, b.Position.Y+b.Size.Height)
	switch {
	case top < bottom: // the same rows
		y := (top + bottom) / 2
		if a.Position.X < b.Position.X {
			return fyne.NewPos(a.Position.X+a.Size.Width+apart, y), fyne.NewPos(b.Position.X-apart, y)
		}
		return fyne.NewPos(a.Position.X-apart, y), fyne.NewPos(b.Position.X+b.Size.Width+apart, y)
	case left < right: // the same columns
		x := (left + right) / 2
		if a.Position.Y < b.Position.Y {
			return fyne.NewPos(x, a.Position.Y+a.Size.Height+apart), fyne.NewPos(x, b.Position.Y-apart)
		}
		return fyne.NewPos(x, a.Position.Y-apart), fyne.NewPos(x, b.Position.Y+b.Size.Height+apart)
	}
	x1, x2 := a.Position.X+a.Size.Width, b.Position.X
	if b.Position.X < a.Position.X {
		x1, x2 = a.Position.X, b.Position.X+b.Size.Width
	}
	return fyne.NewPos(x1, a.Position.Y+a.Size.Height/2), fyne.NewPos(x2, b.Position.Y+b.Size.Height/2)
}

// head draws the two strokes of an arrow's head at to.
func head(one, two *canvas.Line, from, to fyne.Position) {
	const length, angle = 7, 0.5
	along := math.Atan2(float64(to.Y-from.Y), float64(to.X-from.X))
	for line, turn := range map[*canvas.Line]float64{one: angle, two: -angle} {
		line.Position1 = to
		line.Position2 = to.SubtractXY(float32(length*math.Cos(along+turn)), float32(length*math.Sin(along+turn)))
	}
}
