package hub

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"escale/engine"
)

// Bounds of pages.
const (
	maxPageSize = 100
	maxOffset   = 1000 // beyond it the Hub wants a signed-in user
)

// Page is one page of a search.
type Page struct {
	Hits     []engine.SearchHit // official ones under their short name
	Total    int                // of all pages
	Page     int                // from 1
	PageSize int
	More     bool // another page exists and may be asked for
}

type searchReply struct {
	Count   int `json:"count"`
	Results []struct {
		RepoName         string `json:"repo_name"`
		ShortDescription string `json:"short_description"`
		StarCount        int    `json:"star_count"`
		PullCount        *int64 `json:"pull_count"`
		IsOfficial       bool   `json:"is_official"`
	} `json:"results"`
}

// Search looks for repositories. Pages count from 1; pageSize is at most 100.
// ErrTooFar beyond the first thousand results.
func (c *Client) Search(ctx context.Context, query string, page, pageSize int) (Page, error) {
	query = line(query, 100)
	page, pageSize, err := bounds(page, pageSize)
	if err != nil {
		return Page{}, fmt.Errorf("search %q: %w", query, err)
	}
	values := pageValues(page, pageSize)
	values.Set("query", query)
	found, err := ask(ctx, c, "search?"+values.Encode(), time.Minute, func(ctx context.Context) (Page, error) {
		var reply searchReply
		if err := c.json(ctx, "/v2/search/repositories/", values.Encode(), &reply); err != nil {
			return Page{}, err
		}
		return reply.page(page, pageSize), nil
	})
	if err != nil {
		return Page{}, fmt.Errorf("search %q: %w", query, tooFar(err, page))
	}
	found.Hits = slices.Clone(found.Hits) // the original stays in the cache
	return found, nil
}

func (r searchReply) page(page, pageSize int) Page {
	p := Page{Total: count(r.Count), Page: page, PageSize: pageSize, More: more(r.Count, page, pageSize)}
	for _, result := range r.Results[:min(len(r.Results), pageSize)] {
		full, err := FullName(result.RepoName)
		if err != nil {
			continue // nobody could pull it
		}
		hit := engine.SearchHit{
			Name: ShortName(full), Description: line(result.ShortDescription, 300), Stars: count(result.StarCount),
			Pulls: -1, Official: result.IsOfficial && strings.HasPrefix(full, "library/"),
		}
		if result.PullCount != nil {
			hit.Pulls = count(*result.PullCount)
		}
		p.Hits = append(p.Hits, hit)
	}
	return p
}

// bounds puts a page and its size into the range that the Hub serves.
func bounds(page, pageSize int) (number, size int, err error) {
	number, size = max(page, 1), pageSize
	if size < 1 {
		size = 25
	}
	size = min(size, maxPageSize)
	if number > maxOffset || (number-1)*size >= maxOffset {
		return 0, 0, ErrTooFar
	}
	return number, size, nil
}

func pageValues(page, pageSize int) url.Values {
	return url.Values{"page": {strconv.Itoa(page)}, "page_size": {strconv.Itoa(pageSize)}}
}

func more(total, page, pageSize int) bool {
	return page*pageSize < total && page*pageSize < maxOffset
}

// tooFar is the Hub's refusal of a page beyond the first.
func tooFar(err error, page int) error {
	if page > 1 && errors.Is(err, engine.ErrDenied) {
		return fmt.Errorf("%w: %w", ErrTooFar, err)
	}
	return err
}
