// Package command writes what the app does as docker commands that a user can
// paste into a POSIX shell and get exactly the same.
package command

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line joins words into one command line for a POSIX shell (sh, dash, bash,
// zsh, ksh, busybox): the shell reads back exactly these words. A newline in a
// word stays one, inside quotes. NUL, which no program can be given, is left out.
func Line(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = Quote(w)
	}
	return strings.Join(quoted, " ")
}

// Quote writes one word so that a POSIX shell reads it back unchanged. What a
// terminal would act upon or hide (control characters, bidirectional marks,
// broken UTF-8) is written as octal through printf, so that pasting it is safe
// and what is seen is what is run.
func Quote(word string) string {
	if bare(word) {
		return word
	}
	var b strings.Builder
	for word != "" {
		n, octal := span(word)
		switch {
		case octal:
			writeOctal(&b, word[:n])
		default:
			b.WriteString("'" + strings.ReplaceAll(word[:n], "'", `'\''`) + "'")
		}
		word = word[n:]
	}
	if b.Len() == 0 {
		return "''"
	}
	return b.String()
}

// bare reports whether no shell gives a meaning to any part of word. A leading
// "=" is one to zsh.
func bare(word string) bool {
	if word == "" || word[0] == '=' {
		return false
	}
	for _, r := range word {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		if !letter && !strings.ContainsRune("_@%+=:,./-", r) {
			return false
		}
	}
	return true
}

// span returns how many bytes at the start of s are written in the same way.
func span(s string) (n int, octal bool) {
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		unsafe := hidden(r, size)
		if n == 0 {
			octal = unsafe
		}
		if unsafe != octal {
			break
		}
		n += size
	}
	return n, octal
}

// hidden reports whether a terminal would act on r, or show nothing for it. A
// newline is shown, and is safe between quotes.
func hidden(r rune, size int) bool {
	switch {
	case r == '\n':
		return false
	case r == utf8.RuneError && size == 1:
		return true
	case r == '\u2028', r == '\u2029':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// writeOctal writes bytes as a printf substitution. None of them is a newline,
// which a substitution would lose at its end.
func writeOctal(b *strings.Builder, s string) {
	s = strings.ReplaceAll(s, "\x00", "")
	if s == "" {
		return
	}
	b.WriteString(`"$(printf '`)
	for i := range len(s) {
		fmt.Fprintf(b, `\%03o`, s[i])
	}
	b.WriteString(`')"`)
}
