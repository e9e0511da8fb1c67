package enginepage

import (
	"fyne.io/fyne/v2"

	"escale/app/store"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// work shows how far a backup, a restore or a move is.
type work struct {
	page    *Page
	content *fyne.Container
	title   *kit.Text
	figure  *kit.Text
	meter   *kit.MeterBar
	row     *fyne.Container
}

func newWork(p *Page) *work {
	w := &work{page: p, title: kit.NewText("", theme.Strong, theme.Ink).Ellipsis(), figure: kit.NewText("", theme.MonoSmall, theme.InkFaint), meter: kit.Meter(0, theme.AccentFill, 6)}
	w.row = kit.Row(theme.Space3, kit.Grow(w.title), w.figure)
	stop := kit.SmallButton(kit.Secondary, theme.IconCross, say.L("action.cancel"), func() {
		p.tasks.Cancel(p.store.Busy.Get()[store.MachineID(machine.DefaultName)].TaskID)
	})
	w.content = kit.Col(theme.Space2, w.row, w.meter, kit.Start(stop))
	return w
}

// draw is the only writer of the bar.
func (w *work) draw(m store.Machine) {
	s := m.Status
	w.content.Hidden = !m.Live || s.Busy == ""
	if w.content.Hidden || len(s.Steps) == 0 {
		return
	}
	step := s.Steps[len(s.Steps)-1]
	w.title.SetText(say.MachineStep(step.Name))
	figure := ""
	if step.TotalBytes > 0 {
		figure = say.L("machine.of", "Done", say.Bytes(step.DoneBytes), "All", say.Bytes(step.TotalBytes))
	}
	if w.figure.Text() != figure {
		w.figure.SetText(figure)
		w.row.Refresh()
	}
	w.meter.Set(float32(part(step.DoneBytes, step.TotalBytes)))
}
