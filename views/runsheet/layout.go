package runsheet

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/kit"
	"escale/views/theme"
)

// capped gives a scroll the height of its content, up to a limit.
type capped struct {
	limit  float32
	scroll *container.Scroll
}

// atMostHigh keeps a scroll as high as its content, but no higher than limit.
func atMostHigh(limit float32, scroll *container.Scroll) fyne.CanvasObject {
	return container.New(&capped{limit, scroll}, scroll)
}

// MinSize implements fyne.Layout.
func (c *capped) MinSize([]fyne.CanvasObject) fyne.Size {
	content := c.scroll.Content.MinSize()
	return fyne.NewSize(min(content.Width, 80), min(content.Height, c.limit))
}

// Layout implements fyne.Layout.
func (c *capped) Layout(_ []fyne.CanvasObject, size fyne.Size) { c.scroll.Resize(size) }

// halves puts two fields side by side, equally wide.
func halves(a, b fyne.CanvasObject) fyne.CanvasObject { return kit.Grid(160, theme.Space3, a, b) }
