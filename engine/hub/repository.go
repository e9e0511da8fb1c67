package hub

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Repository is what the Hub says about one repository.
type Repository struct {
	Name        string // as people write it: "nginx", "bitnami/nginx"
	Description string // one line
	Markdown    string // the whole description; hostile: render it safely
	Stars       int
	Pulls       int64
	Official    bool
	Updated     time.Time // zero when unknown
	Registered  time.Time // zero when unknown
	Categories  []string
}

type repositoryReply struct {
	Description     string `json:"description"`
	FullDescription string `json:"full_description"`
	StarCount       int    `json:"star_count"`
	PullCount       int64  `json:"pull_count"`
	LastUpdated     date   `json:"last_updated"`
	DateRegistered  date   `json:"date_registered"`
	Categories      []struct {
		Name string `json:"name"`
	} `json:"categories"`
}

// Repository reads the details of a repository, named "nginx" or
// "library/nginx". engine.ErrNotFound when there is none.
func (c *Client) Repository(ctx context.Context, name string) (Repository, error) {
	full, err := FullName(name)
	if err != nil {
		return Repository{}, fmt.Errorf("read repository: %w", err)
	}
	found, err := ask(ctx, c, "repository/"+full, 5*time.Minute, func(ctx context.Context) (Repository, error) {
		var reply repositoryReply
		if err := c.json(ctx, "/v2/repositories/"+full+"/", "", &reply); err != nil {
			return Repository{}, err
		}
		return reply.repository(full), nil
	})
	if err != nil {
		return Repository{}, fmt.Errorf("read repository %s: %w", full, err)
	}
	found.Categories = slices.Clone(found.Categories) // the original stays in the cache
	return found, nil
}

func (r repositoryReply) repository(full string) Repository {
	found := Repository{
		Name: ShortName(full), Description: line(r.Description, 300), Markdown: clean(strings.ReplaceAll(r.FullDescription, "\r\n", "\n"), 200_000, true),
		Stars: count(r.StarCount), Pulls: count(r.PullCount), Official: strings.HasPrefix(full, "library/"),
		Updated: r.LastUpdated.Time, Registered: r.DateRegistered.Time,
	}
	for _, category := range r.Categories[:min(len(r.Categories), 10)] {
		if name := line(category.Name, 40); name != "" {
			found.Categories = append(found.Categories, name)
		}
	}
	return found
}
