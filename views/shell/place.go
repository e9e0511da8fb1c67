package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/go-gl/glfw/v3.4/glfw"

	"escale/app/settings"
)

// The window's size when it was never changed, and the smallest one that every
// screen is drawn for.
const (
	defaultWidth, defaultHeight = 1240, 760
	leastWidth, leastHeight     = 900, 600
)

// restorePlace gives the window the size and place that it had when it was
// last closed. Call it before the window is shown.
func restorePlace(w fyne.Window, was settings.Window) {
	size := fyne.NewSize(defaultWidth, defaultHeight)
	if was.Width >= leastWidth && was.Height >= leastHeight {
		size = fyne.NewSize(was.Width, was.Height)
	}
	w.Resize(size)
	placed, ok := w.(desktop.Window)
	if was.Placed && ok && onScreen(was) {
		placed.RequestPosition(was.X, was.Y)
	}
}

// onScreen rejects places that a lost monitor would have left far outside.
func onScreen(was settings.Window) bool {
	const far = 16_000
	return was.X > -far && was.Y > -far && was.X < far && was.Y < far
}

// currentPlace reads where the window is now.
func currentPlace(w fyne.Window) settings.Window {
	size := w.Canvas().Size()
	now := settings.Window{Width: size.Width, Height: size.Height}
	now.X, now.Y, now.Placed = windowPosition(w)
	return now
}

// windowPosition asks the window system, because the toolkit does not tell. It
// belongs to the UI goroutine.
func windowPosition(w fyne.Window) (x, y int, ok bool) {
	inContext, able := w.(interface{ RunWithContext(f func()) })
	if !able {
		return 0, 0, false
	}
	inContext.RunWithContext(func() {
		if view := glfw.GetCurrentContext(); view != nil {
			x, y = view.GetPos()
			ok = true
		}
	})
	return x, y, ok
}
