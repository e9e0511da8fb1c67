package lesson

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"escale/app/ansi"
)

// Bounds of a lesson. Texts are measured in characters.
const (
	MostBytes    = 128 << 10
	Version      = 1
	mostSteps    = 12
	mostProse    = 2000
	longHeading  = 80
	longTitle    = 60
	longSummary  = 160
	longSentence = 240
	longText     = 300
	longHint     = 200
	mostTasks    = 3 // in a step
	mostNeeds    = 8
	mostLines    = 6 // of a command
	longLine     = 300
)

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,39}$`)

// Languages are those that lessons are written in.
func Languages() []string { return []string{"en", "fr"} }

// parser reads one lesson, line by line.
type parser struct {
	lines   []string // of the file, without their ends
	next    int      // index of the line to read
	foreign bool
	lesson  *Lesson
	tasks   map[string]*Task // those so far
}

// Parse reads a lesson's bytes. Its error is an *Error. language is that of the
// folder; empty for a foreign lesson, which says it itself.
func Parse(data []byte, language string) (*Lesson, error) {
	if len(data) > MostBytes {
		return nil, &Error{Why: TooLarge}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors begin with it
	if !utf8.Valid(data) {
		return nil, &Error{Why: NotLesson}
	}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	p := &parser{
		lines: strings.Split(text, "\n"), foreign: language == "",
		lesson: &Lesson{Language: language}, tasks: map[string]*Task{},
	}
	for i, line := range p.lines {
		if !ansi.Printable(line, true) {
			return nil, fault(i+1, NotText, "")
		}
	}
	if err := p.head(); err != nil {
		return nil, err
	}
	if err := p.body(); err != nil {
		return nil, err
	}
	return p.lesson, nil
}

// head reads the front matter.
func (p *parser) head() error {
	end := -1
	if p.lines[0] == "---" {
		end = slices.Index(p.lines[1:], "---")
	}
	if end < 0 {
		return &Error{Why: NotLesson}
	}
	p.next = end + 2
	node, err := tree(strings.Join(p.lines[1:end+1], "\n"), 1)
	if err != nil {
		return err
	}
	o, err := objectOf(node, 1)
	if err != nil {
		return err
	}
	if o.fields["lesson"] == nil {
		return &Error{Why: NotLesson}
	}
	version, err := o.number("lesson", 1, 1<<30)
	if err != nil {
		return err
	}
	if version > Version {
		return &Error{Why: Newer}
	}
	return p.about(o)
}

// about reads what the front matter says of the lesson.
func (p *parser) about(o object) (err error) {
	l := p.lesson
	take := func(read func() error) {
		if err == nil {
			err = read()
		}
	}
	take(func() (err error) { l.ID, err = o.id("id"); return err })
	take(func() (err error) { l.Title, err = o.text("title", longTitle, false); return err })
	take(func() (err error) { l.Summary, err = o.text("summary", longSummary, false); return err })
	take(func() (err error) { l.Order, err = o.number("order", 1, 999); return err })
	take(func() (err error) { l.Minutes, err = o.number("minutes", 3, 8); return err })
	take(func() (err error) { l.Needs, err = o.ids("needs", mostNeeds); return err })
	if p.foreign {
		take(func() (err error) { l.Author, err = o.text("author", longTitle, true); return err })
		take(func() (err error) {
			line := o.lineAt("language")
			l.Language, err = o.text("language", longTitle, false)
			if err == nil && !slices.Contains(Languages(), l.Language) {
				err = fault(line, Bad, "language")
			}
			return err
		})
	}
	take(o.end)
	return err
}

// body reads the steps.
func (p *parser) body() error {
	for ; p.next < len(p.lines); p.next++ {
		line := strings.TrimRight(p.lines[p.next], " \t")
		title, heading := strings.CutPrefix(line, "## ")
		switch {
		case heading:
			if err := p.step(strings.TrimSpace(title)); err != nil {
				return err
			}
			p.next-- // the line that ended it
		case line != "":
			return fault(p.next+1, Misplaced, line)
		}
	}
	if len(p.lesson.Steps) == 0 {
		return fault(len(p.lines), Few, "##")
	}
	return nil
}

// step reads one step, from its heading to the next one.
func (p *parser) step(title string) error {
	if title == "" || len([]rune(title)) > longHeading {
		return fault(p.next+1, Long, "##")
	}
	if len(p.lesson.Steps) == mostSteps {
		return fault(p.next+1, Many, "##")
	}
	if p.lesson.Quiz() != nil {
		return fault(p.next+1, Misplaced, "quiz")
	}
	p.lesson.Steps = append(p.lesson.Steps, Step{Title: title})
	begun := p.next
	p.next++
	prose, length := newProse(), 0
	for ; p.next < len(p.lines) && !strings.HasPrefix(p.lines[p.next], "## "); p.next++ {
		line := p.lines[p.next]
		name, fence := strings.CutPrefix(line, "```")
		if !fence {
			if err := prose.add(line, p.next+1); err != nil {
				return err
			}
			if length += len([]rune(line)); length > mostProse {
				return fault(p.next+1, Long, title)
			}
			continue
		}
		p.put(prose)
		prose = newProse()
		if err := p.block(strings.TrimSpace(name)); err != nil {
			return err
		}
	}
	p.put(prose)
	if len(p.current().Blocks) == 0 {
		return fault(begun+1, Few, title)
	}
	return nil
}

