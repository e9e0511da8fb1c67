package discover

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"go.uber.org/goleak"

	"escale/app"
	"escale/app/discover"
	"escale/app/recipe"
	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hub is a Hub whose answers a test decides.
type hub struct {
	mu     sync.Mutex
	err    error
	hits   []engine.SearchHit // in pages of three
	logo   []byte
	tags   []discover.Tag
	text   string
	missed error // of repositories
	quota  *discover.Quota
}

func (h *hub) fail(err error) { h.mu.Lock(); h.err = err; h.mu.Unlock() }

func (h *hub) Search(_ context.Context, query string, page, _ int) (discover.Page, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil {
		return discover.Page{}, h.err
	}
	var found []engine.SearchHit
	for _, hit := range h.hits {
		if strings.Contains(hit.Name, query) {
			found = append(found, hit)
		}
	}
	from, to := min((page-1)*3, len(found)), min(page*3, len(found))
	return discover.Page{Hits: found[from:to], Total: len(found), More: to < len(found)}, nil
}

func (h *hub) Repository(_ context.Context, name string) (discover.Repository, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil || h.missed != nil {
		return discover.Repository{}, fmt.Errorf("read: %w", cmpErr(h.err, h.missed))
	}
	return discover.Repository{
		Name: name, Description: h.text, Stars: 20900 + 7*len(name), Pulls: 1e9 * int64(len(name)), Official: !strings.Contains(name, "/"),
		URL: "https://hub.docker.com/_/" + name,
	}, nil
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func (h *hub) Tags(context.Context, string, int, int) (discover.TagPage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil {
		return discover.TagPage{}, h.err
	}
	return discover.TagPage{Tags: h.tags, Total: len(h.tags)}, nil
}

func (h *hub) Logo(_ context.Context, name string) ([]byte, error) {
	if h.logo == nil || name != "redis" {
		return nil, engine.ErrNotFound
	}
	return h.logo, nil
}

func (h *hub) PullQuota(context.Context) (discover.Quota, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.quota != nil {
		return *h.quota, nil
	}
	return discover.Quota{Limit: 100, Remaining: 76, Window: 6 * time.Hour}, nil
}

func newHub(t *testing.T) *hub {
	t.Helper()
	square := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	draw.Draw(square, image.Rect(8, 8, 56, 56), image.NewUniform(color.NRGBA{R: 0xd8, G: 0x2c, B: 0x20, A: 255}), image.Point{}, draw.Src)
	var logo bytes.Buffer
	if err := png.Encode(&logo, square); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2020, 6, 5, 12, 0, 0, 0, time.UTC)
	build := func(all ...string) []discover.Platform {
		var platforms []discover.Platform
		for _, arch := range all {
			platforms = append(platforms, discover.Platform{OS: "linux", Architecture: arch, SizeBytes: 41e6})
		}
		return platforms
	}
	return &hub{
		logo: logo.Bytes(),
		text: "# Quick reference\n\nRedis is an *open-source* store of data structures.\n\n- fast\n- small\n\n```\ndocker run redis\n```\n\n[The site](https://redis.io) <script>alert(1)</script>",
		tags: []discover.Tag{
			{Name: "latest", SizeBytes: 41e6, Updated: day, Platforms: build("arm64", "amd64", "386", "ppc64le", "s390x")},
			{Name: "7.4-alpine", SizeBytes: 15e6, Updated: day, Platforms: build("amd64")},
			{Name: "7.4-riscv", SizeBytes: 15e6, Updated: day, Platforms: build("riscv64")},
		},
		hits: []engine.SearchHit{
			{Name: "redis", Description: "Redis is a store", Stars: 13300, Pulls: 10900000000, Official: true},
			{Name: "redis/redis-stack", Description: "redis-stack installs a Redis server with additional database capabilities", Stars: 130, Pulls: 21000000},
			{Name: "somebody-with-a-long-name/redis-and-everything-around-it", Stars: 2, Pulls: 812},
			{Name: "redis/redisinsight", Description: "Redis Insight", Stars: 60, Pulls: 1200000},
		},
	}
}

// rig is the screen in a window.
type rig struct {
	*Screen
	app  *app.App
	host *lifetest.Host
	fake *enginetest.Fake
	w    fyne.Window
}

func offline(t *testing.T, h discover.Hub) (*app.App, *enginetest.Fake) {
	t.Helper()
	fake := enginetest.New()
	a := lifetest.Offline(t, fake)
	a.Discover.Close()
	a.Discover = discover.New(discover.Options{
		Hub: h, Engine: func() (engine.Engine, error) { return fake, nil }, Known: recipe.Images,
		Images: func() []engine.Image { return a.Store.Images.Get().Rows },
	})
	a.Store.Connection.Set(store.Connection{Phase: store.Ready, Version: engine.Version{OS: "linux", Arch: "amd64"}})
	a.Store.Images.Set(store.Snapshot[engine.Image]{Loaded: true, Rows: []engine.Image{{ID: "sha256:1", Tags: []string{"redis:7.4-alpine", "redis:local"}}}})
	return a, fake
}

