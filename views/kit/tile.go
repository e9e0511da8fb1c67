package kit

import (
	"fyne.io/fyne/v2"

	"escale/views/theme"
)

// FigureTile is a Tile whose figure is live.
type FigureTile struct {
	composite

	figure, context *Text
}

// Tile states one figure: a label, a number, and a line of context.
func Tile(icon theme.IconName, label, figure, context string) *FigureTile {
	t := &FigureTile{
		figure:  NewText(figure, theme.Figure, theme.Ink).Ellipsis(),
		context: NewText(context, theme.Small, theme.InkFaint).Ellipsis(),
	}
	head := Row(6, NewIcon(icon, 15, theme.InkFaint), Grow(NewText(label, theme.SmallLabel, theme.InkMuted).Ellipsis()))
	t.body = Card(Col(6, head, t.figure, t.context))
	t.ExtendBaseWidget(t)
	return t
}

// Set replaces the number and its context.
func (t *FigureTile) Set(figure, context string) {
	t.figure.SetText(figure)
	t.context.SetText(context)
}

// FigureChart is a ChartCard whose figure is live.
type FigureChart struct {
	composite

	figure, context *Text
}

// ChartCard is a Tile whose context is a chart.
func ChartCard(label, figure, context string, chart fyne.CanvasObject) *FigureChart {
	c := &FigureChart{
		figure:  NewText(figure, theme.Heading, theme.Ink),
		context: NewText(context, theme.Small, theme.InkFaint).Ellipsis(),
	}
	head := Row(theme.Space2, NewText(label, theme.Strong, theme.Ink), Grow(c.context), c.figure)
	c.body = Card(Col(theme.Space3, head, chart))
	c.ExtendBaseWidget(c)
	return c
}

// Set replaces the number and its context.
func (c *FigureChart) Set(figure, context string) {
	c.context.SetText(context)
	if c.figure.text != figure {
		c.figure.SetText(figure)
		c.body.Refresh()
	}
}
