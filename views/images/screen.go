// Package images is the screen of the images on the engine.
package images

import (
	"context"

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
	searchWidth = 216
	chipsWidth  = 290
)

// filter says which images are listed.
type filter int

const (
	showAll filter = iota
	showUsed
	showUnused
)

// Screen lists images. It belongs to the UI goroutine.
type Screen struct {
	app  *app.App
	host nav.Host

	content fyne.CanvasObject
	head    *kit.Head
	search  *kit.SearchBox
	chips   *kit.ChipRow
	clean   *kit.Press
	pull    *kit.Press      // the page's main action …
	aside   *kit.Press      // … and the same beside the main action of an empty page
	bar     *fyne.Container // chips and order
	list    *kit.List
	notice  *fyne.Container
	standin *life.Standin
	lines   map[fyne.CanvasObject]*line

	rows    []row
	pending bool // newer rows wait for the pointer to leave the list
	filter  filter
	order   order
	visible bool

	stop    context.CancelFunc // of what is being asked
	cancels []func()
}

// New returns the screen.
func New(a *app.App, h nav.Host) *Screen {
	v := &Screen{app: a, host: h, lines: map[fyne.CanvasObject]*line{}, stop: func() {}}
	v.build()
	draw := post.Coalesce(h, v.draw)
	v.cancels = []func(){
		a.Store.Images.Subscribe(draw), a.Store.Containers.Subscribe(draw),
		a.Store.Connection.Subscribe(draw), a.Store.Busy.Subscribe(draw),
	}
	v.draw()
	return v
}

// Content implements nav.Screen.
func (v *Screen) Content() fyne.CanvasObject { return v.content }

// Show implements nav.Screen. A route with an ID searches for it.
func (v *Screen) Show(r nav.Route) {
	v.visible = true
	if r.ID != "" {
		v.search.SetQuery(r.ID)
	}
	v.draw()
}

// Hide implements nav.Screen.
func (v *Screen) Hide() { v.visible = false }

// Close implements nav.Screen.
func (v *Screen) Close() {
	v.stop()
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
		v.app.Session.Refresh(engine.KindImage)
	} else {
		v.app.Session.Retry()
	}
	v.draw()
}

func (v *Screen) build() {
	v.search = kit.SearchField(say.L("images.search"), say.L("action.clear"), searchWidth, func(string) { v.choose() })
	v.search.Input.OnSubmitted = func(string) { v.list.Focus() }
	v.pull = kit.Button(kit.Primary, theme.IconDownload, say.L("images.pull"), v.askPull)
	v.aside = kit.Button(kit.Secondary, theme.IconDownload, say.L("images.pull"), v.askPull)
	v.aside.Hide()
	v.head = kit.Toolbar(say.L("images.title"), "", v.search, v.pull, v.aside).WithMark(life.What(v.host, "image"))
	v.chips = kit.Chips(0, func(i int) { v.filter = filter(i); v.choose() },
		kit.ChipItem{Label: say.L("images.filter.all")}, kit.ChipItem{Label: say.L("images.filter.used")},
		kit.ChipItem{Label: say.L("images.filter.unused")})
	orders := []string{say.L("images.order.name"), say.L("images.order.size"), say.L("images.order.age")}
	sort := kit.Choice(orders, orders[0], func(option string) {
		for i, o := range orders {
			if o == option {
				v.order = order(i)
			}
		}
		v.choose()
	})
	sort.SetName(say.L("images.order"))
	v.clean = kit.SmallButton(kit.Quiet, theme.IconTrash, say.L("images.clean"), nil)
	v.clean.OnTapped = func() { kit.ShowMenu(v.clean, v.cleanItems()...) }
	v.bar = kit.Aside(v.chips, chipsWidth, v.clean, kit.Fixed(150, 0, sort))
	v.list = v.newList()
	v.notice = container.NewStack()
	v.standin = v.newStandin()
	v.content = kit.PageList(kit.Col(theme.Space4, v.head, v.bar, v.notice), v.list, v.standin.Content)
}

