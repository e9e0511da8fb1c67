package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// frame places the parts of the window: the sidebar, the page, a lesson beside
// it, and the drawer, which takes a column where that leaves the page the width
// that it is drawn for, and else lies over the page. The lesson takes a column,
// too, and else a strip below the page.
type frame struct {
	sidebar, page, coach, drawer fyne.CanvasObject

	over  bool                        // the drawer lies over the page
	clear func(right, bottom float32) // keeps toasts off the lesson
}

// The size of a lesson beside the page, or below it.
const (
	coachWidth     = 300
	coachHeight    = 250
	leastCoach     = 120
	mostCoachShare = 0.42 // of the window's height
)

// leastPage is the width of the page in the smallest window.
const leastPage = leastWidth - theme.SidebarWidth

// MinSize implements fyne.Layout.
func (f *frame) MinSize([]fyne.CanvasObject) fyne.Size {
	sidebar, page := f.sidebar.MinSize(), f.page.MinSize()
	return fyne.NewSize(max(leastWidth, sidebar.Width+page.Width), max(leastHeight, sidebar.Height, page.Height))
}

// Layout implements fyne.Layout.
func (f *frame) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	left := f.sidebar.MinSize().Width
	f.sidebar.Move(fyne.NewPos(0, 0))
	f.sidebar.Resize(fyne.NewSize(left, size.Height))
	room := size.Width - left
	f.over = false
	if f.drawer.Visible() {
		width := f.drawer.MinSize().Width
		f.drawer.Move(fyne.NewPos(size.Width-width, 0))
		f.drawer.Resize(fyne.NewSize(width, size.Height))
		if f.over = room-width < leastPage; !f.over {
			room -= width
		}
	}
	height := size.Height
	var right, bottom float32
	if f.coach.Visible() {
		if width := f.coachColumn(); room-width >= leastPage {
			room -= width
			f.coach.Move(fyne.NewPos(left+room, 0))
			f.coach.Resize(fyne.NewSize(width, size.Height))
			right = size.Width - left - room
		} else {
			bottom = f.coachStrip(size)
			height -= bottom
			f.coach.Move(fyne.NewPos(left, height))
			f.coach.Resize(fyne.NewSize(room, size.Height-height))
		}
	}
	f.page.Move(fyne.NewPos(left, 0))
	f.page.Resize(fyne.NewSize(room, height))
	if f.clear != nil {
		f.clear(right, bottom)
	}
}

// coachColumn grows with the text.
func (f *frame) coachColumn() float32 { return coachWidth * max(1, theme.Zoom()) }

// coachStrip is the height of a lesson below the page, which may need the rest.
func (f *frame) coachStrip(size fyne.Size) float32 {
	wanted := min(coachHeight*max(1, theme.Zoom()), size.Height*mostCoachShare)
	return max(leastCoach, min(wanted, size.Height-f.page.MinSize().Height))
}

// pane is a solid area: what the pointer does on it does not reach what lies
// below.
type pane struct {
	widget.BaseWidget

	body fyne.CanvasObject
}

func newPane(body fyne.CanvasObject) *pane {
	p := &pane{body: body}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer implements fyne.Widget.
func (p *pane) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.body) }

// Tapped implements fyne.Tappable.
func (p *pane) Tapped(*fyne.PointEvent) {}

// TappedSecondary implements fyne.SecondaryTappable.
func (p *pane) TappedSecondary(*fyne.PointEvent) {}

// Scrolled implements fyne.Scrollable.
func (p *pane) Scrolled(*fyne.ScrollEvent) {}

// MouseIn implements desktop.Hoverable.
func (p *pane) MouseIn(*desktop.MouseEvent) {}

// MouseMoved implements desktop.Hoverable.
func (p *pane) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (p *pane) MouseOut() {}
