// Package containers is the screen that lists containers.
package containers

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app"
	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

const (
	quietTime  = 150 * time.Millisecond // before the list says that it is loading
	leaveTime  = 150 * time.Millisecond // a pointer out for less is going from row to row
	holdTime   = 5 * time.Second        // a pointer that rests longer holds nothing back
	searchTime = 120 * time.Millisecond
)

// Screen lists the containers. All its fields belong to the UI goroutine.
type Screen struct {
	app      *app.App
	host     nav.Host
	controls life.Controls

	content fyne.CanvasObject
	head    *kit.Head
	search  *kit.SearchBox
	run     *kit.Press
	chips   *kit.ChipRow
	bulk    *bulkBar
	list    *kit.List
	body    *fyne.Container
	empty   string // what stands in place of the list, to build it once
	rows    map[fyne.CanvasObject]*rowView
	heads   map[fyne.CanvasObject]*headView

	shown    bool
	show     filter
	query    string
	answer   answer
	describe rowContext
	settled  bool   // the list may hold its lines; false after the user asked for others
	anchor   string // the container from which Shift chooses
	hoverAt  time.Time
	pick     picks
	facts    *facts
	watched  []string

	began   time.Time
	cancels []func()
	tick    func() // cancels the next tick
	leave   func() // cancels the end of a hold
}

var (
	_ nav.Screen   = (*Screen)(nil)
	_ nav.Searcher = (*Screen)(nil)
)