func screen(t *testing.T, h discover.Hub, width, height float32) rig {
	t.Helper()
	viewtest.App(t)
	a, fake := offline(t, h)
	host := lifetest.NewHost()
	s := New(a, host)
	t.Cleanup(s.Close)
	host.View = viewtest.Window(t, s.Content(), width, height)
	s.Show(nav.Route{Place: nav.Discover})
	return rig{s, a, host, fake, host.View}
}

// until drains until something shows.
func (r rig) until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	if !r.host.Settle(cond) {
		t.Fatalf("never: %s; the screen says\n%s", what, strings.Join(viewtest.Texts(r.w), "\n"))
	}
	viewtest.Settle(r.w)
}

func (r rig) says(words string) func() bool {
	return func() bool { return viewtest.Shows(r.w, words) }
}

// find types a query and waits for the answer.
func (r rig) find(t *testing.T, query string) {
	t.Helper()
	viewtest.Type(t, r.w, say.L("discover.search"), query)
	r.until(t, "an answer for "+query, func() bool {
		got := r.catalogue.Results.Get()
		return got.Query == query && got.Phase == discover.Settled && r.shown.query == query && r.shown.mode != modeWaiting
	})
}

func TestShots(t *testing.T) {
	for name, tc := range map[string]struct {
		mode          theme.Mode
		lang          string
		width, height float32
	}{
		"discover-light-en": {theme.AlwaysLight, "en", 1020, 760},
		"discover-dark-en":  {theme.AlwaysDark, "en", 1020, 760},
		"discover-small-fr": {theme.AlwaysLight, "fr", 680, 600},
	} {
		t.Run(name, func(t *testing.T) {
			say.SetLanguage(tc.lang)
			defer say.SetLanguage("en")
			h := newHub(t)
			r := screen(t, h, tc.width, tc.height)
			fyne.CurrentApp().Settings().SetTheme(theme.New(tc.mode))
			r.until(t, "the logo", func() bool { _, ok := r.catalogue.Logo("redis"); return ok && r.catalogue.Arrived.Get() > 5 })
			viewtest.ShotWindow(t, name, r.w)
			r.find(t, "redis")
			viewtest.ShotWindow(t, name+"-results", r.w)
			r.find(t, "rediss")
			viewtest.ShotWindow(t, name+"-nothing", r.w)
			h.fail(&discover.LimitedError{Until: time.Date(2020, 1, 1, 14, 5, 0, 0, time.Local)})
			r.fake.SetSearch(h.hits...)
			r.find(t, "redi")
			viewtest.ShotWindow(t, name+"-limited", r.w)
			r.fake.Fail("SearchImages", engine.ErrUnreachable)
			h.fail(engine.ErrUnreachable)
			r.find(t, "quasar")
			viewtest.ShotWindow(t, name+"-failed", r.w)
			h.fail(nil)
			d := details(t, r)
			viewtest.ShotWindow(t, name+"-details", d.w)
			d.tab = tabVersions
			d.draw()
			viewtest.ShotWindow(t, name+"-versions", d.w)
			d.tab, d.quota.value.Remaining = tabAbout, 12
			d.draw()
			viewtest.ShotWindow(t, name+"-quota", d.w)
		})
	}
}

// detailRig is the page of a repository in a window.
type detailRig struct {
	*Details
	host *lifetest.Host
	w    fyne.Window
}

func details(t *testing.T, r rig) detailRig {
	t.Helper()
	host := lifetest.NewHost()
	r.catalogue.Retry()
	d := NewDetails(r.app, host)
	t.Cleanup(d.Close)
	host.View = viewtest.Window(t, d.Content(), r.w.Canvas().Size().Width, r.w.Canvas().Size().Height)
	d.Show(nav.Route{Place: nav.Repository, ID: "redis"})
	if !host.Settle(func() bool { return d.about.done && d.quota.done && !d.tagsBusy }) {
		t.Fatal("the page is never read")
	}
	viewtest.Settle(host.View)
	return detailRig{d, host, host.View}
}

