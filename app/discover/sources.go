package discover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"escale/engine"
)

// ErrNoHub says that no Hub is set up.
var ErrNoHub = errors.New("no hub")

const (
	engineHits = 100              // the most an engine gives
	engineWait = 10 * time.Second // for its search
	downFor    = 20 * time.Second // a Hub that failed is left alone
	limitedFor = time.Minute      // when it does not say until when
)

// breaker keeps a failing Hub from slowing down every keystroke.
type breaker struct {
	until time.Time
	err   error
}

// ask asks the sources one after the other for the first page.
func (c *Catalogue) ask(ctx context.Context, query string) Results {
	page, reason := c.hubPage(ctx, query, 1)
	if reason == nil {
		return Results{all: page.Hits, Total: page.Total, More: page.More, page: 1}
	}
	if ctx.Err() != nil {
		return Results{}
	}
	r := Results{Reason: reason, RetryAt: retryAt(reason), Total: -1}
	hits, err := c.engineHits(ctx, query)
	if err == nil {
		r.Source, r.all = FromEngine, hits
		return r
	}
	r.Source, r.all = FromHere, c.here(query)
	if len(r.all) == 0 {
		r.Err = reason
	}
	return r
}

// hubPage reads one page from the Hub, within hubWait.
func (c *Catalogue) hubPage(ctx context.Context, query string, page int) (Page, error) {
	if c.o.Hub == nil {
		return Page{}, ErrNoHub
	}
	key := strings.ToLower(query) + "\x00" + strconv.Itoa(page)
	if known, ok := c.pages.get(key); ok {
		return known, nil
	}
	if err := c.isDown(); err != nil {
		return Page{}, err
	}
	hub := c.Hub()
	ask, cancel := context.WithTimeoutCause(ctx, hubWait, engine.ErrTimeout)
	defer cancel()
	got, err := c.o.Hub.Search(ask, query, page, pageSize)
	if err != nil {
		return Page{}, fmt.Errorf("search hub: %w", c.failed(ctx, ask, hub, err))
	}
	if (page+1)*pageSize > maxOffset {
		got.More = false
	}
	c.of(hub, func() { c.pages.put(key, got) })
	return got, nil
}

// isDown returns why the Hub is not to be asked now.
func (c *Catalogue) isDown() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down.err != nil && time.Now().Before(c.down.until) {
		return c.down.err
	}
	return nil
}

// failed remembers a failure of the Hub, and names a time-out.
func (c *Catalogue) failed(caller, ask context.Context, hub int, err error) error {
	if caller.Err() != nil || answered(err) {
		return err
	}
	if ask.Err() != nil {
		err = errors.Join(context.Cause(ask), err)
	}
	until := time.Now().Add(downFor)
	if errors.Is(err, engine.ErrRateLimited) {
		until = time.Now().Add(limitedFor)
		if at := retryAt(err); !at.IsZero() {
			until = at
		}
	}
	c.of(hub, func() { c.down = breaker{until: until, err: err} })
	return err
}

func retryAt(err error) time.Time {
	if limited, ok := errors.AsType[*LimitedError](err); ok {
		return limited.Until
	}
	return time.Time{}
}

// engineHits asks the engine to search its registry, officials first as the Hub has them.
func (c *Catalogue) engineHits(ctx context.Context, query string) ([]engine.SearchHit, error) {
	e, err := c.o.Engine()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, engineWait, engine.ErrTimeout)
	defer cancel()
	hits, err := e.SearchImages(ctx, query, engineHits)
	if err != nil {
		return nil, err
	}
	hits = slices.Clone(hits)
	slices.SortStableFunc(hits, func(a, b engine.SearchHit) int {
		switch {
		case a.Official == b.Official:
			return 0
		case a.Official:
			return -1
		}
		return 1
	})
	return hits, nil
}

// here are the images on the engine whose name has query in it.
func (c *Catalogue) here(query string) []engine.SearchHit {
	var hits []engine.SearchHit
	for _, image := range c.o.Images() {
		for _, tag := range image.Tags {
			if strings.Contains(strings.ToLower(tag), strings.ToLower(query)) {
				hits = append(hits, engine.SearchHit{Name: tag, Pulls: -1})
			}
		}
	}
	slices.SortFunc(hits, func(a, b engine.SearchHit) int { return strings.Compare(a.Name, b.Name) })
	return hits
}

// known are the names that a mistyped query may have meant.
func (c *Catalogue) known() []string {
	var names []string
	if c.o.Known != nil {
		names = append(names, c.o.Known()...)
	}
	for _, image := range c.o.Images() {
		for _, tag := range image.Tags {
			names = append(names, RepositoryOf(tag))
		}
	}
	return names
}

// RepositoryOf takes the tag or digest off a familiar reference:
// "nginx:1.29" is of "nginx", "localhost:5000/a" of itself.
func RepositoryOf(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	if i := strings.LastIndex(ref, ":"); i > strings.LastIndex(ref, "/") {
		ref = ref[:i]
	}
	return strings.TrimPrefix(strings.TrimPrefix(ref, "docker.io/"), "library/")
}

// OnHub reports whether a repository's name means one on Docker Hub: names of
// other registries start with a host.
func OnHub(name string) bool {
	host, _, found := strings.Cut(name, "/")
	return !found || (!strings.ContainsAny(host, ".:") && host != "localhost")
}
