package discover_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/discover"
	"escale/engine"
)

// hubs are two Hubs, one of which is in use.
type hubs struct {
	mu  sync.Mutex
	at  string
	all map[string]*scripted
}

func (h *hubs) moving() discover.Hub {
	where := func() string {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.at
	}
	return discover.Moving(where, func(base string) discover.Hub { return h.all[base] })
}

func (h *hubs) move(to string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = to
}

// called answers with its own name wherever it can, after a while.
func called(name string, after time.Duration) *scripted {
	return &scripted{
		search: func(context.Context, string, int) (discover.Page, error) {
			time.Sleep(after) // an answer that comes whatever the context says
			return discover.Page{Hits: []engine.SearchHit{hit(name, false)}, Total: 1}, nil
		},
		repository: func(context.Context, string) (discover.Repository, error) {
			time.Sleep(after)
			return discover.Repository{Summary: name, Stars: len(name)}, nil
		},
		logo: func(context.Context, string) ([]byte, error) {
			time.Sleep(after)
			return nil, engine.ErrNotFound
		},
	}
}

func TestAnotherHubAnswersForItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hubs{at: "old", all: map[string]*scripted{"old": called("old", 0), "newest": called("newest", 0)}}
		c, _ := bench(t, h.moving())
		read := func(what string) {
			t.Helper()
			c.Search("web")
			_, _, _ = c.Figures("nginx")
			c.Logo("nginx")
			synctest.Wait()
			r, err := c.Repository(t.Context(), "nginx")
			stars, _, ok := c.Figures("nginx")
			if err != nil || r.Summary != what || stars != len(what) || !ok || names(c.Results.Get().Hits) != what {
				t.Errorf("repository %q (%v), %d stars, hits %q; want %s's", r.Summary, err, stars, names(c.Results.Get().Hits), what)
			}
			if _, err := c.Tags(t.Context(), "nginx", 1); err != nil {
				t.Error(err)
			}
		}
		read("old")
		h.move("newest")
		arrived := c.Arrived.Get()
		c.Moved()
		if c.Arrived.Get() == arrived {
			t.Error("nobody is told to ask again")
		}
		synctest.Wait()
		read("newest")
		want := []string{"logo nginx", "repository nginx", "tags", "web 1"}
		got := h.all["newest"].calls()
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("the new Hub was asked for %q, want %q", got, want)
		}
	})
}

func TestAnotherHubIsNotDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited := &discover.LimitedError{Until: time.Now().Add(time.Hour)}
		h := &hubs{at: "old", all: map[string]*scripted{"old": called("old", 0), "newest": called("newest", 0)}}
		h.all["old"].search = func(context.Context, string, int) (discover.Page, error) { return discover.Page{}, limited }
		c, _ := bench(t, h.moving())
		c.Search("web")
		synctest.Wait()
		if err := c.Results.Get().Reason; !errors.Is(err, engine.ErrRateLimited) {
			t.Fatalf("reason %v, want ErrRateLimited", err)
		}
		h.move("newest")
		c.Moved()
		synctest.Wait()
		if r := c.Results.Get(); names(r.Hits) != "newest" || r.Reason != nil || r.Query != "web" {
			t.Errorf("%q: hits %q, reason %v; want those of the new Hub", r.Query, names(r.Hits), r.Reason)
		}
	})
}

// What the old Hub still answers after the change is not kept for the new one.
func TestLateAnswersOfTheOldHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hubs{at: "old", all: map[string]*scripted{"old": called("old", 3*time.Second), "newest": called("newest", 0)}}
		c, _ := bench(t, h.moving())
		c.Search("web")
		_, _, _ = c.Figures("nginx")
		go func() { _, _ = c.Repository(t.Context(), "redis") }()
		time.Sleep(time.Second)
		h.move("newest")
		c.Moved()
		time.Sleep(10 * time.Second)
		_, _, _ = c.Figures("nginx")
		synctest.Wait()
		if stars, _, ok := c.Figures("nginx"); !ok || stars != len("newest") {
			t.Errorf("%d stars (%v), want the new Hub's", stars, ok)
		}
		if r, err := c.Repository(t.Context(), "redis"); err != nil || r.Summary != "newest" {
			t.Errorf("repository %q (%v), want the new Hub's", r.Summary, err)
		}
		if got := names(c.Results.Get().Hits); got != "newest" {
			t.Errorf("hits %q, want the new Hub's", got)
		}
	})
}