func TestStarters(t *testing.T) {
	r := screen(t, newHub(t), 1020, 760)
	r.until(t, "figures", func() bool { return viewtest.Shows(r.w, say.Short(5e9)) })
	viewtest.Tap(t, r.w, say.L("discover.category.database"))
	if !viewtest.Shows(r.w, "mariadb") || viewtest.Shows(r.w, "hello-world") {
		t.Error("the databases are not those of the recipes")
	}
	viewtest.Tap(t, r.w, say.L("action.run"))
	want, _ := recipe.ByID(firstDatabase(t))
	if len(r.host.Routes) != 1 || r.host.Routes[0] != (nav.Route{Place: nav.Run, ID: want.Ref()}) {
		t.Errorf("routes are %v, want %s to run", r.host.Routes, want.Ref())
	}
	viewtest.Tap(t, r.w, "mariadb")
	if got := r.host.Routes[1]; got != (nav.Route{Place: nav.Repository, ID: "mariadb"}) {
		t.Errorf("a card opens %v", got)
	}
}

func firstDatabase(t *testing.T) string {
	t.Helper()
	for _, one := range recipe.All() {
		if one.Category == recipe.Database {
			return one.ID
		}
	}
	t.Fatal("no database among the recipes")
	return ""
}

func TestSearch(t *testing.T) {
	r := screen(t, newHub(t), 1020, 760)
	r.find(t, "redis")
	if !r.says(say.N("discover.count", 4))() || len(r.cards) != 3 {
		t.Errorf("%d cards; the screen says\n%s", len(r.cards), strings.Join(viewtest.Texts(r.w), "\n"))
	}
	viewtest.Tap(t, r.w, say.L("discover.more"))
	r.until(t, "the next page", func() bool { return len(r.cards) == 4 })
	first := r.cards[0]
	viewtest.Tap(t, r.w, say.L("discover.official"))
	r.until(t, "official ones", func() bool { return len(r.cards) == 1 })
	if r.cards[0] != first {
		t.Error("a card that stays was made anew")
	}
	r.Refresh()
	viewtest.Tap(t, r.w, say.L("action.clear"))
	r.until(t, "the starters", r.says(say.L("discover.beginner.title")))
}

func TestArrowsMoveBetweenCards(t *testing.T) {
	r := screen(t, newHub(t), 1020, 760)
	r.find(t, "redis")
	viewtest.Settle(r.w)
	r.focusCard(0)
	viewtest.Key(r.w, fyne.KeyRight)
	if r.w.Canvas().Focused() != r.cards[1].press {
		t.Error("right does not move to the next card")
	}
	viewtest.Key(r.w, fyne.KeyReturn)
	if want := (nav.Route{Place: nav.Repository, ID: "redis/redis-stack"}); !slices.Contains(r.host.Routes, want) {
		t.Errorf("Enter opens %v", r.host.Routes)
	}
}

// TestDownEntersTheCards: as the shell does for an arrow key that nothing used.
func TestDownEntersTheCards(t *testing.T) {
	r := screen(t, newHub(t), 1020, 400)
	r.w.Canvas().SetOnTypedKey(func(key *fyne.KeyEvent) {
		if key.Name == fyne.KeyDown {
			nav.Lister(r.Screen).FocusList()
		}
	})
	r.FocusSearch()
	viewtest.Key(r.w, fyne.KeyDown)
	if r.w.Canvas().Focused() != r.cards[0].press {
		t.Errorf("Down goes to %T", r.w.Canvas().Focused())
	}
	r.scroll.ScrollToOffset(fyne.NewPos(0, 100))
	r.FocusList()
	if r.w.Canvas().Focused() == r.cards[0].press || r.scroll.Offset.Y != 100 {
		t.Errorf("entering the cards scrolls from 100 to %v", r.scroll.Offset.Y)
	}
}

func TestNothingFound(t *testing.T) {
	r := screen(t, newHub(t), 1020, 760)
	r.find(t, "postgrse")
	viewtest.Tap(t, r.w, say.L("discover.nothing.search", "Query", "postgres"))
	if r.search.Query() != "postgres" {
		t.Errorf("the search is for %q", r.search.Query())
	}
	r.find(t, "quasar")
	viewtest.Tap(t, r.w, say.L("discover.nothing.browse"))
	r.until(t, "the starters", r.says(say.L("discover.beginner.title")))
}

func TestHubFails(t *testing.T) {
	h := newHub(t)
	h.fail(fmt.Errorf("search: %w", engine.ErrTimeout))
	r := screen(t, h, 1020, 760)
	r.fake.SetSearch(h.hits...)
	r.find(t, "redis")
	r.until(t, "the notice", r.says(say.L("discover.why.slow")))
	if !r.says(say.L("discover.notice.engine"))() {
		t.Error("nothing says that the engine was asked")
	}
	r.fake.Fail("SearchImages", engine.ErrUnreachable)
	r.find(t, "redi")
	r.until(t, "what is here", r.says(say.L("discover.notice.here")))
	viewtest.Tap(t, r.w, say.L("action.run"))
	if want := (nav.Route{Place: nav.Run, ID: "redis:7.4-alpine"}); !slices.Contains(r.host.Routes, want) {
		t.Errorf("routes are %v", r.host.Routes)
	}
	r.find(t, "quasar")
	h.fail(nil)
	viewtest.Tap(t, r.w, say.L("action.retry"))
	r.until(t, "the Hub's answer", r.says(say.L("discover.nothing.title", "Query", "quasar")))
}

