package discover_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"escale/app/discover"
	"escale/engine"
	"escale/engine/enginetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scripted is a Hub whose answers a test decides.
type scripted struct {
	search     func(ctx context.Context, query string, page int) (discover.Page, error)
	repository func(ctx context.Context, name string) (discover.Repository, error)
	logo       func(ctx context.Context, name string) ([]byte, error)

	mu    sync.Mutex
	asked []string
}

func (s *scripted) note(call string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, call)
}

func (s *scripted) calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *scripted) Search(ctx context.Context, query string, page, _ int) (discover.Page, error) {
	s.note(fmt.Sprintf("%s %d", query, page))
	return s.search(ctx, query, page)
}

func (s *scripted) Repository(ctx context.Context, name string) (discover.Repository, error) {
	s.note("repository " + name)
	return s.repository(ctx, name)
}

func (s *scripted) Tags(context.Context, string, int, int) (discover.TagPage, error) {
	s.note("tags")
	return discover.TagPage{Tags: []discover.Tag{{Name: "latest"}}, Total: 1}, nil
}

func (s *scripted) Logo(ctx context.Context, name string) ([]byte, error) {
	s.note("logo " + name)
	return s.logo(ctx, name)
}

func (s *scripted) PullQuota(context.Context) (discover.Quota, error) {
	return discover.Quota{Limit: 100, Remaining: 40}, nil
}

func hit(name string, official bool) engine.SearchHit {
	return engine.SearchHit{Name: name, Official: official, Stars: 3, Pulls: 1000}
}

// names are the hits' names, in one string.
func names(hits []engine.SearchHit) string {
	all := make([]string, len(hits))
	for i, h := range hits {
		all[i] = h.Name
	}
	return strings.Join(all, " ")
}

// bench is a catalogue with a scripted Hub and a fake engine.
func bench(t *testing.T, hub discover.Hub) (*discover.Catalogue, *enginetest.Fake) {
	t.Helper()
	fake := enginetest.New()
	c := discover.New(discover.Options{
		Hub:    hub,
		Engine: func() (engine.Engine, error) { return fake, nil },
		Images: func() []engine.Image { return []engine.Image{{Tags: []string{"nginx:1.29", "team/nginx-fork:2"}}} },
		Known:  func() []string { return []string{"postgres", "nginx", "redis"} },
	})
	t.Cleanup(func() { c.Close(); _ = fake.Close() })
	return c, fake
}

func TestNewestSearchWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := &scripted{search: func(ctx context.Context, query string, _ int) (discover.Page, error) {
			if query == "slow" {
				<-ctx.Done() // an answer that comes although nobody wants it any more
				time.Sleep(time.Second)
				return discover.Page{Hits: []engine.SearchHit{hit("old", false)}}, nil
			}
			return discover.Page{Hits: []engine.SearchHit{hit("new", false)}, Total: 1}, nil
		}}
		c, _ := bench(t, hub)
		c.Search("slow")
		synctest.Wait()
		c.Search("  fast ")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		r := c.Results.Get()
		if got := names(r.Hits); got != "new" || r.Query != "fast" || r.Phase != discover.Settled {
			t.Errorf("results are %q for %q, phase %v", got, r.Query, r.Phase)
		}
		c.Search("")
		if r := c.Results.Get(); r.Phase != discover.Idle || len(r.Hits) != 0 {
			t.Errorf("an empty query leaves %+v", r)
		}
	})
}

func TestPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := &scripted{search: func(_ context.Context, _ string, page int) (discover.Page, error) {
			return discover.Page{
				Hits:  []engine.SearchHit{hit(fmt.Sprintf("p%d", page), page == 3), hit("same", false)},
				Total: 9, More: page < 3,
			}, nil
		}}
		c, _ := bench(t, hub)
		c.Search("x")
		synctest.Wait()
		c.More()
		synctest.Wait()
		r := c.Results.Get()
		if got := names(r.Hits); got != "p1 same p2" || !r.More {
			t.Errorf("two pages are %q, more %v", got, r.More)
		}
		c.SetOfficial(true)
		synctest.Wait()
		r = c.Results.Get()
		if got := names(r.Hits); got != "p3" || r.More {
			t.Errorf("official ones are %q, more %v: want the page that has one", got, r.More)
		}
		c.SetOfficial(false)
		if got := names(c.Results.Get().Hits); got != "p1 same p2 p3" {
			t.Errorf("without the filter: %q", got)
		}
		if got := hub.calls(); len(got) != 3 {
			t.Errorf("asked %v, want three pages", got)
		}
	})
}

