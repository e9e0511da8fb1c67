package kit

import (
	"sort"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// Paragraph is wrapped text without the padding that widget.Label adds, so it
// lines up with everything else on the grid.
type Paragraph struct {
	widget.BaseWidget

	text     string
	style    theme.Style
	color    theme.Color
	maxLines int
	align    fyne.TextAlign
	leading  float32
	compact  bool
}

// NewParagraph returns text that wraps to the width it is given.
func NewParagraph(text string, style theme.Style, color theme.Color) *Paragraph {
	p := &Paragraph{text: text, style: style, color: color, leading: 1.45}
	p.ExtendBaseWidget(p)
	return p
}

// SetText replaces the text; the same text costs nothing.
func (p *Paragraph) SetText(text string) {
	if p.text != text {
		p.text = text
		p.Refresh()
	}
}

// SetColor replaces the colour token; the same token costs nothing.
func (p *Paragraph) SetColor(color theme.Color) {
	if p.color != color {
		p.color = color
		p.Refresh()
	}
}

// Text returns the whole text.
func (p *Paragraph) Text() string { return p.text }

// Leading replaces the line height, 1.45 times the size.
func (p *Paragraph) Leading(leading float32) *Paragraph { p.leading = leading; return p }

// Compact lets a paragraph with MaxLines be less high than that.
func (p *Paragraph) Compact() *Paragraph { p.compact = true; return p }

// MaxLines limits the paragraph; the last line ends with "…".
func (p *Paragraph) MaxLines(n int) *Paragraph { p.maxLines = n; return p }

// AlignCenter centres each line.
func (p *Paragraph) AlignCenter() *Paragraph { p.align = fyne.TextAlignCenter; return p }

// CreateRenderer implements fyne.Widget.
func (p *Paragraph) CreateRenderer() fyne.WidgetRenderer {
	return inPlace(&paragraphRenderer{p: p}, p)
}

type paragraphRenderer struct {
	p     *Paragraph
	width float32
	lines []fyne.CanvasObject
}

func (r *paragraphRenderer) Destroy()                     {}
func (r *paragraphRenderer) Objects() []fyne.CanvasObject { return r.lines }

func (r *paragraphRenderer) MinSize() fyne.Size {
	count := max(len(r.lines), 1)
	if r.p.maxLines > 0 && !r.p.compact {
		count = r.p.maxLines // a fixed height keeps cards aligned in a grid
	}
	return fyne.NewSize(80, float32(count)*r.lineHeight())
}

func (r *paragraphRenderer) Layout(size fyne.Size) {
	if size.Width != r.width {
		r.width = size.Width
		r.build()
	}
	for i, line := range r.lines {
		line.Move(fyne.NewPos(0, float32(i)*r.lineHeight()))
		line.Resize(fyne.NewSize(size.Width, r.lineHeight()))
	}
}

func (r *paragraphRenderer) Refresh() {
	r.build()
	r.Layout(r.p.Size())
}

func (r *paragraphRenderer) lineHeight() float32 {
	return float32(int(r.p.style.Points()*r.p.leading + 0.5))
}

func (r *paragraphRenderer) build() {
	r.lines = r.lines[:0:0]
	for _, text := range r.wrapped() {
		line := canvas.NewText(text, base.Color(r.p.color))
		line.TextSize, line.FontSource, line.Alignment = r.p.style.Points(), r.p.style.Font, r.p.align
		r.lines = append(r.lines, line)
	}
}

func (r *paragraphRenderer) wrapped() []string {
	lines := wrap(r.p.text, r.p.style, r.width)
	if limit := r.p.maxLines; limit > 0 && len(lines) > limit {
		rest := strings.Join(lines[limit-1:], " ")
		lines = append(lines[:limit-1:limit-1], shorten(rest, r.p.style, r.width))
	}
	return lines
}

// wrap breaks text between words so that each line fits the width. It splits on
// plain spaces only: strings.Fields would also split on the no-break spaces
// that French puts before its punctuation.
// A word that is wider than a line is broken.
func wrap(text string, style theme.Style, width float32) []string {
	var lines []string
	for part := range strings.SplitSeq(text, "\n") {
		lines = append(lines, wrapLine(part, style, width)...)
	}
	return lines
}

func wrapLine(text string, style theme.Style, width float32) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && measure(longer, style).Width > width {
			lines = append(lines, line)
			longer = word
		}
		for width > 0 && len(longer) > 1 && measure(longer, style).Width > width {
			fits := fitting(longer, style, width)
			lines = append(lines, longer[:fits])
			longer = longer[fits:]
		}
		line = longer
	}
	return append(lines, line)
}

// fitting returns how many bytes of a word fit the width, at least one letter.
func fitting(word string, style theme.Style, width float32) int {
	ends := make([]int, 0, len(word))
	for i := range word {
		ends = append(ends, i)
	}
	ends = append(ends[1:], len(word))
	at := sort.Search(len(ends), func(i int) bool { return measure(word[:ends[i]], style).Width > width })
	return ends[max(at-1, 0)]
}
