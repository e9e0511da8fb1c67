package cmdlog

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"escale/app/command"
	"escale/engine"
)

// Phrases are the comments of a script, in the user's language.
type Phrases struct {
	About     []string // what the script is, and which engine it acts on
	Forgotten func(n int) string
	Elsewhere func(n int) string // commands for other engines are left out
	Needs     func([]Needed) string
	Secrets   func(variables []string) string
	Ask       func(variable string) string // what the user is asked for
	Pack      string                       // what the function pack does
	When      func(Entry) string
	Failed    func(error) string
	Cancelled string
	Running   string
	Long      string
	Never     string // what this removes was never made
	Archive   string // the files that were copied are not known
	Prune     string // it removes more than what is in this script
}

// Script is what was done to the engine at an endpoint, as a script for a POSIX
// shell that does the same to the engine that plain docker uses: with no
// endpoint, to the engine that was worked with last. What went wrong stands in
// it as comments. It is empty when there is nothing to do.
func (l *Log) Script(endpoint string, p Phrases) string {
	changes, dropped := l.Entries(false)
	place, found := Place{}, false
	for _, e := range changes {
		if endpoint == "" || e.Place.ID == endpoint {
			place, found = e.Place, true
		}
	}
	if !found {
		return ""
	}
	own := slices.DeleteFunc(slices.Clone(changes), func(e Entry) bool { return e.Place != place })
	s := &scribe{phrases: p, there: map[object]bool{}, broken: map[string]bool{}, variables: map[object]string{}, count: map[engine.Kind]int{}}
	for _, e := range own {
		s.entry(e)
	}
	return s.whole(dropped, len(changes)-len(own))
}

// scribe writes one script.
type scribe struct {
	phrases   Phrases
	body      strings.Builder
	there     map[object]bool // on the engine, at this point of the script
	broken    map[string]bool // names of things that were to be made
	variables map[object]string
	count     map[engine.Kind]int
	needs     []Needed
	secrets   []string
	packs     bool
}

func (s *scribe) whole(dropped, elsewhere int) string {
	var b strings.Builder
	b.WriteString("#!/bin/sh\n")
	for _, line := range s.phrases.About {
		b.WriteString(comment(line))
	}
	if dropped > 0 {
		b.WriteString(comment(s.phrases.Forgotten(dropped)))
	}
	if elsewhere > 0 {
		b.WriteString(comment(s.phrases.Elsewhere(elsewhere)))
	}
	if len(s.needs) > 0 {
		b.WriteString(comment(s.phrases.Needs(s.needs)))
	}
	b.WriteString("set -e\n")
	if len(s.secrets) > 0 {
		b.WriteString("\n" + comment(s.phrases.Secrets(s.secrets)) + asking)
		for _, name := range s.secrets {
			fmt.Fprintf(&b, "ask %s %s\n", name, command.Quote(s.phrases.Ask(name)))
		}
	}
	if s.packs {
		b.WriteString("\n" + comment(s.phrases.Pack) + packing)
	}
	return b.String() + s.body.String()
}

// asking is the function ask: a value comes from the environment, or is typed.
const asking = `ask() {
	eval "value=\${$1-}"
	[ -z "$value" ] || return 0
	printf '%s ' "$2" >&2
	[ ! -t 0 ] || stty -echo
	IFS= read -r "$1" || :
	[ ! -t 0 ] || { stty echo; echo >&2; }
}
`

// packing is the function pack FOLDER USER GROUP: GNU's tar and that of BSD and
// macOS name owners in ways of their own.
const packing = `pack() {
	if tar --version 2>/dev/null | grep -q bsdtar; then
		tar -C "$1" --uid "$2" --gid "$3" -cf - .
	else
		tar -C "$1" --numeric-owner --owner="$2" --group="$3" -cf - .
	fi
}
`