func TestHubFails(t *testing.T) {
	limited := &discover.LimitedError{Until: time.Date(2000, 1, 1, 0, 5, 0, 0, time.UTC)}
	cut := errors.New("connection reset")
	for name, tc := range map[string]struct {
		fail   func(context.Context) error
		engine error
		query  string
		source discover.Source
		hits   string
		reason error
		failed bool
	}{
		"limited":             {fail: fails(limited), source: discover.FromEngine, hits: "nginx other/nginx", reason: engine.ErrRateLimited},
		"cut off":             {fail: fails(cut), source: discover.FromEngine, hits: "nginx other/nginx", reason: cut},
		"slow":                {fail: hangs, source: discover.FromEngine, hits: "nginx other/nginx", reason: engine.ErrTimeout},
		"offline":             {fail: fails(cut), engine: engine.ErrUnreachable, source: discover.FromHere, hits: "nginx:1.29 team/nginx-fork:2", reason: cut},
		"offline, none here":  {fail: fails(cut), engine: engine.ErrUnreachable, query: "mongo", source: discover.FromHere, reason: cut, failed: true},
		"hub of nobody's own": {fail: nil, source: discover.FromEngine, hits: "nginx other/nginx", reason: discover.ErrNoHub},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var hub discover.Hub
				if tc.fail != nil {
					hub = &scripted{search: func(ctx context.Context, _ string, _ int) (discover.Page, error) {
						return discover.Page{}, tc.fail(ctx)
					}}
				}
				c, fake := bench(t, hub)
				fake.SetSearch(hit("other/nginx", false), hit("nginx", true))
				if tc.engine != nil {
					fake.Fail("SearchImages", tc.engine)
				}
				query := tc.query
				if query == "" {
					query = "nginx"
				}
				start := time.Now()
				c.Search(query)
				time.Sleep(11 * time.Second)
				synctest.Wait()
				r := c.Results.Get()
				if r.Source != tc.source || names(r.Hits) != tc.hits || !errors.Is(r.Reason, tc.reason) {
					t.Errorf("after %v: source %v, hits %q, reason %v", time.Since(start), r.Source, names(r.Hits), r.Reason)
				}
				if failed := r.Err != nil; failed != tc.failed {
					t.Errorf("error is %v", r.Err)
				}
				if errors.Is(tc.reason, engine.ErrRateLimited) && !r.RetryAt.Equal(limited.Until) {
					t.Errorf("retry at %v, want %v", r.RetryAt, limited.Until)
				}
			})
		})
	}
}

func fails(err error) func(context.Context) error { return func(context.Context) error { return err } }

func hangs(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

func TestFailingHubIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := true
		hub := &scripted{search: func(ctx context.Context, _ string, _ int) (discover.Page, error) {
			if down {
				return discover.Page{}, hangs(ctx)
			}
			return discover.Page{Hits: []engine.SearchHit{hit("back", false)}}, nil
		}}
		c, _ := bench(t, hub)
		c.Search("a")
		time.Sleep(11 * time.Second)
		start := time.Now()
		c.Search("ab")
		synctest.Wait()
		if r := c.Results.Get(); r.Phase != discover.Settled || time.Since(start) > time.Second {
			t.Errorf("the second search waited for a Hub that had just failed")
		}
		down = false
		c.Retry()
		synctest.Wait()
		if r := c.Results.Get(); names(r.Hits) != "back" || r.Source != discover.FromHub || r.Reason != nil {
			t.Errorf("after Retry: %q from %v, %v", names(r.Hits), r.Source, r.Reason)
		}
	})
}

func TestNextPageFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := true
		hub := &scripted{search: func(_ context.Context, _ string, page int) (discover.Page, error) {
			if page == 2 && broken {
				return discover.Page{}, errors.New("500")
			}
			return discover.Page{Hits: []engine.SearchHit{hit(fmt.Sprintf("p%d", page), false)}, More: page == 1}, nil
		}}
		c, _ := bench(t, hub)
		c.Search("x")
		synctest.Wait()
		c.More()
		synctest.Wait()
		r := c.Results.Get()
		if names(r.Hits) != "p1" || r.Err == nil || !r.More {
			t.Errorf("a failed page leaves %q, %v, more %v", names(r.Hits), r.Err, r.More)
		}
		broken = false
		c.Retry()
		synctest.Wait()
		if r := c.Results.Get(); names(r.Hits) != "p1 p2" || r.Err != nil {
			t.Errorf("after Retry: %q, %v", names(r.Hits), r.Err)
		}
	})
}

func TestSuggestions(t *testing.T) {
	for query, want := range map[string]string{
		"postgrse": "postgres",
		"ngnix":    "nginx",
		"rediss":   "redis",
		"quasar":   "",
	} {
		synctest.Test(t, func(t *testing.T) {
			hub := &scripted{search: func(context.Context, string, int) (discover.Page, error) { return discover.Page{}, nil }}
			c, _ := bench(t, hub)
			c.Search(query)
			synctest.Wait()
			if got := strings.Join(c.Results.Get().Suggestions, " "); got != want {
				t.Errorf("%q suggests %q, want %q", query, got, want)
			}
		})
	}
}

func TestLogosAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		hub := &scripted{logo: func(_ context.Context, name string) ([]byte, error) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			if name == "n3" {
				return nil, engine.ErrNotFound
			}
			return picture(t, 60, 20), nil
		}}
		c, _ := bench(t, hub)
		for i := range 12 {
			if _, ok := c.Logo(fmt.Sprintf("n%d", i)); ok {
				t.Error("a logo is known before it was asked for")
			}
			c.Logo(fmt.Sprintf("n%d", i)) // twice costs nothing
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		got, ok := c.Logo("n7")
		if most != 4 || !ok || got.Bounds().Dx() != 128 || c.Arrived.Get() != 11 || len(hub.calls()) != 12 {
			t.Errorf("%d at once, n7 %v, %d arrived, %d asked", most, ok, c.Arrived.Get(), len(hub.calls()))
		}
		if _, ok := c.Logo("ghcr.io/a/b"); ok || len(hub.calls()) != 12 {
			t.Error("another registry's logo was asked of the Hub")
		}
	})
}

// picture is a PNG file.
func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Error(err)
	}
	return file.Bytes()
}

