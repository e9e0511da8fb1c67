// Package link reads what Escale can be asked to open from outside: escale://
// links, and files of recipes and lessons. Whoever wrote a web page wrote the
// link: it may show things, and never runs, changes or removes any.
package link

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/distribution/reference"

	"escale/app/discover"
	"escale/app/recipe"
)

// Scheme is what links begin with.
const Scheme = "escale://"

// longest bounds a link and a path, in bytes.
const longest = 4096

// longestImage bounds the name of an image with its tag, in bytes.
const longestImage = 384

// ErrUnknown means that it is nothing which Escale can open.
var ErrUnknown = errors.New("not a link or a file of Escale")

// Kind is what a Target is.
type Kind int

// The kinds of targets.
const (
	Place  Kind = iota + 1 // Name is one of Places
	Run                    // Name is an image with its tag, a starter's own where none was said: show its form
	Recipe                 // Name is the path of a file
	Lesson                 // Name is the path of a file
)

// Target is what to open.
type Target struct {
	Kind Kind
	Name string
}

// Places are the screens that a link may open.
var Places = []string{"discover", "containers", "images", "volumes", "engine", "settings", "learn"}

// Parse reads one argument: escale://open/PLACE, escale://run/IMAGE[:TAG], or
// the absolute path of a .escale-recipe or .escale-lesson file. Everything else
// is ErrUnknown; a link has no query, no fragment and no escaped characters.
func Parse(text string) (Target, error) {
	if len(text) > longest || !printable(text) {
		return Target{}, ErrUnknown
	}
	if IsLink(text) {
		return parseLink(text[len(Scheme):])
	}
	if !filepath.IsAbs(text) {
		return Target{}, ErrUnknown
	}
	switch strings.ToLower(filepath.Ext(text)) {
	case ".escale-recipe":
		return Target{Recipe, text}, nil
	case ".escale-lesson":
		return Target{Lesson, text}, nil
	}
	return Target{}, ErrUnknown
}

// IsLink tells whether text is a link rather than a path; the scheme may be
// written in capitals.
func IsLink(text string) bool {
	return len(text) >= len(Scheme) && strings.EqualFold(text[:len(Scheme)], Scheme)
}

// Absolute makes a path absolute, and leaves a link as it is.
func Absolute(text string) string {
	if IsLink(text) {
		return text
	}
	path, err := filepath.Abs(text)
	if err != nil {
		return text
	}
	return path
}

func parseLink(rest string) (Target, error) {
	verb, what, ok := strings.Cut(rest, "/")
	if !ok {
		return Target{}, ErrUnknown
	}
	switch verb {
	case "open":
		what = strings.TrimSuffix(what, "/") // browsers add one
		for _, place := range Places {
			if what == place {
				return Target{Place, place}, nil
			}
		}
	case "run":
		if len(what) > longestImage || strings.ContainsAny(what, " %?#") || strings.Contains(what, "://") {
			return Target{}, ErrUnknown
		}
		image, err := discover.ParseReference(what)
		if err != nil {
			return Target{}, ErrUnknown
		}
		return Target{Run, tagged(what, image)}, nil
	}
	return Target{}, ErrUnknown
}

// tagged gives the image of a starter the tag that its recipe was made for, where
// a name came without one; image is the same name with the usual tag.
func tagged(name, image string) string {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil || !reference.IsNameOnly(named) {
		return image
	}
	if starter, ok := recipe.For(name); ok {
		return starter.Ref()
	}
	return image
}

// printable keeps characters out that would disturb a terminal, a log or a file system.
func printable(text string) bool {
	for _, r := range text {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfffd || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return false
		}
	}
	return true
}
