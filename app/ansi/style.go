package ansi

import "github.com/charmbracelet/x/ansi"

// Color is a colour of text. The zero value is the theme's own.
type Color struct {
	kind    kind
	r, g, b uint8 // r is the number of a named colour
}

type kind uint8

const (
	unset kind = iota
	named
	exact
)

// Named reports which of the sixteen colours it is, 0 (black) to 15 (bright
// white): the theme decides what they look like.
func (c Color) Named() (number int, ok bool) { return int(c.r), c.kind == named }

// RGB returns an exact colour.
func (c Color) RGB() (r, g, b uint8, ok bool) { return c.r, c.g, c.b, c.kind == exact }

// Set reports whether there is a colour at all.
func (c Color) Set() bool { return c.kind != unset }

func namedColor(n int) Color { return Color{kind: named, r: uint8(n)} } //nolint:gosec // 0 to 15

// Indexed is one of the 256 colours of a terminal.
func Indexed(n uint8) Color { return indexed(int(n)) }

// Exact is an exact colour.
func Exact(r, g, b uint8) Color { return Color{exact, r, g, b} }

// indexed is one of the 256 colours; outside of them it is none.
func indexed(n int) Color {
	switch {
	case n < 0 || n > 255:
		return Color{}
	case n < 16:
		return namedColor(n)
	case n >= 232:
		v := uint8(8 + 10*(n-232))
		return Color{exact, v, v, v}
	}
	n -= 16
	return Color{exact, level(n / 36), level(n / 6 % 6), level(n % 6)}
}

// level is one step of the 6×6×6 colour cube.
func level(n int) uint8 {
	if n == 0 {
		return 0
	}
	return uint8(55 + 40*n) //nolint:gosec // n is at most 5
}

// with returns the style after one SGR sequence.
func (s Style) with(params ansi.Params) Style {
	if len(params) == 0 {
		return Style{}
	}
	for i := 0; i < len(params); i++ {
		code := params[i].Param(0)
		switch {
		case code == 38 || code == 48 || code == 58:
			c, used := extended(params[i:])
			s = s.colored(code, c)
			i += used - 1
		case code >= 30 && code <= 37:
			s.Fore = namedColor(code - 30)
		case code >= 40 && code <= 47:
			s.Back = namedColor(code - 40)
		case code >= 90 && code <= 97:
			s.Fore = namedColor(code - 90 + 8)
		case code >= 100 && code <= 107:
			s.Back = namedColor(code - 100 + 8)
		default:
			s = s.switched(code, params[i:])
			i += subs(params[i:])
		}
	}
	return s
}

// switched applies a code without a colour.
func (s Style) switched(code int, params ansi.Params) Style {
	switch code {
	case 0:
		return Style{}
	case 1:
		s.Bold = true
	case 2:
		s.Dim = true
	case 3:
		s.Italic = true
	case 4: // 4:0 is off, 4:3 is wavy
		s.Underline = subs(params) == 0 || params[1].Param(1) != 0
	case 21:
		s.Underline = true
	case 7:
		s.Inverse = true
	case 22:
		s.Bold, s.Dim = false, false
	case 23:
		s.Italic = false
	case 24:
		s.Underline = false
	case 27:
		s.Inverse = false
	case 39:
		s.Fore = Color{}
	case 49:
		s.Back = Color{}
	}
	return s
}

func (s Style) colored(code int, c Color) Style {
	if !c.Set() {
		return s
	}
	switch code {
	case 38:
		s.Fore = c
	case 48:
		s.Back = c
	}
	return s
}

// subs is how many sub-parameters (joined by colons) follow the first.
func subs(params ansi.Params) int {
	n := 0
	for n < len(params)-1 && params[n].HasMore() {
		n++
	}
	return n
}

// extended reads 38;5;n, 38;2;r;g;b and their forms with colons, and says how
// many parameters it took.
func extended(params ansi.Params) (c Color, used int) {
	colons := subs(params)
	if len(params) < 2 {
		return Color{}, len(params)
	}
	at := func(i int) int { return params[i].Param(0) }
	switch kind, end := at(1), len(params); kind {
	case 5:
		if colons > 0 {
			end = colons + 1
		}
		if end < 3 {
			return Color{}, end
		}
		return indexed(at(2)), max(3, colons+1)
	case 2:
		from := 2
		if colons > 0 {
			end = colons + 1
			if colons >= 5 { // 38:2:<colour space>:r:g:b
				from = 3
			}
		}
		if end < from+3 {
			return Color{}, end
		}
		return rgb(at(from), at(from+1), at(from+2)), max(5, colons+1)
	}
	return Color{}, max(2, colons+1)
}

func rgb(r, g, b int) Color {
	if max(r, g, b) > 255 || min(r, g, b) < 0 {
		return Color{}
	}
	return Color{exact, uint8(r), uint8(g), uint8(b)} //nolint:gosec // just checked
}
