package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Sheet is a panel that slides over the right of a page for one task: a head, a
// scrolling form, and a foot that never scrolls away.
func Sheet(head, body, foot fyne.CanvasObject) fyne.CanvasObject {
	content := Col(0,
		Inset(18, theme.Space4, 14, theme.Space5, head),
		Divider(),
		Grow(Scrolled(Inset(20, theme.Space5, 20, theme.Space5, body))),
		Divider(),
		Inset(theme.Space4, theme.Space5, theme.Space4, theme.Space5, foot),
	)
	panel := NewSurface(theme.Surface, theme.RadiusSheet).WithStroke(theme.Hairline).WithElevation(Floating)
	return Fixed(theme.SheetWidth, 0, container.NewStack(panel, content))
}

// Over shows a sheet above a dimmed page.
func Over(page, sheet fyne.CanvasObject) fyne.CanvasObject {
	right := Row(0, Grow(Gap(0, 0)), Stretch(sheet))
	return container.NewStack(page, NewSurface(theme.Scrim, 0), Inset(10, 10, 10, 10, right))
}
