package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"escale/views/theme"
)

// LogView shows a log of any length, one raster of the lines in sight.
type LogView struct {
	widget.BaseWidget

	// OnFollow is called when following starts or ends by the user's scrolling.
	OnFollow func(on bool)
	// OnCopy gets the selected lines when the user asks for a copy.
	OnCopy func(text string)

	source LogSource
}

// NewLogView returns a log view that follows the end of its source.
func NewLogView(source LogSource) *LogView {
	v := &LogView{source: source}
	v.ExtendBaseWidget(v)
	return v
}

// SetSource shows another log, from its end.
func (v *LogView) SetSource(source LogSource) { v.source = source; v.Refresh() }

// SetFollow sticks to the end, or leaves it.
func (v *LogView) SetFollow(on bool) {}

// Following tells whether the view sticks to the end.
func (v *LogView) Following() bool { return true }

// SetWrap wraps long lines, or cuts them at the edge.
func (v *LogView) SetWrap(on bool) {}

// SetStamps shows or hides the gutter with timestamps.
func (v *LogView) SetStamps(on bool) {}

// SetMatches marks places, in order; current is the index of the chosen one, or
// -1.
func (v *LogView) SetMatches(places []LogPlace, current int) {}

// ShowMatch scrolls the current match into view and stops following.
func (v *LogView) ShowMatch() {}

// ScrollTo shows a line in the middle of the view and stops following.
func (v *LogView) ScrollTo(line int) {}

// Selection is the selected lines, from first to last, or ok false.
func (v *LogView) Selection() (first, last int, ok bool) { return 0, 0, false }

// CopySelection gives the selected lines to OnCopy.
func (v *LogView) CopySelection() {}

// CreateRenderer implements fyne.Widget.
func (v *LogView) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(NewSurface(theme.Surface, 0))
}
