package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"escale/engine"
	"escale/packaging/testbed/hubstand"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// held is the registry behind the stand-in.
type held []hubstand.Repository

func (h held) Repositories(context.Context) ([]hubstand.Repository, error) { return h, nil }

// serve starts handler and a client of it.
func serve(t *testing.T, handler http.Handler, o Options) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	transport := &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); server.Close() })
	o.Base, o.Registry, o.HTTP = server.URL, server.URL, &http.Client{Transport: transport}
	return New(o)
}

// standIn starts the stand-in and a client of it.
func standIn(t *testing.T, o Options) (*hubstand.Server, *Client) {
	t.Helper()
	tag := hubstand.Tag{
		Name: "1.22", Digest: "sha256:" + strings.Repeat("ab", 32), Architecture: "amd64", OS: "linux", SizeBytes: 1234,
		Updated: time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	hub := hubstand.New(held{{Name: "library/nginx", Tags: []hubstand.Tag{tag}}, {Name: "escale/exit1", Tags: []hubstand.Tag{tag}}}, slog.New(slog.DiscardHandler))
	return hub, serve(t, hub, o)
}

// text serves one reply for everything.
func text(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	})
}

func TestSearch(t *testing.T) {
	_, c := standIn(t, Options{})
	page, err := c.Search(t.Context(), "nginx", 1, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Hits) != 10 || !page.More || page.Total <= 10 {
		t.Errorf("got %d hits of %d, more %v", len(page.Hits), page.Total, page.More)
	}
	first := page.Hits[0]
	if first.Name != "nginx" || !first.Official || first.Pulls < 1<<32 || first.Stars == 0 {
		t.Errorf("first hit is %+v", first)
	}
	second, err := c.Search(t.Context(), "nginx", 2, 10)
	if err != nil || second.Hits[0].Name == first.Name || second.Hits[0].Official {
		t.Errorf("second page begins with %+v, %v", second.Hits, err)
	}
}

func TestSearchTooFar(t *testing.T) {
	hub, c := standIn(t, Options{})
	if _, err := c.Search(t.Context(), "nginx", 11, 100); !errors.Is(err, ErrTooFar) {
		t.Errorf("got %v, want ErrTooFar", err)
	}
	if asked := len(hub.Requests()); asked != 0 {
		t.Errorf("asked %d times for what is refused anyway", asked)
	}
	refusing := serve(t, text(http.StatusForbidden, `{"message":"too far"}`), Options{})
	if _, err := refusing.Search(t.Context(), "nginx", 2, 100); !errors.Is(err, ErrTooFar) {
		t.Errorf("got %v, want ErrTooFar", err)
	}
}

