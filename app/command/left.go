package command

import (
	"strings"
	"unicode"
)

// Why says why something was not taken over.
type Why string

// The reasons.
const (
	NotHeld   Why = "notheld"   // the run form has no such setting
	Wall      Why = "wall"      // it would take a wall between the container and the computer away
	Changed   Why = "changed"   // the form holds something near to it
	Asked     Why = "asked"     // only the user's own shell or computer knows it: the form asks for it
	Shell     Why = "shell"     // a shell would put something else in its place: it stands there as written
	Elsewhere Why = "elsewhere" // it says which engine is meant, or how docker itself works: Escale uses the engine that it is connected to
	Other     Why = "other"     // another command, or a redirection
	Strange   Why = "strange"   // docker run has no such option
	Wrong     Why = "wrong"     // its value cannot be read
)

// Whys returns all reasons, in the order in which they are told.
func Whys() []Why {
	return []Why{Wall, Strange, Wrong, NotHeld, Changed, Asked, Shell, Other, Elsewhere}
}

// Left is one part of a command, or of a container, that was not taken over as
// it stands. Words are as on a command line, printable, and at most 120
// characters.
type Left struct {
	Words string
	Why   Why
}

// NewLeft names what was not taken over.
func NewLeft(why Why, words ...string) Left {
	text := []rune(strings.Join(words, " "))
	if len(text) > mostShown {
		text = append(text[:mostShown-1], '…')
	}
	for i, r := range text {
		if !unicode.IsGraphic(r) {
			text[i] = ' '
		}
	}
	return Left{string(text), why}
}

const mostShown = 120
