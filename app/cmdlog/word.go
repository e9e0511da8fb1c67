package cmdlog

import (
	"regexp"
	"strings"

	"escale/app/command"
	"escale/engine"
)

// object is a thing of an engine. Its ID means something on that engine only;
// one without an ID goes by its name.
type object struct {
	kind engine.Kind
	id   string
}

// word is one word of a command: a text, and what is read when the command is
// run.
type word struct {
	text   string
	secret string // a shell variable: its value follows the text
	of     object // the word is the name of this object
}

// words makes plain words.
func words(texts ...string) []word {
	all := make([]word, len(texts))
	for i, t := range texts {
		all[i] = parse(t)
	}
	return all
}

var variableRule = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// parse reads a word that may have a marked variable, at its end or in front of
// nothing.
func parse(text string) word {
	before, rest, found := strings.Cut(text, mark)
	if !found {
		return word{text: text}
	}
	variable, after, closed := strings.Cut(rest, mark)
	if !closed || after != "" || !variableRule.MatchString(variable) {
		return word{text: plain(text)}
	}
	return word{text: before, secret: variable}
}

// Line is the command as a user can run it on the engine that it was meant for.
// A value that is not kept is that of a shell variable: without one, the shell
// refuses.
func (e Entry) Line() string {
	texts := make([]string, 0, len(e.words)+1)
	for _, w := range e.words {
		texts = append(texts, w.text)
	}
	if e.pack != nil { // the archive of a folder, as docker makes it itself
		texts[1] = e.pack.source()
	}
	line := e.target(append([]string{"docker"}, texts...)...)
	if !e.Secret() || e.Long {
		return line
	}
	quoted := make([]string, len(e.words))
	for i, w := range e.words {
		quoted[i] = w.quote(":?")
	}
	return strings.TrimSuffix(line, command.Line(texts...)) + strings.Join(quoted, " ")
}

// quote writes a word for a shell; rule is what the shell does without the
// variable.
func (w word) quote(rule string) string {
	switch {
	case w.secret == "":
		return command.Quote(w.text)
	case w.text == "":
		return `"${` + w.secret + rule + `}"`
	}
	return command.Quote(w.text) + `"${` + w.secret + rule + `}"`
}

// Search is what a filter looks at: the command, without quotes.
func (e Entry) Search() string {
	texts := make([]string, 0, len(e.words)+1)
	texts = append(texts, "docker")
	for _, w := range e.words {
		texts = append(texts, w.text)
	}
	return strings.Join(texts, " ")
}
