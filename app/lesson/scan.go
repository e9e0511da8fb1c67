package lesson

import (
	"strconv"
	"strings"
)

// word is a part of a check.
type word struct {
	text   string // of a quoted one, what it says
	quoted bool
}

// end is the word after the last.
const end = ""

// signs are the words made of signs, the longest first.
var signs = []string{"!=", "!~", "<=", ">=", "=", "~", "<", ">", "(", ")", ","}

// scan takes a check apart; the last word is end.
func scan(text string) ([]word, error) {
	var words []word
	for {
		text = strings.TrimLeft(text, " \t\n")
		if text == "" {
			return append(words, word{text: end}), nil
		}
		if text[0] == '"' {
			said, rest, ok := quoted(text[1:])
			if !ok {
				return nil, fault(0, Syntax, text)
			}
			words, text = append(words, word{said, true}), rest
			continue
		}
		w := plainWord(text)
		if w == "" {
			return nil, fault(0, Syntax, text)
		}
		words, text = append(words, word{text: w}), text[len(w):]
	}
}

func plainWord(text string) string {
	for _, sign := range signs {
		if strings.HasPrefix(text, sign) {
			return sign
		}
	}
	length := strings.IndexFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	if length < 0 {
		return text
	}
	return text[:length]
}

// quoted reads up to the closing quotation mark.
func quoted(text string) (said, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			return b.String(), text[i+1:], true
		case '\\':
			if i++; i == len(text) || text[i] != '"' && text[i] != '\\' {
				return "", "", false
			}
		}
		b.WriteByte(text[i])
	}
	return "", "", false
}

// units are the powers of 1024.
var units = map[string]int64{"": 1, "kB": 1 << 10, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}

// quantity reads a whole number with or without a unit.
func quantity(text string) (int64, bool) {
	digits := strings.TrimRight(text, "kKMGB")
	unit, known := units[text[len(digits):]]
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || !known || n > 1<<40 {
		return 0, false
	}
	return n * unit, true
}
