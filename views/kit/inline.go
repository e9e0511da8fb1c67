package kit

import (
	"slices"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// inlineSpan is a run of text in one style.
type inlineSpan struct {
	text  string
	style theme.Style
	ink   theme.Color
	whole bool   // a shell word: its own spaces are no place to break
	with  string // a word that should stay on the same line
	code  bool   // drawn on a soft fill
	link  func() // what a tap does
}

// inline wraps runs of text in several styles, like a paragraph with words in
// bold or with links.
type inline struct {
	widget.BaseWidget

	spans   []inlineSpan
	style   theme.Style // sets the line height
	leading float32
}

func newInline(spans []inlineSpan, style theme.Style) *inline {
	i := &inline{spans: spans, style: style, leading: 1.5}
	i.ExtendBaseWidget(i)
	return i
}

func (i *inline) setSpans(spans []inlineSpan) {
	i.spans = spans
	i.Refresh()
}

// Text is the words of the spans, for tools that read the screen.
func (i *inline) Text() string {
	var b strings.Builder
	for _, s := range i.spans {
		b.WriteString(s.text)
	}
	return b.String()
}

// CreateRenderer implements fyne.Widget.
func (i *inline) CreateRenderer() fyne.WidgetRenderer { return inPlace(&inlineRenderer{inline: i}, i) }

type inlineRenderer struct {
	inline *inline
	width  float32
	runs   []inlineRun
	backs  []fyne.CanvasObject // behind code
	fronts []fyne.CanvasObject
	lines  int
}

// inlineRun is a part of a span on one line.
type inlineRun struct {
	span *inlineSpan
	text string
	x    float32
	line int
}

func (r *inlineRenderer) Destroy() {}

func (r *inlineRenderer) Objects() []fyne.CanvasObject {
	return slices.Concat(r.backs, r.fronts)
}

func (r *inlineRenderer) MinSize() fyne.Size {
	return fyne.NewSize(80, float32(max(r.lines, 1))*r.lineHeight())
}

func (r *inlineRenderer) lineHeight() float32 {
	return float32(int(r.inline.style.Points()*r.inline.leading + 0.5))
}

func (r *inlineRenderer) Layout(size fyne.Size) {
	if size.Width != r.width {
		r.width = size.Width
		r.build()
	}
}

func (r *inlineRenderer) Refresh() {
	r.build()
	canvas.Refresh(r.inline)
}

func (r *inlineRenderer) build() {
	f := &inlineFlow{width: r.width}
	for i := range r.inline.spans {
		f.add(&r.inline.spans[i])
	}
	r.runs, r.lines = f.runs, f.line+1
	r.backs, r.fronts = nil, nil
	for _, run := range r.runs {
		r.draw(run)
	}
}

// draw makes the objects of a run at its place.
func (r *inlineRenderer) draw(run inlineRun) {
	height := r.lineHeight()
	at := fyne.NewPos(run.x, float32(run.line)*height)
	size := measure(run.text, run.span.style)
	at.Y += (height - size.Height) / 2
	if run.span.code {
		back := NewSurface(theme.IdleSoft, theme.RadiusSmall-1)
		back.Move(at.SubtractXY(codeInset, 0))
		back.Resize(size.AddWidthHeight(2*codeInset, 1))
		r.backs = append(r.backs, back)
	}
	if run.span.link != nil {
		press := Link(run.text, run.span.link)
		press.face.text.SetStyle(run.span.style)
		press.Move(at.SubtractXY(4, 2))
		press.Resize(size.AddWidthHeight(8, 4))
		r.fronts = append(r.fronts, press)
		return
	}
	text := canvas.NewText(run.text, base.Color(run.span.ink))
	text.TextSize, text.FontSource = run.span.style.Points(), run.span.style.Font
	text.Move(at)
	text.Resize(size)
	r.fronts = append(r.fronts, text)
}

// inlineFlow places words from left to right and from line to line.
type inlineFlow struct {
	width float32
	x     float32
	line  int
	tight bool // no space since the last word: what comes now is a part of it
	runs  []inlineRun
}

func (f *inlineFlow) add(span *inlineSpan) {
	if span.whole {
		f.word(span, span.text)
		return
	}
	for i, part := range strings.Split(span.text, "\n") {
		if i > 0 {
			f.feed()
		}
		for j, word := range strings.Split(part, " ") {
			if j > 0 {
				f.space(span)
			}
			if word != "" {
				f.word(span, word)
			}
		}
	}
}

func (f *inlineFlow) feed() { f.x, f.line, f.tight = 0, f.line+1, false }

// feedWord goes to the next line, and takes along what the next word belongs to:
// the comma after a word in bold, or after code, does not begin a line.
func (f *inlineFlow) feedWord() {
	n := len(f.runs) - 1
	if !f.tight || f.runs[n].span.whole {
		f.feed()
		return
	}
	last := f.runs[n]
	cut := strings.LastIndex(last.text, " ") + 1
	start := either[float32](last.span.code, codeInset, 0)
	switch {
	case cut > 0:
		f.runs[n].text = last.text[:cut]
	case last.x > start:
		f.runs = f.runs[:n]
	default: // it has the whole line
		f.feed()
		return
	}
	f.feed()
	f.x = start
	f.put(last.span, last.text[cut:], advance(last.text[cut:], last.span.style))
}

// space moves on, except at the start of a line.
func (f *inlineFlow) space(span *inlineSpan) {
	if f.x == 0 {
		return
	}
	style := span.style
	if style.Font == nil {
		style = f.runs[len(f.runs)-1].span.style
	}
	f.tight = false
	width := advance(" ", style)
	if last := &f.runs[len(f.runs)-1]; last.span == span && last.line == f.line {
		last.text += " "
	}
	f.x += width
}

func (f *inlineFlow) word(span *inlineSpan, word string) {
	width := advance(word, span.style)
	if f.x > 0 && f.x+max(width, f.pair(span, width)) > f.width {
		f.feedWord()
	}
	if span.code && f.starts(span) {
		f.x += codeInset
	}
	for f.width > 0 && f.x+width > f.width && utf8.RuneCountInString(word) > 1 {
		head := f.fitting(word, span.style)
		f.put(span, word[:head], 0)
		f.feed()
		word = word[head:]
		width = advance(word, span.style)
	}
	f.put(span, word, width)
}

// pair is the width of a word with the one that should stay beside it, if both
// fit a line.
func (f *inlineFlow) pair(span *inlineSpan, width float32) float32 {
	if span.with == "" {
		return 0
	}
	if both := width + advance(" "+span.with, span.style); both <= f.width {
		return both
	}
	return 0
}

// codeInset is the room of the fill around code.
const codeInset = 3

// starts tells whether the next word begins a run.
func (f *inlineFlow) starts(span *inlineSpan) bool {
	n := len(f.runs)
	return n == 0 || f.runs[n-1].span != span || f.runs[n-1].line != f.line
}

// fitting returns how many bytes of a word fit an empty line, at least one
// letter.
func (f *inlineFlow) fitting(word string, style theme.Style) int {
	width := float32(0)
	for i, r := range word {
		width += advance(string(r), style)
		if width > f.width && i > 0 {
			return i
		}
	}
	return len(word)
}

func (f *inlineFlow) put(span *inlineSpan, word string, width float32) {
	n := len(f.runs)
	f.tight = true
	if !f.starts(span) {
		f.runs[n-1].text += word
		f.x += width
		return
	}
	if n > 0 && f.runs[n-1].span.code && f.runs[n-1].line == f.line {
		f.x += codeInset
	}
	f.runs = append(f.runs, inlineRun{span: span, text: word, x: f.x, line: f.line})
	f.x += width
}

// advances remembers the width of each letter in each style. It belongs to the
// UI goroutine.
var advances = map[advanceKey]float32{}

type advanceKey struct {
	font   string
	points float32
	letter rune
}

// advance is the width of a word, from the widths of its letters: much faster
// than measuring, and as good for finding where a line ends.
func advance(word string, style theme.Style) float32 {
	key := advanceKey{points: style.Points()}
	if style.Font != nil {
		key.font = style.Font.Name()
	}
	sum := float32(0)
	for _, r := range word {
		key.letter = r
		width, ok := advances[key]
		if !ok {
			width = measure(string(r), style).Width
			if len(advances) < 20000 {
				advances[key] = width
			}
		}
		sum += width
	}
	return sum
}
