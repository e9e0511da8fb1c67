package discover

import (
	"context"
	"errors"
	"fmt"
	"image"
	"strconv"

	"escale/engine"
)

const tagPageSize = 50

// Repository reads what the Hub knows about name. It blocks; answers are kept
// for a while. ErrNotFound when the Hub does not have it.
func (c *Catalogue) Repository(ctx context.Context, name string) (Repository, error) {
	return through(ctx, c, c.repositories, name, func(ctx context.Context) (Repository, error) {
		got, err := c.o.Hub.Repository(ctx, name)
		if err != nil {
			return Repository{}, fmt.Errorf("read repository %s: %w", name, err)
		}
		return got, nil
	})
}

// Tags reads one page of a repository's tags, the newest first. It blocks.
func (c *Catalogue) Tags(ctx context.Context, name string, page int) (TagPage, error) {
	return through(ctx, c, c.tags, name+"\x00"+strconv.Itoa(page), func(ctx context.Context) (TagPage, error) {
		got, err := c.o.Hub.Tags(ctx, name, page, tagPageSize)
		if err != nil {
			return TagPage{}, fmt.Errorf("read tags of %s: %w", name, err)
		}
		return got, nil
	})
}

// Quota reads how many downloads are left. It blocks.
func (c *Catalogue) Quota(ctx context.Context) (Quota, error) {
	if c.o.Hub == nil {
		return Quota{}, ErrNoHub
	}
	ctx, cancel := context.WithTimeoutCause(ctx, hubWait, engine.ErrTimeout)
	defer cancel()
	got, err := c.o.Hub.PullQuota(ctx)
	if err != nil {
		return Quota{}, fmt.Errorf("read pull quota: %w", err)
	}
	return got, nil
}

// Logo returns a repository's logo, small, if it is known already; else it is
// asked for, and Arrived tells.
func (c *Catalogue) Logo(name string) (image.Image, bool) {
	if c.o.Hub == nil || !OnHub(name) {
		return nil, false
	}
	return c.logos.get(name)
}

// Figures returns the stars and downloads of a repository, if they are known
// already; else they are asked for, and Arrived tells.
func (c *Catalogue) Figures(name string) (stars int, pulls int64, ok bool) {
	if c.o.Hub == nil || !OnHub(name) {
		return 0, -1, false
	}
	if known, fresh := c.repositories.get(name); fresh {
		return known.Stars, known.Pulls, true
	}
	r, ok := c.figures.get(name)
	return r.Stars, r.Pulls, ok
}

func (c *Catalogue) loadLogo(ctx context.Context, name string) (image.Image, error) {
	if err := c.isDown(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, hubWait, engine.ErrTimeout)
	defer cancel()
	file, err := c.o.Hub.Logo(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read logo of %s: %w", name, err)
	}
	return decodeLogo(file)
}

// through answers from the cache, or asks the Hub unless it is down.
func through[T any](ctx context.Context, c *Catalogue, known *cache[T], key string, ask func(context.Context) (T, error)) (T, error) {
	var none T
	if c.o.Hub == nil {
		return none, ErrNoHub
	}
	if got, ok := known.get(key); ok {
		return got, nil
	}
	if err := c.isDown(); err != nil && errors.Is(err, engine.ErrRateLimited) {
		return none, err
	}
	hub := c.Hub()
	asked, cancel := context.WithTimeoutCause(ctx, hubWait, engine.ErrTimeout)
	defer cancel()
	got, err := ask(asked)
	if err != nil {
		return none, c.failed(ctx, asked, hub, err)
	}
	c.of(hub, func() { known.put(key, got) })
	return got, nil
}
