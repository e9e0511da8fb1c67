// Package ansi turns what a program printed into text that is safe to draw.
//
// It keeps colours and weights (SGR) and drops every other control: cursor
// movement, titles, links, C0 and C1 codes, and the marks that turn the
// direction of text around.
package ansi

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	tabWidth = 8
	// MaxColumns is where a line is cut, with an ellipsis.
	MaxColumns = 4096
)

// Span is a piece of a line in one style.
type Span struct {
	Text  string
	Style Style
}

// Style is how a piece of text is drawn. The zero value is plain.
type Style struct {
	Fore, Back Color
	Bold       bool
	Dim        bool
	Italic     bool
	Underline  bool
	Inverse    bool
}

// Parse returns the spans of one line, without empty ones. A carriage return
// starts the line anew, as it does in a terminal.
func Parse(line string) []Span {
	if isPlain(line) {
		if line == "" {
			return nil
		}
		return []Span{{Text: line}}
	}
	p := parser{}
	p.parse(line)
	return p.spans
}

// Plain returns the text of a line as a reader sees it.
func Plain(line string) string {
	if isPlain(line) {
		return line
	}
	var b strings.Builder
	for _, s := range Parse(line) {
		b.WriteString(s.Text)
	}
	return b.String()
}

// isPlain reports whether a line is drawn as it is.
func isPlain(line string) bool {
	if len(line) > MaxColumns {
		return false
	}
	for i := range len(line) {
		if c := line[i]; c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

type parser struct {
	spans  []Span
	text   strings.Builder
	style  Style
	column int
	full   bool
	anew   bool // a carriage return came: the next text starts the line again
}

func (p *parser) parse(line string) {
	var (
		seq   string
		n     int
		state byte
		buf   ansi.Parser
	)
	// The library writes past its parameters when a sequence has more of them.
	buf.SetParamsSize(max(32, 2+strings.Count(line, ";")+strings.Count(line, ":")))
	buf.SetDataSize(1) // the text of titles and the like is not wanted
	for len(line) > 0 && !p.full {
		if line[0] >= ' ' && line[0] < 0x7f || line[0] >= utf8.RuneSelf {
			n = p.run(line)
			line = line[n:]
			continue
		}
		seq, _, n, state = ansi.DecodeSequence(line, state, &buf)
		if n == 0 { // never, but a hostile line must not hang
			return
		}
		line = line[n:]
		if state != ansi.NormalState && line == "" {
			break // a sequence that never ends
		}
		p.control(seq, &buf)
	}
	p.flush()
}

// run takes the printable text at the start of line and says how long it is.
func (p *parser) run(line string) int {
	end := strings.IndexFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f })
	if end < 0 {
		end = len(line)
	}
	for _, r := range line[:end] {
		if p.full {
			break
		}
		p.put(r)
	}
	return end
}

func (p *parser) control(seq string, buf *ansi.Parser) {
	switch {
	case seq == "\t":
		p.put(' ')
		for p.column%tabWidth != 0 && !p.full {
			p.put(' ')
		}
	case seq == "\r":
		p.anew = true
	case ansi.HasCsiPrefix(seq):
		if cmd := ansi.Cmd(buf.Command()); cmd.Final() == 'm' && cmd.Prefix() == 0 && cmd.Intermediate() == 0 {
			p.flush()
			p.style = p.style.with(buf.Params())
		}
	}
}

func (p *parser) put(r rune) {
	if Hidden(r) {
		return
	}
	if p.anew {
		p.anew, p.column, p.spans = false, 0, nil
		p.text.Reset()
	}
	if p.column >= MaxColumns {
		p.full = true
		r = '…'
	}
	p.column++
	p.text.WriteRune(r)
}

// Hidden reports whether a rune is no text: a control, a mark that reorders or
// hides its neighbours, or a stray byte order mark.
func Hidden(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0: // C0, DEL, C1
		return true
	case r == 0x061c, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r == 0xfeff, r >= 0xe0000 && r <= 0xe0fff:
		return r != 0x200d // the joiner of emoji
	}
	return r > unicode.MaxRune
}

func (p *parser) flush() {
	if p.text.Len() == 0 {
		return
	}
	if k := len(p.spans); k > 0 && p.spans[k-1].Style == p.style {
		p.spans[k-1].Text += p.text.String()
	} else {
		p.spans = append(p.spans, Span{p.text.String(), p.style})
	}
	p.text.Reset()
}
