package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Tone is what a callout is about.
type Tone int

// The tones of a callout.
const (
	Note Tone = iota
	Good
	Caution
	Problem
)

type toneLook struct {
	icon      theme.IconName
	ink, soft theme.Color
}

var toneLooks = map[Tone]toneLook{
	Note:    {theme.IconInfo, theme.Accent, theme.AccentSoft},
	Good:    {theme.IconCheck, theme.Running, theme.RunningSoft},
	Caution: {theme.IconWarning, theme.Busy, theme.BusySoft},
	Problem: {theme.IconWarning, theme.Danger, theme.DangerSoft},
}

// HintLine is a Hint that can change.
type HintLine struct {
	composite

	back   *Surface
	icon   *Icon
	text   *Paragraph
	action *fyne.Container
}

// Hint is a one-line Callout, for the line below a field. The action may be nil.
func Hint(tone Tone, text string, action fyne.CanvasObject) *HintLine {
	look := toneLooks[tone]
	h := &HintLine{
		back: NewSurface(look.soft, theme.RadiusBase), icon: NewIcon(look.icon, 15, look.ink),
		text: NewParagraph(text, theme.Small, look.ink), action: Row(0),
	}
	row := Row(theme.Space2, h.icon, Grow(h.text), h.action)
	h.body = container.NewStack(h.back, Inset(6, 8, 6, 10, row))
	h.ExtendBaseWidget(h)
	h.Set(tone, text, action)
	return h
}

// Set replaces what the hint says.
func (h *HintLine) Set(tone Tone, text string, action fyne.CanvasObject) {
	look := toneLooks[tone]
	h.back.Set(look.soft, theme.Transparent, Flat)
	h.icon.Set(look.icon, look.ink)
	h.text.SetColor(look.ink)
	h.text.SetText(text)
	h.action.Hidden = action == nil
	if action != nil {
		SetChildren(h.action, action)
	}
	h.body.Refresh()
}

// Callout explains something in plain words and offers what to do next.
func Callout(tone Tone, title, text string, actions ...fyne.CanvasObject) fyne.CanvasObject {
	look := toneLooks[tone]
	lines := []fyne.CanvasObject{NewParagraph(title, theme.Strong, look.ink)}
	if text != "" {
		lines = append(lines, NewParagraph(text, theme.Body, theme.Ink))
	}
	if len(actions) > 0 {
		lines = append(lines, Inset(6, 0, 0, 0, Flow(theme.Space2, actions...)))
	}
	icon := Inset(1, 0, 0, 0, Col(0, NewIcon(look.icon, theme.IconBase, look.ink)))
	body := Row(theme.Space3, Stretch(icon), Grow(Col(2, lines...)))
	return container.NewStack(NewSurface(look.soft, theme.RadiusCard), Inset(14, 16, 14, 14, body))
}
