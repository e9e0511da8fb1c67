package command

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/distribution/reference"

	"escale/engine"
)

// Reading is what a docker run line asks for.
type Reading struct {
	Spec engine.ContainerSpec
	// Ask are the variables whose values only the user's own shell knows. They
	// are in the spec, without a value.
	Ask []string
	// Left is everything that the spec does not say as the line does.
	Left []Left
}

// Read reads a docker run line as somebody pastes it: with quotes, on several
// lines, after a prompt, from a shell of Linux, macOS or Windows. Nothing is
// dropped in silence: what cannot be taken over is in Left. A mount of a folder
// that is not named by a whole path has what was written as its source.
//
// Returns ErrNoRun, ErrNoImage, ErrOpenQuote, or ErrTooLong above 64 KiB.
func Read(line string) (Reading, error) {
	tokens, err := lex(line)
	if err != nil {
		return Reading{}, err
	}
	r := &reader{options: options(), set: map[string]string{}}
	segments := split(tokens)
	run := slices.IndexFunc(segments, func(words []token) bool { _, is := r.verb(words, "run"); return is })
	if run < 0 {
		return Reading{}, ErrNoRun
	}
	words, _ := r.verb(segments[run], "run")
	r.before(segments[run][:len(segments[run])-len(words)])
	if err := r.arguments(words); err != nil {
		return Reading{}, err
	}
	for i, s := range segments {
		if i != run && len(s) > 0 && !r.makesNetwork(s) {
			r.left(Other, texts(s)...)
		}
	}
	return r.Reading, nil
}

// IsRun reports whether a text is a docker run line, perhaps one that cannot be
// read.
func IsRun(text string) bool {
	_, err := Read(text)
	return !errors.Is(err, ErrNoRun) && (err == nil || strings.Contains(text, "docker run "))
}

// split parts commands. A redirection belongs to its command; it is an operator
// with what follows.
func split(tokens []token) (segments [][]token) {
	segments = [][]token{nil}
	for _, t := range tokens {
		if t.operator && t.text != "<" && t.text != ">" {
			segments = append(segments, nil)
			continue
		}
		last := len(segments) - 1
		segments[last] = append(segments[last], t)
	}
	return segments
}

func texts(words []token) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = w.text
	}
	return all
}

type reader struct {
	Reading

	options map[string]option
	set     map[string]string // by assignments before the command
	network []string          // all that were named
}

func (r *reader) left(why Why, words ...string) { r.Left = append(r.Left, NewLeft(why, words...)) }

