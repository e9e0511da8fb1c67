package discover

import (
	"context"
	"image"
	"strings"
	"sync"
	"time"

	"escale/app/store"
	"escale/engine"
)

const (
	pageSize    = 24
	maxOffset   = 1000             // the Hub shows no more to who is not signed in
	hubWait     = 10 * time.Second // then the engine is asked instead
	pagesOnward = 3                // read to find a first official answer
)

// Options are what a Catalogue needs.
type Options struct {
	Hub    Hub                           // nil: straight to the engine
	Engine func() (engine.Engine, error) // the current one
	Images func() []engine.Image         // those on it
	Known  func() []string               // names worth suggesting
}

// Catalogue searches. Safe for concurrent use.
type Catalogue struct {
	// Results is the newest search.
	Results *store.Value[Results]
	// Arrived changes when a logo or a figure that was asked for has come.
	Arrived *store.Value[int]

	o     Options
	spawn func(f func(ctx context.Context)) // until Close
	close func()

	mu         sync.Mutex
	generation int // of the newest search
	cancel     context.CancelFunc
	down       breaker
	hub        int // grows when another Hub takes the place of the one before

	logos        *lazy[image.Image]
	figures      *lazy[Repository]
	repositories *cache[Repository]
	tags         *cache[TagPage]
	pages        *cache[Page]
}

// New returns a catalogue that has asked nothing yet.
func New(o Options) *Catalogue {
	c := &Catalogue{
		Results:      store.NewValue(Results{}),
		Arrived:      store.NewValue(0),
		o:            o,
		cancel:       func() {},
		repositories: newCache[Repository](),
		tags:         newCache[TagPage](),
		pages:        newCache[Page](),
	}
	c.spawn, c.close = spawner()
	c.logos = newLazy(c.spawn, c.loadLogo, c.tellArrived)
	c.figures = newLazy(c.spawn, c.Repository, c.tellArrived)
	return c
}

// spawner returns a way to start goroutines, and one to end them all.
func spawner() (spawn func(func(context.Context)), end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var mu sync.Mutex
	var running sync.WaitGroup
	spawn = func(f func(context.Context)) {
		mu.Lock()
		defer mu.Unlock()
		if ctx.Err() == nil {
			running.Go(func() { f(ctx) })
		}
	}
	end = func() {
		mu.Lock()
		cancel()
		mu.Unlock()
		running.Wait()
	}
	return spawn, end
}

// Close ends what is under way and waits for it. The catalogue is not used again.
func (c *Catalogue) Close() { c.close() }

// Search asks for query and returns at once; Results tells what comes. An
// empty query ends the search.
func (c *Catalogue) Search(query string) {
	query = strings.Join(strings.Fields(query), " ")
	generation, old := c.begin(), c.Results.Get()
	if query == "" {
		c.put(generation, func(r Results) Results { return Results{Official: r.Official} })
		return
	}
	if old.Query == query && old.Phase == Settled && old.Err == nil && old.Source == FromHub {
		return
	}
	c.put(generation, func(r Results) Results {
		r.Query, r.Phase, r.Err, r.Suggestions = query, Searching, nil, nil
		return r
	})
	c.start(generation, func(ctx context.Context) { c.first(ctx, generation, query) })
}

// SetOfficial keeps only official images in the results, or all.
func (c *Catalogue) SetOfficial(on bool) {
	c.Results.Update(func(r Results) Results { r.Official = on; return r.filtered() })
	if r := c.Results.Get(); on && len(r.Hits) == 0 && r.More && r.Phase == Settled {
		c.More()
	}
}

// More reads the next page; nothing happens when there is none or one is under way.
func (c *Catalogue) More() {
	r := c.Results.Get()
	if r.Phase != Settled || !r.More {
		return
	}
	generation := c.begin()
	c.put(generation, func(r Results) Results { r.Phase, r.Err = Growing, nil; return r })
	c.start(generation, func(ctx context.Context) { c.onward(ctx, generation, r) })
}

