package kit

import "escale/views/theme"

// face is the icon and the words of a Press that has them.
type face struct {
	icon  *Icon
	text  *Text
	name  theme.IconName // the icon while not busy
	label string         // the words while not busy
	busy  string
	bare  bool // never has words: the label is a tooltip
}

func newFace(icon theme.IconName, label string, style theme.Style, iconSize float32, ink theme.Color) *face {
	f := &face{icon: NewIcon(icon, iconSize, ink), text: NewText(label, style, ink), name: icon, label: label}
	f.show()
	return f
}

func (p *Press) wear(f *face) *Press { p.face = f; return p }

func (f *face) paint(ink theme.Color) {
	f.icon.SetColor(ink)
	f.text.SetColor(ink)
}

func (f *face) words() string { return either(f.busy != "", f.busy, f.label) }

func (f *face) show() {
	icon := either(f.busy != "", theme.IconSpinner, f.name)
	f.icon.Set(icon, f.icon.color)
	f.icon.Hidden = icon == ""
	f.text.SetText(f.words())
	f.text.Hidden = f.words() == ""
}

// SetLabel replaces the words. On an icon button it replaces the tooltip.
func (p *Press) SetLabel(label string) {
	if p.face == nil || p.face.bare {
		p.label = label
		p.tip = either(p.tip == "", "", label)
		return
	}
	if p.face.label != label {
		p.face.label = label
		p.refreshFace()
	}
}

// SetIcon replaces the icon; an empty name takes it away.
func (p *Press) SetIcon(icon theme.IconName) {
	if p.face != nil && p.face.name != icon {
		p.face.name = icon
		p.refreshFace()
	}
}

// SetBusy replaces the words by what is going on ("Starting…") beside a
// spinner and stops taps; an empty word ends it. The thing keeps its place.
func (p *Press) SetBusy(word string) {
	p.busy = word != ""
	if p.face != nil && p.face.busy != word {
		p.face.busy = word
		p.refreshFace()
	}
	p.settle()
}

// refreshFace shows the face again, and lays it out in its new size.
func (p *Press) refreshFace() {
	p.face.show()
	p.content.Refresh()
	p.Refresh()
}
