// Package tty is a terminal without a toolkit: the screen that a shell's output
// makes, the bytes of keys, and the connection with the shell. What is printed is
// hostile: it paints cells of a screen of bounded size, and does nothing else.
package tty

import (
	"fmt"
	"image/color"
	"strings"
	"sync"

	uv "github.com/charmbracelet/ultraviolet"
	vtansi "github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"escale/app/ansi"
)

// The bounds of a screen, in characters, and how many lines above it are kept.
const (
	LeastCols = 20
	LeastRows = 4
	MostCols  = 500
	MostRows  = 300
	Kept      = 2000
)

// Cell is one place of a screen.
type Cell struct {
	Text   string // what stands there: a character with what joins it; empty for nothing
	Wide   bool   // it takes the next cell, too
	Fg, Bg ansi.Color

	Bold, Faint, Underline, Reverse bool
}

// Frame is a screen as it is at a moment, Rows lines of Cols cells.
type Frame struct {
	Cols, Rows int
	Cells      []Cell
	Back       int // how many lines there are above the screen
	Up         int // how many of them are in sight

	CursorX, CursorY int
	Cursor           bool // is shown, and in sight
}

// Screen is what a shell has printed. Safe for concurrent use.
type Screen struct {
	mu     sync.Mutex
	vt     *vt.Emulator
	filter *filter
	broken int // how often the emulator had to be replaced
}

// NewScreen returns an empty screen of that size in characters, within bounds.
func NewScreen(cols, rows int) *Screen {
	cols, rows = bound(cols, rows)
	return &Screen{vt: emulator(cols, rows), filter: newFilter(rows)}
}

func emulator(cols, rows int) *vt.Emulator {
	e := vt.NewEmulator(cols, rows)
	e.SetScrollbackSize(Kept)
	return e
}

func bound(cols, rows int) (int, int) {
	return max(LeastCols, min(cols, MostCols)), max(LeastRows, min(rows, MostRows))
}

// Write implements io.Writer: it takes what the shell prints, and never fails.
func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.safely(func() { _, _ = s.vt.Write(s.filter.clean(p)) }) // an open one takes all
	return len(p), nil
}

// safely keeps a fault of the emulator, which is given what strangers made, from
// ending the program: the screen begins anew.
func (s *Screen) safely(do func()) {
	cols, rows := s.vt.Width(), s.vt.Height()
	defer func() {
		if recover() != nil {
			s.broken++
			s.vt, s.filter = emulator(cols, rows), newFilter(rows)
		}
	}()
	do()
}

// Resize gives the screen another size. Of a lower one the upper lines leave.
func (s *Screen) Resize(cols, rows int) {
	cols, rows = bound(cols, rows)
	s.mu.Lock()
	defer s.mu.Unlock()
	if cols == s.vt.Width() && rows == s.vt.Height() {
		return
	}
	s.safely(func() {
		if at := s.vt.CursorPosition(); at.Y >= rows && !s.vt.IsAltScreen() { // the emulator would cut the lower ones off
			_, _ = fmt.Fprintf(s.vt, "\x1b[r\x1b[%dS\x1b[%d;%dH", at.Y-rows+1, rows, at.X+1)
		}
		s.vt.Resize(cols, rows)
		s.filter.rows = rows
	})
}

// Size is its size in characters.
func (s *Screen) Size() (cols, rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.vt.Width(), s.vt.Height()
}

// Frame is the screen as it is now, up lines above its end.
func (s *Screen) Frame(up int) Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := Frame{Cols: s.vt.Width(), Rows: s.vt.Height(), Back: s.back()}
	f.Up = max(0, min(up, f.Back))
	f.Cells = make([]Cell, f.Cols*f.Rows)
	for y := range f.Rows {
		for x := range f.Cols {
			f.Cells[y*f.Cols+x] = cellOf(s.at(x, y+f.Back-f.Up))
		}
	}
	at := s.vt.CursorPosition()
	f.CursorX, f.CursorY = min(at.X, f.Cols-1), at.Y+f.Up
	f.Cursor = !s.vt.CursorHidden() && f.CursorY < f.Rows
	return f
}

// back is how many lines are above the screen. The caller holds the lock.
func (s *Screen) back() int {
	if s.vt.IsAltScreen() {
		return 0
	}
	return s.vt.ScrollbackLen()
}

// at is a cell of all lines, those above the screen first. The caller holds the
// lock.
func (s *Screen) at(x, line int) *uv.Cell {
	if back := s.back(); line >= back {
		return s.vt.CellAt(x, line-back)
	}
	return s.vt.ScrollbackCellAt(x, line)
}

// Place is a cell of all lines, from the first one that is kept on.
type Place struct{ Line, Col int }

// Text is what stands from a place on, up to another one, which is no part of it.
// Lines end where nothing more stands on them.
func (s *Screen) Text(from, to Place) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all strings.Builder
	last := min(to.Line, s.back()+s.vt.Height()-1)
	for line := max(from.Line, 0); line <= last; line++ {
		first, end := 0, s.vt.Width()
		if line == from.Line {
			first = max(from.Col, 0)
		}
		if line == to.Line {
			end = min(to.Col, end)
		}
		var words strings.Builder
		for x := first; x < end; x++ {
			switch c := s.at(x, line); {
			case c == nil || c.Content == "" && c.Width != 0: // a wide one's other half has no width
				words.WriteByte(' ')
			default:
				words.WriteString(c.Content)
			}
		}
		all.WriteString(strings.TrimRight(words.String(), " "))
		if line < last {
			all.WriteByte('\n')
		}
	}
	return all.String()
}

func cellOf(c *uv.Cell) Cell {
	if c == nil {
		return Cell{}
	}
	own := Cell{
		Wide: c.Width > 1, Fg: colorOf(c.Style.Fg), Bg: colorOf(c.Style.Bg),
		Bold: c.Style.Attrs&uv.AttrBold != 0, Faint: c.Style.Attrs&uv.AttrFaint != 0,
		Underline: c.Style.Underline != 0, Reverse: c.Style.Attrs&uv.AttrReverse != 0,
	}
	if c.Content != " " && c.Style.Attrs&uv.AttrConceal == 0 {
		own.Text = c.Content
	}
	return own
}

func colorOf(c color.Color) ansi.Color {
	switch c := c.(type) {
	case nil:
		return ansi.Color{}
	case vtansi.BasicColor:
		return ansi.Indexed(uint8(c))
	case vtansi.IndexedColor:
		return ansi.Indexed(uint8(c))
	}
	exact, _ := color.NRGBAModel.Convert(c).(color.NRGBA)
	return ansi.Exact(exact.R, exact.G, exact.B)
}