func TestDetails(t *testing.T) {
	r := screen(t, newHub(t), 1020, 760)
	d := details(t, r)
	for _, words := range []string{"Quick reference", "docker run redis"} {
		if !viewtest.Shows(d.w, words) {
			t.Errorf("nothing says %q; the page says\n%s", words, strings.Join(viewtest.Texts(d.w), "\n"))
		}
	}
	viewtest.Tap(t, d.w, say.L("discover.page.hub"))
	viewtest.Tap(t, d.w, say.L("discover.page.versions"))
	for _, words := range []string{"7.4-alpine", say.L("discover.here"), say.L("discover.versions.misfit", "Arch", "amd64"), "local", "amd64, arm64, 386 +2", "76"} {
		if !viewtest.Shows(d.w, words) {
			t.Errorf("nothing says %q; the page says\n%s", words, strings.Join(viewtest.Texts(d.w), "\n"))
		}
	}
	runs := viewtest.FindAll(d.w, say.L("action.run")) // of the page, then local, latest, 7.4-alpine, 7.4-riscv
	if len(runs) != 5 || runs[4].Enabled() {
		t.Fatalf("%d Run buttons, or one for another processor", len(runs))
	}
	runs[3].(fyne.Tappable).Tapped(&fyne.PointEvent{})
	if want := (nav.Route{Place: nav.Run, ID: "redis:7.4-alpine"}); !slices.Contains(d.host.Routes, want) {
		t.Errorf("routes are %v", d.host.Routes)
	}
	images := r.app.Store.Images.Get()
	images.Rows = append(slices.Clone(images.Rows), engine.Image{ID: "sha256:2", Tags: []string{"redis:6"}})
	r.app.Store.Images.Set(images)
	d.host.Drain()
	viewtest.Settle(d.w)
	if !viewtest.Shows(d.w, "6") {
		t.Error("a version that was just downloaded is missing")
	}
	viewtest.Tap(t, d.w, say.L("discover.title"))
	if d.host.Backs != 1 || !slices.Equal(d.host.Browsed, []string{"https://hub.docker.com/_/redis"}) {
		t.Errorf("back %d times, browsed %v", d.host.Backs, d.host.Browsed)
	}
}

func TestDetailsFail(t *testing.T) {
	h := newHub(t)
	h.fail(engine.ErrUnreachable)
	r := screen(t, h, 1020, 760)
	d := details(t, r)
	if !viewtest.Shows(d.w, say.L("discover.why.offline")) {
		t.Errorf("the page says\n%s", strings.Join(viewtest.Texts(d.w), "\n"))
	}
	h.fail(nil)
	viewtest.Tap(t, d.w, say.L("action.retry"))
	if !d.host.Settle(func() bool { return viewtest.Shows(d.w, "Quick reference") }) {
		t.Error("after Retry the description is missing")
	}
	d.Show(nav.Route{Place: nav.Repository, ID: "ghcr.io/a/b:1"})
	if !viewtest.Shows(d.w, say.L("discover.page.elsewhere")) {
		t.Errorf("the page says\n%s", strings.Join(viewtest.Texts(d.w), "\n"))
	}
}

func TestFrenchFits(t *testing.T) {
	say.SetLanguage("fr")
	defer say.SetLanguage("en")
	size := fyne.NewSize(680, 600)
	r := screen(t, newHub(t), size.Width, size.Height)
	check := func(what string, w fyne.Window) {
		t.Helper()
		if least := w.Content().MinSize(); least.Width > size.Width || least.Height > size.Height {
			t.Errorf("%s needs %v, more than %v", what, least, size)
		}
	}
	check("the starters", r.w)
	r.find(t, "redis")
	check("the results", r.w)
	r.find(t, "rediss")
	check("no result", r.w)
	d := details(t, r)
	check("the page", d.w)
	d.tab = tabVersions
	d.draw()
	check("the versions", d.w)
}

func TestGoldens(t *testing.T) {
	r := screen(t, nil, 1020, 760)
	viewtest.Golden(t, "starters.xml", r.w)
	h := newHub(t)
	h.logo = nil
	r = screen(t, h, 1020, 760)
	r.find(t, "rediss")
	viewtest.Golden(t, "nothing.xml", r.w)
	h.fail(engine.ErrUnreachable)
	r.fake.Fail("SearchImages", engine.ErrUnreachable)
	r.find(t, "quasar")
	viewtest.Golden(t, "failed.xml", r.w)
}
