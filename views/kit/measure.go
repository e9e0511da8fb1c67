package kit

import (
	"sync"

	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// What is remembered of the sizes of text. Wrapping a paragraph measures each
// line once a word, and pages say the same words again at each draw.
const (
	mostMeasured = 8192
	longMeasured = 400 // bytes; longer text is not kept
)

// measured is text whose size is known: fonts come with the program, so the size
// depends on nothing else.
type measured struct {
	text   string
	points float32
	font   fyne.Resource
}

// sizes keeps the newest sizes: what was not asked for while the young
// generation filled up goes.
var sizes struct {
	sync.Mutex
	young, old map[measured]fyne.Size
}

// measure returns the size of a line of text in a style.
func measure(text string, style theme.Style) fyne.Size {
	key := measured{text: text, points: style.Points(), font: style.Font}
	if len(text) > longMeasured {
		return measureAnew(key)
	}
	sizes.Lock()
	defer sizes.Unlock()
	if size, ok := sizes.young[key]; ok {
		return size
	}
	size, ok := sizes.old[key]
	if !ok {
		size = measureAnew(key)
	}
	if sizes.young == nil || len(sizes.young) >= mostMeasured/2 {
		sizes.young, sizes.old = make(map[measured]fyne.Size), sizes.young
	}
	sizes.young[key] = size
	return size
}

func measureAnew(m measured) fyne.Size {
	size, _ := fyne.CurrentApp().Driver().RenderedTextSize(m.text, m.points, fyne.TextStyle{}, m.font)
	return size
}
