package container

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/command"
	"escale/app/logs"
	"escale/app/ring"
	"escale/app/store"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
	"escale/views/theme"
)

// logNote stands in place of a log without lines: why there are none, what to
// do now, and the command that asks the engine for the same.
type logNote struct {
	view    *logsView
	content *fyne.Container
	text    *kit.Paragraph
	next    *kit.Press
	command *kit.CommandLine
	do      func() // what next does now
}

func newLogNote(v *logsView) *logNote {
	n := &logNote{
		view: v, text: kit.NewParagraph("", theme.Heading, theme.InkMuted).AlignCenter(),
		command: kit.CommandBar(say.L("action.copy"), say.L("action.copied"), ""), do: func() {},
	}
	n.next = kit.Button(kit.Secondary, "", "", func() { n.do() })
	n.content = kit.Col(0, kit.Grow(kit.Gap(0, 0)), kit.AtMost(440, kit.Inset(0, theme.Space4, 0, theme.Space4,
		kit.Col(theme.Space3, n.text, container.NewCenter(n.next), n.command))), kit.Grow(kit.Gap(0, 0)))
	n.content.Hide()
	return n
}

// draw shows the note while there are no lines.
func (n *logNote) draw() {
	v := n.view
	status := v.session.Status.Get()
	lines := status.End - status.First
	if v.sift != nil {
		lines = v.sift.Len()
	}
	if lines > 0 || status.State == logs.Opening {
		kit.SetVisible(n.content, false)
		return
	}
	row := v.screen.current().Container
	n.command.SetCommand(command.For(v.screen.app.Store.Connection.Get().Endpoint).Logs(row.Name, row.Active()))
	n.next.SetDisabled("")
	main := life.MainAction(row)
	switch {
	case v.sift != nil && status.End > status.First:
		n.text.SetText(say.L("logs.empty.output"))
		if v.stream == ring.Errors {
			n.text.SetText(say.L("logs.empty.errors"))
		}
		n.offer("", say.L("logs.empty.all"), v.showBoth)
	case main.Verb == store.VerbStart || main.Verb == store.VerbResume:
		n.text.SetText(say.L("logs.empty"))
		n.offer(main.Icon, main.Label, func() { life.Do(v.screen.app, main.Verb, row.ID) })
		n.next.SetDisabled(v.screen.controls.Blocked(row.ID))
	default:
		n.text.SetText(say.L("logs.empty"))
		n.offer("", say.L("logs.empty.overview"), v.screen.showOverview)
	}
	kit.SetVisible(n.content, true)
	n.content.Refresh()
}

func (n *logNote) offer(icon theme.IconName, label string, do func()) {
	n.next.SetIcon(icon)
	n.next.SetLabel(label)
	n.do = do
}
