package life

import (
	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/say"
	"escale/views/theme"
)

// Action is the one thing that a row offers at a time.
type Action struct {
	Verb  store.Verb // empty when there is nothing to offer
	Icon  theme.IconName
	Label string
}

// MainAction is what a container in this state is most likely to need.
func MainAction(c engine.Container) Action {
	switch c.State {
	case engine.StateRunning, engine.StateRestarting:
		return Action{store.VerbStop, theme.IconStop, say.L("action.stop")}
	case engine.StatePaused:
		return Action{store.VerbResume, theme.IconPlay, say.L("action.resume")}
	case engine.StateCreated, engine.StateExited, engine.StateDead:
		return Action{store.VerbStart, theme.IconPlay, say.L("action.start")}
	case engine.StateRemoving:
	}
	return Action{}
}

// Operator does things to containers; app.App is one.
type Operator interface {
	StartContainer(id string) int
	StopContainer(id string) int
	RestartContainer(id string) int
	PauseContainer(id string) int
	ResumeContainer(id string) int
	KillContainer(id string) int
	RenameContainer(id, name string) int
	RemoveContainer(id string, o engine.RemoveContainer) int
}

// Do starts an action that needs no question.
func Do(op Operator, v store.Verb, id string) {
	switch v { //nolint:exhaustive // the others ask first
	case store.VerbStart:
		op.StartContainer(id)
	case store.VerbStop:
		op.StopContainer(id)
	case store.VerbRestart:
		op.RestartContainer(id)
	case store.VerbPause:
		op.PauseContainer(id)
	case store.VerbResume:
		op.ResumeContainer(id)
	case store.VerbKill:
		op.KillContainer(id)
	}
}

// menu builds a menu, disabling what changes something while that cannot be.
type menu struct {
	items   []kit.MenuItem
	blocked string // why nothing may be changed now
}

func (m *menu) add(icon theme.IconName, label string, tapped func()) *kit.MenuItem {
	m.items = append(m.items, kit.MenuItem{Icon: icon, Label: label, OnTapped: tapped})
	return &m.items[len(m.items)-1]
}

func (m *menu) change(icon theme.IconName, label string, tapped func()) *kit.MenuItem {
	item := m.add(icon, label, tapped)
	item.Disabled, item.Reason = m.blocked != "", m.blocked
	return item
}

func (m *menu) line() { m.items = append(m.items, kit.MenuSeparator()) }
