// Package volumes is the screen of the folders that outlive containers.
package volumes

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app"
	"escale/app/command"
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
	listWidth   = 288
	detailWidth = 260 // at least
	searchWidth = 216
)

// Screen shows the volumes beside the chosen one. It belongs to the UI
// goroutine.
type Screen struct {
	app  *app.App
	host nav.Host

	content fyne.CanvasObject
	head    *kit.Head
	search  *kit.SearchBox
	tools   []fyne.CanvasObject // of the head, hidden while there is nothing
	clean   *kit.Press
	notice  *fyne.Container
	list    *kit.List
	columns *fyne.Container
	detail  *fyne.Container
	scroll  *container.Scroll // of the detail
	standin *life.Standin
	drawn   shown
	lines   map[fyne.CanvasObject]*line

	rows     []row
	pending  bool // newer rows wait for the pointer to leave the list
	order    order
	selected string
	awaited  string // is selected as soon as it is there

	cancels []func()
}

// New returns the screen.
func New(a *app.App, h nav.Host) *Screen {
	v := &Screen{app: a, host: h, lines: map[fyne.CanvasObject]*line{}}
	v.build()
	draw := post.Coalesce(h, v.draw)
	v.cancels = []func(){
		a.Store.Volumes.Subscribe(draw), a.Store.Connection.Subscribe(draw), a.Store.Busy.Subscribe(draw),
	}
	v.draw()
	return v
}

// Content implements nav.Screen.
func (v *Screen) Content() fyne.CanvasObject { return v.content }

// Show implements nav.Screen. A route with an ID selects that volume.
func (v *Screen) Show(r nav.Route) {
	if r.ID != "" {
		v.awaited = r.ID
		v.search.SetQuery("")
		v.rows = nil
	}
	v.draw()
}

// Hide implements nav.Screen.
func (v *Screen) Hide() {}

// Close implements nav.Screen.
func (v *Screen) Close() {
	for _, cancel := range v.cancels {
		cancel()
	}
}

// FocusSearch implements nav.Searcher.
func (v *Screen) FocusSearch() { v.search.Focus() }

// FocusList implements nav.Lister.
func (v *Screen) FocusList() { v.list.Enter() }

// Refresh implements nav.Refresher: it reads the list again, or connects again
// at once when contact is lost.
func (v *Screen) Refresh() {
	if v.app.Store.Connection.Get().Phase == store.Ready {
		v.app.Session.Refresh(engine.KindVolume)
	} else {
		v.app.Session.Retry()
	}
	v.draw()
}

func (v *Screen) build() {
	v.search = kit.SearchField(say.L("volumes.search"), say.L("action.clear"), searchWidth, func(string) { v.choose() })
	v.search.Input.OnSubmitted = func(string) { v.list.Focus() }
	v.clean = kit.IconButton(theme.IconMore, say.L("action.more"), nil)
	v.clean.OnTapped = func() { kit.ShowMenu(v.clean, v.pageMenu()...) }
	v.tools = []fyne.CanvasObject{v.search, v.clean, kit.Button(kit.Primary, theme.IconPlus, say.L("volumes.new"), v.askCreate)}
	v.head = kit.Toolbar(say.L("volumes.title"), "", v.tools...).WithMark(life.What(v.host, "volume"))
	v.list = v.newList()
	v.detail = container.NewStack()
	v.columns = container.New(&sideBySide{gap: theme.Space4}, kit.CardInset(4, v.list), v.detail)
	v.notice = container.NewStack()
	v.standin = v.newStandin()
	page := kit.PageFilled(kit.Col(theme.Space4, v.head, v.notice), container.NewStack(v.columns, v.standin.Content))
	v.content = page
}

// choose draws what the user asked for, from the top and at once.
func (v *Screen) choose() {
	v.rows, v.pending = nil, false
	v.draw()
	v.list.ScrollToTop()
}

