// Package discover is the screen that finds images to run, and the page of one
// repository.
package discover

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app"
	"escale/app/discover"
	"escale/app/recipe"
	"escale/app/store"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/theme"
)

const (
	typingPause = 200 * time.Millisecond // before a search starts
	quietWait   = 150 * time.Millisecond // before waiting is shown
	cardWidth   = 280                    // at least
	nearEnd     = 400                    // units from the end where the next page is read
)

// Screen shows starters, or the answers to a search. It belongs to the UI
// goroutine.
type Screen struct {
	host      nav.Host
	catalogue *discover.Catalogue
	store     *store.Store

	content fyne.CanvasObject
	search  *kit.SearchBox
	chips   *fyne.Container
	body    *fyne.Container // what scrolls
	scroll  *container.Scroll
	filled  *fyne.Container // what fills the page instead
	cards   []*card
	shown   shown

	category   recipe.Category // of the starters; empty: for beginners
	shownSince time.Time       // when waiting began
	typed      func()
	cancels    []func()
}

// shown is what the page was last built from: the same needs no new widgets.
type shown struct {
	query    string
	category recipe.Category
	names    string
	official bool
	mode     mode
	notice   string
	more     moreState
}

// New returns the screen.
func New(a *app.App, h nav.Host) *Screen {
	v := &Screen{host: h, catalogue: a.Discover, store: a.Store}
	v.build()
	typed, stop := post.Debounce(h, typingPause, v.searchNow)
	v.typed = typed
	draw := post.Coalesce(h, v.draw)
	v.cancels = []func(){stop, v.catalogue.Results.Subscribe(draw), v.catalogue.Arrived.Subscribe(post.Coalesce(h, v.decorate))}
	v.draw()
	return v
}

// Content implements nav.Screen.
func (v *Screen) Content() fyne.CanvasObject { return v.content }

// Show implements nav.Screen. A route with an ID searches for it.
func (v *Screen) Show(r nav.Route) {
	if r.ID != "" {
		v.searchFor(r.ID)
	}
	if len(v.filled.Objects) > 0 {
		v.draw() // its command is for the engine in use
	}
	v.decorate()
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

// FocusList implements nav.Lister: the cards are what the arrow keys enter.
func (v *Screen) FocusList() { v.focusCard(v.firstInSight()) }

// Refresh implements nav.Refresher.
func (v *Screen) Refresh() {
	if v.catalogue.Results.Get().Phase != discover.Idle {
		v.catalogue.Retry()
	}
}

// build makes what stays.
func (v *Screen) build() {
	v.search = v.searchField()
	v.chips = kit.Flow(theme.Space2)
	v.body = kit.Col(theme.Space3)
	v.scroll = container.NewVScroll(kit.Inset(0, theme.Space5, theme.Space5, theme.Space5, v.body))
	v.scroll.OnScrolled = func(fyne.Position) { v.readOn() }
	v.filled = container.NewStack()
	v.content = kit.Col(0,
		kit.Inset(20, theme.Space5, theme.Space4, theme.Space5, kit.Col(theme.Space4, v.toolbar(), v.chips)),
		kit.GrowStretch(container.NewStack(v.scroll, v.filled)))
}

// searchNow starts the search that was typed.
func (v *Screen) searchNow() { v.catalogue.Search(v.search.Query()) }

// searchFor puts a query into the field and starts it.
func (v *Screen) searchFor(query string) {
	v.search.SetQuery(query)
	v.searchNow()
}

// browse leaves the search for the starters of a category.
func (v *Screen) browse(c recipe.Category) {
	v.category = c
	v.search.SetQuery("")
	v.catalogue.Search("")
	v.draw()
	v.scroll.ScrollToTop()
}

// readOn reads the next page when the end of this one comes into view.
func (v *Screen) readOn() {
	r := v.catalogue.Results.Get()
	left := v.scroll.Content.Size().Height - v.scroll.Offset.Y - v.scroll.Size().Height
	if left < nearEnd && r.More && r.Err == nil && r.Phase == discover.Settled && len(r.Hits) > 0 {
		v.catalogue.More()
	}
}
