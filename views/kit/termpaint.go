package kit

import (
	"image"
	"image/color"

	"escale/views/theme"
)

// termMargin is the space around a terminal's text, in units.
const termMargin = 10

// termPainter draws a terminal.
type termPainter struct {
	img    *image.RGBA
	face   *monoFace
	pixels float64 // letter size of the face
	scale  float32

	surface, ink, faint, selected, thumb, accent color.NRGBA
	palette                                      [16]color.NRGBA
}

// paint draws the terminal at w by h pixels, and says how many characters fit when
// that has changed. The image is used again by the next call.
func (p *termPainter) paint(t *Terminal, w, h int) image.Image {
	p.prepare(t, w, h)
	fillRect(p.img, p.img.Rect, p.surface)
	row, margin := p.px(termRowHeight()), p.px(termMargin)
	if row < 1 || w < 40 {
		return p.img
	}
	cols, rows := max(1, (w-2*margin)/p.face.cell), max(1, (h-2*margin)/row)
	if cols != t.cols || rows != t.rows {
		t.cols, t.rows = cols, rows
		t.model.Size(cols, rows)
	}
	t.frame = t.model.Frame(t.up)
	t.up = t.frame.Up
	from, to := t.chosen()
	for y := range t.frame.Rows {
		line := t.frame.Back - t.frame.Up + y
		for x := range t.frame.Cols {
			at := TermPlace{line, x}
			p.cell(&t.frame.Cells[y*t.frame.Cols+x], margin+x*p.face.cell, margin+y*row, row, !at.before(from) && at.before(to))
		}
	}
	if t.frame.Cursor {
		p.cursor(t, margin, row)
	}
	p.slide(t, w, h)
	return p.img
}

func (p *termPainter) prepare(t *Terminal, w, h int) {
	if p.img == nil || p.img.Rect.Dx() != w || p.img.Rect.Dy() != h {
		p.img = image.NewRGBA(image.Rect(0, 0, w, h))
	}
	p.scale = float32(w) / max(t.raster.Size().Width, 1)
	if pixels := float64(theme.MonoSmall.Points() * p.scale); p.face == nil || p.pixels != pixels {
		p.face, p.pixels = newMonoFace(pixels), pixels
	}
	for token, to := range map[theme.Color]*color.NRGBA{
		theme.Surface: &p.surface, theme.Ink: &p.ink, theme.InkFaint: &p.faint, theme.Selected: &p.selected,
		theme.Outline: &p.thumb, theme.Accent: &p.accent,
	} {
		*to = nrgba(token)
	}
	for i, token := range theme.Terminal {
		p.palette[i] = nrgba(token)
	}
}

func (p *termPainter) px(units float32) int { return int(units*p.scale + 0.5) }

// cell draws one place whose corner is at x, y.
func (p *termPainter) cell(c *TermCell, x, y, row int, chosen bool) {
	ink, back := p.ink, color.NRGBA{}
	if c.Faint {
		ink = p.faint
	}
	if c.Fg != 0 {
		ink = c.Fg.in(&p.palette)
	}
	if c.Bg != 0 {
		back = c.Bg.in(&p.palette)
	}
	if c.Reverse {
		if back.A == 0 {
			back = p.surface
		}
		ink, back = back, ink
	}
	if chosen {
		ink, back = p.ink, p.selected
	}
	width := p.face.cell * either(c.Wide, 2, 1)
	box := image.Rect(x, y, x+width, y+row)
	if back.A != 0 {
		fillRect(p.img, box, back)
	}
	p.letters(c, x, y, row, ink, box)
	if c.Underline {
		base := y + (row-p.face.height)/2 + p.face.ascent
		fillRect(p.img, image.Rect(x, base+p.px(2), x+width, base+p.px(2)+max(1, p.px(1))), ink)
	}
}

func (p *termPainter) letters(c *TermCell, x, y, row int, ink color.NRGBA, clip image.Rectangle) {
	base := y + (row-p.face.height)/2 + p.face.ascent
	for _, r := range c.Text {
		if r != ' ' && r != 0x200D {
			p.face.glyph(r, c.Bold).blit(p.img, x, base, ink, clip.Intersect(p.img.Rect))
		}
	}
}

// cursor is a block while the terminal has the focus, else a frame.
func (p *termPainter) cursor(t *Terminal, margin, row int) {
	x, y := margin+t.frame.CursorX*p.face.cell, margin+t.frame.CursorY*row
	box := image.Rect(x, y, x+p.face.cell, y+row)
	if t.focused {
		fillRect(p.img, box, p.accent)
		c := t.frame.Cells[t.frame.CursorY*t.frame.Cols+t.frame.CursorX]
		p.letters(&c, x, y, row, p.surface, box)
		return
	}
	line := max(1, p.px(1))
	for _, edge := range []image.Rectangle{
		image.Rect(box.Min.X, box.Min.Y, box.Max.X, box.Min.Y+line), image.Rect(box.Min.X, box.Max.Y-line, box.Max.X, box.Max.Y),
		image.Rect(box.Min.X, box.Min.Y, box.Min.X+line, box.Max.Y), image.Rect(box.Max.X-line, box.Min.Y, box.Max.X, box.Max.Y),
	} {
		fillRect(p.img, edge, p.accent)
	}
}

// slide shows where the lines in sight are among all, while they are not the last.
func (p *termPainter) slide(t *Terminal, w, h int) {
	if t.frame.Up == 0 {
		return
	}
	all := t.frame.Back + t.frame.Rows
	height := max(p.px(24), h*t.frame.Rows/all)
	top := (h - height) * (t.frame.Back - t.frame.Up) / max(t.frame.Back, 1)
	fillRect(p.img, image.Rect(w-p.px(6), top, w-p.px(2), top+height), p.thumb)
}