func TestLogoOfShapes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := &scripted{logo: func(context.Context, string) ([]byte, error) {
			return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect x="0" y="0" width="20" height="10" fill="#f00"/></svg>`), nil
		}}
		c, _ := bench(t, hub)
		c.Logo("x")
		synctest.Wait()
		logo, ok := c.Logo("x")
		if !ok {
			t.Fatal("no logo")
		}
		if r, _, _, a := logo.At(64, 64).RGBA(); r == 0 || a == 0 {
			t.Error("the middle is not red")
		}
		if _, _, _, a := logo.At(64, 10).RGBA(); a != 0 {
			t.Error("a wide logo fills the whole height")
		}
	})
}

func TestHostileLogos(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		files := map[string][]byte{
			"empty": {}, "text": []byte("<svg onload=x>"), "cut": picture(t, 50, 50)[:40],
			"vast": picture(t, 9000, 500), "long": append(picture(t, 5, 5), make([]byte, 5<<20)...),
		}
		hub := &scripted{logo: func(_ context.Context, name string) ([]byte, error) { return files[name], nil }}
		c, _ := bench(t, hub)
		for name := range files {
			c.Logo(name)
			synctest.Wait()
			if _, ok := c.Logo(name); ok {
				t.Errorf("a logo that is %s was taken", name)
			}
		}
	})
}

func TestDetailsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := &scripted{repository: func(_ context.Context, name string) (discover.Repository, error) {
			if name == "gone" {
				return discover.Repository{}, engine.ErrNotFound
			}
			return discover.Repository{Name: name, Stars: 7, Pulls: 99}, nil
		}}
		c, _ := bench(t, hub)
		for range 3 {
			if r, err := c.Repository(t.Context(), "nginx"); err != nil || r.Stars != 7 {
				t.Errorf("nginx is %+v, %v", r, err)
			}
			if p, err := c.Tags(t.Context(), "nginx", 1); err != nil || len(p.Tags) != 1 {
				t.Errorf("tags are %+v, %v", p, err)
			}
		}
		if got := hub.calls(); len(got) != 2 {
			t.Errorf("asked %v, want each once", got)
		}
		if stars, pulls, ok := c.Figures("nginx"); !ok || stars != 7 || pulls != 99 {
			t.Errorf("figures are %d, %d, %v", stars, pulls, ok)
		}
		time.Sleep(11 * time.Minute)
		_, _ = c.Repository(t.Context(), "nginx")
		if got := hub.calls(); len(got) != 3 {
			t.Errorf("asked %v, want nginx again after ten minutes", got)
		}
		if _, err := c.Repository(t.Context(), "gone"); !errors.Is(err, engine.ErrNotFound) {
			t.Errorf("a missing repository gives %v", err)
		}
		if q, err := c.Quota(t.Context()); err != nil || q.Remaining != 40 {
			t.Errorf("quota is %+v, %v", q, err)
		}
	})
}

func TestNames(t *testing.T) {
	for ref, want := range map[string]string{
		"nginx:1.29":                  "nginx",
		"docker.io/library/redis:7":   "redis",
		"localhost:5000/app":          "localhost:5000/app",
		"localhost:5000/app:2":        "localhost:5000/app",
		"a/b@sha256:00":               "a/b",
		"quay.io/podman/hello:latest": "quay.io/podman/hello",
	} {
		if got := discover.RepositoryOf(ref); got != want {
			t.Errorf("repository of %q is %q, want %q", ref, got, want)
		}
	}
	for name, want := range map[string]bool{"nginx": true, "a/b": true, "quay.io/a/b": false, "localhost/a": false, "h:5/a": false} {
		if discover.OnHub(name) != want {
			t.Errorf("%q on the Hub: want %v", name, want)
		}
	}
}

func TestParseReference(t *testing.T) {
	for text, want := range map[string]string{
		"nginx":                                  "nginx:latest",
		" nginx:1.29 ":                           "nginx:1.29",
		"docker pull ghcr.io/a/b:1":              "ghcr.io/a/b:1",
		"docker image pull redis":                "redis:latest",
		"https://hub.docker.com/_/nginx":         "nginx:latest",
		"https://hub.docker.com/r/bitnami/redis": "bitnami/redis:latest",
		"docker.io/library/redis:7":              "redis:7",
		"127.0.0.1:5000/x":                       "127.0.0.1:5000/x:latest",
	} {
		if got, err := discover.ParseReference(text); err != nil || got != want {
			t.Errorf("%q reads as %q, %v; want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"": discover.ErrNoName, "  ": discover.ErrNoName, "Nginx": discover.ErrUpperCase,
		"a b": discover.ErrBadName, "nginx:": discover.ErrBadName, "-x": discover.ErrBadName,
	} {
		if got, err := discover.ParseReference(text); !errors.Is(err, want) {
			t.Errorf("%q reads as %q, %v; want %v", text, got, err, want)
		}
	}
}

func FuzzParseReference(f *testing.F) {
	for _, seed := range []string{"nginx", "docker pull a/b:c", "https://hub.docker.com/_/x", "a@sha256:00", "http://%zz"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ref, err := discover.ParseReference(text)
		if err != nil {
			return
		}
		if again, err := discover.ParseReference(ref); err != nil || again != ref {
			t.Errorf("%q reads as %q, which reads as %q, %v", text, ref, again, err)
		}
	})
}
