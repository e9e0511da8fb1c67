package command

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// Why a line cannot be read at all.
var (
	ErrOpenQuote = errors.New("a quotation has no end")
	ErrTooLong   = errors.New("too long for a command")
	ErrNoRun     = errors.New("no docker run command")
	ErrNoImage   = errors.New("no image")
)

// Bounds of what is read.
const (
	mostLine  = 64 << 10 // bytes
	mostWords = 4096
)

// token is a word of a shell's line, or what stands between words.
type token struct {
	text     string
	operator bool // ; & | < > ( ) or the end of a line
	shell    bool // a shell puts something else in place of a part of it
}

// lexer splits a line as a POSIX shell does, and forgives what comes from
// Windows: lines continued with ^ or `, and paths with backslashes. It expands
// nothing, but for the characters that Quote writes as octal.
type lexer struct {
	rest   string
	tokens []token
	word   strings.Builder
	inWord bool
	plain  bool // backslashes in this word are letters: it is a path of Windows
	shell  bool
}

func lex(line string) ([]token, error) {
	if len(line) > mostLine {
		return nil, ErrTooLong
	}
	l := &lexer{rest: strings.ReplaceAll(strings.ReplaceAll(line, "\r\n", "\n"), "\u00a0", " ")}
	for l.rest != "" {
		if err := l.step(); err != nil {
			return nil, err
		}
		if len(l.tokens) > mostWords {
			return nil, ErrTooLong
		}
	}
	l.end()
	return l.tokens, nil
}

var (
	continued = regexp.MustCompile("^[\\\\^`][ \\t]*(\\n|$)")
	octal     = regexp.MustCompile(`^\$\(printf '((?:\\[0-7]{3})+)'\)`)
	expansion = regexp.MustCompile(`^\$[A-Za-z_{(0-9@*#?$!'"]`)
	winPart   = regexp.MustCompile(`^\\[\p{L}\p{N}_.-]`)
	winPath   = regexp.MustCompile(`(^|[=,:])([A-Za-z]:|\.|\.\.)$`)
)

func (l *lexer) step() error {
	c := l.rest[0]
	if at := continued.FindString(l.rest); at != "" {
		l.end()
		l.rest = l.rest[len(at):]
		return nil
	}
	switch {
	case (c == '^' || c == '`') && !l.inWord && len(l.rest) > 1 && l.rest[1] == ' ': // a line was continued once
	case c == ' ' || c == '\t' || c == '\r':
		l.end()
	case c == '\n' || strings.IndexByte(";&|<>()", c) >= 0:
		l.end()
		l.tokens = append(l.tokens, token{text: string(c), operator: true})
	case c == '#' && !l.inWord:
		end := strings.IndexByte(l.rest, '\n')
		if end < 0 {
			end = len(l.rest)
		}
		l.rest = l.rest[end:]
		return nil
	case c == '\'':
		return l.single()
	case c == '"':
		return l.double()
	case c == '\\':
		return l.backslash()
	case c == '`' || c == '$' && expansion.MatchString(l.rest):
		return l.expand()
	default:
		l.shell = l.shell || c == '*' || c == '?' || c == '~' && l.begins()
		l.put(l.rest[:1])
	}
	l.rest = l.rest[1:]
	return nil
}

// begins tells whether a ~ here is somebody's home folder.
func (l *lexer) begins() bool {
	text := l.word.String()
	return !l.inWord || strings.HasSuffix(text, "=") || strings.HasSuffix(text, ":")
}

func (l *lexer) put(text string) {
	l.word.WriteString(text)
	l.inWord = true
}

func (l *lexer) end() {
	if l.inWord {
		l.tokens = append(l.tokens, token{text: l.word.String(), shell: l.shell})
	}
	l.word.Reset()
	l.inWord, l.plain, l.shell = false, false, false
}

// backslash protects the next character, unless it stands in a path of Windows.
// Before a space, outside a word, a line was continued once.
func (l *lexer) backslash() error {
	if l.plain = l.plain || winPath.MatchString(l.word.String()) && winPart.MatchString(l.rest); l.plain {
		l.put(`\`)
		l.rest = l.rest[1:]
		return nil
	}
	next := l.rest[1]
	if next != ' ' || l.inWord {
		l.put(l.rest[1:2])
	}
	l.rest = l.rest[2:]
	return nil
}

func (l *lexer) single() error {
	text, rest, closed := strings.Cut(l.rest[1:], "'")
	if !closed {
		return ErrOpenQuote
	}
	l.put(text)
	l.rest = rest
	return nil
}

func (l *lexer) double() error {
	l.put("")
	for l.rest = l.rest[1:]; l.rest != ""; {
		c := l.rest[0]
		switch {
		case c == '"':
			l.rest = l.rest[1:]
			return nil
		case c == '\\' && len(l.rest) > 1 && strings.IndexByte("$`\"\\\n", l.rest[1]) >= 0:
			if l.rest[1] != '\n' {
				l.put(l.rest[1:2])
			}
			l.rest = l.rest[2:]
		case c == '`' || c == '$' && expansion.MatchString(l.rest) && !strings.HasPrefix(l.rest, `$"`) && !strings.HasPrefix(l.rest, "$'"):
			if err := l.expand(); err != nil {
				return err
			}
		default:
			l.put(l.rest[:1])
			l.rest = l.rest[1:]
		}
	}
	return ErrOpenQuote
}

// expand takes what a shell would put something else in place of, as it is
// written. What Quote wrote is read back.
func (l *lexer) expand() error {
	if m := octal.FindStringSubmatch(l.rest); m != nil {
		for code := range strings.SplitSeq(m[1][1:], `\`) {
			n, err := strconv.ParseUint(code, 8, 8)
			if err != nil {
				return ErrOpenQuote
			}
			l.put(string([]byte{byte(n)}))
		}
		l.rest = l.rest[len(m[0]):]
		return nil
	}
	l.shell = true
	closing := map[string]string{"$(": ")", "${": "}"}
	end, skip := "", 1
	if len(l.rest) > 1 {
		end = closing[l.rest[:2]]
	}
	if l.rest[0] == '`' {
		end = "`"
	}
	if end != "" {
		at := strings.Index(l.rest[1:], end)
		if at < 0 {
			return ErrOpenQuote
		}
		skip = at + 2
	}
	l.put(l.rest[:skip])
	l.rest = l.rest[skip:]
	return nil
}
