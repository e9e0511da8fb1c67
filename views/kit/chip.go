package kit

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// ChipItem is one choice of a row of chips. A count of -1 hides the count.
type ChipItem struct {
	Label string
	Count int
}

// ChipRow is a filter: a few chips of which one is selected.
type ChipRow struct {
	composite

	group
	counts []*Text
}

// Chips returns a filter. onChange may be nil.
func Chips(selected int, onChange func(i int), items ...ChipItem) *ChipRow {
	c := &ChipRow{group: group{onChange: onChange}}
	chips := make([]fyne.CanvasObject, len(items))
	for i, item := range items {
		press, count := newChip(item.Label, item.Count, func() { c.choose(i) })
		c.presses, c.counts = append(c.presses, press), append(c.counts, count)
		chips[i] = press
	}
	c.body = Flow(theme.Space2, chips...)
	c.keys()
	c.SetSelected(selected)
	c.ExtendBaseWidget(c)
	return c
}

// SetCount replaces a chip's count; -1 hides it.
func (c *ChipRow) SetCount(i, count int) {
	text := c.counts[i]
	if words := countWords(count); text.text != words {
		text.Hidden = words == ""
		text.SetText(words)
		c.body.Refresh()
	}
}

// Chip is one choice of a filter that its owner selects. A count of -1 hides
// the count. Prefer Chips.
func Chip(label string, count int, selected bool, tapped func()) *Press {
	press, _ := newChip(label, count, tapped)
	return press.Select(selected)
}

func newChip(label string, count int, tapped func()) (*Press, *Text) {
	text := NewText(label, theme.SmallLabel, theme.InkMuted)
	number := NewText(countWords(count), theme.Small, theme.InkFaint)
	number.Hidden = count < 0
	body := Fixed(0, 28, Inset(0, theme.Space3, 0, theme.Space3, Row(6, text, number)))
	press := NewPress(body, theme.RadiusPill, chipLook, tapped).Named(label).OnState(func(s State) {
		text.SetColor(either(s.Selected, theme.Accent, theme.InkMuted))
		number.SetColor(either(s.Selected, theme.Accent, theme.InkFaint))
	})
	return press, number
}

func countWords(count int) string { return either(count < 0, "", strconv.Itoa(count)) }

func chipLook(s State) Look {
	switch {
	case s.Selected:
		return Look{Fill: theme.Selected, Stroke: theme.Transparent}
	case s.Hovered || s.Pressed:
		return Look{Fill: theme.IdleSoft, Stroke: theme.Outline}
	}
	return Look{Fill: theme.Surface, Stroke: theme.Hairline}
}

// TagBox is a Tag that can change.
type TagBox struct {
	composite

	back *Surface
	icon *Icon
	text *Text
	row  *fyne.Container
}

// Tag is a small passive label, such as "official" or a volume's user.
func Tag(icon theme.IconName, label string, ink, soft theme.Color) *TagBox {
	t := &TagBox{back: NewSurface(soft, theme.RadiusSmall), icon: NewIcon(icon, 13, ink), text: NewText(label, theme.Caption, ink)}
	t.icon.Hidden = icon == ""
	t.row = Row(4, t.icon, t.text)
	t.body = container.NewStack(t.back, Fixed(0, 20, Inset(0, 7, 0, 7, t.row)))
	t.ExtendBaseWidget(t)
	return t
}

// Set replaces what the tag says.
func (t *TagBox) Set(icon theme.IconName, label string, ink, soft theme.Color) {
	t.back.Set(soft, theme.Transparent, Flat)
	t.icon.Hidden = icon == ""
	t.icon.Set(icon, ink)
	t.text.Set(label, ink)
	t.row.Refresh()
}
