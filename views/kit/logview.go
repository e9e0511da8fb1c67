package kit

import (
	"image"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// LogView shows a log of any length: one raster of the lines in sight. It
// follows the end until the user scrolls up. It belongs to the UI goroutine.
type LogView struct {
	widget.BaseWidget

	// OnFollow is called when the user's scrolling starts or ends following.
	OnFollow func(on bool)
	// OnCopy gets the selected lines when the user asks for a copy; nil puts
	// them on the clipboard.
	OnCopy func(text string)
	// OnMenu opens a context menu at a place of the canvas.
	OnMenu func(at fyne.Position)

	source  LogSource
	raster  *canvas.Raster
	bar     *logBar
	painter logPainter

	top     logTop // of the view
	left    int    // columns scrolled to the right, when not wrapped
	follow  bool
	wrap    bool
	stamps  bool
	query   string
	current int // line of the current match, or -1

	selecting          bool
	sliding            bool    // the thumb of the slide is held
	grabbed            float32 // where, from its left
	anchor, selFrom    int
	selTo              int // one past the last selected line
	focused            bool
	columns, rowsShown int     // of the text, at the last draw
	rest               float32 // of the wheel, less than a row
	longest            int     // widest line seen, in columns
}

// logTop is the first row in sight: a line, and a row of it when it is wrapped.
type logTop struct{ line, row int }

// NewLogView returns a log view that follows the end of its source.
func NewLogView(source LogSource) *LogView {
	v := &LogView{source: source, follow: true, wrap: true, stamps: true, current: -1, columns: 80, rowsShown: 1}
	v.raster = canvas.NewRaster(func(w, h int) image.Image { return v.painter.paint(v, w, h) })
	v.bar = newLogBar(v)
	v.ExtendBaseWidget(v)
	return v
}

// Refresh shows what the source holds now. Call it at most a few times a
// second.
func (v *LogView) Refresh() {
	v.settle()
	v.BaseWidget.Refresh()
}

// SetSource shows another log, from its end.
func (v *LogView) SetSource(source LogSource) {
	v.source, v.top, v.left, v.longest = source, logTop{}, 0, 0
	v.selFrom, v.selTo, v.current, v.follow = 0, 0, -1, true
	v.painter.stampCells = 0
	v.Refresh()
}

// SetFollow sticks to the end, or leaves the view where it is.
func (v *LogView) SetFollow(on bool) { v.follow = on; v.Refresh() }

// Following tells whether the view sticks to the end.
func (v *LogView) Following() bool { return v.follow }

// SetWrap wraps long lines, or lets them go on to the right.
func (v *LogView) SetWrap(on bool) { v.wrap, v.left, v.top.row = on, 0, 0; v.Refresh() }

// SetStamps shows or hides the gutter with timestamps.
func (v *LogView) SetStamps(on bool) { v.stamps = on; v.Refresh() }

// SetQuery marks every place that holds the text, in any case; empty marks
// nothing.
func (v *LogView) SetQuery(query string) {
	v.query = strings.ToLower(query)
	v.Refresh()
}

// SetCurrent marks a line as the current match; -1 marks none.
func (v *LogView) SetCurrent(line int) { v.current = line; v.Refresh() }

// ScrollTo shows a line in the middle of the view, with what the query finds
// in it, and stops following.
func (v *LogView) ScrollTo(line int) {
	v.setFollowing(false)
	row := v.revealMatch(line)
	v.top = v.back(logTop{line, row}, v.rowsShown/2)
	v.Refresh()
}

// revealMatch brings the columns of a line's first match into view and returns
// the row of the line that it is in. Lines stay at their start where that
// shows it.
func (v *LogView) revealMatch(line int) (row int) {
	letters := newLogLetters(v.source.Line(line), v.query)
	from, to := letters.found()
	switch {
	case v.wrap:
		return from / v.columns
	case to <= v.columns:
		v.left = 0
	case from < v.left || to > v.left+v.columns:
		v.left = max(0, min(from, to-v.columns*2/3)) // with some of what stands before it
	}
	v.longest = max(v.longest, letters.columns)
	return 0
}

// Selection is the selected lines from first up to end, or ok false.
func (v *LogView) Selection() (first, end int, ok bool) {
	return v.selFrom, v.selTo, v.selTo > v.selFrom
}

// SelectAll selects every line.
func (v *LogView) SelectAll() {
	v.selFrom, v.selTo = v.bounds()
	v.Refresh()
}

// ClearSelection selects nothing.
func (v *LogView) ClearSelection() { v.selFrom, v.selTo = 0, 0; v.Refresh() }

// CopySelection gives the selected lines, or those in sight, to OnCopy, with
// their timestamps when these are shown.
func (v *LogView) CopySelection() {
	first, end, ok := v.Selection()
	if !ok {
		first, end = v.top.line, min(v.top.line+v.rowsShown, v.end())
	}
	lowest, highest := v.bounds()
	var text strings.Builder
	for i := max(first, lowest); i < min(end, highest); i++ {
		line := v.source.Line(i)
		if v.stamps && line.Stamp != "" {
			text.WriteString(line.Stamp + " ")
		}
		text.WriteString(plainLine(line))
		text.WriteByte('\n')
	}
	if v.OnCopy != nil {
		v.OnCopy(text.String())
		return
	}
	fyne.CurrentApp().Clipboard().SetContent(text.String())
}

func plainLine(line LogText) string {
	var b strings.Builder
	for _, span := range line.Spans {
		b.WriteString(span.Text)
	}
	return b.String()
}

func (v *LogView) bounds() (first, end int) {
	if b, ok := v.source.(BoundedSource); ok {
		return b.Bounds()
	}
	return 0, v.source.Len()
}

func (v *LogView) end() int {
	_, end := v.bounds()
	return end
}

// setFollowing changes following because of what the user did.
func (v *LogView) setFollowing(on bool) {
	if v.follow != on {
		v.follow = on
		if v.OnFollow != nil {
			v.OnFollow(on)
		}
	}
}

// settle keeps the view inside the log, at its end when following.
func (v *LogView) settle() {
	first, end := v.bounds()
	last := v.back(logTop{end, 0}, v.rowsShown)
	switch {
	case v.follow, last.before(v.top):
		v.top = last
	case v.top.line < first:
		v.top = logTop{first, 0}
	}
}

func (t logTop) before(o logTop) bool { return t.line < o.line || t.line == o.line && t.row < o.row }

// CreateRenderer implements fyne.Widget.
func (v *LogView) CreateRenderer() fyne.WidgetRenderer { return inPlace(&logRenderer{v}, v) }

type logRenderer struct{ view *LogView }

func (r *logRenderer) Destroy()           {}
func (r *logRenderer) MinSize() fyne.Size { return fyne.NewSize(160, 3*logRowHeight()) }

func (r *logRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.view.raster, r.view.bar}
}

func (r *logRenderer) Layout(size fyne.Size) {
	v := r.view
	v.raster.Resize(size)
	v.bar.Move(fyne.NewPos(size.Width-logBarWidth, 0))
	v.bar.Resize(fyne.NewSize(logBarWidth, size.Height))
	v.rowsShown = max(1, int((size.Height-v.slideRoom())/logRowHeight()))
	v.settle()
}

func (r *logRenderer) Refresh() {
	r.view.raster.Refresh()
	r.view.bar.Refresh()
}

// logRowHeight is the height of a row under the current text zoom.
func logRowHeight() float32 { return float32(int(22*theme.Zoom() + 0.5)) }
