package discover

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/app"
	"escale/app/discover"
	"escale/app/recipe"
	"escale/app/store"
	"escale/engine"
	"escale/views/kit"
	"escale/views/nav"
	"escale/views/post"
	"escale/views/say"
	"escale/views/theme"
)

// Details shows one repository: what it is, and its versions. It belongs to the
// UI goroutine.
type Details struct {
	host      nav.Host
	catalogue *discover.Catalogue
	store     *store.Store

	content *fyne.Container
	scroll  *container.Scroll
	name    string
	tab     int
	hub     int // that was asked, see discover.Catalogue
	visit   int // of Show: answers for an earlier one are dropped
	stop    context.CancelFunc

	about    answer[discover.Repository]
	tags     []discover.Tag
	tagPage  int // the last page in tags
	moreTags bool
	tagsErr  error
	tagsBusy bool
	quota    answer[discover.Quota]

	portrait *portrait
	seen     string // what the page shows of the store
	cancels  []func()
}

// answer is something that was asked for.
type answer[T any] struct {
	value T
	err   error
	done  bool
}

// The tabs of the page.
const (
	tabAbout = iota
	tabVersions
)

// NewDetails returns the page of a repository; Show says of which.
func NewDetails(a *app.App, h nav.Host) *Details {
	c, s := a.Discover, a.Store
	v := &Details{host: h, catalogue: c, store: s, content: container.NewStack(), stop: func() {}}
	v.cancels = []func(){
		s.Images.Subscribe(post.Coalesce(h, v.storeChanged)),
		s.Connection.Subscribe(post.Coalesce(h, v.storeChanged)),
		c.Arrived.Subscribe(post.Coalesce(h, v.decorate)),
	}
	return v
}

// Content implements nav.Screen.
func (v *Details) Content() fyne.CanvasObject { return v.content }

// Show implements nav.Screen: the route's ID is the repository's name.
func (v *Details) Show(r nav.Route) {
	name := discover.RepositoryOf(r.ID)
	if name == v.name && v.about.done && v.about.err == nil && v.hub == v.catalogue.Hub() {
		return
	}
	*v = Details{host: v.host, catalogue: v.catalogue, store: v.store, content: v.content, stop: v.stop, cancels: v.cancels, visit: v.visit}
	v.name = name
	v.load()
}

// Hide implements nav.Screen.
func (v *Details) Hide() {}

// Close implements nav.Screen.
func (v *Details) Close() {
	v.visit++
	v.stop()
	for _, cancel := range v.cancels {
		cancel()
	}
}

// Refresh implements nav.Refresher.
func (v *Details) Refresh() {
	if v.about.err != nil || v.tagsErr != nil {
		v.load()
	}
}

// load asks for everything that is not known yet.
func (v *Details) load() {
	v.stop()
	v.visit++
	ctx, cancel := context.WithCancel(context.Background())
	v.stop = cancel
	v.about, v.tags, v.tagPage, v.tagsErr = answer[discover.Repository]{}, nil, 0, nil
	v.quota = answer[discover.Quota]{}
	if !discover.OnHub(v.name) {
		v.about = answer[discover.Repository]{err: discover.ErrNoHub, done: true}
		v.draw()
		return
	}
	v.hub = v.catalogue.Hub()
	name := v.name
	fetch(ctx, v, func(ctx context.Context) (discover.Repository, error) { return v.catalogue.Repository(ctx, name) },
		func(r discover.Repository, err error) { v.about = answer[discover.Repository]{r, err, true} })
	fetch(ctx, v, v.catalogue.Quota,
		func(q discover.Quota, err error) { v.quota = answer[discover.Quota]{q, err, true} })
	v.loadTags(ctx, 1)
	v.draw()
}

// loadTags reads one page of versions.
func (v *Details) loadTags(ctx context.Context, page int) {
	name := v.name
	v.tagsBusy, v.tagsErr = true, nil
	fetch(ctx, v, func(ctx context.Context) (discover.TagPage, error) { return v.catalogue.Tags(ctx, name, page) },
		func(got discover.TagPage, err error) {
			v.tagsBusy, v.tagsErr = false, err
			if err == nil {
				v.tags = append(slices.Clip(v.tags), got.Tags...)
				v.tagPage, v.moreTags = page, got.More
			}
		})
}

// moreVersions reads the next page.
func (v *Details) moreVersions() {
	v.stop()
	ctx, cancel := context.WithCancel(context.Background())
	v.stop = cancel
	v.loadTags(ctx, v.tagPage+1)
	v.draw()
}

