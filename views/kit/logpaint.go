package kit

import (
	"image"
	"image/color"
	"unicode"

	base "fyne.io/fyne/v2/theme"

	"escale/views/theme"
)

// logPainter draws the rows of a LogView in sight.
type logPainter struct {
	img        *image.RGBA
	face       *monoFace
	pixels     float64 // letter size of the face
	scale      float32
	stampCells int

	surface, ink, faint, danger, hover color.NRGBA
	thumb                              color.NRGBA
	selected, match, here              color.NRGBA
	palette                            [16]color.NRGBA
}

const logMargin = 12 // units, left of the gutter

// paint draws the view at w by h pixels. The image is used again by the next
// call.
func (p *logPainter) paint(v *LogView, w, h int) image.Image {
	p.prepare(v, w, h)
	fillRect(p.img, p.img.Rect, p.surface)
	row := p.px(logRowHeight())
	if row < 1 || w < 40 {
		return p.img
	}
	text := p.textStart(v)
	v.columns = max(8, (w-text-p.px(logMargin))/p.face.cell)
	v.rowsShown = max(1, (h-p.px(v.slideRoom()))/row)
	v.settle()
	at, end := v.top, v.end()
	y := 0
	for y < h && at.line < end {
		line := v.source.Line(at.line)
		y = p.line(v, at, line, text, y, row, h)
		at = logTop{at.line + 1, 0}
	}
	p.slide(v, h)
	return p.img
}

func (p *logPainter) prepare(v *LogView, w, h int) {
	if p.img == nil || p.img.Rect.Dx() != w || p.img.Rect.Dy() != h {
		p.img = image.NewRGBA(image.Rect(0, 0, w, h))
	}
	p.scale = float32(w) / max(v.raster.Size().Width, 1)
	pixels := float64(theme.MonoSmall.Points() * p.scale)
	if p.face == nil || p.pixels != pixels {
		p.face, p.pixels = newMonoFace(pixels), pixels
	}
	for token, to := range map[theme.Color]*color.NRGBA{
		theme.Surface: &p.surface, theme.Ink: &p.ink, theme.InkFaint: &p.faint, theme.Danger: &p.danger,
		theme.Hover: &p.hover, theme.Selected: &p.selected, theme.Match: &p.match, theme.MatchHere: &p.here,
		theme.Outline: &p.thumb,
	} {
		*to = nrgba(token)
	}
	for i, token := range theme.Terminal {
		p.palette[i] = nrgba(token)
	}
}

func nrgba(token theme.Color) color.NRGBA {
	c, _ := color.NRGBAModel.Convert(base.Color(token)).(color.NRGBA)
	return c
}

func (p *logPainter) px(units float32) int { return int(units*p.scale + 0.5) }

// textStart is where the text of the lines starts, right of the gutter.
func (p *logPainter) textStart(v *LogView) int {
	if !v.stamps {
		return p.px(logMargin + 12)
	}
	if first, end := v.top.line, v.end(); first < end {
		p.stampCells = max(p.stampCells, len([]rune(v.source.Line(first).Stamp)))
	}
	gutter := 0
	if p.stampCells > 0 {
		gutter = p.stampCells*p.face.cell + p.px(18)
	}
	return p.px(logMargin+12) + gutter
}

// line draws the rows of a line from its row at.row on, and returns the height
// below it.
func (p *logPainter) line(v *LogView, at logTop, line LogText, text, y, row, h int) int {
	letters := newLogLetters(line, v.query)
	rows := 1
	if v.wrap {
		rows = max(1, (letters.columns+v.columns-1)/v.columns)
	}
	v.longest = max(v.longest, letters.columns)
	height := (rows - at.row) * row
	area := image.Rect(0, y, p.img.Rect.Dx(), min(y+height, h))
	switch {
	case at.line >= v.selFrom && at.line < v.selTo:
		fillRect(p.img, area, p.selected)
	case at.line == v.current:
		fillRect(p.img, area, p.hover)
	}
	base := y + (row-p.face.height)/2 + p.face.ascent
	if v.stamps && at.row == 0 {
		p.word(line.Stamp, p.px(logMargin), base)
	}
	if line.Stderr {
		mark := text - p.px(12)
		fillRect(p.img, image.Rect(mark, y+p.px(2), mark+max(1, p.px(2)), y+height-p.px(2)), p.danger)
	}
	p.letters(v, at, &letters, text, y, row)
	return y + height
}

