package kit

import (
	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// Toolbar is the head of a page: title and subtitle on the left, actions on
// the right. The primary button comes last.
func Toolbar(title, subtitle string, actions ...fyne.CanvasObject) fyne.CanvasObject {
	lines := []fyne.CanvasObject{NewText(title, theme.Title, theme.Ink)}
	if subtitle != "" {
		lines = append(lines, NewText(subtitle, theme.Small, theme.InkMuted).Ellipsis())
	}
	return Row(theme.Space3, Grow(Col(2, lines...)), Row(theme.Space2, actions...))
}

// Page is a fixed head above a scrolling body, on the page margins.
func Page(head, body fyne.CanvasObject) fyne.CanvasObject {
	return Col(0,
		Inset(20, theme.Space5, theme.Space4, theme.Space5, head),
		Grow(Scrolled(Inset(0, theme.Space5, theme.Space5, theme.Space5, body))),
	)
}

// PageFilled is a Page whose body fills the height and scrolls by itself.
func PageFilled(head, body fyne.CanvasObject) fyne.CanvasObject {
	return Col(0,
		Inset(20, theme.Space5, theme.Space4, theme.Space5, head),
		Grow(Inset(0, theme.Space5, theme.Space5, theme.Space5, body)),
	)
}