func TestSearchHostileReply(t *testing.T) {
	c := serve(t, text(http.StatusOK, `{"count":-5,"results":[
		{"repo_name":"ok/one","short_description":null,"star_count":null,"pull_count":null,"is_official":true},
		{"repo_name":"../../etc/passwd","star_count":1},
		{"repo_name":"UPPER"},
		{"repo_name":null},
		{"repo_name":"redis","short_description":"a\u202eb\u0007c\n  d","star_count":-1,"pull_count":-7,"is_official":true,"new_field":{}}]}`), Options{})
	page, err := c.Search(t.Context(), "x", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := Page{Page: 1, PageSize: 25, Hits: []engine.SearchHit{
		{Name: "ok/one", Pulls: -1}, {Name: "redis", Description: "abc d", Official: true},
	}}
	if diff := cmp.Diff(want, page); diff != "" {
		t.Error(diff)
	}
}

func TestRepository(t *testing.T) {
	_, c := standIn(t, Options{})
	for _, name := range []string{"nginx", "library/nginx", "docker.io/library/nginx"} {
		found, err := c.Repository(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if found.Name != "nginx" || !found.Official || !strings.HasPrefix(found.Markdown, "# nginx\n") || found.Updated.IsZero() || len(found.Categories) != 1 {
			t.Errorf("%s is %+v", name, found)
		}
	}
	if _, err := c.Repository(t.Context(), "nobody/nothing"); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"nginx": "library/nginx", "library/nginx": "library/nginx", "bitnami/redis": "bitnami/redis", "docker.io/a/b": "a/b",
		"": "", "A": "", "nginx:1.2": "", "quay.io/a/b": "", "a/b/c": "", "../x": "", "a b": "",
	} {
		got, err := FullName(name)
		if got != want || (want == "") != errors.Is(err, engine.ErrInvalid) {
			t.Errorf("FullName(%q) = %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestTags(t *testing.T) {
	_, c := standIn(t, Options{})
	page, err := c.Tags(t.Context(), "nginx", 1, 100)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	sum := "sha256:" + strings.Repeat("ab", 32)
	want := TagPage{Total: 1, Page: 1, PageSize: 100, Tags: []Tag{{
		Name: "1.22", Digest: sum, Updated: at, SizeBytes: 1234,
		Platforms: []Platform{{OS: "linux", Architecture: "amd64", Digest: sum, SizeBytes: 1234, Pushed: at}},
	}}}
	if diff := cmp.Diff(want, page); diff != "" {
		t.Error(diff)
	}
	invented, err := c.Tags(t.Context(), "mysql", 1, 5)
	if err != nil || len(invented.Tags) != 5 || !invented.More || invented.Tags[0].Updated.Before(invented.Tags[4].Updated) {
		t.Errorf("got %+v, %v", invented, err)
	}
}

func TestTagsHostileReply(t *testing.T) {
	c := serve(t, text(http.StatusOK, `{"count":3,"results":[
		{"name":"ok","digest":"sha256:short","last_updated":"yesterday","full_size":null,"images":[
			{"architecture":"unknown","os":"unknown","size":9},{"architecture":"arm64","os":"linux","variant":null,"size":77,"last_pushed":7}]},
		{"name":"-rf /"},{"name":null,"images":null}]}`), Options{})
	page, err := c.Tags(t.Context(), "nginx", 1, 10)
	if err != nil {
		t.Fatal(err)
	}
	want := []Tag{{Name: "ok", SizeBytes: 77, Platforms: []Platform{{OS: "linux", Architecture: "arm64", SizeBytes: 77}}}}
	if diff := cmp.Diff(want, page.Tags); diff != "" {
		t.Error(diff)
	}
}

func TestFaults(t *testing.T) {
	for mode, want := range map[string]error{
		"429": engine.ErrRateLimited, "500": engine.ErrServer, "cut": engine.ErrUnreachable, "off": engine.ErrUnreachable,
		"slow": engine.ErrTimeout, "garbage": engine.ErrInvalid,
	} {
		t.Run(mode, func(t *testing.T) {
			hub, c := standIn(t, Options{Wait: 100 * time.Millisecond, CacheDir: t.TempDir()})
			if err := hub.SetFault(hubstand.Fault{Mode: mode}); err != nil {
				t.Fatal(err)
			}
			_, search := c.Search(t.Context(), "redis", 1, 25)
			_, repository := c.Repository(t.Context(), "redis")
			_, tags := c.Tags(t.Context(), "redis", 1, 25)
			_, _, logo := c.Logo(t.Context(), "redis")
			for what, err := range map[string]error{"search": search, "repository": repository, "tags": tags, "logo": logo} {
				if !errors.Is(err, want) {
					t.Errorf("%s: got %v, want %v", what, err, want)
				}
			}
			if err := hub.SetFault(hubstand.Fault{}); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Search(t.Context(), "redis", 1, 25); err != nil {
				t.Errorf("after the fault: %v", err)
			}
		})
	}
}

func TestRateLimited(t *testing.T) {
	now := time.Date(2025, 5, 5, 5, 5, 5, 0, time.UTC)
	for name, tc := range map[string]struct {
		header http.Header
		want   time.Duration
	}{
		"nothing said":          {http.Header{}, 0},
		"seconds":               {http.Header{"Retry-After": {"12"}}, 12 * time.Second},
		"date":                  {http.Header{"Retry-After": {now.Add(time.Minute).Format(http.TimeFormat)}}, time.Minute},
		"unix time":             {http.Header{"X-Retry-After": {fmt.Sprint(now.Add(30 * time.Second).Unix())}, "Retry-After": {"99"}}, 30 * time.Second},
		"unix time in the past": {http.Header{"X-Retry-After": {"1000000001"}}, 0},
		"absurd":                {http.Header{"Retry-After": {"9223372036854775807"}}, 24 * time.Hour},
		"garbage":               {http.Header{"Retry-After": {"soon"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			err := fmt.Errorf("wrapped: %w", statusError(&http.Response{StatusCode: http.StatusTooManyRequests, Header: tc.header}, now))
			var limited *RateLimitError
			if !errors.As(err, &limited) || !errors.Is(err, engine.ErrRateLimited) {
				t.Fatalf("got %v", err)
			}
			if limited.RetryAfter != tc.want && name != "absurd" || limited.RetryAfter > tc.want {
				t.Errorf("ask again in %v, want %v", limited.RetryAfter, tc.want)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := New(Options{Base: server.URL}).Search(t.Context(), "x", 1, 1)
	if !errors.Is(err, engine.ErrUnreachable) || !errors.Is(err, engine.ErrRefused) {
		t.Errorf("got %v, want refused", err)
	}
}

func TestOversized(t *testing.T) {
	c := serve(t, text(http.StatusOK, `{"results":["`+strings.Repeat("x", maxJSON)+`"]}`), Options{})
	if _, err := c.Search(t.Context(), "x", 1, 1); !errors.Is(err, engine.ErrInvalid) {
		t.Errorf("got %v, want ErrInvalid", err)
	}
}

func TestOneRequestInFlight(t *testing.T) {
	var asked atomic.Int32
	release := make(chan struct{})
	c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		select {
		case <-release:
		case <-r.Context().Done():
		}
		_, _ = fmt.Fprint(w, `{"count":0,"results":[]}`)
	}), Options{})
	patient := t.Context()
	impatient, cancel := context.WithCancel(patient)
	var all sync.WaitGroup
	for i := range 10 {
		ctx := patient
		if i == 0 {
			ctx = impatient
		}
		all.Go(func() {
			if _, err := c.Search(ctx, "same", 1, 25); (err != nil) != (i == 0) {
				t.Errorf("search %d: %v", i, err)
			}
		})
	}
	for asked.Load() == 0 || waiting(c) < 10 {
		time.Sleep(time.Millisecond)
	}
	cancel() // one that gives up does not end it for the others
	for waiting(c) > 9 {
		time.Sleep(time.Millisecond)
	}
	close(release)
	all.Wait()
	if _, err := c.Search(t.Context(), "same", 1, 25); err != nil {
		t.Error(err)
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
}

func waiting(c *Client) (n int) {
	c.flights.mu.Lock()
	defer c.flights.mu.Unlock()
	for _, call := range c.flights.calls {
		n += call.waiting
	}
	return n
}

func TestCancel(t *testing.T) {
	gone := make(chan struct{})
	arrived := make(chan struct{})
	c := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(gone)
	}), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	if _, err := c.Search(ctx, "x", 1, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want Canceled", err)
	}
	<-gone // nobody waits, so the request ends
}
