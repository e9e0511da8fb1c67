package kit

import (
	"image"

	"fyne.io/fyne/v2"
)

const (
	slideHeight float32 = 12
	slideThumb  float32 = 5
)

// slides tells whether a LogView has a scroll bar below: lines go on to the
// right. It is painted with the lines, because only painting knows how long
// they are.
func (v *LogView) slides() bool { return !v.wrap && (v.longest > v.columns || v.left > 0) }

// slideRoom is the height that the rows leave to the scroll bar below.
func (v *LogView) slideRoom() float32 { return either(v.slides(), slideHeight, 0) }

// farthest is how many columns the lines can move to the left.
func (v *LogView) farthest() int { return max(0, v.longest-v.columns+2) }

// slidePlace is where the thumb of the scroll bar below lies.
func (v *LogView) slidePlace() (left, width float32) {
	room := max(0, v.Size().Width-logBarWidth)
	width = min(max(28, room*float32(v.columns)/float32(max(v.longest+2, 1))), room)
	return (room - width) * min(float32(v.left)/float32(max(v.farthest(), 1)), 1), width
}

// grab takes the thumb, or brings it to the pointer; false is beside the bar.
func (v *LogView) grab(at fyne.Position) bool {
	if !v.slides() || at.Y < v.Size().Height-slideHeight {
		return false
	}
	left, width := v.slidePlace()
	v.sliding, v.grabbed = true, at.X-left
	if v.grabbed < 0 || v.grabbed > width {
		v.grabbed = width / 2
		v.slideTo(at.X - v.grabbed)
	}
	return true
}

// slideTo moves the thumb's left end.
func (v *LogView) slideTo(left float32) {
	_, width := v.slidePlace()
	room := v.Size().Width - logBarWidth - width
	v.left = int(min(max(left/max(room, 1), 0), 1)*float32(v.farthest()) + 0.5)
	v.Refresh()
}

// slide paints the scroll bar below the lines of a view h pixels high.
func (p *logPainter) slide(v *LogView, h int) {
	if !v.slides() {
		return
	}
	fillRect(p.img, image.Rect(0, h-p.px(slideHeight), p.img.Rect.Dx(), h), p.surface)
	left, width := v.slidePlace()
	bottom := h - p.px(2)
	thumb := image.Rect(p.px(left+2), bottom-p.px(slideThumb), p.px(left+width-2), bottom)
	for y := thumb.Min.Y; y < thumb.Max.Y; y++ { // round ends
		edge := max(0, thumb.Dy()/2-min(y-thumb.Min.Y, thumb.Max.Y-1-y)-thumb.Dy()/4)
		fillRect(p.img, image.Rect(thumb.Min.X+edge, y, thumb.Max.X-edge, y+1), p.thumb)
	}
}
