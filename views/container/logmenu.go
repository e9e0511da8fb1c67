package container

import (
	"context"
	"path/filepath"
	"time"

	"escale/app/command"
	"escale/app/logs"
	"escale/app/ring"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// menu is all that can be done with a log; what the bar has no room for in a
// small window is here too.
func (v *logsView) menu() []kit.MenuItem {
	copyLabel := say.L("logs.copyseen")
	if _, _, ok := v.view.Selection(); ok {
		copyLabel = say.L("logs.copyselection")
	}
	stream := func(s ring.Stream, label string) kit.MenuItem {
		return kit.MenuItem{Label: label, Checked: v.stream == s, OnTapped: func() {
			v.streams.SetSelected(int(s))
			v.setStream(s)
		}}
	}
	stamps := v.stamps.On()
	return []kit.MenuItem{
		{Icon: theme.IconCopy, Label: copyLabel, Shortcut: kit.Shortcut("C"), OnTapped: v.view.CopySelection},
		{Icon: theme.IconCopy, Label: say.L("logs.copyall"), OnTapped: v.copyAll},
		{Icon: theme.IconSave, Label: say.L("logs.save"), OnTapped: v.save},
		{Icon: theme.IconTerminal, Label: say.L("container.menu.copycommand"), OnTapped: func() {
			docker := command.For(v.screen.app.Store.Connection.Get().Endpoint)
			v.screen.host.Copy(docker.Logs(v.screen.current().Name, true))
		}},
		kit.MenuSeparator(),
		{Label: say.L("logs.wrap"), Checked: v.wrap, OnTapped: func() { v.setWrap(!v.wrap) }},
		{Label: say.L("logs.stamps"), Checked: stamps, OnTapped: func() {
			v.stamps.SetOn(!stamps)
			v.setStamps(!stamps)
		}},
		kit.MenuSeparator(),
		stream(ring.Both, say.L("logs.stream.all")),
		stream(ring.Output, say.L("logs.stream.output")),
		stream(ring.Errors, say.L("logs.stream.errors")),
	}
}

// copyMost is how many lines go on the clipboard; more belong into a file.
const copyMost = 20_000

func (v *logsView) copyAll() {
	numbers := v.listed()
	if over := len(numbers) - copyMost; over > 0 {
		numbers = numbers[over:]
		v.screen.host.Toast(kit.Note, say.N("logs.copymost.title", copyMost), say.L("logs.copymost.text"))
	}
	v.screen.host.Copy(v.session.Text(numbers, v.stamps.On()))
}

// listed are the numbers of the lines that are shown, in sight or not; no more
// than needed to know that there are too many.
func (v *logsView) listed() []int {
	if v.sift != nil {
		return v.sift.numbers
	}
	first, end := v.session.Lines.Bounds()
	first = max(first, end-copyMost-1)
	numbers := make([]int, end-first)
	for i := range numbers {
		numbers[i] = first + i
	}
	return numbers
}

// save writes the lines that are shown to a file in the folder for downloads.
func (v *logsView) save() {
	host, session, name := v.screen.host, v.session, v.screen.current().Name
	form := logs.Form{Stream: v.stream, Stamps: v.stamps.On()}
	go func() {
		path, err := session.SaveFile(context.Background(), logs.Folder(), name, time.Now(), form)
		host.Post(func() {
			if err != nil {
				host.Fail(err, v.save)
				return
			}
			host.Toast(kit.Good, say.L("logs.saved.title"), say.L("logs.saved.text", "File", filepath.Base(path), "Folder", filepath.Dir(path)),
				nav.ToastAction{Label: say.L("logs.saved.copy"), Tapped: func() { host.Copy(path) }})
		})
	}()
}
