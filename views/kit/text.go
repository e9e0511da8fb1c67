package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// Text is one line of text in a style and a colour token. Unlike canvas.Text
// it follows theme changes, and it can shorten itself with an ellipsis.
type Text struct {
	widget.BaseWidget

	text     string
	style    theme.Style
	color    theme.Color
	align    fyne.TextAlign
	ellipsis bool
}

// NewText returns a line of text that always keeps its full width.
func NewText(text string, style theme.Style, color theme.Color) *Text {
	t := &Text{text: text, style: style, color: color}
	t.ExtendBaseWidget(t)
	return t
}

// Ellipsis lets the text shrink, ending with "…" where it does not fit.
func (t *Text) Ellipsis() *Text { t.ellipsis = true; return t }

// AlignTrailing sets the text against its right edge: use it for numbers.
func (t *Text) AlignTrailing() *Text { t.align = fyne.TextAlignTrailing; return t }

// AlignCenter centres the text.
func (t *Text) AlignCenter() *Text { t.align = fyne.TextAlignCenter; return t }

// Text returns the whole text, also when it is shown shortened.
func (t *Text) Text() string { return t.text }

// SetText replaces the text; the same text costs nothing.
func (t *Text) SetText(text string) {
	if t.text != text {
		t.text = text
		t.Refresh()
	}
}

// SetColor replaces the colour token; the same token costs nothing.
func (t *Text) SetColor(color theme.Color) {
	if t.color != color {
		t.color = color
		t.Refresh()
	}
}

// SetStyle replaces the style; the same style costs nothing.
func (t *Text) SetStyle(style theme.Style) {
	if t.style != style {
		t.style = style
		t.Refresh()
	}
}

// Set replaces text and colour at once.
func (t *Text) Set(text string, color theme.Color) {
	if t.text != text || t.color != color {
		t.text, t.color = text, color
		t.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	line := &canvas.Text{}
	r := &textRenderer{text: t, line: line}
	r.Refresh()
	return r
}

type textRenderer struct {
	text *Text
	line *canvas.Text
	full fyne.Size // of the whole text
}

func (r *textRenderer) Destroy()                     {}
func (r *textRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.line} }

func (r *textRenderer) MinSize() fyne.Size {
	full := r.full
	if r.text.ellipsis {
		full.Width = min(full.Width, 32)
	}
	return full
}

func (r *textRenderer) Layout(size fyne.Size) {
	text := r.text.text
	if r.text.ellipsis && size.Width < r.full.Width {
		text = shorten(text, r.text.style, size.Width)
	}
	if r.line.Text != text {
		r.line.Text = text
		r.line.Refresh()
	}
	height := measure(text, r.text.style).Height // the line's own, without measuring anew
	r.line.Move(fyne.NewPos(0, (size.Height-height)/2))
	r.line.Resize(fyne.NewSize(size.Width, height))
}

func (r *textRenderer) Refresh() {
	r.line.Text = r.text.text
	r.line.TextSize = r.text.style.Points()
	r.line.FontSource = r.text.style.Font
	r.line.Alignment = r.text.align
	r.line.Color = base.Color(r.text.color)
	r.full = measure(r.text.text, r.text.style)
	r.Layout(r.text.Size())
	r.line.Refresh()
}

// shorten cuts text until it fits the width, and marks the cut.
func shorten(text string, style theme.Style, width float32) string {
	if width <= 0 || measure(text, style).Width <= width+0.5 {
		return text
	}
	letters := []rune(text)
	low, high := 0, len(letters)
	for low < high {
		middle := (low + high + 1) / 2
		if measure(cut(letters, middle), style).Width <= width {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return cut(letters, low)
}

func cut(letters []rune, n int) string {
	return strings.TrimRight(string(letters[:n]), " ") + "…"
}
