package kit

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// TermCell is one place of a terminal.
type TermCell struct {
	Text   string // what stands there: a character with what joins it; empty for nothing
	Wide   bool   // it takes the next cell, too
	Fg, Bg Paint

	Bold, Faint, Underline, Reverse bool
}

// TermFrame is what a terminal shows: Rows lines of Cols cells.
type TermFrame struct {
	Cols, Rows int
	Cells      []TermCell
	Back, Up   int // lines above the screen; of those in sight

	CursorX, CursorY int
	Cursor           bool
}

// TermPlace is a cell of all lines, those above the screen first.
type TermPlace struct{ Line, Col int }

func (p TermPlace) before(o TermPlace) bool {
	return p.Line < o.Line || p.Line == o.Line && p.Col < o.Col
}

// TermKey is a key that is no character, or a letter with a key that is held.
type TermKey struct {
	Name                fyne.KeyName
	Shift, Alt, Control bool
}

// TermModel is what a Terminal shows, and whom it tells. All are called on the UI
// goroutine, and none may block.
type TermModel struct {
	// Frame is the screen as it is up lines above its end.
	Frame func(up int) TermFrame
	// Text is what stands from one place to another.
	Text func(from, to TermPlace) string
	// Size is called when another number of characters fits.
	Size func(cols, rows int)
	// Typed takes characters, Key other keys, Paste what is on the clipboard.
	Typed func(text string)
	Key   func(TermKey)
	Paste func(text string)
	// Copy takes the text that was chosen.
	Copy func(text string)
	// Menu opens a context menu; nil for none.
	Menu func(at fyne.Position)
}

// Terminal is a shell's screen and keyboard. While it has the focus every key is
// the shell's, but for Shift+Tab, which leaves it, and the keys of the window. It
// belongs to the UI goroutine.
type Terminal struct {
	widget.BaseWidget

	model   TermModel
	raster  *canvas.Raster
	painter termPainter

	frame      TermFrame
	up         int     // lines above the end
	rest       float32 // of the wheel, less than a line
	cols, rows int     // that fit, at the last draw
	focused    bool
	shift      bool // is held

	choosing     bool
	anchor, head TermPlace // of what is chosen; equal: nothing
}

// NewTerminal returns a terminal. Refresh it when its screen has changed.
func NewTerminal(model TermModel) *Terminal {
	t := &Terminal{model: model}
	t.raster = canvas.NewRaster(func(w, h int) image.Image { return t.painter.paint(t, w, h) })
	t.ExtendBaseWidget(t)
	return t
}

// Chosen is the text that is chosen; empty for none.
func (t *Terminal) Chosen() string {
	from, to := t.chosen()
	if from == to {
		return ""
	}
	return t.model.Text(from, to)
}

// chosen is from where to where text is chosen.
func (t *Terminal) chosen() (from, to TermPlace) {
	if t.head.before(t.anchor) {
		return t.head, t.anchor
	}
	return t.anchor, t.head
}

// CopyChosen hands over what is chosen, and tells whether there was anything.
func (t *Terminal) CopyChosen() bool {
	text := t.Chosen()
	if text == "" {
		return false
	}
	t.model.Copy(text)
	t.forget()
	return true
}

// ChooseAll chooses every line that there is.
func (t *Terminal) ChooseAll() {
	f := t.model.Frame(t.up)
	t.anchor, t.head = TermPlace{}, TermPlace{Line: f.Back + f.Rows - 1, Col: f.Cols}
	t.Refresh()
}

func (t *Terminal) forget() { t.anchor, t.head = TermPlace{}, TermPlace{} }

// PasteFrom types what is on the clipboard.
func (t *Terminal) PasteFrom(c fyne.Clipboard) { t.enter(func() { t.model.Paste(c.Content()) }) }

// enter does something that the shell is to see: the end of the screen comes into
// sight.
func (t *Terminal) enter(do func()) {
	t.up = 0
	t.forget()
	do()
	t.Refresh()
}

// VisibleText is the text in sight, one line each, for tools that read the screen.
func (t *Terminal) VisibleText() string {
	f := t.model.Frame(t.up)
	first := f.Back - f.Up
	return t.model.Text(TermPlace{Line: first}, TermPlace{Line: first + f.Rows - 1, Col: f.Cols})
}

// CreateRenderer implements fyne.Widget.
func (t *Terminal) CreateRenderer() fyne.WidgetRenderer { return inPlace(&termRenderer{t}, t) }

type termRenderer struct{ terminal *Terminal }

func (r *termRenderer) Destroy()           {}
func (r *termRenderer) MinSize() fyne.Size { return fyne.NewSize(200, 5*termRowHeight()) }

func (r *termRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.terminal.raster}
}

func (r *termRenderer) Layout(size fyne.Size) { r.terminal.raster.Resize(size) }
func (r *termRenderer) Refresh()              { r.terminal.raster.Refresh() }

// termRowHeight is the height of a line under the current text zoom.
func termRowHeight() float32 { return float32(int(18*theme.Zoom() + 0.5)) }
