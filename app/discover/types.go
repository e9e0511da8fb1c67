// Package discover finds images to run: on Docker Hub, else through the
// engine's own search, else among the images that are here.
package discover

import (
	"context"
	"time"

	"escale/engine"
)

// Hub is what the catalogue asks of a registry's web API. Names are familiar
// ones: "nginx", "bitnami/nginx". Errors wrap engine.ErrRateLimited,
// engine.ErrNotFound, engine.ErrTimeout or engine.ErrUnreachable where they
// apply; a rate limit that says when it ends is a *LimitedError.
type Hub interface {
	// Search returns one page of answers; pages count from 1.
	Search(ctx context.Context, query string, page, pageSize int) (Page, error)
	Repository(ctx context.Context, name string) (Repository, error)
	Tags(ctx context.Context, name string, page, pageSize int) (TagPage, error)
	// Logo returns an image file: PNG, JPEG, GIF, WebP or SVG; others are left out.
	Logo(ctx context.Context, name string) ([]byte, error)
	PullQuota(ctx context.Context) (Quota, error)
}

// Page is one page of a search.
type Page struct {
	Hits  []engine.SearchHit
	Total int
	More  bool
}

// Repository is what the Hub knows about one name.
type Repository struct {
	Name        string
	Summary     string
	Description string // Markdown, written by strangers
	Stars       int
	Pulls       int64 // -1 when unknown
	Updated     time.Time
	Official    bool
	Categories  []string
	URL         string // of its page
}

// Tag is one version of a repository.
type Tag struct {
	Name      string
	SizeBytes int64 // compressed, of the first platform; 0 when unknown
	Updated   time.Time
	Digest    string
	Platforms []Platform
}

// Platform is one build of a tag.
type Platform struct {
	OS, Architecture, Variant string
	SizeBytes                 int64
}

// TagPage is one page of tags.
type TagPage struct {
	Tags  []Tag
	Total int
	More  bool
}

// Quota is how many images may still be downloaded without signing in.
type Quota struct {
	Unlimited        bool
	Limit, Remaining int           // Remaining is -1 when the registry does not say
	Window           time.Duration // over which Limit counts; 0 when it does not say
}

// Known tells whether there is a limit, and what is left of it is known.
func (q Quota) Known() bool { return !q.Unlimited && q.Limit > 0 && q.Remaining >= 0 }

// Low tells whether little is left: a fifth at most.
func (q Quota) Low() bool { return q.Known() && 5*q.Remaining <= q.Limit }

// LimitedError is a rate limit that ends at Until.
type LimitedError struct{ Until time.Time }

// Error implements error.
func (l *LimitedError) Error() string {
	return "too many requests until " + l.Until.UTC().Format(time.RFC3339)
}

// Unwrap makes it an engine.ErrRateLimited.
func (l *LimitedError) Unwrap() error { return engine.ErrRateLimited }

// Source is where answers come from.
type Source int

// The sources, in the order in which they are asked.
const (
	FromHub Source = iota
	FromEngine
	FromHere // the images of this engine
)

// Phase is how far a search has come.
type Phase int

// The phases of a search.
const (
	Idle      Phase = iota // nothing was asked
	Searching              // Hits are the previous search's
	Growing                // the next page is under way
	Settled
)

// Results is the newest search. Values are never edited.
type Results struct {
	Query    string
	Official bool               // only official images are in Hits
	Hits     []engine.SearchHit // Pulls is -1 where the source does not say
	Total    int                // all answers the source has, -1 when unknown
	More     bool               // there is another page
	Phase    Phase
	Source   Source
	Reason   error     // why Source is not the Hub
	RetryAt  time.Time // when the Hub answers again, where it says so
	// Err: without Hits, nobody could answer; with Hits, the next page failed.
	Err         error
	Suggestions []string // names close to Query; only without Hits

	all  []engine.SearchHit // before the filter
	page int                // the last page in all
}

// filtered returns r with Hits made from what was read.
func (r Results) filtered() Results {
	if !r.Official {
		r.Hits = r.all
		return r
	}
	r.Hits = nil
	for _, hit := range r.all {
		if hit.Official {
			r.Hits = append(r.Hits, hit)
		}
	}
	return r
}

// Filtered tells whether the filter left answers out.
func (r Results) Filtered() bool { return len(r.Hits) < len(r.all) }
