package tray

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"escale/app/ansi"
	"escale/app/recipe"
	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
	"escale/views/life"
	"escale/views/say"
)

// How much a menu holds.
const (
	mostRows    = 15 // containers of a list
	mostRecipes = 8
	mostRunes   = 40 // of a name
)

// Facts are what a menu is made from.
type Facts struct {
	Connection store.Connection
	Containers store.Snapshot[engine.Container]
	Machine    store.Machine
	Recipes    []recipe.Recipe // the starters, in their order
}

// FactsOf reads them from the store.
func FactsOf(s *store.Store) Facts {
	return Facts{
		Connection: s.Connection.Get(), Containers: s.Containers.Get(), Machine: s.Machine.Get(), Recipes: recipe.All(),
	}
}

// MenuOf words what is known. It says nothing that changes by itself, such as
// an age: a menu is made anew when something happens, and then only.
func MenuOf(f Facts) Menu {
	m := Menu{State: StateOf(f)}
	m.Items = append(m.Items, Item{Label: header(m.State, f.Connection.Phase), Disabled: true})
	if m.State == Trouble {
		m.Items = append(m.Items, Item{Label: say.L("tray.why"), Action: Action{Do: ShowEngine}})
	}
	running, stopped := sorted(f.Containers.Rows)
	if f.Containers.Loaded {
		m.Items = append(m.Items, line(), f.list(running, true), f.list(stopped, false))
	}
	m.Items = append(m.Items, line(),
		Item{Label: say.L("tray.quick"), Disabled: !f.ready(), Items: f.quick()},
		Item{Label: say.L("tray.engine"), Items: f.engine()})
	m.Items = append(m.Items, f.all(running)...)
	m.Items = append(m.Items, line(),
		Item{Label: say.L("tray.open"), Action: Action{Do: Open}},
		Item{Label: say.L("tray.quit"), Action: Action{Do: Quit}})
	return m
}

// StateOf is how the engine is, in one word.
func StateOf(f Facts) State {
	ours := f.Connection.Endpoint.Kind == engine.EndpointMachine
	switch f.Connection.Phase {
	case store.Ready:
		return Running
	case store.Searching, store.Connecting, store.Loading:
		return Starting
	case store.Reconnecting, store.Unresponsive:
		switch {
		case ours && f.Machine.Is(machine.StateStopping, machine.StateStopped):
			return Stopped
		case ours && f.Machine.Is(machine.StateStarting):
			return Starting
		}
		return Trouble
	case store.Failed:
	}
	switch {
	case f.Machine.Is(machine.StateStarting):
		return Starting
	case f.Machine.Is(machine.StateStopping, machine.StateStopped, machine.StateAbsent) && errors.Is(f.Connection.Err, engine.ErrNotStarted):
		return Stopped
	}
	return Trouble
}

// header says the state in words; the mark before them is there for those who
// do not see the icon's colour.
func header(s State, p store.Phase) string {
	switch s {
	case Running:
		return "● " + say.L("pill.ready")
	case Starting:
		return "◌ " + say.L("tray.starting")
	case Stopped:
		return "○ " + say.L("tray.stopped")
	case Trouble:
	}
	switch p { //nolint:exhaustive // the others are no trouble
	case store.Reconnecting:
		return "▲ " + say.L("pill.reconnecting")
	case store.Unresponsive:
		return "▲ " + say.L("tray.unresponsive")
	}
	return "▲ " + say.L("pill.failed")
}

func line() Item { return Item{Separator: true} }

func (f Facts) ready() bool { return f.Connection.Phase == store.Ready }

// sorted parts containers into those with a process and the others, each by
// name: a menu should not move under the pointer.
func sorted(rows []engine.Container) (running, stopped []engine.Container) {
	for _, c := range rows {
		switch {
		case c.Active():
			running = append(running, c)
		case c.State != engine.StateRemoving:
			stopped = append(stopped, c)
		}
	}
	byName := func(a, b engine.Container) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(running, byName)
	slices.SortFunc(stopped, byName)
	return running, stopped
}

// list is the entry of the running containers, or of the others.
func (f Facts) list(rows []engine.Container, running bool) Item {
	label := say.L("tray.stoppedlist", "N", len(rows))
	if running {
		label = say.L("tray.running", "N", len(rows))
	}
	if len(rows) == 0 {
		return Item{Label: label, Disabled: true}
	}
	items := make([]Item, 0, min(len(rows), mostRows)+2)
	for _, c := range rows[:min(len(rows), mostRows)] {
		items = append(items, f.container(c))
	}
	if len(rows) > mostRows {
		items = append(items, line(), Item{Label: say.L("tray.all", "N", len(rows)), Action: Action{Do: ShowAll}})
	}
	return Item{Label: label, Items: items}
}

