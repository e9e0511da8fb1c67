package runsheet

import (
	"fyne.io/fyne/v2"

	"escale/views/kit"
	"escale/views/theme"
)

// halves puts two fields side by side, equally wide.
func halves(a, b fyne.CanvasObject) fyne.CanvasObject { return kit.Grid(160, theme.Space3, a, b) }