// draw brings the screen in line with the store.
func (v *Screen) draw() {
	volumes := v.app.Store.Volumes.Get()
	wanted := rowsOf(volumes.Rows, v.app.Store.Busy.Get(), v.search.Query(), v.order)
	v.rows, v.pending = settle(v.rows, wanted, v.list.Hovered())
	arrived := v.choosePending(volumes.Loaded)
	v.drawHead(volumes)
	v.list.Refresh()
	if arrived >= 0 {
		v.list.SetCurrent(arrived)
	}
	v.fill(volumes)
	v.drawDetail()
}

// choosePending selects the volume that was waited for, and returns its row or
// -1. Something is always selected.
func (v *Screen) choosePending(loaded bool) int {
	at := v.indexOf(v.awaited)
	switch {
	case at >= 0:
		v.selected, v.awaited = v.awaited, ""
	case v.indexOf(v.selected) < 0 && len(v.rows) > 0 && loaded:
		v.selected = v.rows[0].Name
	}
	return at
}

func (v *Screen) indexOf(name string) int {
	for i, r := range v.rows {
		if r.Name == name {
			return i
		}
	}
	return -1
}

func (v *Screen) drawHead(volumes store.Snapshot[engine.Volume]) {
	sum, whole := total(volumes.Rows)
	words := say.L("volumes.subtitle")
	if len(volumes.Rows) > 0 { // what they are is behind the mark
		words = say.N("volumes.count", len(volumes.Rows))
		if sum == 0 && !whole {
			words += " · " + say.L("volumes.measuring")
		} else {
			words += " · " + say.Bytes(sum)
		}
	}
	v.head.SetSubtitle(words)
	life.Notice(v.notice, volumes, v.app.Store.Connection.Get().Phase,
		func(ago string) string { return say.L("volumes.old", "Ago", ago) })
}

// blocked says why nothing can be changed now; empty when it can.
func (v *Screen) blocked() string {
	if v.app.Store.Connection.Get().Phase != store.Ready {
		return say.L("volumes.blocked")
	}
	return ""
}

// docker writes commands for the engine in use.
func (v *Screen) docker() command.Target {
	return command.For(v.app.Store.Connection.Get().Endpoint)
}

// fill puts words in place of the columns when there is nothing to list.
func (v *Screen) fill(volumes store.Snapshot[engine.Volume]) {
	why := life.VacancyOf(volumes, v.app.Store.Connection.Get().Phase, len(v.rows))
	if !v.standin.Show(why, volumes.Err, v.search.Query()) {
		return
	}
	v.columns.Hidden = why != life.Occupied
	for _, tool := range v.tools {
		kit.SetVisible(tool, why == life.Occupied || why == life.NoMatch)
	}
	v.content.Refresh()
}

func (v *Screen) newStandin() *life.Standin {
	return &life.Standin{
		Content: container.NewStack(), Host: v.host, Retry: v.app.Session.Retry,
		Reading: say.L("volumes.loading"), Command: func() string { return v.docker().Volumes() },
		AbsentTitle: say.L("volumes.absent.title"), AbsentText: say.L("volumes.absent.text"), AbsentButton: say.L("volumes.absent.button"),
		Empty: v.empty, NoMatch: v.none,
	}
}

func (v *Screen) empty() fyne.CanvasObject {
	return kit.EmptyState(theme.IconVolume, say.L("volumes.empty.title"), say.L("volumes.empty.text"),
		kit.LargeButton(kit.Primary, theme.IconPlus, say.L("volumes.new"), v.askCreate),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), v.docker().VolumeCreate(say.L("volumes.example"))))
}

func (v *Screen) none(query string) fyne.CanvasObject {
	return kit.EmptyState(theme.IconSearch, say.L("volumes.none.title", "Query", query), say.L("volumes.none.text"),
		kit.LargeButton(kit.Primary, "", say.L("volumes.none.button"), v.search.Clear),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), v.docker().Volumes()))
}
