package lesson

import (
	"regexp"
	"strings"
)

// prose gathers the lines of a text, and refuses what the page on lessons does
// not have.
type prose struct{ lines []string }

func newProse() *prose { return &prose{} }

var (
	// notProse begins what Markdown has and lessons do not: headings, fences of
	// another kind, quotes and tables, HTML.
	notProse = regexp.MustCompile("^\\s*(#{1,6}(\\s|$)|~~~|>|\\||<[a-zA-Z!/?]|```)")
	image    = regexp.MustCompile(`!\[`)
	target   = regexp.MustCompile(`\]\(\s*<?([^)\s>]*)`)
	tag      = regexp.MustCompile(`<[a-zA-Z!/?]`)
)

func (p *prose) add(line string, number int) error {
	if notProse.MatchString(line) || image.MatchString(line) || tag.MatchString(line) {
		return fault(number, Misplaced, strings.TrimSpace(line))
	}
	for _, m := range target.FindAllStringSubmatch(line, -1) {
		if !strings.HasPrefix(m[1], "https://") {
			return fault(number, Bad, m[1])
		}
	}
	p.lines = append(p.lines, line)
	return nil
}

func (p *prose) text() string { return strings.TrimSpace(strings.Join(p.lines, "\n")) }
