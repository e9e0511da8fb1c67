package enginepage

import (
	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// The measures of the page's two columns.
const (
	sideWidth  = 288
	leastWidth = 860 // of the page, for two columns
)

// columns places side to the right of main, and below it where the page is too
// narrow for both.
func columns(main, side fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &twoColumns{}, Objects: []fyne.CanvasObject{main, side}}
}

// twoColumns knows the width of the last layout: the height depends on it.
type twoColumns struct{ width float32 }

func (l *twoColumns) narrow() bool { return l.width < leastWidth*max(1, theme.Zoom()) }

// MinSize implements fyne.Layout.
func (l *twoColumns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	main, side := objects[0].MinSize(), objects[1].MinSize()
	if l.narrow() {
		return fyne.NewSize(max(main.Width, side.Width), main.Height+theme.Space5+side.Height)
	}
	return fyne.NewSize(max(main.Width, side.Width), max(main.Height, side.Height))
}

// Layout implements fyne.Layout.
func (l *twoColumns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	main, side := objects[0], objects[1]
	main.Move(fyne.NewPos(0, 0))
	if l.narrow() {
		main.Resize(fyne.NewSize(size.Width, main.MinSize().Height))
		side.Move(fyne.NewPos(0, main.MinSize().Height+theme.Space5))
		side.Resize(fyne.NewSize(size.Width, side.MinSize().Height))
		return
	}
	width := sideWidth * max(1, theme.Zoom())
	main.Resize(fyne.NewSize(size.Width-width-theme.Space4, size.Height))
	side.Move(fyne.NewPos(size.Width-width, 0))
	side.Resize(fyne.NewSize(width, size.Height))
}
