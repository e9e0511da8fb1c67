package enginepage

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"

	"escale/app/command"
	"escale/app/store"
	"escale/engine/machine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// shares are the folders of this computer that containers may mount.
type shares struct {
	page    *Page
	content *fyne.Container
	rows    *fyne.Container
	said    string
}

func newShares(p *Page) *shares {
	v := &shares{page: p, rows: kit.Col(theme.Space3), said: "\x00"}
	v.content = kit.CardInset(20, kit.Col(theme.Space3, kit.Col(2,
		life.Titled(p.host, kit.NewText(say.L("machine.shares"), theme.Strong, theme.Ink).Ellipsis(), "bind-mount"),
		kit.NewParagraph(say.L("machine.shares.text"), theme.Small, theme.InkMuted)), v.rows))
	return v
}

// draw makes the rows anew where they would say something else.
func (v *shares) draw(m store.Machine) {
	s, reason := m.Status, v.page.hindrance(m)
	said := fmt.Sprint(reason, m.Up(), s.Sharing, s.Shares, s.ReadOnlyByGuest)
	if said == v.said {
		return
	}
	v.said = said
	var rows []fyne.CanvasObject
	for _, f := range s.Shares {
		rows = append(rows, v.row(f, reason))
	}
	if len(rows) == 0 && cannotShare(s.Sharing) == "" {
		rows = append(rows, faint(say.L("machine.shares.none")))
	}
	if s.ReadOnlyByGuest && slices.ContainsFunc(s.Shares, func(f machine.SharedFolder) bool { return f.ReadOnly }) {
		rows = append(rows, kit.Hint(kit.Note, say.L("machine.shares.byguest"), nil))
	}
	if m.Up() && slices.ContainsFunc(s.Shares, pending) {
		rows = append(rows, v.page.later())
	}
	if cannot := cannotShare(s.Sharing); cannot != "" {
		rows = append(rows, kit.Hint(kit.Note, cannot, nil))
	} else {
		add := kit.SmallButton(kit.Secondary, theme.IconPlus, say.L("machine.shares.add"), v.add)
		add.SetDisabled(reason)
		rows = append(rows, kit.Start(add))
	}
	kit.SetChildren(v.rows, rows...)
}

// later says that what was changed waits for a start, and offers one.
func (p *Page) later() fyne.CanvasObject {
	return kit.Hint(kit.Note, say.L("machine.later"), kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("action.restart"), p.restartMachine))
}

// hindrance is why the machine cannot be changed now, or empty.
func (p *Page) hindrance(m store.Machine) string {
	switch {
	case !m.Live:
		return say.L("machine.unknown")
	case p.store.Busy.Get()[store.MachineID(machine.DefaultName)].Verb != "":
		return say.L("machine.busy")
	}
	return ""
}

// pending tells whether the next start changes something about a folder.
func pending(f machine.SharedFolder) bool {
	return f.State == machine.ShareStateNext || f.State == machine.ShareStateLast
}

// row is one folder: its path, what became of it, and what can be done.
func (v *shares) row(f machine.SharedFolder, reason string) fyne.CanvasObject {
	op := v.page.operator
	path := kit.NewText(f.Path, theme.MonoSmall, theme.Ink).Ellipsis()
	if f.State == machine.ShareStateLast { // removed, and still there
		return line(path, faint(shareWords(f)), button(say.L("machine.shares.keep"), reason, func() { op.ShareFolder(f.Path, f.ReadOnly) }))
	}
	only := kit.Toggle(say.L("machine.shares.readonly"), f.ReadOnly, func(on bool) { op.ShareFolder(f.Path, on) })
	only.SetDisabled(reason)
	return line(path, faint(shareWords(f)), only, button(say.L("machine.shares.remove"), reason, func() { v.remove(f) }))
}

// shareWords say what became of a folder.
func shareWords(f machine.SharedFolder) string {
	switch f.State {
	case machine.ShareStateShared:
		return say.L("machine.shares.shared")
	case machine.ShareStateNext:
		return say.L("machine.shares.next")
	case machine.ShareStateLast:
		return say.L("machine.shares.last")
	case machine.ShareStateFailed:
		return say.L("machine.shares.failed", "Why", say.ShareProblem(f.Problem))
	case machine.ShareStateOff:
	}
	return say.L("machine.shares.off")
}

// cannotShare says why no folder can be shared on this computer, or nothing.
func cannotShare(s machine.Sharing) string {
	switch s {
	case machine.SharingNoDriver:
		return say.L("machine.shares.nodriver")
	case machine.SharingNoProgram:
		return say.L("machine.shares.noprogram")
	case machine.SharingForbidden:
		return say.L("machine.shares.forbidden")
	case machine.SharingWorks:
	}
	return ""
}

// add asks for a folder. Containers can change what is in it unless the user
// says otherwise, as with any engine.
func (v *shares) add() {
	only := kit.NewCheckbox(say.L("machine.shares.readonly.long"), false, nil)
	v.page.askPath(pathQuestion{
		title: say.L("machine.shares.add.title"), text: say.L("machine.shares.add.text"), label: say.L("machine.shares.folder"),
		verb: say.L("machine.shares.do"), rank: kit.Primary, option: only,
		command: func(path string) string {
			if path == "" {
				path = say.L("machine.shares.example")
			}
			if only.On() {
				return command.Line("escale-machine", "share", "--read-only", "add", path)
			}
			return command.Line("escale-machine", "share", "add", path)
		},
		do: func(path string) int { return v.page.operator.ShareFolder(path, only.On()) },
	})
}

// remove says what containers lose, and shares the folder no more.
func (v *shares) remove(f machine.SharedFolder) {
	p := v.page
	var layer *kit.Layer
	cancel := kit.Button(kit.Secondary, "", say.L("action.cancel"), func() { layer.Close() })
	verb := kit.Button(kit.Primary, "", say.L("machine.shares.remove"), func() {
		layer.Close()
		p.operator.UnshareFolder(f.Path)
	})
	layer = kit.ShowDialog(p.host.Window().Canvas(), kit.Col(theme.Space3,
		kit.NewParagraph(say.L("machine.shares.remove.title"), theme.Heading, theme.Ink),
		kit.NewParagraph(f.Path, theme.MonoSmall, theme.Ink),
		kit.NewParagraph(say.L("machine.shares.remove.text"), theme.Body, theme.InkMuted),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), command.Line("escale-machine", "share", "remove", f.Path)),
		kit.Gap(0, theme.Space1), kit.Row(theme.Space2, kit.Grow(kit.Gap(0, 0)), cancel, verb)), 520, nil)
	layer.Focus(cancel)
}