func (s *scribe) entry(e Entry) {
	s.body.WriteString("\n" + comment(s.phrases.When(e)))
	if why := s.not(e); why != "" {
		if name := e.name(); e.verb == create && name != "" {
			s.broken[name] = true
		}
		s.body.WriteString(comment(why) + comment(e.Line()))
		return
	}
	if slices.ContainsFunc(e.words, func(w word) bool { return w.text == "prune" }) {
		s.body.WriteString(comment(s.phrases.Prune))
	}
	s.expect(e)
	line := s.command(e)
	if e.verb == create && e.unnamed {
		line = s.variable(e.made) + "=$(" + line + ")"
	}
	s.body.WriteString(line + "\n")
	switch e.verb {
	case create:
		s.there[e.made], s.there[e.image] = true, true
	case remove:
		delete(s.there, e.uses[0])
	case start, other:
	}
}

// not says why a command must not be repeated; empty when it is.
func (s *scribe) not(e Entry) string {
	switch {
	case e.State == Failed:
		return s.phrases.Failed(e.Err)
	case e.State == Cancelled:
		return s.phrases.Cancelled
	case e.State == Running:
		return s.phrases.Running
	case e.Long:
		return s.phrases.Long
	case e.words[0].text == "cp" && e.pack == nil, e.words[0].text == "load":
		return s.phrases.Archive
	case e.verb == remove && !s.there[e.uses[0]] && s.broken[e.name()]:
		return s.phrases.Never
	}
	return ""
}

// name is what the thing is called that an entry makes or removes.
func (e Entry) name() string {
	if e.verb == remove || e.verb == create && len(e.uses) > 0 && e.image.kind == "" {
		return e.words[len(e.words)-1].text
	}
	for i, w := range e.words {
		if w.text == "--name" && i+1 < len(e.words) {
			return e.words[i+1].text
		}
	}
	return ""
}

// expect notes what must be there for a command.
func (s *scribe) expect(e Entry) {
	for _, o := range e.uses {
		own := e.verb == create && o == e.made
		makes := e.verb == create && o.kind == engine.KindVolume || e.words[0].text == "pull"
		if s.there[o] || own {
			continue
		}
		s.there[o] = true
		if makes || o.kind == engine.KindNetwork && (slices.Contains(builtin, o.id) || strings.Contains(o.id, ":")) ||
			o.kind == engine.KindImage && imageID.MatchString(o.id) {
			continue
		}
		s.needs = append(s.needs, Needed{o.kind, e.called(o)})
	}
	if e.words[0].text == "tag" || e.words[0].text == "commit" {
		s.there[image(e.words[2].text).of] = true
	}
}

var imageID = regexp.MustCompile(`^sha256:|^[0-9a-f]{12,64}(:latest)?$`)

// called is what an entry calls an object.
func (e Entry) called(o object) string {
	for _, w := range e.words {
		if w.of == o {
			name, _, _ := strings.Cut(w.text, ":/")
			return name
		}
	}
	return o.id
}

// command is the line that does what e did.
func (s *scribe) command(e Entry) string {
	line := "docker"
	for _, w := range e.words {
		line += " " + s.word(w)
	}
	if e.pack != nil {
		s.packs = true
		line = command.Line("pack", e.pack.path, strconv.Itoa(e.pack.owner.UID), strconv.Itoa(e.pack.owner.GID)) + " | " + line
	}
	return line
}

func (s *scribe) word(w word) string {
	if w.secret != "" && !slices.Contains(s.secrets, w.secret) {
		s.secrets = append(s.secrets, w.secret)
	}
	variable, known := s.variables[w.of]
	if !known {
		return w.quote(":?")
	}
	_, path, inside := strings.Cut(w.text, ":")
	if inside {
		return `"$` + variable + `"` + command.Quote(":"+path)
	}
	return `"$` + variable + `"`
}

// variable names the shell variable for an object whose name the engine chooses.
func (s *scribe) variable(o object) string {
	s.count[o.kind]++
	s.variables[o] = string(o.kind) + "_" + strconv.Itoa(s.count[o.kind])
	return s.variables[o]
}

// comment makes a comment of a text: nothing in it can end it.
func comment(text string) string {
	if text == "" {
		return ""
	}
	clean := strings.Map(func(r rune) rune {
		if r != '\n' && !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) {
			return -1
		}
		return r
	}, text)
	return "# " + strings.ReplaceAll(clean, "\n", "\n# ") + "\n"
}
