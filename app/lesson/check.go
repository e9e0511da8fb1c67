package lesson

import (
	"slices"
	"strings"
)

// Bounds of a check.
const (
	mostCheck   = 1000 // characters
	mostFacts   = 16
	mostBracket = 8
	mostConds   = 12
)

// Op is a comparison.
type Op string

// The comparisons.
const (
	Is      Op = "="
	IsNot   Op = "!="
	Like    Op = "~"
	Unlike  Op = "!~"
	Less    Op = "<"
	AtMost  Op = "<="
	More    Op = ">"
	AtLeast Op = ">="
)

// Since is from when on something counts as new.
type Since string

// The moments.
const (
	SinceTask   Since = "task"
	SinceLesson Since = "lesson"
)

// Check says when a task is done.
type Check struct {
	text string
	root expr
}

// String returns the check as it was written.
func (c *Check) String() string { return c.text }

// Fact is true when one thing meets all its conditions. Those that cost least
// to know come first.
type Fact struct {
	Kind  Kind
	Conds []Cond
}

// Cond compares a field with a value.
type Cond struct {
	Field  string
	Op     Op
	Text   string // of texts, of tasks, and "task", "lesson"
	Number int64  // of counts; 1 is yes, 0 is no
}

// expr is all, some, negated or *Fact.
type expr interface{ facts() []*Fact }

type (
	all     []expr
	some    []expr
	negated struct{ expr }
)

func (a all) facts() []*Fact   { return gather(a) }
func (s some) facts() []*Fact  { return gather(s) }
func (f *Fact) facts() []*Fact { return []*Fact{f} }

func gather(list []expr) (facts []*Fact) {
	for _, e := range list {
		facts = append(facts, e.facts()...)
	}
	return facts
}

// Facts are all facts of the check.
func (c *Check) Facts() []*Fact { return c.root.facts() }

// tasks are the IDs of the earlier tasks that the check speaks of.
func (c *Check) tasks() (ids []string) {
	for _, f := range c.Facts() {
		for _, cond := range f.Conds {
			if fields[f.Kind][cond.Field] == ofTask {
				ids = append(ids, cond.Text)
			}
		}
	}
	return ids
}

// ParseCheck reads a check. Its error is an *Error without a line.
func ParseCheck(text string) (*Check, error) {
	if len([]rune(text)) > mostCheck {
		return nil, fault(0, Long, "check")
	}
	words, err := scan(text)
	if err != nil {
		return nil, err
	}
	r := &reader{words: words}
	root, err := r.some(0)
	if err != nil {
		return nil, err
	}
	if !r.at(end) {
		return nil, r.lost()
	}
	return &Check{text: text, root: root}, nil
}

// reader is a recursive descent over words.
type reader struct {
	words []word
	next  int
	facts int
}

func (r *reader) at(text string) bool {
	w := r.words[r.next]
	return !w.quoted && w.text == text
}

// skip steps over a word, if it is the next one.
func (r *reader) skip(text string) bool {
	if !r.at(text) {
		return false
	}
	if text != end {
		r.next++
	}
	return true
}

// lost says that the next word is not what belongs there.
func (r *reader) lost() error {
	w := r.words[r.next]
	if r.at(end) {
		return fault(0, Syntax, "…")
	}
	return fault(0, Syntax, w.text)
}

func (r *reader) some(depth int) (expr, error) {
	return r.joined("or", depth, func(list []expr) expr { return some(list) }, r.all)
}

func (r *reader) all(depth int) (expr, error) {
	return r.joined("and", depth, func(list []expr) expr { return all(list) }, r.term)
}

