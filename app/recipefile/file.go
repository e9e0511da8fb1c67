// Package recipefile reads and writes recipes as people share them: small files
// that hold what the run form holds, without secrets and without paths of
// anybody's computer. Whoever wrote one is a stranger: it is bounded, nothing in
// it is ignored, and all of it only fills a form in. The format is documented in
// docs/recipes.md.
package recipefile

import (
	"fmt"
	"io"
	"os"

	"escale/app/wholefile"
)

// Ending is how the names of such files end.
const Ending = ".escale-recipe"

// Format and Version are what a file says of itself.
const (
	Format  = "escale-recipe"
	Version = 1
)

// Bounds of a file: bytes, levels of nesting, values, and what the parts may
// hold. Texts are measured in bytes.
const (
	MostBytes  = 64 << 10
	mostDepth  = 4
	mostValues = 4096
	mostRows   = 128 // of ports, variables, volumes; words of a command
	longest    = 8192
	longestRef = 384
	shortText  = 256 // names, and words about a folder
	longPath   = 1024
)

// Why says why a file cannot be opened or written.
type Why string

// The reasons.
const (
	Missing   Why = "missing"   // no such file
	Closed    Why = "closed"    // it cannot be read or written
	TooLarge  Why = "toolarge"  // than MostBytes, or too much in it
	NotRecipe Why = "notrecipe" // another kind of file
	Damaged   Why = "damaged"   // a recipe that breaks off, or is no JSON any more
	Newer     Why = "newer"     // from a newer version of Escale
	Unknown   Why = "unknown"   // a field that the format does not have
	Forbidden Why = "forbidden" // a setting that takes a wall away, and that no recipe may ask for
	Bad       Why = "bad"       // a value that its field cannot have
	NoName    Why = "noname"    // the form's image has no name that others could use
)

// Error is why a file cannot be opened or written. Field names the part, such as
// "ports[2].host"; it is empty when the whole file is meant. It is at most
// shortText bytes of printable text.
type Error struct {
	Why   Why
	Field string
	Err   error // of the system; nil for most
}

// Error implements error.
func (e *Error) Error() string {
	text := "recipe file: " + string(e.Why)
	if e.Field != "" {
		text += ": " + e.Field
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the system's error.
func (e *Error) Unwrap() error { return e.Err }

// Read reads the file at path. Its error is an *Error. It blocks for as long as
// the disk does.
func Read(path string) (File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return File{}, &Error{Why: NotRecipe} // opening a pipe would wait for its other end
	}
	file, err := os.Open(path) //nolint:gosec // the user's own choice, or a file that the user opened
	switch {
	case os.IsNotExist(err):
		return File{}, &Error{Why: Missing, Err: err}
	case err != nil:
		return File{}, &Error{Why: Closed, Err: err}
	}
	defer file.Close() //nolint:errcheck // nothing was written
	data, err := io.ReadAll(io.LimitReader(file, MostBytes+1))
	if err != nil {
		return File{}, &Error{Why: Closed, Err: err}
	}
	return Parse(data)
}

// Write writes a file at path, whole or not at all. Its error is an *Error. It
// blocks for as long as the disk does.
func Write(path string, data []byte) error {
	if err := wholefile.Write(path, data, 0o644); err != nil { // it is for others
		return &Error{Why: Closed, Err: fmt.Errorf("write recipe: %w", err)}
	}
	return nil
}
