package ring

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// needle is a search text made ready to be found in any case.
type needle struct {
	lower   []byte // ASCII folded
	upper   []byte
	runes   string // all folded
	simple  bool   // ASCII only: found by comparing bytes
	anchor  int    // place of the rarest byte, for simple needles
	anchors []byte // bytes one of which stands in every match
	plain   func(string) string
}

// newNeedle returns nil for an empty text. A line holds no line ends, so what
// follows one is not looked for.
func newNeedle(text string, plain func(string) string) *needle {
	text, _, _ = strings.Cut(text, "\n")
	if text == "" {
		return nil
	}
	n := &needle{runes: fold(text), plain: plain, simple: isASCII(text)}
	if !n.simple {
		n.anchors = foldedEnds(text)
		return n
	}
	n.lower, n.upper = []byte(strings.ToLower(text)), []byte(strings.ToUpper(text))
	for i, b := range n.lower {
		if commonness(b) < commonness(n.lower[n.anchor]) {
			n.anchor = i
		}
	}
	n.anchors = slices.Compact([]byte{n.lower[n.anchor], n.upper[n.anchor]})
	return n
}

// at reports whether a simple needle matches with its anchor at that place.
func (n *needle) at(data []byte, at int) bool {
	at -= n.anchor
	if at < 0 || at+len(n.lower) > len(data) {
		return false
	}
	for i, b := range data[at : at+len(n.lower)] {
		if b != n.lower[i] && b != n.upper[i] {
			return false
		}
	}
	return true
}

// in reports whether a line matches; controls says that it has some.
func (n *needle) in(line []byte, controls bool) bool {
	if !controls || n.plain == nil {
		if n.simple { // at has matched already, and no match crosses a line
			return true
		}
		return strings.Contains(fold(string(line)), n.runes)
	}
	return strings.Contains(fold(n.plain(string(line))), n.runes)
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// fold maps each letter to one form for all its cases. ASCII letters fold
// among themselves only, so that both kinds of needle agree.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return unicode.ToLower(r)
		}
		least := r
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			if o < utf8.RuneSelf {
				return r
			}
			least = min(least, o)
		}
		return least
	}, s)
}

// foldedEnds returns the last bytes of the encodings of every case of the
// first letter beyond ASCII: one of them stands in each match.
func foldedEnds(text string) []byte {
	at := strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
	first, _ := utf8.DecodeRuneInString(text[at:])
	var ends []byte
	add := func(r rune) {
		b := utf8.AppendRune(nil, r)
		if end := b[len(b)-1]; !bytes.Contains(ends, []byte{end}) {
			ends = append(ends, end)
		}
	}
	add(first)
	for r := unicode.SimpleFold(first); r != first; r = unicode.SimpleFold(r) {
		add(r)
	}
	return ends
}

// byFrequency orders the bytes of logs, the most common first; digits and
// dates come often. Bytes not named are rare.
const byFrequency = " e0t1ai2onrs5l4d3c:.-/p6um87h9fg\"=b,w[]ykv_();xjqz"

func commonness(b byte) int {
	if i := strings.IndexByte(byFrequency, b); i >= 0 {
		return len(byFrequency) - i
	}
	return 0
}
