// Package images is the screen of the images on the engine.
package images

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app"
	"escale/app/command"
	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

const searchWidth = 216

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
	page    fyne.CanvasObject
	notice  *fyne.Container
	filled  *fyne.Container // what stands in place of the list
	said    string          // the state that filled shows
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

// Refresh implements nav.Refresher: it connects again at once when contact is
// lost; else the list is live.
func (v *Screen) Refresh() {
	if v.app.Store.Connection.Get().Phase != store.Ready {
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
	v.head = kit.Toolbar(say.L("images.title"), "", v.search, v.pull, v.aside)
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
	v.bar = kit.Row(theme.Space2, kit.Grow(v.chips), v.clean, kit.Fixed(150, 0, sort))
	v.list = v.newList()
	v.notice = container.NewStack()
	v.page = kit.PageList(kit.Col(theme.Space4, v.head, v.bar, v.notice), v.list)
	v.filled = container.NewStack()
	v.content = container.NewStack(v.page, v.filled)
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
	v.drawNotice(images)
	v.fill(images, len(all))
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

// drawNotice says why the newest list could not be read.
func (v *Screen) drawNotice(images store.Snapshot[engine.Image]) {
	v.notice.Objects = nil
	if images.Err != nil && images.Loaded && v.blocked() == "" {
		words := say.Error(images.Err)
		v.notice.Objects = []fyne.CanvasObject{kit.Callout(kit.Caution, words.Title, say.L("images.old", "Ago", say.Ago(images.At, time.Now())))}
	}
	v.notice.Hidden = len(v.notice.Objects) == 0
	v.notice.Refresh()
}

// fill puts words in place of the list when there is nothing to list.
func (v *Screen) fill(images store.Snapshot[engine.Image], known int) {
	c := v.app.Store.Connection.Get()
	state, content := "", func() fyne.CanvasObject { return nil }
	switch {
	case len(v.rows) > 0:
	case !images.Loaded && images.Err != nil && c.Phase == store.Ready:
		state, content = "error "+images.Err.Error(), func() fyne.CanvasObject { return v.failed(images.Err) }
	case !images.Loaded && c.Phase == store.Failed:
		state, content = "absent", v.absent
	case !images.Loaded:
		state, content = "loading", v.loading
	case known == 0:
		state, content = "empty", v.empty
	default:
		query := v.search.Query()
		state, content = "none "+query, func() fyne.CanvasObject { return v.none(query) }
	}
	if state == v.said {
		return
	}
	v.said = state
	v.filled.Objects = nil
	if o := content(); o != nil {
		v.filled.Objects = []fyne.CanvasObject{o}
	}
	whole := state != "" && !strings.HasPrefix(state, "none")
	v.bar.Hidden = whole
	v.pull.Hidden, v.aside.Hidden = whole, state != "empty"
	v.search.Hidden = whole
	v.filled.Refresh()
	v.content.Refresh()
}

func (v *Screen) empty() fyne.CanvasObject {
	return kit.EmptyState(theme.IconImage, say.L("images.empty.title"), say.L("images.empty.text"),
		kit.LargeButton(kit.Primary, theme.IconDiscover, say.L("images.empty.button"), func() { v.host.Open(nav.Route{Place: nav.Discover}) }),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), command.Pull("hello-world")))
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
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), command.Images()))
}

func (v *Screen) loading() fyne.CanvasObject {
	return container.NewCenter(kit.Row(theme.Space2, kit.NewIcon(theme.IconSpinner, 16, theme.InkFaint),
		kit.NewText(say.L("images.loading"), theme.Body, theme.InkMuted)))
}

func (v *Screen) absent() fyne.CanvasObject {
	return kit.EmptyState(theme.IconEngine, say.L("images.absent.title"), say.L("images.absent.text"),
		kit.LargeButton(kit.Primary, theme.IconEngine, say.L("images.absent.button"), func() { v.host.Open(nav.Route{Place: nav.Engine}) }),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), command.Images()))
}

func (v *Screen) failed(err error) fyne.CanvasObject {
	words := say.Error(err)
	return kit.EmptyState(theme.IconWarning, words.Title, words.Hint,
		kit.LargeButton(kit.Primary, theme.IconRefresh, say.L("action.retry"), v.app.Session.Retry),
		kit.CommandBar(say.L("action.copy"), say.L("action.copied"), command.Images()))
}
