package lesson

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"escale/app/ansi"
	"escale/app/recipefile"
)

// commandOf reads the lines of a command block.
func commandOf(lines []string, first int) (Command, error) {
	var command Command
	for i, line := range lines {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			continue
		case !strings.HasPrefix(line, "docker "):
			return nil, fault(first+i+1, Bad, line)
		case len([]rune(line)) > longLine:
			return nil, fault(first+i+1, Long, line)
		case len(command) == mostLines:
			return nil, fault(first+i+1, Many, "command")
		case !ansi.Printable(line, false):
			return nil, fault(first+i+1, NotText, "")
		}
		command = append(command, line)
	}
	if len(command) == 0 {
		return nil, fault(first, Few, "command")
	}
	return command, nil
}

// task reads a task block.
func (p *parser) task(n *yaml.Node, first int) (Block, error) {
	o, err := objectOf(n, first)
	if err != nil {
		return nil, err
	}
	if len(p.current().Tasks()) == mostTasks {
		return nil, fault(first, Many, "task")
	}
	t := &Task{}
	take := func(read func() error) {
		if err == nil {
			err = read()
		}
	}
	take(func() (err error) { t.ID, err = o.id("id"); return err })
	take(func() error {
		if p.tasks[t.ID] != nil {
			return fault(o.line, Twice, t.ID)
		}
		return nil
	})
	take(func() (err error) { t.Text, err = o.text("text", longText, false); return err })
	take(func() (err error) { t.Hint, err = o.text("hint", longHint, true); return err })
	take(func() error { return p.where(o, t) })
	take(func() (err error) { t.Recipe, err = o.recipe(t.Open.Name == OpenRun); return err })
	take(func() error { return o.point(t) })
	take(func() error {
		line := o.lineAt("check")
		text, err := o.text("check", mostCheck, false)
		if err == nil {
			t.Check, err = p.check(text, line)
		}
		return err
	})
	take(o.end)
	if err != nil {
		return nil, err
	}
	p.tasks[t.ID] = t
	return t, nil
}

// check reads a check, whose tasks must be earlier ones.
func (p *parser) check(text string, line int) (*Check, error) {
	check, err := ParseCheck(text)
	if err != nil {
		if e, ok := errors.AsType[*Error](err); ok {
			e.Line = line
		}
		return nil, err
	}
	for _, id := range check.tasks() {
		if p.tasks[id] == nil {
			return nil, fault(line, NoTask, id)
		}
	}
	return check, nil
}

// where reads the screen of a task.
func (p *parser) where(o object, t *Task) error {
	line := o.lineAt("open")
	open, err := o.text("open", longTitle, false)
	if err != nil {
		return err
	}
	screen, ok := screenOf(open)
	if !ok {
		return fault(line, Bad, open)
	}
	if screen.Name == OpenContainer && p.tasks[screen.What] == nil {
		return fault(line, NoTask, screen.What)
	}
	t.Open = screen
	return nil
}

// point reads the control that the mark is around, after the recipe, whose
// variables it may name.
func (o object) point(t *Task) (err error) {
	line := o.lineAt("point")
	t.Point, err = o.text("point", longTitle, true)
	if err != nil || t.Point == "" || slices.Contains(pointsOf(t.Open.Name), t.Point) {
		return err
	}
	if variable := Variable(t.Point); variable != "" && t.Recipe != nil && t.Recipe.Sets(variable) {
		return nil
	}
	return fault(line, Bad, t.Point)
}

// recipe reads what the run sheet is filled in with, as a recipe file is read.
func (o object) recipe(wanted bool) (*recipefile.File, error) {
	n := o.take("run")
	switch {
	case n == nil && wanted:
		return nil, fault(o.line, Lacking, "run")
	case n == nil:
		return nil, nil
	case !wanted:
		return nil, fault(o.lineOf(n), Misplaced, "run")
	}
	fields, ok := plain(n).(map[string]any)
	if !ok {
		return nil, fault(o.lineOf(n), Bad, "run")
	}
	for _, own := range []string{"format", "version"} {
		if _, there := fields[own]; there {
			return nil, fault(o.lineOf(n), Unknown, own)
		}
	}
	fields["format"], fields["version"] = recipefile.Format, recipefile.Version
	data, err := json.Marshal(fields)
	if err != nil {
		return nil, fault(o.lineOf(n), Bad, "run")
	}
	file, err := recipefile.Parse(data)
	if err != nil {
		return nil, &Error{Line: o.lineOf(n), Why: Recipe, Err: err}
	}
	return &file, nil
}

// plain is a YAML value as JSON knows it; a key that comes twice makes it nil.
func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		fields := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if _, twice := fields[key]; twice || n.Content[i].Kind != yaml.ScalarNode {
				return nil
			}
			fields[key] = plain(n.Content[i+1])
		}
		return fields
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, plain(item))
		}
		return list
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!int":
			if number, err := strconv.ParseInt(n.Value, 10, 64); err == nil {
				return number
			}
		case "!!bool":
			return strings.EqualFold(n.Value, "true")
		case "!!null":
			return nil
		}
		return n.Value
	case yaml.DocumentNode, yaml.AliasNode: // neither is let in
	}
	return nil
}

// measure reads a measure block.
func (p *parser) measure(n *yaml.Node, first int) (Block, error) {
	o, err := objectOf(n, first)
	if err != nil {
		return nil, err
	}
	line := o.lineAt("what")
	what, err := o.text("what", longTitle, false)
	if err != nil {
		return nil, err
	}
	m := &Measure{What: Figure(what)}
	if !slices.Contains(figures, m.What) {
		return nil, fault(line, Bad, what)
	}
	line = o.lineAt("of")
	if m.What != FigureAnswer {
		if m.Of, err = o.text("of", 40, false); err == nil && p.tasks[m.Of] == nil {
			err = fault(line, NoTask, m.Of)
		}
		if err != nil {
			return nil, err
		}
	}
	line = o.lineAt("text")
	if m.Text, err = o.text("text", longText, false); err == nil && strings.Count(m.Text, ValueMark) != 1 {
		err = fault(line, Bad, ValueMark)
	}
	if err == nil {
		err = o.end()
	}
	return m, err
}

// quiz reads the two questions.
func (p *parser) quiz(n *yaml.Node, first int) (Block, error) {
	list, err := items(n, first, "quiz", 2, 2)
	if err != nil {
		return nil, err
	}
	var quiz Quiz
	for _, item := range list {
		q, err := questionOf(item, first)
		if err != nil {
			return nil, err
		}
		quiz = append(quiz, q)
	}
	return quiz, nil
}

func questionOf(n *yaml.Node, first int) (q Question, err error) {
	o, err := objectOf(n, first)
	if err != nil {
		return q, err
	}
	if q.Text, err = o.text("question", longSentence, false); err != nil {
		return q, err
	}
	list, err := o.list("answers", 2, 4)
	if err != nil {
		return q, err
	}
	right := 0
	for _, item := range list {
		a, err := answerOf(item, first)
		if err != nil {
			return q, err
		}
		if a.Right {
			right++
		}
		q.Answers = append(q.Answers, a)
	}
	if right != 1 {
		return q, fault(o.line, Bad, "right")
	}
	return q, o.end()
}

func answerOf(n *yaml.Node, first int) (a Answer, err error) {
	o, err := objectOf(n, first)
	if err == nil {
		a.Text, err = o.text("text", longSentence, false)
	}
	if err == nil {
		a.Why, err = o.text("why", longSentence, false)
	}
	if err == nil {
		a.Right, err = o.flag("right")
	}
	if err == nil {
		err = o.end()
	}
	return a, err
}