// verb returns what follows "docker run", or another verb; false when the words
// are no such command.
func (r *reader) verb(words []token, verb ...string) (rest []token, is bool) {
	for len(words) > 0 && (slices.Contains([]string{"$", "%", "sudo", "winpty", "time", "exec"}, words[0].text) || assigns(words[0].text)) {
		words = words[1:]
	}
	if len(words) == 0 {
		return nil, false
	}
	program := strings.ToLower(strings.TrimSuffix(path.Base(strings.ReplaceAll(words[0].text, `\`, "/")), ".exe"))
	if program != "docker" && program != "podman" && program != "nerdctl" {
		return nil, false
	}
	words = words[1:]
	for len(words) > 0 {
		name, _, joined := strings.Cut(words[0].text, "=")
		takes, known := global[name]
		if !known {
			break
		}
		words = words[1:]
		if takes && !joined && len(words) > 0 {
			words = words[1:]
		}
	}
	if len(words) > 0 && words[0].text == "container" {
		words = words[1:]
	}
	for _, v := range verb {
		if len(words) == 0 || words[0].text != v {
			return nil, false
		}
		words = words[1:]
	}
	return words, true
}

// assigns reports whether a word sets a variable for the command after it.
func assigns(word string) bool {
	name, _, found := strings.Cut(word, "=")
	return found && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// before takes note of what stands before the options: assignments, and the
// options of docker itself.
func (r *reader) before(words []token) {
	for i := 0; i < len(words); i++ {
		text := words[i].text
		name, value, joined := strings.Cut(text, "=")
		takes, known := global[name]
		switch {
		case assigns(text):
			r.set[name] = value
			r.left(Other, text)
		case known && takes && !joined && i+1 < len(words):
			r.left(Elsewhere, text, words[i+1].text)
			i++
		case known:
			r.left(Elsewhere, text)
		}
	}
}

// makesNetwork reports whether a command makes the network that the container
// joins: the form does so, too.
func (r *reader) makesNetwork(words []token) bool {
	rest, is := r.verb(words, "network", "create")
	return is && len(rest) == 1 && rest[0].text == r.Spec.Network
}

// arguments reads options, the image, and its command.
func (r *reader) arguments(words []token) error {
	if at := slices.IndexFunc(words, func(t token) bool { return t.operator }); at >= 0 {
		r.left(Other, texts(words[at:])...)
		words = words[:at]
	}
	for len(words) > 0 && strings.HasPrefix(words[0].text, "-") && words[0].text != "-" {
		if words[0].text == "--" {
			words = words[1:]
			break
		}
		words = r.option(words)
	}
	if len(words) == 0 {
		return ErrNoImage
	}
	r.Spec.Image = words[0].text
	if _, err := reference.ParseNormalizedNamed(r.Spec.Image); err != nil {
		return ErrNoImage
	}
	for _, w := range words[1:] {
		r.Spec.Command = append(r.Spec.Command, w.text)
		if w.shell {
			r.left(Shell, w.text)
		}
	}
	slices.Sort(r.Ask)
	return nil
}

// option reads the first word, which is an option or several short ones, with
// its value, and returns the words after it.
func (r *reader) option(words []token) []token {
	word := words[0]
	if name, isLong := strings.CutPrefix(word.text, "--"); isLong {
		name, value, joined := strings.Cut(name, "=")
		return r.long(name, token{text: value, shell: word.shell}, joined, words)
	}
	for shorts := word.text[1:]; shorts != ""; shorts = shorts[1:] {
		name, o := r.short(shorts[0])
		rest := shorts[1:]
		value, joined := strings.CutPrefix(rest, "=")
		switch {
		case name == "":
			r.left(Strange, "-"+shorts)
			return words[1:]
		case o.bare && joined && len(shorts) == len(word.text)-1:
			r.flag(name, o, value)
			return words[1:]
		case o.bare:
			r.flag(name, o, "true")
		case rest != "":
			r.value(name, o, token{text: value, shell: word.shell}, word.text)
			return words[1:]
		default:
			return r.long(name, token{}, false, append([]token{{text: "-" + shorts[:1]}}, words[1:]...))
		}
	}
	return words[1:]
}

func (r *reader) short(letter byte) (string, option) {
	for name, o := range r.options {
		if o.short == letter && letter != 0 {
			return name, o
		}
	}
	return "", option{}
}

// long reads an option by its long name.
func (r *reader) long(name string, value token, joined bool, words []token) []token {
	o, known := r.options[name]
	switch {
	case !known:
		r.left(Strange, words[0].text)
	case o.bare && !joined:
		r.flag(name, o, "true")
	case o.bare:
		r.flag(name, o, value.text)
	case joined:
		r.value(name, o, value, words[0].text)
	case len(words) < 2:
		r.left(Wrong, words[0].text)
	default:
		r.value(name, o, words[1], words[0].text, words[1].text)
		return words[2:]
	}
	return words[1:]
}

// flag takes an option without a value over.
func (r *reader) flag(name string, o option, value string) {
	on := map[string]bool{"1": true, "t": true, "T": true, "true": true, "TRUE": true, "True": true}[value]
	off := map[string]bool{"0": true, "f": true, "F": true, "false": true, "FALSE": true, "False": true}[value]
	words := "--" + name
	if value != "true" {
		words += "=" + value
	}
	switch {
	case !on && !off:
		r.left(Wrong, words)
	case o.why != "":
		r.left(o.why, words)
	case name == "detach" && off:
		r.left(Changed, words) // the form's containers all run in the background
	case name == "interactive":
		r.Spec.OpenStdin = on
	case name == "tty":
		r.Spec.TTY = on
	case name == "rm":
		r.Spec.AutoRemove = on
	}
}
