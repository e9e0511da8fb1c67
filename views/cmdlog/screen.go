// Package cmdlog is the screen of what Escale did to the engine, as docker
// commands.
package cmdlog

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app/cmdlog"
	"escale/app/command"
	"escale/app/store"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

const searchWidth = 200

// Screen lists the commands, the newest first. It belongs to the UI goroutine.
type Screen struct {
	log  *cmdlog.Log
	at   *store.Value[store.Connection]
	host nav.Host

	content fyne.CanvasObject
	head    *kit.Head
	search  *kit.SearchBox
	chips   *kit.ChipRow
	save    *kit.Press
	more    *kit.Press
	list    *kit.List
	standin *fyne.Container
	why     vacancy
	lines   map[fyne.CanvasObject]*line

	questions bool // those that change nothing are shown, too
	rows      []cmdlog.Entry
	pending   bool // newer rows wait for the pointer to leave the list
	several   bool // the commands are for more than one engine
	shown     bool
	cancels   []func()
}

var (
	_ nav.Screen   = (*Screen)(nil)
	_ nav.Searcher = (*Screen)(nil)
	_ nav.Lister   = (*Screen)(nil)
)

// New returns the screen of a log; at says which engine is in use.
func New(log *cmdlog.Log, at *store.Value[store.Connection], host nav.Host) *Screen {
	s := &Screen{log: log, at: at, host: host, lines: map[fyne.CanvasObject]*line{}}
	s.build()
	draw := post.Coalesce(host, func() {
		if s.shown {
			s.draw()
		}
	})
	s.cancels = []func(){log.Changed.Subscribe(draw), at.Subscribe(draw)}
	s.draw()
	return s
}

// Content implements nav.Screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Show implements nav.Screen.
func (s *Screen) Show(nav.Route) {
	s.shown = true
	s.choose()
}

// Hide implements nav.Screen.
func (s *Screen) Hide() { s.shown = false }

// Close implements nav.Screen.
func (s *Screen) Close() {
	for _, cancel := range s.cancels {
		cancel()
	}
}

// FocusSearch implements nav.Searcher.
func (s *Screen) FocusSearch() { s.search.Focus() }

// FocusList implements nav.Lister.
func (s *Screen) FocusList() { s.list.Enter() }

func (s *Screen) build() {
	s.search = kit.SearchField(say.L("cmdlog.search"), say.L("action.clear"), searchWidth, func(string) { s.choose() })
	s.search.Input.OnSubmitted = func(string) { s.list.Enter() }
	s.more = kit.IconButton(theme.IconMore, say.L("action.more"), nil)
	s.more.OnTapped = func() { kit.ShowMenu(s.more, s.menu()...) }
	s.save = kit.Button(kit.Primary, theme.IconDownload, say.L("cmdlog.save"), s.saveScript)
	s.head = kit.Toolbar(say.L("cmdlog.title"), say.L("cmdlog.subtitle"), s.search, s.more, s.save).WithMark(life.What(s.host, "command-log"))
	s.chips = kit.Chips(0, func(i int) { s.questions = i == 1; s.choose() },
		kit.ChipItem{Label: say.L("cmdlog.filter.changes"), Count: -1}, kit.ChipItem{Label: say.L("cmdlog.filter.all"), Count: -1})
	s.list = s.newList()
	s.standin = container.NewStack()
	s.content = kit.PageList(kit.Col(theme.Space4, s.head, kit.Fixed(0, 28, s.chips)), s.list, s.standin)
}

// choose shows what the user asked for, from the top and at once.
func (s *Screen) choose() {
	s.rows = nil
	s.draw()
	s.list.ScrollToTop()
}

