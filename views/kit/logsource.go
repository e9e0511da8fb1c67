package kit

// LogSource is what a LogView shows. It is asked on the UI goroutine, for the
// lines in sight only; it may grow at any time.
type LogSource interface {
	// Len is the number of lines.
	Len() int
	// Line returns a line, from 0. A line that is gone is empty.
	Line(i int) LogText
}

// BoundedSource is a LogSource that forgets old lines and keeps the numbers of
// the others: its lines go from first up to end.
type BoundedSource interface {
	LogSource
	Bounds() (first, end int)
}

// LogText is one line of a log.
type LogText struct {
	Stamp  string // shown in the gutter
	Stderr bool
	Spans  []Span
}

// Span is a part of a line in one look.
type Span struct {
	Text   string
	Fg, Bg Paint
	Bold   bool
}

// Paint is a colour of a terminal: the zero value is the default one.
type Paint uint32

const paintRGB Paint = 1 << 31

// PaintIndex is one of the terminal's 256 colours; the first 16 follow the
// theme.
func PaintIndex(n uint8) Paint { return Paint(n) + 1 }

// PaintRGB is an exact colour.
func PaintRGB(r, g, b uint8) Paint {
	return paintRGB | Paint(r)<<16 | Paint(g)<<8 | Paint(b)
}

// PlainLog is a LogSource of fixed lines.
type PlainLog []string

// Len implements LogSource.
func (p PlainLog) Len() int { return len(p) }

// Line implements LogSource.
func (p PlainLog) Line(i int) LogText { return LogText{Spans: []Span{{Text: p[i]}}} }
