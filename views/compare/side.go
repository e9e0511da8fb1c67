package compare

import (
	"time"

	"fyne.io/fyne/v2"

	"escale/app/compare"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// card is one of the two while they are compared.
type card struct {
	content fyne.CanvasObject

	state  *kit.StateLabel
	step   *kit.Text
	values [3]*kit.Text // time, memory, processes
	open   *kit.Press
	url    string
}

func newCard(host nav.Host, icon theme.IconName, name string) *card {
	c := &card{state: kit.StateWord(kit.IsStopped, ""), step: kit.NewText("", theme.Small, theme.InkMuted).Ellipsis()}
	c.open = kit.LinkOut(say.L("compare.open"), func() { host.Browse(c.url) })
	lines := []fyne.CanvasObject{
		kit.Row(theme.Space2, kit.NewIcon(icon, theme.IconBase, theme.InkMuted), kit.Grow(kit.NewText(name, theme.Strong, theme.Ink).Ellipsis())),
		kit.Row(theme.Space2, kit.Fixed(120, 0, c.state), kit.Grow(c.step)),
	}
	for i, label := range []string{say.L("compare.row.first"), say.L("compare.row.memory"), say.L("compare.row.processes")} {
		c.values[i] = kit.NewText("–", theme.Strong, theme.Ink).AlignTrailing()
		lines = append(lines, kit.Row(theme.Space2, kit.Grow(kit.NewText(label, theme.Small, theme.InkMuted).Ellipsis()), c.values[i]))
	}
	lines = append(lines, kit.Fixed(0, 24, kit.Hang(4, kit.Start(c.open))))
	c.content = kit.Card(kit.Col(theme.Space2, lines...))
	return c
}

// draw shows a side as it is now.
func (c *card) draw(s compare.Side, now time.Time) {
	condition, word := kit.IsStopped, say.L("compare.phase.waiting")
	switch s.Phase {
	case compare.Starting:
		condition, word = kit.IsStarting, say.L("compare.phase.starting")
	case compare.Serving:
		condition, word = kit.IsRunning, say.L("compare.phase.serving")
	case compare.Removed:
		word = say.L("compare.phase.removed")
	case compare.Waiting:
	}
	c.state.Set(condition, word)
	step := ""
	switch {
	case s.Phase != compare.Starting:
	case s.Step == "engine", s.Step == "ready": // this machine has a page in its place
		step = say.L("compare.step.page")
	case s.Step != "":
		step = say.MachineStep(s.Step)
	}
	c.step.SetText(step)
	first := "–"
	switch {
	case s.Figures.FirstByte > 0:
		first = say.Quick(s.Figures.FirstByte)
	case s.Phase == compare.Starting:
		first = say.Seconds(now.Sub(s.Ordered))
	}
	c.values[0].SetText(first)
	c.values[1].SetText(known(s.Figures.MemoryBytes > 0, say.Bytes(s.Figures.MemoryBytes)))
	processes := say.Count(int64(s.Figures.Processes))
	if s.Figures.KernelThreads > 0 {
		processes = say.L("compare.withkernel", "Programs", processes, "Threads", say.Count(int64(s.Figures.KernelThreads)))
	}
	c.values[2].SetText(known(s.Figures.Processes > 0, processes))
	c.url = s.URL
	if s.URL == "" {
		c.open.Hide()
	} else {
		c.open.Show()
	}
}

func known(is bool, words string) string {
	if is {
		return words
	}
	return "–"
}