// draw is the only writer of the rows.
func (s *Screen) draw() {
	all, _ := s.log.Entries(s.questions)
	s.several = false
	for _, e := range all {
		s.several = s.several || e.Place.ID != all[0].Place.ID
	}
	s.rows, s.pending = settle(s.rows, wanted(all, s.search.Query()), s.list.Hovered())
	s.list.Refresh()
	changes := slices.ContainsFunc(all, func(e cmdlog.Entry) bool { return e.Change })
	if changes {
		s.save.SetDisabled("")
	} else {
		s.save.SetDisabled(say.L("cmdlog.save.nothing"))
	}
	s.fill(len(all))
}

// vacancy is why there are no rows.
type vacancy int

const (
	occupied vacancy = iota
	empty
	noMatch
)

// fill puts words in place of the rows when there are none.
func (s *Screen) fill(all int) {
	why := occupied
	switch {
	case all == 0:
		why = empty
	case len(s.rows) == 0:
		why = noMatch
	}
	s.list.Hidden = why != occupied
	if why == s.why {
		return
	}
	s.why = why
	s.standin.Objects = nil
	docker := command.For(s.at.Get().Endpoint)
	bar := kit.CommandBar(say.L("action.copy"), say.L("action.copied"), docker.Containers())
	switch why {
	case empty:
		s.standin.Objects = []fyne.CanvasObject{kit.EmptyState(theme.IconTerminal, say.L("cmdlog.empty.title"), say.L("cmdlog.empty.text"),
			kit.LargeButton(kit.Primary, theme.IconDiscover, say.L("cmdlog.empty.button"), func() { s.host.Open(nav.Route{Place: nav.Discover}) }), bar)}
	case noMatch:
		s.standin.Objects = []fyne.CanvasObject{kit.EmptyState(theme.IconSearch, say.L("cmdlog.none.title"), say.L("cmdlog.none.text"),
			kit.LargeButton(kit.Primary, "", say.L("cmdlog.none.button"), s.search.Clear), bar)}
	case occupied:
	}
	s.content.Refresh()
}

func (s *Screen) menu() []kit.MenuItem {
	_, empty := s.script()
	item := kit.MenuItem{Icon: theme.IconCopy, Label: say.L("cmdlog.copyscript"), OnTapped: func() {
		script, _ := s.script()
		s.host.Copy(script)
	}}
	item.Disabled, item.Reason = empty, say.L("cmdlog.save.nothing")
	return []kit.MenuItem{
		item, kit.MenuSeparator(),
		{Icon: theme.IconTrash, Label: say.L("cmdlog.clear"), Danger: true, OnTapped: s.askClear},
	}
}

func (s *Screen) askClear() {
	kit.Confirm(s.host.Window().Canvas(), kit.Confirmation{
		Title: say.L("cmdlog.clear.title"), Text: say.L("cmdlog.clear.text"), Verb: say.L("cmdlog.clear.verb"), Cancel: say.L("action.cancel"),
		Destructive: true, OnConfirm: func(bool) { s.log.Clear(); s.choose() },
	})
}

// wanted are the entries that a query finds, the newest first.
func wanted(all []cmdlog.Entry, query string) []cmdlog.Entry {
	query = fold(query)
	var rows []cmdlog.Entry
	for _, e := range slices.Backward(all) {
		if query == "" || contains(e, query) {
			rows = append(rows, e)
		}
	}
	return rows
}

// settle returns the rows to show. While the pointer is over them none moves:
// each is brought up to date where it stands, and pending tells that others wait.
func settle(shown, wanted []cmdlog.Entry, hovered bool) (rows []cmdlog.Entry, pending bool) {
	same := slices.EqualFunc(shown, wanted, func(a, b cmdlog.Entry) bool { return a.ID == b.ID })
	if !hovered || len(shown) == 0 || same {
		return wanted, false
	}
	rows = slices.Clone(shown)
	for i := range rows {
		if at := slices.IndexFunc(wanted, func(e cmdlog.Entry) bool { return e.ID == rows[i].ID }); at >= 0 {
			rows[i] = wanted[at]
		}
	}
	return rows, true
}