// New returns the screen.
func New(a *app.App, host nav.Host) *Screen {
	s := &Screen{
		app: a, host: host,
		controls: life.Controls{Operator: a, Store: a.Store, Host: host},
		rows:     map[fyne.CanvasObject]*rowView{}, heads: map[fyne.CanvasObject]*headView{},
		pick: picks{}, tick: func() {}, leave: func() {},
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.facts = newFacts(func(id string) (engine.ContainerDetail, error) { return a.InspectContainer(ctx, id) }, host, s.drawRows)
	s.build()
	changed := post.Coalesce(host, s.draw)
	s.cancels = append(s.cancels, cancel,
		a.Store.Containers.Subscribe(changed),
		a.Store.Connection.Subscribe(changed),
		a.Store.Busy.Subscribe(changed),
		a.Store.Machine.Subscribe(changed),
		a.Stats.Latest.Subscribe(post.Coalesce(host, s.drawRows)),
	)
	return s
}

func (s *Screen) build() {
	ask, cancelAsk := post.Debounce(s.host, searchTime, s.ask)
	s.search = kit.SearchField(say.L("containers.search"), say.L("action.clear"), 220, func(query string) {
		if query == "" {
			cancelAsk()
			s.ask()
			return
		}
		ask()
	})
	s.search.Input.OnSubmitted = func(string) { cancelAsk(); s.ask(); s.list.Enter() }
	s.cancels = append(s.cancels, cancelAsk)
	s.run = kit.Button(kit.Primary, theme.IconPlus, say.L("containers.run"), func() { s.host.Open(nav.Route{Place: nav.Discover}) })
	s.head = kit.Toolbar(say.L("containers.title"), " ", s.search, s.run).WithMark(life.What(s.host, "container"))
	s.chips = kit.Chips(0, func(i int) { s.show = filter(i); s.ask() },
		kit.ChipItem{Label: say.L("containers.filter.all"), Count: -1},
		kit.ChipItem{Label: say.L("containers.filter.running"), Count: -1},
		kit.ChipItem{Label: say.L("containers.filter.stopped"), Count: -1})
	s.bulk = newBulkBar(s)
	s.list = kit.NewList(s.model(), 60)
	s.list.OnHover = s.hovered
	s.list.OnScroll = s.watch
	s.body = container.NewStack()
	bar := container.NewStack(kit.Fixed(0, 28, s.chips), s.bulk.content)
	s.content = kit.Col(0,
		kit.Inset(20, theme.Space5, theme.Space4, theme.Space5, kit.Col(theme.Space4, s.head, bar)),
		kit.Grow(s.body))
	s.list.WithMargin(theme.Space5)
}

// Content implements nav.Screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Show implements nav.Screen.
func (s *Screen) Show(nav.Route) {
	s.shown = true
	if s.began.IsZero() {
		s.began = time.Now()
	}
	s.bindKeys(true)
	s.settled = false
	s.draw()
}

// Hide implements nav.Screen.
func (s *Screen) Hide() {
	s.shown = false
	s.bindKeys(false)
	s.tick()
	s.leave()
	s.watched = nil
	s.app.Stats.Watch(nil)
}

// Close implements nav.Screen.
func (s *Screen) Close() {
	if s.shown {
		s.Hide()
	}
	for _, cancel := range s.cancels {
		cancel()
	}
}

// FocusSearch implements nav.Searcher.
func (s *Screen) FocusSearch() { s.search.Focus() }

// FocusList implements nav.Lister.
func (s *Screen) FocusList() { s.list.Enter() }

// ask makes the list again because the user asked for other lines.
func (s *Screen) ask() {
	s.query = s.search.Query()
	s.settled = false
	s.draw()
	s.list.ScrollToTop()
}

// draw brings the screen in line with the store: the only writer.
func (s *Screen) draw() {
	if !s.shown {
		return
	}
	snapshot := s.app.Store.Containers.Get()
	q := question{containers: snapshot.Rows, show: s.show, query: s.query}
	if s.settled && s.holding() {
		q.held = s.answer.items
	}
	s.answer = arrange(q)
	s.settled = true
	s.pick.keep(snapshot.Rows)
	s.context()
	for id := range s.describe.busy {
		s.facts.doubt(id)
	}
	s.drawHead(snapshot.Loaded)
	s.drawBody(snapshot.Loaded)
	s.list.Refresh()
	s.watch()
	s.schedule(snapshot.Loaded)
}

// context is renewed for each draw, so that all rows agree on the time.
func (s *Screen) context() {
	connection := s.app.Store.Connection.Get()
	if connection.Phase == store.Ready && s.describe.stale() {
		s.facts.forget() // much may have happened meanwhile
	}
	s.describe = rowContext{
		connection: connection, machine: s.app.Store.Machine.Get(), busy: s.app.Store.Busy.Get(), now: time.Now(), facts: s.facts.about,
	}
}

func (s *Screen) drawHead(loaded bool) {
	s.bulk.draw(s.picked())
	none := loaded && s.answer.total == 0 // one button is enough then
	kit.SetVisible(s.chips, !s.bulk.content.Visible() && !none)
	kit.SetVisible(s.search, !none)
	kit.SetVisible(s.run, !none)
	if !loaded || none {
		s.head.SetSubtitle(" ") // keeps its height
		return
	}
	a := s.answer
	s.head.SetSubtitle(say.L("containers.subtitle",
		"Running", say.N("containers.running", a.active), "Stopped", say.N("containers.stopped", a.total-a.active)))
	s.chips.SetCount(int(all), a.total)
	s.chips.SetCount(int(running), a.active)
	s.chips.SetCount(int(stopped), a.total-a.active)
	s.chips.Refresh()
}

// schedule plans the next draw that no change asks for: ages grow, actions
// become slow, and lines that were held may go.
func (s *Screen) schedule(loaded bool) {
	s.tick()
	next := 20 * time.Second
	switch {
	case !loaded && time.Since(s.began) < quietTime:
		next = quietTime
	case len(s.describe.busy) > 0 || s.describe.stale() || s.answer.waiting:
		next = time.Second
	}
	s.tick = post.After(s.host, next, s.draw)
}

// holding tells whether lines have to stay in place: the pointer is about to
// click one.
func (s *Screen) holding() bool {
	return s.list.Hovered() && time.Since(s.hoverAt) < holdTime
}

func (s *Screen) hovered(inside bool) {
	s.leave()
	s.hoverAt = time.Now()
	if !inside && s.answer.waiting {
		s.leave = post.After(s.host, leaveTime, s.draw)
	}
}

// drawRows words the rows in sight again, where they are.
func (s *Screen) drawRows() {
	if !s.shown {
		return
	}
	s.context()
	from, to := s.list.InSight()
	for i := from; i < to; i++ {
		s.list.RefreshRow(i)
	}
}

// watch has the rows in sight sampled, and inspected where the list of the
// engine says too little.
func (s *Screen) watch() {
	if !s.shown {
		return
	}
	var ids []string
	var unsure []engine.Container
	from, to := s.list.InSight()
	for i := from; i < to && i < len(s.answer.items); i++ {
		it := s.answer.items[i]
		if it.heading || it.gone {
			continue
		}
		if it.c.State == engine.StateRunning {
			ids = append(ids, it.c.ID)
		}
		unsure = append(unsure, it.c)
	}
	if !sameIDs(ids, s.watched) {
		s.watched = ids
		s.app.Stats.Watch(ids)
	}
	if s.app.Store.Connection.Get().Phase == store.Ready {
		s.facts.want(unsure)
	}
}
