package containers

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/say"
)

// filter is a chip.
type filter int

const (
	all filter = iota
	running
	stopped
)

// item is one line of the list: a heading or a container.
type item struct {
	heading bool
	project string // of the heading, or of the container; empty: on their own

	// Of a heading: the containers of its group that the filter shows.
	shown, active int

	c    engine.Container
	gone bool // removed meanwhile, and kept in place for a moment
}

// key keeps the keyboard cursor on its line.
func (i item) key() string {
	if i.heading {
		return "project " + i.project
	}
	return i.c.ID
}

// question is what a list is made from.
type question struct {
	containers []engine.Container
	show       filter
	query      string
	// held is the list on screen while nothing may move: its lines stay where
	// they are, with what is known now.
	held []item
}

// answer is what is drawn.
type answer struct {
	items                 []item
	total, active, passed int // passed: how many the filter and the search let through
	waiting               bool
}

// arrange makes the list.
func arrange(q question) answer {
	a := answer{total: len(q.containers)}
	var rows []item
	query := strings.ToLower(strings.TrimSpace(q.query))
	for _, c := range q.containers {
		if c.Active() {
			a.active++
		}
		if passes(c, q.show) && matches(c, query) {
			rows = append(rows, item{project: c.Project, c: c})
		}
	}
	a.passed = len(rows)
	slices.SortFunc(rows, byPlace)
	a.items = withHeadings(rows)
	if q.held != nil {
		fresh := a.items
		a.items = hold(q.held, q.containers)
		a.waiting = !slices.EqualFunc(a.items, fresh, func(x, y item) bool { return x.key() == y.key() && !x.gone })
	}
	return a
}

func passes(c engine.Container, show filter) bool {
	switch show {
	case running:
		return c.Active()
	case stopped:
		return !c.Active()
	case all:
	}
	return true
}

func matches(c engine.Container, query string) bool {
	if query == "" {
		return true
	}
	for _, text := range []string{c.Name, c.Image, c.Project, c.Service} {
		if strings.Contains(strings.ToLower(text), query) {
			return true
		}
	}
	if strings.HasPrefix(c.ID, query) {
		return true
	}
	return slices.ContainsFunc(life.Links(c, ""), func(l life.Link) bool { return strings.Contains(l.Label, query) })
}

// byPlace orders lines by project, those without one last, then by name: an
// order that nothing a container does can change.
func byPlace(a, b item) int {
	if alone := (a.project == "") != (b.project == ""); alone {
		if a.project == "" {
			return 1
		}
		return -1
	}
	return cmp.Or(
		strings.Compare(strings.ToLower(a.project), strings.ToLower(b.project)),
		strings.Compare(a.project, b.project),
		strings.Compare(strings.ToLower(a.c.Name), strings.ToLower(b.c.Name)),
		strings.Compare(a.c.ID, b.c.ID),
	)
}

// withHeadings puts a heading before each group. A list without any project
// has none.
func withHeadings(rows []item) []item {
	if len(rows) == 0 || rows[0].project == "" {
		return rows
	}
	items := make([]item, 0, len(rows)+8)
	for i, r := range rows {
		if i == 0 || r.project != rows[i-1].project {
			items = append(items, item{heading: true, project: r.project})
		}
		items = append(items, r)
	}
	count(items)
	return items
}

// count fills in the figures of the headings.
func count(items []item) {
	var head *item
	for i := range items {
		switch it := &items[i]; {
		case it.heading:
			head, it.shown, it.active = it, 0, 0
		case head != nil && !it.gone:
			head.shown++
			if it.c.Active() {
				head.active++
			}
		}
	}
}

// hold keeps every line in its place, with what is known now.
func hold(held []item, containers []engine.Container) []item {
	now := make(map[string]engine.Container, len(containers))
	for _, c := range containers {
		now[c.ID] = c
	}
	items := slices.Clone(held)
	for i := range items {
		if it := &items[i]; !it.heading {
			c, ok := now[it.c.ID]
			it.gone = !ok
			if ok {
				it.c = c
			}
		}
	}
	count(items)
	return items
}

// members are the containers of a group, as the list shows them.
func members(items []item, project string) []engine.Container {
	var all []engine.Container
	for _, it := range items {
		if !it.heading && !it.gone && it.project == project {
			all = append(all, it.c)
		}
	}
	return all
}

// figures is what a row says besides the container itself.
type figures struct {
	id     string
	name   string
	image  string
	state  life.State
	since  string
	links  []life.Link
	action life.Action
	busy   bool   // something is being done to it
	slow   bool   // offer to cancel
	task   int    // what would be cancelled
	reason string // why the action is not to be had now
	faint  bool
}

// rowContext is what rows are described with.
type rowContext struct {
	connection store.Connection
	machine    store.Machine
	busy       map[string]store.Busy
	now        time.Time
	facts      func(engine.Container) engine.ContainerDetail // adds what the engine's list leaves out
}

// stale reports whether what the list shows may be old.
func (x rowContext) stale() bool { return x.connection.Phase != store.Ready }

// describe words one row.
func describe(it item, x rowContext) figures {
	d := x.facts(it.c)
	c := d.Container
	busy := x.busy[c.ID]
	f := figures{
		id:     c.ID,
		name:   c.Name,
		image:  c.Image,
		state:  life.StateOf(d, busy, x.now),
		since:  since(c, x.now),
		links:  life.LinksHere(c, x.connection.Endpoint, x.machine),
		action: life.MainAction(c),
	}
	switch {
	case it.gone:
		f.state = life.State{Condition: kit.IsUnknown, Word: say.L("containers.gone")}
		f.since, f.links, f.action, f.faint = "", nil, life.Action{}, true
	case x.stale():
		f.state = life.State{Condition: kit.IsUnknown, Word: say.L("containers.unknown")}
		f.since = ""
		if lost := x.connection.Lost; !lost.IsZero() {
			f.since = say.L("containers.lastseen", "Time", say.Duration(x.now.Sub(lost)))
		}
		f.reason, f.faint = say.L("container.blocked.engine"), true
	case busy.Verb != "":
		f.busy, f.task = true, busy.TaskID
		f.slow = x.now.Sub(busy.Since) >= life.SlowAfter
		f.since = say.Duration(x.now.Sub(busy.Since))
		if x.now.Sub(busy.Since) < time.Second {
			f.since = say.L("time.now")
		}
	}
	return f
}

// since says how long a container has been what it is.
func since(c engine.Container, now time.Time) string {
	switch {
	case c.Active() && !c.Started.IsZero():
		return say.Duration(now.Sub(c.Started))
	case !c.Active() && !c.Ended.IsZero():
		return say.Ago(c.Ended, now)
	case c.Created.IsZero():
		return ""
	}
	return say.L("containers.created", "Ago", say.Ago(c.Created, now))
}
