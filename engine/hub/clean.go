package hub

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/distribution/reference"

	"escale/engine"
)

// line makes a text fit to show in one line of at most limit characters.
func line(text string, limit int) string {
	return clean(strings.Join(strings.Fields(text), " "), limit, false)
}

// clean cuts text to limit characters and drops what could disturb a display:
// control characters, marks that change the direction of writing, and bytes
// that are not UTF-8. Multi keeps line ends and tabs.
func clean(text string, limit int, multi bool) string {
	if len(text) > 4*limit { // no character is longer than 4 bytes
		text = text[:4*limit]
	}
	var out strings.Builder
	for _, r := range strings.ToValidUTF8(text, "") {
		if limit == 0 {
			break
		}
		if multi && (r == '\n' || r == '\t') || !disturbs(r) {
			out.WriteRune(r)
			limit--
		}
	}
	return out.String()
}

func disturbs(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' || r == '\u200b' ||
		r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Co, r)
}

// FullName is a repository's name with its namespace: "library/nginx" for
// "nginx". It is engine.ErrInvalid when it cannot be a name on the Hub.
func FullName(name string) (string, error) {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return "", fmt.Errorf("%w: %w", engine.ErrInvalid, err)
	}
	path := reference.Path(named)
	if reference.Domain(named) != "docker.io" || strings.Count(path, "/") != 1 || !reference.IsNameOnly(named) {
		return "", fmt.Errorf("%w: %q is not a repository of the Hub", engine.ErrInvalid, clean(name, 100, false))
	}
	return path, nil
}

// ShortName is the name as people write it: "nginx" for "library/nginx".
func ShortName(full string) string { return strings.TrimPrefix(full, "library/") }

// date is a time that may be missing or unreadable.
type date struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler. What is no date is the zero time.
func (d *date) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return nil //nolint:nilerr // what is no text is no date
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err == nil && at.Year() > 2000 && at.Year() < 3000 {
		d.Time = at.UTC()
	}
	return nil
}

// count is a number of things: never below zero.
func count[N int | int64](n N) N { return max(n, 0) }
