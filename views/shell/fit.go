package shell

import (
	"image"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// grip is how high the strip at the top of a window is by which it is moved.
const grip = 24

// fit is where a window goes whose place was kept from another day, when the
// screens may have been others: where it was if most of it can be seen there
// and it can be taken by its top, else inside the screen that shows most of it.
// One that is larger than all screens together is made smaller: Windows cuts it to
// about that, and the toolkit would go on drawing the whole.
// The first screen is the main one. All are in the window system's units.
func fit(window image.Rectangle, screens []image.Rectangle) image.Rectangle {
	if len(screens) == 0 || window.Empty() {
		return window
	}
	top := image.Rect(window.Min.X, window.Min.Y, window.Max.X, window.Min.Y+grip)
	best, all, shown, held := screens[0], image.Rectangle{}, 0, 0
	for _, screen := range screens {
		all = all.Union(screen)
		part := area(window.Intersect(screen))
		if part > area(window.Intersect(best)) {
			best = screen
		}
		shown += part
		held += area(top.Intersect(screen))
	}
	larger := window.Dx() > all.Dx() || window.Dy() > all.Dy()
	if !larger && 4*shown >= 3*area(window) && 2*held >= area(top) {
		return window
	}
	size := image.Pt(min(window.Dx(), best.Dx()), min(window.Dy(), best.Dy()))
	at := image.Pt(within(window.Min.X, best.Min.X, best.Max.X-size.X), within(window.Min.Y, best.Min.Y, best.Max.Y-size.Y))
	if area(window.Intersect(best)) == 0 { // nothing ties it to an edge of this screen
		at = best.Min.Add(best.Size().Sub(size).Div(2))
	}
	return image.Rectangle{Min: at, Max: at.Add(size)}
}

func area(r image.Rectangle) int { return r.Dx() * r.Dy() }

func within(n, least, most int) int { return min(max(n, least), most) }

// bringIntoView moves a window that the screens of today do not show. Call it
// once the window is there: only then is its size known in the window system's
// units, with its frame.
func bringIntoView(w fyne.Window) {
	withView(w, func(view *glfw.Window) {
		var screens []image.Rectangle
		for _, monitor := range glfw.GetMonitors() { // the main one first
			x, y, width, height := monitor.GetWorkarea()
			screens = append(screens, image.Rect(x, y, x+width, y+height))
		}
		left, above, right, below := view.GetFrameSize()
		x, y := view.GetPos()
		width, height := view.GetSize()
		framed := image.Rect(x-left, y-above, x+width+right, y+height+below)
		if to := fit(framed, screens); to != framed {
			view.SetSize(to.Dx()-left-right, to.Dy()-above-below)
			view.SetPos(to.Min.X+left, to.Min.Y+above)
		}
	})
}
