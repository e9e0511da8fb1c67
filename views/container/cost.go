package container

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"escale/app/compare"
	"escale/engine"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// cost is the line that says what the container takes, and what a virtual machine
// for it would.
type cost struct {
	content fyne.CanvasObject
	text    *kit.Paragraph
	link    *kit.Press
	label   string // of the link
	row     *fyne.Container
	host    nav.Host
	said    string
}

func newCost(host nav.Host) *cost {
	c := &cost{host: host, text: kit.NewParagraph("", theme.Small, theme.InkMuted), row: kit.Row(theme.Space3)}
	c.content = kit.Well(c.row)
	return c
}

// draw says it anew where it has changed.
func (c *cost) draw(words, label string) {
	if label != c.label {
		c.label = label
		c.link = kit.Link(label, func() { c.host.Open(nav.Route{Place: nav.Compare}) })
		kit.SetChildren(c.row, kit.Grow(c.text), c.link)
	}
	if words != c.said {
		c.said = words
		c.text.SetText(words)
		c.row.Refresh()
	}
}

// drawCost brings the line up to date.
func (o *overview) drawCost(last engine.Sample, sampled bool) {
	measured := o.screen.app.Compare.Last()
	took, known := o.screen.app.StartedIn(o.screen.id)
	if !known {
		took = 0
	}
	if !sampled || o.drawn.State != engine.StateRunning && o.drawn.State != engine.StatePaused {
		last = engine.Sample{}
	}
	o.cost.draw(costWords(last, took, measured))
}

// costWords are the line, and what its link is called. What nobody has measured is
// not said as if somebody had.
func costWords(last engine.Sample, took time.Duration, measured *compare.Result) (words, link string) {
	var figures, sentences []string
	if last.MemoryBytes > 0 {
		figures = append(figures, say.Bytes(last.MemoryBytes))
	}
	if last.PIDs > 0 {
		figures = append(figures, say.N("cost.processes", last.PIDs))
	}
	if took > 0 {
		figures = append(figures, say.L("cost.started", "Time", say.Quick(took)))
	}
	if len(figures) > 0 {
		sentences = append(sentences, say.L("cost.here", "Figures", strings.Join(figures, ", ")))
	}
	if measured == nil {
		sentences = append(sentences, say.L("cost.general", "Size", say.Bytes(compare.GeneralSystemBytes)))
		return strings.Join(sentences, " "), say.L("cost.link")
	}
	return strings.Join(append(sentences, machineCost(last, *measured)), " "), say.L("cost.again")
}

// machineCost is what a virtual machine would take: that of the comparison, and in
// it what the container takes.
func machineCost(last engine.Sample, r compare.Result) string {
	_, m := r.Medians()
	date, took := say.Date(r.At), say.Quick(m.FirstByte)
	memory := say.Bytes(m.MemoryBytes + last.MemoryBytes)
	switch {
	case m.MemoryBytes == 0: // this system does not tell
		return say.L("cost.machine.timeonly", "Time", took, "Date", date)
	case r.Emulated():
		return say.L("cost.machine.emulated", "Memory", memory, "Time", took, "Date", date)
	}
	return say.L("cost.machine", "Memory", memory, "Time", took, "Date", date)
}
