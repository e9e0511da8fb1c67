package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Head is a Toolbar whose words are live.
type Head struct {
	composite

	title, subtitle *Text
	words           *fyne.Container
	mark            *Press // after the title; may be nil
	whole           bool   // the subtitle is not cut
}

// Toolbar is the head of a page: title and subtitle on the left, actions on
// the right, or below where the title would be cut. The primary button comes
// last.
func Toolbar(title, subtitle string, actions ...fyne.CanvasObject) *Head {
	h := &Head{
		title:    NewText(title, theme.Title, theme.Ink).Ellipsis(),
		subtitle: NewText(subtitle, theme.Small, theme.InkMuted).Ellipsis(),
	}
	h.subtitle.Hidden = subtitle == ""
	need := func() float32 {
		width := measure(h.title.text, h.title.style).Width
		if h.mark != nil {
			width += markGap + h.mark.MinSize().Width
		}
		if h.whole {
			width = max(width, measure(h.subtitle.text, h.subtitle.style).Width)
		}
		return width
	}
	h.words = Col(2, h.title, h.subtitle)
	h.body = newAside(h.words, need, actions)
	h.ExtendBaseWidget(h)
	return h
}

// WithMark puts a mark after the title.
func (h *Head) WithMark(mark *Press) *Head {
	h.mark = mark
	SetChildren(h.words, Titled(h.title, mark), h.subtitle)
	return h
}

// Whole has the actions stand below where the subtitle would be cut, too.
func (h *Head) Whole() *Head {
	h.whole = true
	return h
}

// SetTitle replaces the title.
func (h *Head) SetTitle(title string) {
	if h.title.text != title {
		h.title.SetText(title)
		h.body.Refresh()
	}
}

// SetSubtitle replaces the line below the title.
func (h *Head) SetSubtitle(subtitle string) {
	if h.subtitle.Hidden != (subtitle == "") {
		h.subtitle.Hidden = subtitle == ""
		h.body.Refresh()
	}
	h.subtitle.SetText(subtitle)
}

// Page is a fixed head above a scrolling body, on the page margins.
func Page(head, body fyne.CanvasObject) fyne.CanvasObject {
	return Col(0,
		Inset(20, theme.Space5, theme.Space4, theme.Space5, head),
		Grow(Scrolled(Inset(0, theme.Space5, theme.Space5, theme.Space5, body))),
	)
}

// PageFilled is a Page whose body fills the height and scrolls by itself.
func PageFilled(head, body fyne.CanvasObject) fyne.CanvasObject {
	return Col(0,
		Inset(20, theme.Space5, theme.Space4, theme.Space5, head),
		Grow(Inset(0, theme.Space5, theme.Space5, theme.Space5, body)),
	)
}

// PageList is a Page whose body is a List: it runs to the window's
// edge, so that its scroll bar is in the margin. Others may stand in its place.
func PageList(head fyne.CanvasObject, list *List, others ...fyne.CanvasObject) fyne.CanvasObject {
	body := fyne.CanvasObject(list.WithMargin(theme.Space5))
	if len(others) > 0 {
		body = container.NewStack(append(others, body)...)
	}
	return Col(0,
		Inset(20, theme.Space5, theme.Space4, theme.Space5, head),
		Grow(body),
	)
}
