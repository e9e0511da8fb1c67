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
	place := &headLayout{title: h.title}
	h.body = container.New(place, Col(2, h.title, h.subtitle), Row(theme.Space2, actions...))
	h.ExtendBaseWidget(h)
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

// headLayout places the words and the actions of a Toolbar. Its height depends
// on the width that it had last.
type headLayout struct {
	title *Text
	width float32
}

const headGap = theme.Space3

// MinSize implements fyne.Layout.
func (l *headLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	words, actions := objects[0].MinSize(), objects[1].MinSize()
	if l.below(actions.Width) {
		return fyne.NewSize(max(words.Width, actions.Width), words.Height+headGap+actions.Height)
	}
	return fyne.NewSize(max(words.Width, actions.Width), max(words.Height, actions.Height))
}

// below tells whether the title has too little room beside the actions.
func (l *headLayout) below(actions float32) bool {
	return l.width > 0 && actions > 0 && l.width-actions-headGap < measure(l.title.text, l.title.style).Width
}

// Layout implements fyne.Layout.
func (l *headLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	words, actions := objects[0].MinSize(), objects[1].MinSize()
	room := size.Width - actions.Width - headGap
	l.width = size.Width
	if l.below(actions.Width) {
		objects[0].Move(fyne.NewPos(0, 0))
		objects[0].Resize(fyne.NewSize(size.Width, words.Height))
		objects[1].Move(fyne.NewPos(0, words.Height+headGap))
		objects[1].Resize(fyne.NewSize(min(size.Width, actions.Width), actions.Height))
		return
	}
	middle := func(height float32) float32 { return float32(int((max(size.Height, height)-height)/2 + 0.5)) }
	objects[0].Move(fyne.NewPos(0, middle(words.Height)))
	objects[0].Resize(fyne.NewSize(max(room, 0), words.Height))
	objects[1].Move(fyne.NewPos(size.Width-actions.Width, middle(actions.Height)))
	objects[1].Resize(actions)
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
// edge, so that its scroll bar is in the margin.
func PageList(head fyne.CanvasObject, list *List) fyne.CanvasObject {
	return Col(0,
		Inset(20, theme.Space5, theme.Space4, theme.Space5, head),
		Grow(list.WithMargin(theme.Space5)),
	)
}
