package enginepage

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"

	"escale/app"
	"escale/app/store"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// data is where the machine keeps what it holds, and which version it is.
type data struct {
	page    *Page
	content *fyne.Container
	rows    *fyne.Container
	said    string
}

func newData(p *Page) *data {
	d := &data{page: p, rows: kit.Col(theme.Space4), said: "\x00"}
	d.content = kit.CardInset(20, kit.Col(theme.Space3, life.Titled(p.host, kit.NewText(say.L("machine.data"), theme.Strong, theme.Ink).Ellipsis(), "disk-image"), d.rows))
	return d
}

// draw makes the rows anew where they would say something else.
func (d *data) draw(m store.Machine) {
	s, p := m.Status, d.page
	busy := p.store.Busy.Get()[store.MachineID(machine.DefaultName)].Verb
	said := fmt.Sprint(m.Live, s.State == machine.StateAbsent, s.Folder, s.Guest, s.Previous, s.Update, s.RolledBack, busy != "")
	if said == d.said {
		return
	}
	d.said = said
	reason := ""
	switch {
	case !m.Live:
		reason = say.L("machine.unknown")
	case busy != "":
		reason = say.L("machine.busy")
	}
	place := say.L("machine.place.home")
	if s.Folder != "" {
		place = s.Folder
	}
	absent := reason
	if s.State == machine.StateAbsent && absent == "" {
		absent = say.L("machine.afresh.nothing")
	}
	rows := []fyne.CanvasObject{
		line(small(say.L("machine.backup")), faint(say.L("machine.backup.text")),
			button(say.L("machine.backup.verb"), absent, p.saveBackup), button(say.L("machine.restore.verb"), reason, p.restoreBackup)),
		line(small(say.L("machine.place")), faint(place), button(say.L("machine.move.verb"), absent, p.moveData)),
	}
	rows = append(rows, d.versions(s, reason)...)
	kit.SetChildren(d.rows, rows...)
}

// versions says which version the machine is, and leads to another.
func (d *data) versions(s machine.Status, reason string) []fyne.CanvasObject {
	if s.Guest == nil {
		return nil
	}
	var buttons []fyne.CanvasObject
	text := say.L("machine.version.now", "Version", s.Guest.Version, "Engine", s.Guest.Engine)
	if r := s.RolledBack; r != nil && r.Cause != "" {
		text += " " + say.L("machine.version.failed", "Engine", r.From.Engine, "Why", say.MachineCause(r.Cause).Title)
	}
	if s.Update != nil {
		buttons = append(buttons, button(say.L("machine.update.verb", "Engine", s.Update.Engine), reason, d.page.updateMachine))
	}
	if s.Previous != nil {
		buttons = append(buttons, button(say.L("machine.rollback.verb", "Engine", s.Previous.Engine), reason, d.page.goBack))
	}
	return []fyne.CanvasObject{line(small(say.L("engine.fact.version")), faint(text), buttons...)}
}

func small(text string) fyne.CanvasObject {
	return kit.NewText(text, theme.SmallLabel, theme.Ink).Ellipsis()
}

func faint(text string) fyne.CanvasObject {
	return kit.NewParagraph(text, theme.Small, theme.InkFaint)
}

func button(label, reason string, tapped func()) *kit.Press {
	b := kit.SmallButton(kit.Secondary, "", label, tapped)
	b.SetDisabled(reason)
	return b
}

func (p *Page) saveBackup() {
	p.askPath(pathQuestion{
		title: say.L("machine.backup.title"), text: say.L("machine.backup.long"), label: say.L("machine.backup.file"),
		value: app.BackupPlace(time.Now()), verb: say.L("machine.backup.save"), rank: kit.Primary, do: p.operator.BackupMachine,
		kind: kit.ANewFile,
	})
}

func (p *Page) restoreBackup() {
	p.askPath(pathQuestion{
		title: say.L("machine.restore.title"), text: say.L("machine.restore.long"), label: say.L("machine.backup.file"),
		verb: say.L("machine.restore.do"), rank: kit.Destructive, do: p.operator.RestoreMachine,
		kind: kit.AFile,
	})
}

func (p *Page) moveData() {
	p.askPath(pathQuestion{
		title: say.L("machine.move.title"), text: say.L("machine.move.long"), label: say.L("machine.move.folder"),
		value: p.store.Machine.Get().Status.Folder, verb: say.L("machine.move.do"), rank: kit.Primary, empty: true, do: p.operator.MoveMachine,
	})
}

// updateMachine asks; where there was too little room for a copy of the data, it
// offers to do without.
func (p *Page) updateMachine() {
	if r := p.store.Machine.Get().Status.RolledBack; r != nil && r.Cause == machine.CauseNotEnoughDisk {
		p.updateCramped(r.From.Engine)
		return
	}
	kit.Confirm(p.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("machine.update.title"), Text: say.L("machine.update.text"), Lost: p.running(),
		Verb: say.L("machine.update.do"), Cancel: say.L("action.cancel"),
		OnConfirm: func(bool) { p.operator.UpdateMachine(machine.UpdateOptions{}) },
	})
}

// updateCramped has a box for an update without a way back, which nobody has
// ticked: otherwise the copy is tried again.
func (p *Page) updateCramped(engine string) {
	kit.Confirm(p.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("machine.update.title"), Text: say.L("machine.update.cramped", "Engine", engine), Lost: p.running(),
		Option: say.L("machine.update.nocopy"), Verb: say.L("machine.update.do"), Cancel: say.L("action.cancel"),
		OnConfirm: func(without bool) { p.operator.UpdateMachine(machine.UpdateOptions{WithoutCopy: without}) },
	})
}

// goBack asks what becomes of data that the newer engine has worked on.
func (p *Page) goBack() {
	previous := p.store.Machine.Get().Status.Previous
	if previous == nil {
		return
	}
	q := kit.Confirmation{
		Title: say.L("machine.rollback.title", "Engine", previous.Engine), Text: say.L("machine.rollback.text"), Lost: p.running(),
		Verb: say.L("machine.rollback.do"), Cancel: say.L("action.cancel"),
	}
	options := machine.RollbackOptions{}
	switch {
	case previous.DataNewer && previous.Data != nil:
		q.Text, q.Destructive = say.L("machine.rollback.restore", "Date", say.Date(*previous.Data)), true
		options.RestoreData = true
	case previous.DataNewer:
		q.Text, q.Destructive = say.L("machine.rollback.force"), true
		options.Force = true
	}
	q.OnConfirm = func(bool) { p.operator.RollbackMachine(options) }
	kit.Confirm(p.host.Window().Canvas(), q)
}
