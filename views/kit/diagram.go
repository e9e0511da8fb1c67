package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// DiagramTone is the colour of a box.
type DiagramTone int

// The tones.
const (
	TonePlain DiagramTone = iota
	ToneBlue
	ToneGreen
	ToneAmber
	ToneRed
	ToneViolet
	ToneTeal
)

var diagramLooks = map[DiagramTone]struct{ ink, soft theme.Color }{
	TonePlain:  {theme.InkMuted, theme.IdleSoft},
	ToneBlue:   {theme.Accent, theme.AccentSoft},
	ToneGreen:  {theme.Running, theme.RunningSoft},
	ToneAmber:  {theme.Busy, theme.BusySoft},
	ToneRed:    {theme.Danger, theme.DangerSoft},
	ToneViolet: {theme.Paused, theme.PausedSoft},
	ToneTeal:   {theme.Teal, theme.TealSoft},
}

// DiagramBox is a labelled box on a grid. Cells count from 0; a label may have
// several lines.
type DiagramBox struct {
	Column, Row, Width, Height int
	Label, Text                string
	Tone                       DiagramTone
	Frame                      bool // a wall around other boxes, with its label at the top
}

// DiagramArrow leads from one box to another, by their indexes.
type DiagramArrow struct {
	From, To int
	Label    string
	Both     bool
}

// Diagram is a drawing of boxes and arrows. A box that is clicked says below the
// drawing what it is.
type Diagram struct {
	composite

	boxes []*Press
	texts []string
	said  *Paragraph
	at    int // the box that is chosen, or -1
}

// NewDiagram draws boxes on a grid. hint stands below until a box is chosen.
func NewDiagram(columns, rows int, boxes []DiagramBox, arrows []DiagramArrow, hint string) *Diagram {
	d := &Diagram{said: NewParagraph(hint, theme.Small, theme.InkMuted), at: -1}
	grid := &diagramGrid{columns: columns, rows: rows, boxes: boxes}
	var frames, objects []fyne.CanvasObject
	for i, box := range boxes {
		press := d.box(i, box)
		d.boxes, d.texts = append(d.boxes, press), append(d.texts, box.Text)
		grid.lines = max(grid.lines, float32(strings.Count(box.Label, "\n")+1)/float32(box.Height))
		objects = append(objects, press)
	}
	arrowed := newArrows(grid, arrows)
	canvas := container.New(grid, append(append(frames, objects...), arrowed)...)
	d.body = Col(theme.Space3, canvas, Well(d.said))
	d.ExtendBaseWidget(d)
	return d
}

// Choose says what a box is.
func (d *Diagram) Choose(i int) {
	if d.at >= 0 {
		d.boxes[d.at].Select(false)
	}
	d.at = i
	d.boxes[i].Select(true)
	d.said.SetText(d.texts[i])
	d.said.SetColor(theme.Ink)
	d.body.Refresh()
}

// Chosen is the box that was chosen last, or -1.
func (d *Diagram) Chosen() int { return d.at }

func (d *Diagram) box(i int, box DiagramBox) *Press {
	tone := diagramLooks[box.Tone]
	var lines []fyne.CanvasObject
	for line := range strings.SplitSeq(box.Label, "\n") {
		lines = append(lines, NewText(line, theme.SmallLabel, tone.ink).AlignCenter().Ellipsis())
	}
	label := fyne.CanvasObject(Col(0, lines...))
	content := Col(0, Grow(Gap(0, 0)), Inset(4, 6, 4, 6, label), Grow(Gap(0, 0)))
	if box.Frame {
		content = Col(0, Inset(8, 6, 0, 6, label), Grow(Gap(0, 0)))
	}
	look := func(s State) Look {
		stroke := tone.ink
		if s.Selected {
			stroke = theme.Ink
		}
		fill := tone.soft
		if box.Frame {
			fill = theme.Transparent
		}
		return Look{Fill: fill, Stroke: stroke, Elevation: either(s.Hovered && !box.Frame, Raised, Flat)}
	}
	return NewPress(content, theme.RadiusBase, look, func() { d.Choose(i) }).Named(strings.ReplaceAll(box.Label, "\n", " "))
}

// diagramGrid lays boxes out; its last object are the arrows, over all of it.
type diagramGrid struct {
	columns, rows int
	boxes         []DiagramBox
	lines         float32 // the most lines in a cell
}

// Gaps between cells: arrows and frames need room.
const (
	diagramGapX, diagramGapY = 28, 26
	frameSpread              = 9
	diagramMargin            = 12
)

func (g *diagramGrid) rowHeight() float32 {
	return max(46, 24+g.lines*theme.SmallLabel.Points()*1.4)
}

// MinSize implements fyne.Layout.
func (g *diagramGrid) MinSize([]fyne.CanvasObject) fyne.Size {
	height := float32(g.rows)*(g.rowHeight()+diagramGapY) - diagramGapY + 2*diagramMargin
	return fyne.NewSize(float32(g.columns)*(44+diagramGapX), height)
}

// Layout implements fyne.Layout.
func (g *diagramGrid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for i, box := range g.boxes {
		at := g.area(i, size)
		if box.Frame {
			spread := g.spread(i)
			at.Position = at.Position.SubtractXY(spread, spread)
			at.Size = at.Size.AddWidthHeight(2*spread, 2*spread)
		}
		objects[i].Move(at.Position)
		objects[i].Resize(at.Size)
	}
	over := objects[len(objects)-1]
	over.Move(fyne.NewPos(0, 0))
	over.Resize(size)
}

// spread is how far a frame reaches beyond its cells, so that its edge lies
// outside of what it frames.
func (g *diagramGrid) spread(i int) float32 {
	a := g.boxes[i]
	for j, b := range g.boxes {
		if j != i && b.Frame && b.Column >= a.Column && b.Row >= a.Row && b.Column+b.Width <= a.Column+a.Width && b.Row+b.Height <= a.Row+a.Height {
			return frameSpread + 3
		}
	}
	return frameSpread - 2
}

// area is where the cells of a box are.
func (g *diagramGrid) area(i int, size fyne.Size) Area {
	box := g.boxes[i]
	width := (size.Width - 2*diagramMargin + diagramGapX) / float32(g.columns)
	height := g.rowHeight() + diagramGapY
	return Area{
		fyne.NewPos(diagramMargin+float32(int(float32(box.Column)*width)), diagramMargin+float32(box.Row)*height),
		fyne.NewSize(float32(int(float32(box.Width)*width))-diagramGapX, float32(box.Height)*height-diagramGapY),
	}
}
