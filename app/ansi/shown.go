package ansi

import (
	"unicode"
	"unicode/utf8"
)

// Printable reports whether a text is shown as it is, on one line or on several.
func Printable(text string, lines bool) bool {
	for _, r := range text {
		if lines && (r == '\n' || r == '\t') {
			continue
		}
		if r == utf8.RuneError || !unicode.IsGraphic(r) {
			return false
		}
	}
	return true
}

// Shown is a piece of a foreign file as it may be shown: at most 60 characters,
// all of them graphic.
func Shown(text string) string {
	runes := []rune(text)
	if len(runes) > 60 {
		runes = append(runes[:59], '…')
	}
	for i, r := range runes {
		if !unicode.IsGraphic(r) {
			runes[i] = '\uFFFD'
		}
	}
	return string(runes)
}
