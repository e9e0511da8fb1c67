package theme

// The range of the text zoom, and its step.
const (
	ZoomMin  float32 = 0.8
	ZoomMax  float32 = 1.6
	ZoomStep float32 = 0.1
)

// zoom multiplies every type size. It belongs to the UI goroutine.
var zoom float32 = 1

// Zoom is the current text zoom, 1 by default.
func Zoom() float32 { return zoom }

// SetZoom sets the text zoom, within its range. Give the app a theme again
// (app.Settings().SetTheme(theme.New(mode))) to redraw what is on screen.
func SetZoom(factor float32) { zoom = min(max(factor, ZoomMin), ZoomMax) }
