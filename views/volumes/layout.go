package volumes

import (
	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// sideBySide puts the list beside the chosen volume, or above it where the text
// is too large for both.
type sideBySide struct{ gap float32 }

// MinSize implements fyne.Layout.
func (l *sideBySide) MinSize(objects []fyne.CanvasObject) fyne.Size {
	list, detail := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(list.Width, detail.Width), list.Height+l.gap+detail.Height)
}

// Layout implements fyne.Layout.
func (l *sideBySide) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	zoom := max(theme.Zoom(), 1)
	list := fyne.NewSize(float32(int(listWidth*zoom)), size.Height)
	detail := fyne.NewPos(list.Width+l.gap, 0)
	if size.Width < (listWidth+detailWidth)*zoom {
		list = fyne.NewSize(size.Width, float32(int(size.Height*0.4)))
		detail = fyne.NewPos(0, list.Height+l.gap)
	}
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(list)
	objects[1].Move(detail)
	objects[1].Resize(fyne.NewSize(size.Width-detail.X, size.Height-detail.Y))
}
