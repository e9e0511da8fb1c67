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
// last closed. Call it before the window is shown; bringIntoView then mends
// what the screens of today do not allow.
func restorePlace(w fyne.Window, was settings.Window) {
	size := fyne.NewSize(defaultWidth, defaultHeight)
	if was.Width >= leastWidth && was.Height >= leastHeight {
		size = fyne.NewSize(was.Width, was.Height)
	}
	w.Resize(size)
	placed, ok := w.(desktop.Window)
	if was.Placed && ok {
		placed.RequestPosition(was.X, was.Y)
	}
}

// currentPlace reads where the window is now; was is where it last was.
func currentPlace(w fyne.Window, was settings.Window) settings.Window {
	size := w.Canvas().Size()
	now := settings.Window{Width: size.Width, Height: size.Height}
	now.X, now.Y, now.Placed = windowPosition(w)
	if maximized(w) {
		was.Maximized = true // it shrinks again to what it was
		return was
	}
	return now
}

// maximize fills the screen again, as it was when the window was last closed.
func maximize(w fyne.Window) {
	withView(w, func(view *glfw.Window) { view.Maximize() })
}

func maximized(w fyne.Window) (is bool) {
	withView(w, func(view *glfw.Window) { is = view.GetAttrib(glfw.Maximized) == glfw.True })
	return is
}

// onScreen tells whether the window is on a screen, minimized or not.
func onScreen(w fyne.Window) (is bool) {
	withView(w, func(view *glfw.Window) { is = view.GetAttrib(glfw.Visible) == glfw.True })
	return is
}

func minimize(w fyne.Window) { withView(w, func(view *glfw.Window) { view.Iconify() }) }

// restore ends minimize.
func restore(w fyne.Window) {
	withView(w, func(view *glfw.Window) {
		if view.GetAttrib(glfw.Iconified) == glfw.True {
			view.Restore()
		}
	})
}

// hasDisplay tells whether there is a screen to put anything on. The window
// system's library panics where it could not be started.
func hasDisplay() (is bool) {
	defer func() {
		if recover() != nil {
			is = false
		}
	}()
	return len(glfw.GetMonitors()) > 0
}

// minimized tells whether nothing of the window can be seen.
func minimized(w fyne.Window) (is bool) {
	withView(w, func(view *glfw.Window) { is = view.GetAttrib(glfw.Iconified) == glfw.True })
	return is
}

// windowPosition asks the window system, because the toolkit does not tell. It
// belongs to the UI goroutine.
func windowPosition(w fyne.Window) (x, y int, ok bool) {
	withView(w, func(view *glfw.Window) {
		x, y = view.GetPos()
		ok = true
	})
	return x, y, ok
}

// withView gives the window system's own window to f, if there is one.
func withView(w fyne.Window, f func(*glfw.Window)) {
	inContext, able := w.(interface{ RunWithContext(f func()) })
	if !able {
		return
	}
	inContext.RunWithContext(func() {
		if view := glfw.GetCurrentContext(); view != nil {
			f(view)
		}
	})
}
