package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Stream tells where a log line comes from.
type Stream int

// The streams.
const (
	StdOut Stream = iota
	StdErr
)

// Match says whether a log line holds the search text.
type Match int

// The kinds of match; there is one current match at a time.
const (
	NoMatch Match = iota
	OtherMatch
	CurrentMatch
)

// LogLine is one line of output: timestamp gutter, stream mark, text. Use it as
// the template of a virtual list; here it is built once per line.
func LogLine(stamp string, stream Stream, text, query string, match Match) fyne.CanvasObject {
	mark := NewSurface(either(stream == StdErr, theme.Danger, theme.Transparent), 1)
	row := Row(0,
		Fixed(104, 0, NewText(stamp, theme.MonoSmall, theme.InkFaint)),
		Stretch(Inset(2, 0, 2, 0, Fixed(2, 0, mark))),
		Gap(10, 0),
		GrowStretch(logText(text, query, match, either(stream == StdErr, theme.Danger, theme.Ink))),
	)
	body := Fixed(0, 22, Inset(0, theme.Space3, 0, theme.Space3, row))
	if match == CurrentMatch {
		return container.NewStack(NewSurface(theme.Hover, 0), body)
	}
	return body
}

func logText(text, query string, match Match, ink theme.Color) fyne.CanvasObject {
	at := strings.Index(strings.ToLower(text), strings.ToLower(query))
	if match == NoMatch || query == "" || at < 0 {
		return NewText(text, theme.MonoSmall, ink).Ellipsis()
	}
	end := at + len(query)
	hit := container.NewStack(
		NewSurface(either(match == CurrentMatch, theme.MatchHere, theme.Match), 3),
		NewText(text[at:end], theme.MonoSmall, theme.Ink),
	)
	rest := NewText(text[end:], theme.MonoSmall, ink).Ellipsis()
	return container.NewClip(Row(0, NewText(text[:at], theme.MonoSmall, ink), hit, Grow(rest)))
}