// choose draws what the user asked for, from the top and at once.
func (v *Screen) choose() {
	v.rows, v.pending = nil, false
	v.draw()
	v.list.ScrollToTop()
}

// draw brings the screen in line with the store.
func (v *Screen) draw() {
	images, containers := v.app.Store.Images.Get(), v.app.Store.Containers.Get()
	busy := v.app.Store.Busy.Get()
	all := rowsOf(images.Rows, containers.Rows, busy, "", v.order)
	v.drawHead(images.Rows, all)
	wanted := filtered(rowsOf(images.Rows, containers.Rows, busy, v.search.Query(), v.order), v.filter)
	v.rows, v.pending = settle(v.rows, wanted, v.list.Hovered())
	v.list.Refresh()
	life.Notice(v.notice, images, v.app.Store.Connection.Get().Phase,
		func(ago string) string { return say.L("images.old", "Ago", ago) })
	v.fill(images)
}

func (v *Screen) drawHead(images []engine.Image, all []row) {
	unused := len(filtered(all, showUnused))
	words := ""
	if len(images) > 0 {
		words = counted(len(images), len(all)) + " · " + say.Bytes(total(images))
	}
	v.head.SetSubtitle(words)
	v.chips.SetCount(0, len(all))
	v.chips.SetCount(1, len(all)-unused)
	v.chips.SetCount(2, unused)
	v.clean.SetDisabled(v.blocked())
}

// blocked says why nothing can be changed now; empty when it can.
func (v *Screen) blocked() string {
	if v.app.Store.Connection.Get().Phase != store.Ready {
		return say.L("images.blocked")
	}
	return ""
}

// docker writes commands for the engine in use.
func (v *Screen) docker() command.Target {
	return command.For(v.app.Store.Connection.Get().Endpoint)
}

// fill puts words in place of the list when there is nothing to list.
func (v *Screen) fill(images store.Snapshot[engine.Image]) {
	why := life.VacancyOf(images, v.app.Store.Connection.Get().Phase, len(v.rows))
	if !v.standin.Show(why, images.Err, v.search.Query()) {
		return
	}
	whole := why != life.Occupied && why != life.NoMatch
	v.list.Hidden = why != life.Occupied
	v.bar.Hidden = whole
	v.pull.Hidden, v.aside.Hidden = whole, why != life.Empty
	v.search.Hidden = whole
	v.content.Refresh()
}

func (v *Screen) newStandin() *life.Standin {
	return &life.Standin{
		Content: container.NewStack(), Host: v.host, Retry: v.app.Session.Retry,
		Reading: say.L("images.loading"), Command: func() string { return v.docker().Images() },
		AbsentTitle: say.L("images.absent.title"), AbsentText: say.L("images.absent.text"), AbsentButton: say.L("images.absent.button"),
		Empty: v.empty, NoMatch: v.none,
	}
}

func (v *Screen) empty() fyne.CanvasObject {
	return kit.EmptyState(theme.IconImage, say.L("images.empty.title"), say.L("images.empty.text"),
		kit.LargeButton(kit.Primary, theme.IconDiscover, say.L("images.empty.button"), func() { v.host.Open(nav.Route{Place: nav.Discover}) }),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), v.docker().Pull("hello-world")))
}

func (v *Screen) none(query string) fyne.CanvasObject {
	title := say.L("images.none.filter")
	if query != "" {
		title = say.L("images.none.query", "Query", query)
	}
	return kit.EmptyState(theme.IconSearch, title, say.L("images.none.text"),
		kit.LargeButton(kit.Primary, "", say.L("images.none.button"), func() {
			v.search.SetQuery("")
			v.filter = showAll
			v.chips.SetSelected(0)
			v.choose()
		}),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), v.docker().Images()))
}