// Retry asks the Hub again, even when it lately failed.
func (c *Catalogue) Retry() {
	c.mu.Lock()
	c.down = breaker{}
	c.mu.Unlock()
	r := c.Results.Get()
	if r.Err != nil && len(r.Hits) > 0 {
		c.More()
		return
	}
	c.Results.Update(func(r Results) Results { r.Query = ""; return r })
	c.Search(r.Query)
}

// Moved tells that the Hub is another one now: what the old one said, or could
// not say, is forgotten, and the search is made again.
func (c *Catalogue) Moved() {
	c.mu.Lock()
	c.hub++
	c.down = breaker{}
	c.repositories.forget()
	c.tags.forget()
	c.pages.forget()
	c.mu.Unlock()
	c.logos.forget()
	c.figures.forget()
	if r := c.Results.Get(); r.Query != "" {
		c.Results.Update(func(r Results) Results { r.Query = ""; return r })
		c.Search(r.Query)
	}
	c.tellArrived()
}

// Hub numbers the Hub that is asked: what was read under another number belongs
// to another Hub.
func (c *Catalogue) Hub() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hub
}

// of runs f, which keeps what a Hub has said, unless another one has taken its
// place since.
func (c *Catalogue) of(hub int, f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hub == hub {
		f()
	}
}

func (c *Catalogue) tellArrived() { c.Arrived.Update(func(n int) int { return n + 1 }) }

// begin ends the search under way and names the next one.
func (c *Catalogue) begin() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancel()
	c.cancel = func() {}
	c.generation++
	return c.generation
}

// start runs f with a context that ends with this generation.
func (c *Catalogue) start(generation int, f func(context.Context)) {
	c.spawn(func(ctx context.Context) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		c.mu.Lock()
		if c.generation != generation {
			c.mu.Unlock()
			return
		}
		c.cancel = cancel
		c.mu.Unlock()
		f(ctx)
	})
}

// put changes the results unless a newer search has begun.
func (c *Catalogue) put(generation int, edit func(Results) Results) {
	c.Results.Update(func(r Results) Results {
		c.mu.Lock()
		newest := c.generation == generation
		c.mu.Unlock()
		if !newest {
			return r
		}
		return edit(r)
	})
}

// first answers a new query.
func (c *Catalogue) first(ctx context.Context, generation int, query string) {
	found := c.ask(ctx, query)
	if ctx.Err() != nil {
		return
	}
	found.Query, found.Phase = query, Settled
	c.put(generation, func(r Results) Results {
		found.Official = r.Official
		found = found.filtered()
		return found
	})
	c.finish(ctx, generation, found)
}

// onward adds the page after r's last.
func (c *Catalogue) onward(ctx context.Context, generation int, r Results) {
	page, err := c.hubPage(ctx, r.Query, r.page+1)
	if ctx.Err() != nil {
		return
	}
	c.put(generation, func(now Results) Results {
		now.Phase, now.Err = Settled, err
		if err == nil {
			now.all = appendNew(now.all, page.Hits)
			now.page, now.More = r.page+1, page.More
		}
		r = now.filtered()
		return r
	})
	c.finish(ctx, generation, r)
}

// finish reads on while the filter leaves nothing, then suggests other names.
func (c *Catalogue) finish(ctx context.Context, generation int, r Results) {
	if len(r.Hits) > 0 || r.Err != nil {
		return
	}
	if r.More && r.page < pagesOnward {
		c.put(generation, func(r Results) Results { r.Phase = Growing; return r })
		c.onward(ctx, generation, r)
		return
	}
	names := nearest(r.Query, c.known(), 3)
	c.put(generation, func(r Results) Results { r.Suggestions = names; return r })
}

// appendNew returns a new slice: pages overlap when the Hub changes in between.
func appendNew(old, more []engine.SearchHit) []engine.SearchHit {
	seen := make(map[string]bool, len(old))
	all := make([]engine.SearchHit, 0, len(old)+len(more))
	for _, hit := range old {
		seen[hit.Name] = true
		all = append(all, hit)
	}
	for _, hit := range more {
		if !seen[hit.Name] {
			all = append(all, hit)
		}
	}
	return all
}
