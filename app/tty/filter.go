package tty

import (
	"strconv"
	"unicode/utf8"

	vtansi "github.com/charmbracelet/x/ansi"

	"escale/app/ansi"
)

const (
	// mostParam bounds the numbers in sequences: no screen is larger.
	mostParam = 1000
	// together is how many characters in a row may become one cell: those of some
	// scripts join without end.
	together = 16
)

// filter lets through what paints, and nothing else. It reads the stream with the
// parser that the emulator has, and writes what may stay anew: titles, links, the
// clipboard, files, colours of the theme and all questions are not among it, so
// that the emulator has nothing to answer. It belongs to one goroutine.
type filter struct {
	parser *vtansi.Parser
	out    []byte
	rows   int // of the screen
	joined int // characters in a row that may join

	// What programs ask of the keyboard; the emulator need not know.
	arrows bool // in the application's way
	paste  bool // is marked as one
}

func newFilter(rows int) *filter {
	f := &filter{parser: vtansi.NewParser(), rows: rows}
	f.parser.SetDataSize(1) // what is in strings is not looked at
	f.parser.SetHandler(vtansi.Handler{Print: f.print, Execute: f.execute, HandleCsi: f.csi, HandleEsc: f.esc})
	return f
}

// clean is what of p may reach the screen, until the next call.
func (f *filter) clean(p []byte) []byte {
	f.out = f.out[:0]
	for _, b := range p {
		f.parser.Advance(b)
	}
	return f.out
}

func (f *filter) print(r rune) {
	if ansi.Hidden(r) {
		return
	}
	if r < utf8.RuneSelf {
		f.joined = 0
	} else if f.joined++; f.joined > together {
		f.out, f.joined = append(f.out, 0), 0 // it does nothing, but to end a cell
	}
	f.out = utf8.AppendRune(f.out, r)
}

func (f *filter) execute(b byte) {
	switch b {
	case '\b', '\t', '\n', '\v', '\f', '\r', vtansi.SO, vtansi.SI:
		f.out = append(f.out, b)
	}
}

func (f *filter) esc(cmd vtansi.Cmd) {
	switch cmd.Intermediate() {
	case 0:
		switch final := cmd.Final(); final {
		case '7', '8', 'D', 'H', 'M':
			f.out = append(f.out, vtansi.ESC, final)
		case 'E':
			f.out = append(f.out, '\r', '\n')
		case 'c':
			f.arrows, f.paste = false, false
			f.out = append(f.out, vtansi.ESC, final)
		}
	case '(', ')':
		if final := cmd.Final(); final == '0' || final == 'A' || final == 'B' {
			f.out = append(f.out, vtansi.ESC, cmd.Intermediate(), final)
		}
	}
}

// paints are the final letters of sequences that move the cursor, erase, insert,
// scroll or colour.
const paints = "@ABCDEFGHIJKLMPSTXZ`abdefgmr"

func (f *filter) csi(cmd vtansi.Cmd, params vtansi.Params) {
	final := cmd.Final()
	set := final == 'h'
	switch {
	case cmd.Intermediate() != 0:
	case cmd.Prefix() == '?' && (set || final == 'l'):
		params.ForEach(0, func(_, mode int, _ bool) { f.mode(mode, set) })
	case cmd.Prefix() != 0:
	case final == 's':
		f.out = append(f.out, vtansi.ESC, '7')
	case final == 'u':
		f.out = append(f.out, vtansi.ESC, '8')
	case contains(paints, final):
		f.out = append(f.out, vtansi.ESC, '[')
		most := mostParam
		if final == 'r' { // the emulator believes in lines below its screen
			most = f.rows
		}
		params.ForEach(-1, func(i, n int, more bool) {
			if n >= 0 {
				f.out = strconv.AppendInt(f.out, int64(min(n, most)), 10)
			}
			switch {
			case more:
				f.out = append(f.out, ':')
			case i < len(params)-1:
				f.out = append(f.out, ';')
			}
		})
		f.out = append(f.out, final)
	}
}

// mode sets or resets one of a terminal's ways, if it is one that is for the
// screen or for keys.
func (f *filter) mode(n int, on bool) {
	switch n {
	case 1:
		f.arrows = on
	case 2004:
		f.paste = on
	case 6, 7, 25, 1047, 1048, 1049:
		f.out = append(f.out, vtansi.ESC, '[', '?')
		f.out = strconv.AppendInt(f.out, int64(n), 10)
		if on {
			f.out = append(f.out, 'h')
		} else {
			f.out = append(f.out, 'l')
		}
	}
}

func contains(letters string, one byte) bool {
	for i := range len(letters) {
		if letters[i] == one {
			return true
		}
	}
	return false
}
