package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// Tile states one figure: a label, a number, and a line of context.
func Tile(icon theme.IconName, label, figure, context string) fyne.CanvasObject {
	head := Row(6, NewIcon(icon, 15, theme.InkFaint), Grow(NewText(label, theme.SmallLabel, theme.InkMuted).Ellipsis()))
	return Card(Col(6, head,
		NewText(figure, theme.Figure, theme.Ink).Ellipsis(),
		NewText(context, theme.Small, theme.InkFaint).Ellipsis(),
	))
}

// ChartCard is a Tile whose context is a chart.
func ChartCard(label, figure, context string, chart fyne.CanvasObject) fyne.CanvasObject {
	head := Row(theme.Space2,
		NewText(label, theme.Strong, theme.Ink),
		Grow(NewText(context, theme.Small, theme.InkFaint).Ellipsis()),
		NewText(figure, theme.Heading, theme.Ink),
	)
	return Card(Col(theme.Space3, head, chart))
}

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

// Hint is a one-line Callout, for the line below a field.
func Hint(tone Tone, text string, action fyne.CanvasObject) fyne.CanvasObject {
	look := toneLooks[tone]
	row := Row(theme.Space2, NewIcon(look.icon, 15, look.ink), Grow(NewParagraph(text, theme.Small, look.ink)))
	if action != nil {
		row = Row(theme.Space2, NewIcon(look.icon, 15, look.ink), Grow(NewParagraph(text, theme.Small, look.ink)), action)
	}
	return container.NewStack(NewSurface(look.soft, theme.RadiusBase), Inset(6, 8, 6, 10, row))
}
