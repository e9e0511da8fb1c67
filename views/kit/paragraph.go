package kit

import (
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
}

// NewParagraph returns text that wraps to the width it is given.
func NewParagraph(text string, style theme.Style, color theme.Color) *Paragraph {
	p := &Paragraph{text: text, style: style, color: color, leading: 1.45}
	p.ExtendBaseWidget(p)
	return p
}

// MaxLines limits the paragraph; the last line ends with "…".
func (p *Paragraph) MaxLines(n int) *Paragraph { p.maxLines = n; return p }

// AlignCenter centres each line.
func (p *Paragraph) AlignCenter() *Paragraph { p.align = fyne.TextAlignCenter; return p }

// CreateRenderer implements fyne.Widget.
func (p *Paragraph) CreateRenderer() fyne.WidgetRenderer {
	return &paragraphRenderer{p: p}
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
	if r.p.maxLines > 0 {
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
	return float32(int(r.p.style.Size*r.p.leading + 0.5))
}

func (r *paragraphRenderer) build() {
	r.lines = r.lines[:0:0]
	for _, text := range r.wrapped() {
		line := canvas.NewText(text, base.Color(r.p.color))
		line.TextSize, line.FontSource, line.Alignment = r.p.style.Size, r.p.style.Font, r.p.align
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
func wrap(text string, style theme.Style, width float32) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && measure(longer, style).Width > width {
			lines = append(lines, line)
			longer = word
		}
		line = longer
	}
	return append(lines, line)
}