func (p *parser) current() *Step { return &p.lesson.Steps[len(p.lesson.Steps)-1] }

// put ends a run of text.
func (p *parser) put(prose *prose) {
	if text := prose.text(); text != "" {
		p.current().Blocks = append(p.current().Blocks, Prose(text))
	}
}

// block reads one block; p.next is the line of its fence, and that of the fence
// that ends it when it returns.
func (p *parser) block(name string) error {
	first := p.next + 1 // its number as a line, which comes before the text
	end := slices.Index(p.lines[first:], "```")
	if end < 0 {
		return fault(first, Broken, "```"+name)
	}
	lines := p.lines[first : first+end]
	p.next = first + end
	if p.lesson.Quiz() != nil {
		return fault(first, Misplaced, name)
	}
	if name == "command" {
		command, err := commandOf(lines, first)
		return p.add(command, err)
	}
	read, known := map[string]func(*yaml.Node, int) (Block, error){
		"picture": p.picture, "task": p.task, "measure": p.measure, "quiz": p.quiz,
	}[name]
	if !known {
		return fault(first, Unknown, "```"+name)
	}
	node, err := tree(strings.Join(lines, "\n"), first)
	if err != nil {
		return err
	}
	return p.add(read(node, first))
}

func (p *parser) add(b Block, err error) error {
	if err == nil {
		p.current().Blocks = append(p.current().Blocks, b)
	}
	return err
}

// id takes an ID.
func (o object) id(name string) (string, error) {
	line := o.lineAt(name)
	id, err := o.text(name, 40, false)
	if err == nil && !idPattern.MatchString(id) {
		return "", fault(line, Bad, name)
	}
	return id, err
}

// ids takes a list of IDs, which may be missing.
func (o object) ids(name string, most int) (ids []string, err error) {
	list, err := o.list(name, 0, most)
	for _, n := range list {
		if n.Kind != yaml.ScalarNode || !idPattern.MatchString(n.Value) {
			return nil, fault(o.lineOf(n), Bad, name)
		}
		if slices.Contains(ids, n.Value) {
			return nil, fault(o.lineOf(n), Twice, n.Value)
		}
		ids = append(ids, n.Value)
	}
	return ids, err
}

// lineAt is the line of a field, or of the object when it is not there.
func (o object) lineAt(name string) int {
	if n := o.fields[name]; n != nil {
		return o.lineOf(n)
	}
	return o.line
}
