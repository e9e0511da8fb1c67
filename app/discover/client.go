package discover

import (
	"context"
	"errors"
	"time"

	"escale/engine"
	"escale/engine/hub"
)

// NewHub makes a client of Docker Hub the catalogue's Hub.
func NewHub(c *hub.Client) Hub { return client{c} }

// client speaks the catalogue's language to a Hub client.
type client struct{ hub *hub.Client }

// pageOf is the page of a repository that people read; images without an owner
// are official.
func pageOf(name string, official bool) string {
	if official {
		return hub.DefaultBase + "/_/" + name
	}
	return hub.DefaultBase + "/r/" + name
}

func (c client) Search(ctx context.Context, query string, page, pageSize int) (Page, error) {
	got, err := c.hub.Search(ctx, query, page, pageSize)
	return Page{Hits: got.Hits, Total: got.Total, More: got.More}, limited(err)
}

func (c client) Repository(ctx context.Context, name string) (Repository, error) {
	got, err := c.hub.Repository(ctx, name)
	if err != nil {
		return Repository{}, limited(err)
	}
	return Repository{
		Name: got.Name, Summary: got.Description, Description: got.Markdown, Stars: got.Stars, Pulls: got.Pulls,
		Updated: got.Updated, Official: got.Official, Categories: got.Categories, URL: pageOf(got.Name, got.Official),
	}, nil
}

func (c client) Tags(ctx context.Context, name string, page, pageSize int) (TagPage, error) {
	got, err := c.hub.Tags(ctx, name, page, pageSize)
	if err != nil {
		return TagPage{}, limited(err)
	}
	tags := make([]Tag, len(got.Tags))
	for i, t := range got.Tags {
		tags[i] = Tag{Name: t.Name, SizeBytes: t.SizeBytes, Updated: t.Updated, Digest: t.Digest}
		for _, p := range t.Platforms {
			tags[i].Platforms = append(tags[i].Platforms, Platform{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant, SizeBytes: p.SizeBytes})
		}
	}
	return TagPage{Tags: tags, Total: got.Total, More: got.More}, nil
}

func (c client) Logo(ctx context.Context, name string) ([]byte, error) {
	data, _, err := c.hub.Logo(ctx, name)
	return data, limited(err)
}

func (c client) PullQuota(ctx context.Context) (Quota, error) {
	got, err := c.hub.PullQuota(ctx)
	return Quota{Unlimited: got.Unlimited, Limit: got.Limit, Remaining: got.Remaining, Window: got.Window}, limited(err)
}

// limited turns "wait so long" into the time when the wait is over.
func limited(err error) error {
	var rate *hub.RateLimitError
	if errors.As(err, &rate) && rate.RetryAfter > 0 {
		return &LimitedError{Until: time.Now().Add(rate.RetryAfter)}
	}
	return err
}

// answered tells whether an error is the Hub's considered answer, not a sign
// that it is down.
func answered(err error) bool {
	return errors.Is(err, engine.ErrNotFound) || errors.Is(err, engine.ErrDenied) || errors.Is(err, engine.ErrInvalid) ||
		errors.Is(err, hub.ErrTooFar) || errors.Is(err, engine.ErrUnsupported)
}
