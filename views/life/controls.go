package life

import (
	"escale/app/command"
	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
)

// Controls carry out what users ask for about containers, after the questions
// that it takes. They belong to the UI goroutine.
type Controls struct {
	Operator Operator
	Store    *store.Store
	Host     nav.Host
}

// Blocked says why nothing can be done to a container now; empty when it can.
func (c Controls) Blocked(id string) string {
	if c.Store.Connection.Get().Phase != store.Ready {
		return say.L("container.blocked.engine")
	}
	if b, ok := c.Store.Busy.Get()[id]; ok {
		return BusyWord(b.Verb)
	}
	return ""
}

// Menu is everything that can be done with a container. Inside its own page
// the ways to get there are left out.
func (c Controls) Menu(row engine.Container, inside bool) []kit.MenuItem {
	m := &menu{blocked: c.Blocked(row.ID)}
	links := LinksHere(row, c.Store.Connection.Get().Endpoint, c.Store.Machine.Get())
	if u := FirstURL(links); u != "" {
		m.add(theme.IconOpen, say.L("container.menu.browse"), func() { c.Host.Browse(u) })
	}
	if !inside {
		m.add(theme.IconInfo, say.L("container.menu.open"), func() { c.open(row.ID, "overview") }).Shortcut = say.L("container.key.enter")
		m.add(theme.IconLogs, say.L("container.menu.logs"), func() { c.open(row.ID, "logs") }).Shortcut = kit.Shortcut("L")
	}
	if len(m.items) > 0 {
		m.line()
	}
	c.lifeItems(m, row)
	m.line()
	m.change(theme.IconPencil, say.L("container.menu.rename"), func() { c.Rename(row) })
	m.add(theme.IconCopy, say.L("container.menu.copyid"), func() { c.Host.Copy(row.ID) })
	m.add(theme.IconTerminal, say.L("container.menu.copycommand"), func() { c.Host.Copy(c.commandFor(row)) })
	m.line()
	m.change(theme.IconTrash, say.L("container.menu.delete"), func() { c.Delete([]engine.Container{row}, nil) }).Danger = true
	return m.items
}

func (c Controls) lifeItems(m *menu, row engine.Container) {
	do := func(v store.Verb) func() { return func() { Do(c.Operator, v, row.ID) } }
	switch row.State {
	case engine.StateRunning:
		m.change(theme.IconStop, say.L("action.stop"), do(store.VerbStop))
		m.change(theme.IconRefresh, say.L("action.restart"), do(store.VerbRestart))
		m.change(theme.IconPause, say.L("action.pause"), do(store.VerbPause))
		m.change(theme.IconCross, say.L("container.menu.kill"), func() { c.Kill(row) })
	case engine.StatePaused:
		m.change(theme.IconPlay, say.L("action.resume"), do(store.VerbResume))
		m.change(theme.IconStop, say.L("action.stop"), do(store.VerbStop))
		m.change(theme.IconCross, say.L("container.menu.kill"), func() { c.Kill(row) })
	case engine.StateRestarting:
		m.change(theme.IconStop, say.L("action.stop"), do(store.VerbStop))
	case engine.StateCreated, engine.StateExited, engine.StateDead, engine.StateRemoving:
		m.change(theme.IconPlay, say.L("action.start"), do(store.VerbStart))
	}
}

// commandFor is the command that does what the row's button does.
func (c Controls) commandFor(row engine.Container) string {
	docker := command.For(c.Store.Connection.Get().Endpoint)
	switch MainAction(row).Verb { //nolint:exhaustive // a row offers no others
	case store.VerbStop:
		return docker.Stop(row.Name)
	case store.VerbResume:
		return docker.Resume(row.Name)
	case store.VerbStart:
		return docker.Start(row.Name)
	}
	return docker.Inspect(row.Name)
}

func (c Controls) open(id, tab string) {
	c.Host.Open(nav.Route{Place: nav.Container, ID: id, Tab: tab})
}
