package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/theme"
)

// group is a set of presses of which one is selected.
type group struct {
	onChange func(i int)
	presses  []*Press
	selected int
}

// Selected is the index of the selected one, or -1.
func (g *group) Selected() int { return g.selected }

// SetSelected selects one without calling onChange; -1 selects none.
func (g *group) SetSelected(i int) {
	g.selected = i
	for n, p := range g.presses {
		p.Select(n == i)
	}
}

// SetLabel replaces the words of one.
func (g *group) SetLabel(i int, label string) { g.presses[i].SetLabel(label) }

// Press is one of the controls, for focus and tests.
func (g *group) Press(i int) *Press { return g.presses[i] }

func (g *group) choose(i int) {
	if i == g.selected {
		return
	}
	g.SetSelected(i)
	if g.onChange != nil {
		g.onChange(i)
	}
}

// keys lets the left and right arrows move in the group.
func (g *group) keys() {
	for i, p := range g.presses {
		p.OnKey = func(key *fyne.KeyEvent) bool {
			next := i
			switch key.Name {
			case fyne.KeyLeft:
				next--
			case fyne.KeyRight:
				next++
			default:
				return false
			}
			if next < 0 || next >= len(g.presses) {
				return false
			}
			if c := canvasOf(p); c != nil {
				c.Focus(g.presses[next])
			}
			g.choose(next)
			return true
		}
	}
}

// TabStrip is a row of tabs of which one is selected.
type TabStrip struct {
	composite
	group
}

// Tabs is an underlined strip; the selected tab's line sits on the divider.
// onChange may be nil.
func Tabs(selected int, onChange func(i int), labels ...string) *TabStrip {
	t := &TabStrip{group: group{onChange: onChange}}
	tabs := make([]fyne.CanvasObject, len(labels))
	for i, label := range labels {
		tabs[i] = t.tab(label, i)
	}
	strip := Inset(0, 0, 0, -theme.Space3, Row(0, tabs...))
	line := Col(0, Grow(Gap(0, 0)), Divider())
	t.body = container.NewStack(line, strip)
	t.keys()
	t.SetSelected(selected)
	t.ExtendBaseWidget(t)
	return t
}

func (t *TabStrip) tab(label string, i int) fyne.CanvasObject {
	f := newFace("", label, theme.Label, 16, theme.InkMuted)
	mark := NewSurface(theme.Transparent, 1)
	press := NewPress(Inset(8, theme.Space3, 8, theme.Space3, f.text), theme.RadiusBase, iconLook, func() { t.choose(i) })
	press.wear(f).OnState(func(s State) {
		f.paint(either(s.Selected, theme.Accent, either(s.Hovered, theme.Ink, theme.InkMuted)))
		mark.Set(either(s.Selected, theme.Accent, theme.Transparent), theme.Transparent, Flat)
	})
	t.presses = append(t.presses, press)
	return Col(2, press, Inset(0, theme.Space3, 0, theme.Space3, Fixed(0, 2, mark)))
}

// SegmentRow is a small group of exclusive choices.
type SegmentRow struct {
	composite
	group
}

// Segments is a small group of exclusive choices, such as a chart's span.
// onChange may be nil.
func Segments(selected int, onChange func(i int), labels ...string) *SegmentRow {
	s := &SegmentRow{group: group{onChange: onChange}}
	parts := make([]fyne.CanvasObject, len(labels))
	for i, label := range labels {
		f := newFace("", label, theme.SmallLabel, 16, theme.InkMuted)
		body := Fixed(0, 26, Inset(0, 10, 0, 10, Row(0, f.text)))
		press := NewPress(body, theme.RadiusBase-2, segmentLook, func() { s.choose(i) }).wear(f).OnState(func(st State) {
			f.paint(either(st.Selected || st.Hovered, theme.Ink, theme.InkMuted))
		})
		s.presses, parts[i] = append(s.presses, press), press
	}
	s.body = container.NewStack(NewSurface(theme.IdleSoft, theme.RadiusBase), Pad(2, Row(0, parts...)))
	s.keys()
	s.SetSelected(selected)
	s.ExtendBaseWidget(s)
	return s
}

func segmentLook(s State) Look {
	if s.Selected {
		return Look{Fill: theme.Surface, Stroke: theme.Hairline}
	}
	return Look{Fill: theme.Transparent, Stroke: theme.Transparent}
}
