package run

import (
	"errors"
	"strings"
)

// ErrOpenQuote says that a quotation in a command has no end.
var ErrOpenQuote = errors.New("a quotation has no end")

// ParseWords splits a command into its words as a POSIX shell does, without
// expanding anything: '…' is literal, "…" and a backslash protect what follows.
func ParseWords(text string) ([]string, error) {
	p := &wordParser{rest: []rune(text)}
	for len(p.rest) > 0 {
		if err := p.step(); err != nil {
			return nil, err
		}
	}
	p.end()
	return p.words, nil
}

type wordParser struct {
	rest   []rune
	words  []string
	word   strings.Builder
	inWord bool // an empty quotation is a word too
}

func (p *wordParser) step() error {
	r := p.next()
	switch r {
	case ' ', '\t', '\n':
		p.end()
		return nil
	case '\'', '"':
		p.inWord = true
		return p.quoted(r)
	case '\\':
		if len(p.rest) == 0 {
			return ErrOpenQuote
		}
		if r = p.next(); r == '\n' { // a continued line
			return nil
		}
	}
	p.inWord = true
	p.word.WriteRune(r)
	return nil
}

func (p *wordParser) quoted(quote rune) error {
	for len(p.rest) > 0 {
		r := p.next()
		switch {
		case r == quote:
			return nil
		case quote == '"' && r == '\\' && len(p.rest) > 0 && strings.ContainsRune("$`\"\\\n", p.rest[0]):
			if r = p.next(); r == '\n' {
				continue
			}
		}
		p.word.WriteRune(r)
	}
	return ErrOpenQuote
}

func (p *wordParser) next() rune {
	r := p.rest[0]
	p.rest = p.rest[1:]
	return r
}

func (p *wordParser) end() {
	if p.inWord {
		p.words = append(p.words, p.word.String())
	}
	p.word.Reset()
	p.inWord = false
}