// container is one container with what can be done to it.
func (f Facts) container(c engine.Container) Item {
	label := clean(c.Name)
	var items []Item
	can := func(do Do, words string) {
		items = append(items, Item{Label: words, Action: Action{Do: do, Target: c.ID}})
	}
	change := func(do Do, words string) {
		can(do, words)
		items[len(items)-1].Disabled = !f.ready()
	}
	if address := life.FirstURL(life.LinksHere(c, f.Connection.Endpoint, f.Machine)); address != "" {
		items = append(items, Item{Label: say.L("container.menu.browse"), Action: Action{Do: Browse, Target: address}})
	}
	can(Logs, say.L("container.menu.logs"))
	switch c.State {
	case engine.StateRunning:
		change(Pause, say.L("action.pause"))
		change(Stop, say.L("action.stop"))
		change(Restart, say.L("action.restart"))
	case engine.StatePaused:
		label = say.L("tray.paused", "Name", label)
		change(Resume, say.L("action.resume"))
		change(Stop, say.L("action.stop"))
	case engine.StateRestarting:
		change(Stop, say.L("action.stop"))
	case engine.StateCreated, engine.StateExited, engine.StateDead, engine.StateRemoving:
		change(Start, say.L("action.start"))
	}
	return Item{Label: label, Items: items}
}

// quick are the starters that are closest at hand: those whose containers were
// made last, then those for beginners.
func (f Facts) quick() []Item {
	rows := slices.Clone(f.Containers.Rows)
	slices.SortStableFunc(rows, func(a, b engine.Container) int { return b.Created.Compare(a.Created) })
	var chosen []recipe.Recipe
	add := func(r recipe.Recipe) {
		if len(chosen) < mostRecipes && !slices.ContainsFunc(chosen, func(o recipe.Recipe) bool { return o.ID == r.ID }) {
			chosen = append(chosen, r)
		}
	}
	for _, c := range rows {
		name := recipe.Repository(c.Image)
		for _, r := range f.Recipes {
			if r.Image == name && name != "" {
				add(r)
			}
		}
	}
	for _, r := range f.Recipes {
		if r.Beginner {
			add(r)
		}
	}
	items := make([]Item, len(chosen))
	for i, r := range chosen {
		items[i] = Item{Label: clean(r.Title), Action: Action{Do: Quick, Target: r.ID}, Disabled: !f.ready()}
	}
	return items
}

// engine is what can be done to the engine: Escale starts and stops its own,
// and no other.
func (f Facts) engine() []Item {
	show := Item{Label: say.L("tray.engine.show"), Action: Action{Do: ShowEngine}}
	ours := f.Connection.Endpoint.Kind == engine.EndpointMachine
	switch {
	case ours, f.Connection.Phase == store.Failed && f.Machine.Offered():
		between := f.Machine.Is(machine.StateStarting, machine.StateStopping)
		up := f.Machine.Up()
		return []Item{
			{Label: say.L("action.start"), Action: Action{Do: StartEngine}, Disabled: up || between},
			{Label: say.L("action.stop"), Action: Action{Do: StopEngine}, Disabled: !up},
			{Label: say.L("action.restart"), Action: Action{Do: RestartEngine}, Disabled: !up},
			line(), show,
		}
	case f.Connection.Phase == store.Failed:
		return []Item{{Label: say.L("engine.rescan"), Action: Action{Do: LookAgain}}, line(), show}
	case f.Connection.Endpoint.Name != "" && f.Connection.Phase != store.Searching:
		return []Item{{Label: say.L("tray.engine.other", "Name", clean(f.Connection.Endpoint.Name)), Disabled: true}, line(), show}
	}
	return []Item{show}
}

// all are the entries that pause and resume everything.
func (f Facts) all(running []engine.Container) (items []Item) {
	count := func(s engine.State) (n int) {
		for _, c := range running {
			if c.State == s {
				n++
			}
		}
		return n
	}
	items = append(items, Item{
		Label: say.L("tray.pauseall"), Action: Action{Do: PauseAll}, Disabled: !f.ready() || count(engine.StateRunning) == 0,
	})
	if count(engine.StatePaused) > 0 {
		items = append(items, Item{Label: say.L("tray.resumeall"), Action: Action{Do: ResumeAll}, Disabled: !f.ready()})
	}
	return items
}

// clean makes a name from outside fit for a menu of the desktop: one line of
// text, not long. Engines promise short names; nobody holds them to it.
func clean(name string) string {
	if len(name) > 64*mostRunes {
		name = name[:64*mostRunes]
	}
	oneLine := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	text := []rune(oneLine(ansi.Plain(oneLine(strings.ToValidUTF8(name, "�")))))
	switch {
	case len(text) == 0:
		return "?"
	case len(text) > mostRunes:
		return string(text[:mostRunes-1]) + "…"
	}
	return string(text)
}
