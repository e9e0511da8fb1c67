package hub

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Tag is one version of an image.
type Tag struct {
	Name      string
	Digest    string // empty when the Hub does not say
	Updated   time.Time
	SizeBytes int64 // to download, for the first platform
	Platforms []Platform
}

// Platform is the image of a tag for one kind of computer.
type Platform struct {
	OS, Architecture, Variant string
	Digest                    string
	SizeBytes                 int64
	Pushed                    time.Time
}

// TagPage is one page of a repository's tags, newest first.
type TagPage struct {
	Tags     []Tag
	Total    int
	Page     int // from 1
	PageSize int
	More     bool // another page exists and may be asked for
}

type tagsReply struct {
	Count   int `json:"count"`
	Results []struct {
		Name        string `json:"name"`
		Digest      string `json:"digest"`
		LastUpdated date   `json:"last_updated"`
		FullSize    int64  `json:"full_size"`
		Images      []struct {
			Architecture string `json:"architecture"`
			OS           string `json:"os"`
			Variant      string `json:"variant"`
			Digest       string `json:"digest"`
			Size         int64  `json:"size"`
			LastPushed   date   `json:"last_pushed"`
		} `json:"images"`
	} `json:"results"`
}

// The forms of tags and digests, as the distribution specification has them.
var (
	tagForm    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
	digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// Tags lists the tags of a repository, the last updated first. pageSize is at
// most 100. ErrTooFar beyond the first thousand.
func (c *Client) Tags(ctx context.Context, name string, page, pageSize int) (TagPage, error) {
	full, err := FullName(name)
	if err != nil {
		return TagPage{}, fmt.Errorf("list tags: %w", err)
	}
	page, pageSize, err = bounds(page, pageSize)
	if err != nil {
		return TagPage{}, fmt.Errorf("list tags of %s: %w", full, err)
	}
	values := pageValues(page, pageSize)
	values.Set("ordering", "last_updated")
	path := "/v2/repositories/" + full + "/tags"
	found, err := ask(ctx, c, path+"?"+values.Encode(), 5*time.Minute, func(ctx context.Context) (TagPage, error) {
		var reply tagsReply
		if err := c.json(ctx, path, values.Encode(), &reply); err != nil {
			return TagPage{}, err
		}
		return reply.page(page, pageSize), nil
	})
	if err != nil {
		return TagPage{}, fmt.Errorf("list tags of %s: %w", full, tooFar(err, page))
	}
	found.Tags = slices.Clone(found.Tags) // the original stays in the cache
	return found, nil
}

func (r tagsReply) page(page, pageSize int) TagPage {
	p := TagPage{Total: count(r.Count), Page: page, PageSize: pageSize, More: more(r.Count, page, pageSize)}
	for _, result := range r.Results[:min(len(r.Results), pageSize)] {
		if !tagForm.MatchString(result.Name) {
			continue // nobody could pull it
		}
		tag := Tag{Name: result.Name, Digest: digest(result.Digest), Updated: result.LastUpdated.Time, SizeBytes: count(result.FullSize)}
		for _, image := range result.Images[:min(len(result.Images), 64)] {
			if image.OS == "" || image.Architecture == "" || image.Architecture == "unknown" {
				continue // an attestation, which cannot be run
			}
			tag.Platforms = append(tag.Platforms, Platform{
				OS: line(image.OS, 20), Architecture: line(image.Architecture, 20), Variant: line(image.Variant, 20),
				Digest: digest(image.Digest), SizeBytes: count(image.Size), Pushed: image.LastPushed.Time,
			})
		}
		if tag.SizeBytes == 0 && len(tag.Platforms) > 0 {
			tag.SizeBytes = tag.Platforms[0].SizeBytes
		}
		p.Tags = append(p.Tags, tag)
	}
	return p
}

func digest(text string) string {
	if digestForm.MatchString(text) {
		return text
	}
	return ""
}
