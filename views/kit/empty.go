package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// EmptyState fills a page that has nothing to show yet: what this place is
// for, and the one thing to do now: a LargeButton, and a CommandBar that does
// the same. What a small page has no room for scrolls.
func EmptyState(icon theme.IconName, title, text string, actions ...fyne.CanvasObject) fyne.CanvasObject {
	lines := []fyne.CanvasObject{
		container.NewCenter(IconTile(icon, 72, theme.Accent, theme.AccentSoft)),
		Gap(0, theme.Space2),
		NewParagraph(title, theme.Display, theme.Ink).AlignCenter().Leading(1.25),
		AtMost(440, NewParagraph(text, theme.Style{Font: theme.Body.Font, Size: 15}, theme.InkMuted).AlignCenter()),
		Gap(0, theme.Space2),
	}
	for _, action := range actions {
		if press, ok := action.(*Press); ok {
			action = container.NewCenter(press)
		}
		lines = append(lines, action)
	}
	words := Inset(theme.Space2, theme.Space5, theme.Space2, theme.Space5, AtMost(560, Col(theme.Space3, lines...)))
	return Scrolled(Col(0, Grow(Gap(0, 0)), words, GrowBy(1.2, Gap(0, 0))))
}
