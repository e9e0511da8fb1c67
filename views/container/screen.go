// Package container is the page of one container: what it is and does, and
// what it prints.
package container

import (
	"context"
	"reflect"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app"
	"escale/app/logs"
	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/life"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// The tabs of a page.
const (
	overviewTab = iota
	logsTab
)

// How much of a log is read and kept.
const (
	logTail  = 1_000_000
	logBytes = 128 << 20
)

// Screen is the page. All its fields belong to the UI goroutine.
type Screen struct {
	app      *app.App
	host     nav.Host
	controls life.Controls

	content  *fyne.Container
	head     *head
	tabs     *kit.TabStrip
	overview *overview
	logs     *logsView
	page     fyne.CanvasObject // head, tabs and body
	body     *fyne.Container

	id      string // the container shown; empty before the first Show
	tab     int
	shown   bool
	gone    bool
	busy    bool                   // something was being done to it at the last draw
	lost    bool                   // the engine was out of reach at the last draw
	row     engine.Container       // as the list has it
	detail  engine.ContainerDetail // as it was inspected last
	loaded  bool                   // detail is about this container
	failure error                  // why it could not be inspected
	asked   int                    // generation of the last inspection

	// What takes time; it ends with Close.
	ask     func(id string) (engine.ContainerDetail, error)
	image   func(ref string) (engine.ImageDetail, error)
	openLog func(id string) *logs.Session

	cancels []func()
	tick    func()
}

var (
	_ nav.Screen    = (*Screen)(nil)
	_ nav.Searcher  = (*Screen)(nil)
	_ nav.Refresher = (*Screen)(nil)
)

// New returns the page, about nothing until Show.
func New(a *app.App, host nav.Host) *Screen {
	s := &Screen{app: a, host: host, tick: func() {}, content: container.NewStack(), body: container.NewStack()}
	s.controls = life.Controls{Operator: a, Store: a.Store, Host: host}
	s.head = newHead(s)
	s.overview = newOverview(s)
	s.tabs = kit.Tabs(overviewTab, s.openTab, say.L("container.tab.overview"), say.L("container.tab.logs"))
	s.page = kit.Col(0, kit.Inset(14, theme.Space5, 0, theme.Space5, kit.Col(theme.Space3,
		kit.BackLink(say.L("containers.title"), s.back), s.head.content, s.tabs)), kit.Grow(s.body))
	ctx, cancel := context.WithCancel(context.Background())
	s.ask = func(id string) (engine.ContainerDetail, error) { return a.InspectContainer(ctx, id) }
	s.image = func(ref string) (engine.ImageDetail, error) { return a.InspectImage(ctx, ref) }
	s.openLog = func(id string) *logs.Session {
		return logs.Open(ctx, a.Session.Acquire, id, logs.Options{Tail: logTail, MaxBytes: logBytes, Store: a.Store})
	}
	changed := post.Coalesce(host, s.draw)
	s.cancels = append(s.cancels, cancel,
		a.Store.Containers.Subscribe(changed),
		a.Store.Connection.Subscribe(changed),
		a.Store.Busy.Subscribe(changed),
		a.Store.Machine.Subscribe(changed),
		a.Compare.State.Subscribe(post.Coalesce(host, s.drawFigures)),
		a.Stats.Latest.Subscribe(post.Coalesce(host, s.drawFigures)),
	)
	return s
}

// Content implements nav.Screen.
func (s *Screen) Content() fyne.CanvasObject { return s.content }

// Show implements nav.Screen.
func (s *Screen) Show(r nav.Route) {
	if s.shown {
		s.Hide()
	}
	s.shown = true
	if r.ID != s.id {
		s.id, s.loaded, s.gone, s.failure = r.ID, false, false, nil
		s.row, s.detail = engine.Container{}, engine.ContainerDetail{}
		s.overview.reset()
		s.closeLogs()
	}
	s.app.Stats.Open(s.id)
	s.tab = overviewTab
	if r.Tab == "logs" {
		s.tab = logsTab
	}
	s.tabs.SetSelected(s.tab)
	s.draw()
	s.inspect()
	s.showTab()
}

// Hide implements nav.Screen.
func (s *Screen) Hide() {
	if !s.shown {
		return
	}
	s.shown = false
	s.tick()
	s.app.Stats.Close(s.id)
	s.closeLogs()
}

// Close implements nav.Screen.
func (s *Screen) Close() {
	s.Hide()
	for _, cancel := range s.cancels {
		cancel()
	}
}

// FocusSearch implements nav.Searcher: the log is what can be searched here.
func (s *Screen) FocusSearch() {
	if s.tab != logsTab {
		s.tabs.SetSelected(logsTab)
		s.openTab(logsTab)
	}
	if s.logs != nil {
		s.logs.search.Focus()
	}
}

// Refresh implements nav.Refresher.
func (s *Screen) Refresh() {
	s.app.Session.Refresh(engine.KindContainer)
	s.inspect()
}

func (s *Screen) back() { s.host.Open(nav.Route{Place: nav.Containers}) }

func (s *Screen) openTab(i int) {
	s.tab = i
	s.showTab()
}

func (s *Screen) showOverview() {
	s.tabs.SetSelected(overviewTab)
	s.openTab(overviewTab)
}

func (s *Screen) showTab() {
	if !s.shown || s.gone {
		return
	}
	switch s.tab {
	case logsTab:
		if s.logs == nil {
			s.logs = newLogsView(s)
		}
		s.body.Objects = []fyne.CanvasObject{s.logs.content}
	default:
		s.body.Objects = []fyne.CanvasObject{s.overview.content}
	}
	s.body.Refresh()
}

func (s *Screen) closeLogs() {
	if s.logs != nil {
		s.logs.close()
		s.logs = nil
	}
}

// draw brings the page in line with the store: the only writer.
func (s *Screen) draw() {
	if !s.shown {
		return
	}
	if lost := s.stale(); lost != s.lost {
		s.lost = lost
		if !lost { // the page was opened too early, or much has happened since
			s.inspect()
		}
	}
	snapshot := s.app.Store.Containers.Get()
	i := slices.IndexFunc(snapshot.Rows, func(c engine.Container) bool { return c.ID == s.id })
	switch {
	case i >= 0:
		before := s.row
		s.row, s.gone = snapshot.Rows[i], false
		if !reflect.DeepEqual(before, s.row) && before.ID != "" {
			s.inspect()
		}
	case snapshot.Loaded && s.app.Store.Connection.Get().Phase == store.Ready && !s.loading():
		s.vanish()
		return
	}
	_, busy := s.app.Store.Busy.Get()[s.id]
	if s.busy && !busy { // a start that failed changes nothing in the list
		s.inspect()
	}
	s.busy = busy
	s.put(s.page)
	s.drawAll()
}

// loading tells whether the container may be too new for the list: it has been
// asked about and the answer is yet to come.
func (s *Screen) loading() bool { return s.row.ID == "" && !s.loaded && s.failure == nil }

func (s *Screen) drawAll() {
	now := time.Now()
	s.head.draw(now)
	s.overview.draw(now)
	if s.logs != nil {
		s.logs.drawFoot()
		s.logs.note.draw()
	}
	s.schedule()
}

// current is the container as it is known best: what was inspected, with the
// newer state of the list.
func (s *Screen) current() engine.ContainerDetail {
	if !s.loaded {
		return engine.ContainerDetail{Container: s.row}
	}
	d := s.detail
	if s.row.ID != "" && s.row.State != d.State { // the inspection is on its way
		d.State, d.Health, d.ExitCode, d.Error = s.row.State, s.row.Health, s.row.ExitCode, ""
		d.Started, d.Ended, d.OOMKilled = s.row.Started, s.row.Ended, s.row.OOMKilled
	}
	if s.row.Name != "" {
		d.Name = s.row.Name
	}
	return d
}

// name is what to call the container, known or not.
func (s *Screen) name() string {
	if name := s.current().Name; name != "" {
		return name
	}
	return s.id[:min(12, len(s.id))]
}

// stale reports whether what the page shows may be old.
func (s *Screen) stale() bool { return s.app.Store.Connection.Get().Phase != store.Ready }

func (s *Screen) schedule() {
	s.tick()
	next := 10 * time.Second
	if _, busy := s.app.Store.Busy.Get()[s.id]; busy || s.stale() {
		next = time.Second
	}
	s.tick = post.After(s.host, next, func() {
		if s.shown && !s.gone {
			s.drawAll()
		}
	})
}

// put makes o the whole page.
func (s *Screen) put(o fyne.CanvasObject) {
	if len(s.content.Objects) == 1 && s.content.Objects[0] == o {
		return
	}
	s.content.Objects = []fyne.CanvasObject{o}
	s.content.Refresh()
}

func (s *Screen) drawFigures() {
	if s.shown && !s.gone {
		s.overview.drawFigures(time.Now())
	}
}

// links are where a container is reached on this computer.
func (s *Screen) links(c engine.Container) []life.Link {
	return life.LinksHere(c, s.app.Store.Connection.Get().Endpoint, s.app.Store.Machine.Get())
}