func (r *reader) joined(by string, depth int, join func([]expr) expr, part func(int) (expr, error)) (expr, error) {
	var list []expr
	for {
		e, err := part(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
		if !r.skip(by) {
			break
		}
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return join(list), nil
}

func (r *reader) term(depth int) (expr, error) {
	if depth > mostBracket {
		return nil, fault(0, Many, "(")
	}
	switch {
	case r.skip("not"):
		e, err := r.term(depth + 1)
		if err != nil {
			return nil, err
		}
		return negated{e}, nil
	case r.skip("("):
		e, err := r.some(depth + 1)
		if err != nil {
			return nil, err
		}
		if !r.skip(")") {
			return nil, r.lost()
		}
		return e, nil
	}
	return r.fact()
}

func (r *reader) fact() (expr, error) {
	w := r.words[r.next]
	f := &Fact{Kind: Kind(w.text)}
	if _, known := fields[f.Kind]; !known || w.quoted {
		return nil, r.lost()
	}
	if r.facts++; r.facts > mostFacts {
		return nil, fault(0, Many, w.text)
	}
	r.next++
	if !r.skip("(") {
		return nil, r.lost()
	}
	for {
		c, err := r.cond(f.Kind)
		if err != nil {
			return nil, err
		}
		if f.Conds = append(f.Conds, c); len(f.Conds) > mostConds {
			return nil, fault(0, Many, w.text)
		}
		if !r.skip(",") {
			break
		}
	}
	if !r.skip(")") {
		return nil, r.lost()
	}
	slices.SortStableFunc(f.Conds, func(a, b Cond) int { return cost(f.Kind, a.Field) - cost(f.Kind, b.Field) })
	return f, f.sound()
}

// cond reads a field, a comparison and a value.
func (r *reader) cond(kind Kind) (c Cond, err error) {
	w := r.words[r.next]
	what, known := fields[kind][w.text]
	if !known || w.quoted {
		return c, r.lost()
	}
	c.Field = w.text
	r.next++
	c.Op = Op(r.words[r.next].text)
	if r.words[r.next].quoted || !slices.Contains(operators[what], c.Op) {
		return c, r.lost()
	}
	r.next++
	if r.at(end) || !c.value(what, r.words[r.next]) {
		return c, r.lost()
	}
	r.next++
	return c, nil
}

// value takes the value of a shape; false when the word is none.
func (c *Cond) value(what shape, w word) (ok bool) {
	switch what {
	case textual, sought, exact:
		c.Text, ok = w.text, w.quoted && w.text != ""
	case counted:
		if !w.quoted {
			c.Number, ok = quantity(w.text)
		}
	case yesno:
		if w.text == "yes" {
			c.Number = 1
		}
		ok = !w.quoted && (w.text == "yes" || w.text == "no")
	case since:
		c.Text, ok = w.text, !w.quoted && (w.text == string(SinceTask) || w.text == string(SinceLesson))
	case ofTask:
		c.Text, ok = w.text, w.quoted && idPattern.MatchString(w.text)
	}
	return ok
}

// sound tells whether a fact can be looked up at all.
func (f *Fact) sound() error {
	if f.Kind != OnFile {
		return nil
	}
	path, places, content := f.text("path"), 0, 0
	for _, c := range f.Conds {
		switch c.Field {
		case "container", "volume", "of":
			places++
		case "text", "size", "sha256", "same":
			content++
		}
		if c.Field == "sha256" && len(strings.Trim(c.Text, "0123456789abcdef")) > 0 || c.Field == "sha256" && len(c.Text) != 64 {
			return fault(0, Bad, "sha256")
		}
	}
	if !strings.HasPrefix(path, "/") || strings.Contains(path, "/../") || strings.HasSuffix(path, "/..") || len(path) > 255 {
		return fault(0, Bad, "path")
	}
	if places != 1 {
		return fault(0, Lacking, "container")
	}
	if content == 0 {
		return fault(0, Lacking, "text")
	}
	return nil
}

// text is the value of the first condition on a field.
func (f *Fact) text(field string) string {
	for _, c := range f.Conds {
		if c.Field == field {
			return c.Text
		}
	}
	return ""
}