// fetch asks on a goroutine, and takes the answer on the UI goroutine unless
// the page has gone on to something else.
func fetch[T any](ctx context.Context, v *Details, ask func(context.Context) (T, error), take func(T, error)) {
	visit := v.visit
	go func() {
		got, err := ask(ctx)
		v.host.Post(func() {
			if v.visit == visit && !errors.Is(err, context.Canceled) {
				take(got, err)
				v.draw()
			}
		})
	}()
}

// runRef is what the page's Run button runs.
func (v *Details) runRef() string {
	if r, ok := recipe.For(v.name); ok {
		return r.Ref()
	}
	for _, tag := range v.tags {
		if tag.Name == "latest" {
			return v.name + ":latest"
		}
	}
	if len(v.tags) > 0 {
		return v.name + ":" + v.tags[0].Name
	}
	return v.name
}

// storeChanged draws when something that the page shows of the engine changed.
func (v *Details) storeChanged() {
	if v.ofStore() != v.seen {
		v.draw()
	}
}

// ofStore is what the page shows of the engine: its processor, and the
// versions on it.
func (v *Details) ofStore() string {
	version := v.store.Connection.Get().Version
	words := []string{version.OS, version.Arch}
	for ref := range hereTags(v.store.Images.Get().Rows) {
		if strings.HasPrefix(ref, v.name+":") {
			words = append(words, ref)
		}
	}
	slices.Sort(words[2:])
	return strings.Join(words, " ")
}

// draw builds the page anew.
func (v *Details) draw() {
	if v.name == "" {
		return
	}
	v.seen = v.ofStore()
	offset := fyne.Position{}
	if v.scroll != nil {
		offset = v.scroll.Offset
	}
	v.scroll = container.NewVScroll(kit.Inset(0, theme.Space5, theme.Space5, theme.Space5, v.body()))
	v.content.Objects = []fyne.CanvasObject{kit.Col(0,
		kit.Inset(theme.Space4, theme.Space5, theme.Space3, theme.Space5, v.head()),
		kit.Grow(v.scroll))}
	v.content.Refresh()
	v.scroll.ScrollToOffset(offset)
	v.decorate()
}

func (v *Details) decorate() {
	if v.portrait == nil {
		return
	}
	if logo, ok := v.catalogue.Logo(v.name); ok {
		v.portrait.setLogo(logo)
	}
}

func (v *Details) tabs() fyne.CanvasObject {
	return kit.Tabs(v.tab, func(tab int) {
		v.tab = tab
		v.scroll = nil
		v.draw()
	}, say.L("discover.page.about"), say.L("discover.page.versions"))
}

func (v *Details) body() fyne.CanvasObject {
	if v.tab == tabVersions {
		return v.versions()
	}
	return v.aboutBody()
}

// aboutBody is what the recipe says in the user's language, then what the
// maker of the image wrote.
func (v *Details) aboutBody() fyne.CanvasObject {
	var parts []fyne.CanvasObject
	if r, ok := recipe.For(v.name); ok {
		parts = append(parts, kit.NewParagraph(r.Text.In(say.Language()), theme.Body, theme.Ink))
	}
	switch about := v.about.value; {
	case !v.about.done:
		parts = append(parts, v.loading())
	case errors.Is(v.about.err, discover.ErrNoHub):
		parts = append(parts, kit.Callout(kit.Note, say.L("discover.page.elsewhere"), say.L("discover.page.elsewhere.text")))
	case errors.Is(v.about.err, engine.ErrNotFound):
		parts = append(parts, kit.Callout(kit.Note, say.L("discover.page.gone"), say.L("discover.page.gone.text")))
	case v.about.err != nil:
		parts = append(parts, v.failed(v.about.err))
	case strings.TrimSpace(about.Description) != "":
		parts = append(parts, kit.Markdown(about.Description, v.host.Browse))
	case about.Summary != "":
		parts = append(parts, kit.NewParagraph(about.Summary, theme.Body, theme.Ink))
	default:
		parts = append(parts, kit.NewParagraph(say.L("discover.notext"), theme.Body, theme.InkMuted))
	}
	return container.New(reading{680}, kit.Col(theme.Space4, parts...))
}

func (v *Details) loading() fyne.CanvasObject {
	return kit.Row(theme.Space2, kit.NewIcon(theme.IconSpinner, 16, theme.InkFaint), kit.NewText(say.L("discover.loading"), theme.Body, theme.InkMuted))
}

func (v *Details) failed(err error) fyne.CanvasObject {
	return kit.Callout(kit.Problem, why(err), say.L("discover.page.failed.text"),
		kit.SmallButton(kit.Secondary, theme.IconRefresh, say.L("action.retry"), v.load))
}