// letters draws the text of a line from its row at.row on.
func (p *logPainter) letters(v *LogView, at logTop, l *logLetters, text, y, row int) {
	clip := image.Rect(text, 0, p.img.Rect.Dx()-p.px(logMargin), p.img.Rect.Dy()) // the scroll bar is right of it
	base := y + (row-p.face.height)/2 + p.face.ascent
	for _, letter := range l.all {
		column, line := letter.column-v.left, 0
		if v.wrap {
			column, line = letter.column%v.columns, letter.column/v.columns-at.row
		}
		x, down := text+column*p.face.cell, line*row
		if line < 0 || x >= clip.Max.X || column < 0 || y+down >= clip.Max.Y {
			continue
		}
		ink, back := p.colors(letter.span)
		if letter.match {
			back, ink = either(at.line == v.current, p.here, p.match), p.ink
		}
		if back.A != 0 {
			box := image.Rect(x, y+down+p.px(3), x+p.face.cell*cells(letter.r), y+down+row-p.px(3))
			fillRect(p.img, box.Intersect(clip), back)
		}
		if letter.r != ' ' {
			p.face.glyph(letter.r, letter.span.Bold).blit(p.img, x, base+down, ink, clip)
		}
	}
}

// word draws a timestamp.
func (p *logPainter) word(text string, x, y int) {
	for _, r := range text {
		p.face.glyph(r, false).blit(p.img, x, y, p.faint, p.img.Rect)
		x += p.face.cell
	}
}

func (p *logPainter) colors(s *Span) (ink, back color.NRGBA) {
	ink = p.ink
	if s.Fg != 0 {
		ink = s.Fg.in(&p.palette)
	}
	if s.Bg != 0 {
		back = s.Bg.in(&p.palette)
	}
	return ink, back
}

// in is a colour where the first sixteen are those of a palette.
func (paint Paint) in(palette *[16]color.NRGBA) color.NRGBA {
	if paint&paintRGB != 0 {
		return color.NRGBA{R: uint8(paint >> 16), G: uint8(paint >> 8), B: uint8(paint), A: 0xFF} //nolint:gosec // one byte each
	}
	n := int(paint) - 1
	switch {
	case n < 16:
		return palette[n]
	case n < 232:
		n -= 16
		return color.NRGBA{R: cube(n / 36), G: cube(n / 6 % 6), B: cube(n % 6), A: 0xFF}
	}
	grey := uint8(8 + 10*(n-232)) //nolint:gosec // 8 to 238
	return color.NRGBA{R: grey, G: grey, B: grey, A: 0xFF}
}

// cube is one side of the terminal's colour cube.
func cube(n int) uint8 { return [6]uint8{0, 95, 135, 175, 215, 255}[n] }

// logLetter is a letter at its column.
type logLetter struct {
	r      rune
	column int
	span   *Span
	match  bool
}

// logLetters is a line as letters.
type logLetters struct {
	all     []logLetter
	columns int
}

// lettersMost bounds what is drawn of one line.
const lettersMost = 20000

func newLogLetters(line LogText, query string) logLetters {
	var l logLetters
	for i := range line.Spans {
		span := &line.Spans[i]
		for _, r := range span.Text {
			if wide := step(r, l.columns); wide > 0 || cells(r) == 0 {
				if r != '\t' && len(l.all) < lettersMost {
					l.all = append(l.all, logLetter{r: r, column: max(0, l.columns-either(wide == 0, 1, 0)), span: span})
				}
				l.columns += wide
			}
		}
	}
	l.mark(query)
	return l
}

// found is where the first match stands: its first column, and one past its
// last. Both are zero without any.
func (l *logLetters) found() (from, to int) {
	for i, letter := range l.all {
		switch {
		case letter.match && to == 0:
			from, to = letter.column, letter.column+max(cells(letter.r), 1)
		case letter.match && l.all[i-1].match:
			to = letter.column + max(cells(letter.r), 1)
		case to > 0:
			return from, to
		}
	}
	return from, to
}

// mark finds a query in lower case.
func (l *logLetters) mark(query string) {
	if query == "" {
		return
	}
	lower := make([]rune, len(l.all))
	for i, letter := range l.all {
		lower[i] = unicode.ToLower(letter.r)
	}
	want := []rune(query)
	for i := 0; i+len(want) <= len(lower); i++ {
		if lower[i] == want[0] && string(lower[i:i+len(want)]) == query {
			for n := range want {
				l.all[i+n].match = true
			}
			i += len(want) - 1
		}
	}
}

// Draw paints the view at w by h pixels: for benchmarks. The image is used
// again by the next call.
func (v *LogView) Draw(w, h int) image.Image { return v.painter.paint(v, w, h) }
