package lesson

import (
	"strconv"

	"escale/app/ansi"
)

// Why says what is wrong with a lesson.
type Why string

// The reasons.
const (
	Missing   Why = "missing"   // no such file
	Closed    Why = "closed"    // the file cannot be read
	TooLarge  Why = "toolarge"  // the file, or too much in it
	NotLesson Why = "notlesson" // it does not begin as a lesson does
	Newer     Why = "newer"     // for a newer Escale
	NotText   Why = "nottext"   // characters that nobody should see
	Broken    Why = "broken"    // no YAML
	Unknown   Why = "unknown"   // a key or a block that there is not
	Lacking   Why = "lacking"   // a key that must be there
	Twice     Why = "twice"     // a key, or an ID, that is there already
	Long      Why = "long"      // a text that is too long
	Many      Why = "many"      // too many of a kind
	Few       Why = "few"       // too few of a kind
	Bad       Why = "bad"       // a value that its key cannot have
	Misplaced Why = "misplaced" // a block where it cannot be
	Syntax    Why = "syntax"    // a check that cannot be read
	NoTask    Why = "notask"    // a task that there is not, or not before
	Recipe    Why = "recipe"    // what the run sheet cannot be filled in with
)

// Error is what is wrong with a lesson. What names the key, the block or the
// value, in at most 60 characters of printable text; it may be empty.
type Error struct {
	Line int // from 1; 0 when the whole file is meant
	Why  Why
	What string
	Err  error // of the system, or a *recipefile.Error; nil for most
}

// Error implements error.
func (e *Error) Error() string {
	text := "lesson: " + string(e.Why)
	if e.Line > 0 {
		text = "lesson: line " + strconv.Itoa(e.Line) + ": " + string(e.Why)
	}
	if e.What != "" {
		text += ": " + e.What
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns what lies below.
func (e *Error) Unwrap() error { return e.Err }

// fault makes an Error that may be shown.
func fault(line int, why Why, what string) error {
	return &Error{Line: line, Why: why, What: ansi.Shown(what)}
}
