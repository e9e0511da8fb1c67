package life

import (
	"time"

	"escale/app/ansi"
	"escale/app/ring"
	"escale/views/kit"
)

// RingLog shows the lines of a ring to a log view: all of them, under their own
// numbers.
type RingLog struct{ Lines *ring.Ring }

var _ kit.BoundedSource = RingLog{}

// Len implements kit.LogSource.
func (s RingLog) Len() int { return s.Lines.Len() }

// Bounds implements kit.BoundedSource.
func (s RingLog) Bounds() (first, end int) { return s.Lines.Bounds() }

// Line implements kit.LogSource.
func (s RingLog) Line(i int) kit.LogText {
	l, ok := s.Lines.Line(i)
	if !ok {
		return kit.LogText{}
	}
	return kit.LogText{Stamp: stamp(l.At), Stderr: l.Stderr, Spans: spans(l.Text)}
}

func stamp(at time.Time) string { return at.Local().Format("15:04:05.000") }

// spans gives hostile text the kit's colours.
func spans(text string) []kit.Span {
	parsed := ansi.Parse(text)
	out := make([]kit.Span, len(parsed))
	for i, s := range parsed {
		fore, back := paint(s.Style.Fore), paint(s.Style.Back)
		if s.Style.Inverse {
			fore, back = back, fore
			if !s.Style.Fore.Set() && !s.Style.Back.Set() {
				fore, back = kit.PaintIndex(0), kit.PaintIndex(7)
			}
		}
		out[i] = kit.Span{Text: s.Text, Fg: fore, Bg: back, Bold: s.Style.Bold}
	}
	return out
}

func paint(c ansi.Color) kit.Paint {
	if n, ok := c.Named(); ok {
		return kit.PaintIndex(uint8(n)) //nolint:gosec // 0 to 15
	}
	if r, g, b, ok := c.RGB(); ok {
		return kit.PaintRGB(r, g, b)
	}
	return 0
}
