package hubstand

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// lookup finds an entry by namespace and name.
func (s *Server) lookup(r *http.Request, full string) (entry, bool) {
	for _, e := range s.known(r) {
		if e.full() == full {
			return e, true
		}
	}
	return entry{}, false
}

// launched is when every repository of the stand-in was made.
var launched = time.Date(2014, 6, 5, 19, 14, 45, 0, time.UTC)

func (s *Server) repository(w http.ResponseWriter, r *http.Request) {
	namespace, name := r.PathValue("namespace"), r.PathValue("name")
	e, known := s.lookup(r, namespace+"/"+name)
	if !known {
		s.refuse(w, http.StatusNotFound, "object not found")
		return
	}
	s.reply(w, http.StatusOK, map[string]any{
		"user": namespace, "name": name, "namespace": namespace, "repository_type": "image", "status": 1,
		"status_description": "active", "description": e.description, "is_private": false, "is_automated": false,
		"star_count": e.stars, "pull_count": e.pulls, "last_updated": time.Now().UTC().Add(-36 * time.Hour).Truncate(time.Hour),
		"date_registered": launched, "collaborator_count": 0, "affiliation": nil, "hub_user": namespace,
		"has_starred": false, "full_description": readme(e), "permissions": map[string]bool{"read": true, "write": false, "admin": false},
		"media_types":   []string{"application/vnd.docker.distribution.manifest.list.v2+json"},
		"content_types": []string{"image"}, "categories": categories(e),
	})
}

func categories(e entry) []map[string]string {
	if !e.official {
		return []map[string]string{}
	}
	category := "Developer tools"
	for word, name := range map[string]string{"database": "Databases & storage", "web server": "Web servers", "Linux": "Operating systems"} {
		if strings.Contains(e.description, word) {
			category = name
		}
	}
	slug := strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(category), " & ", "-and-"), " ", "-")
	return []map[string]string{{"name": category, "slug": slug}}
}

// readme is a description in Markdown with everything that a page may hold.
func readme(e entry) string {
	return "# " + e.name + "\n\n" + e.description + "\n\n" +
		"## How to use this image\n\nStart it, and give it a name:\n\n" +
		"```console\n$ docker run --name my-" + strings.ReplaceAll(e.name, "/", "-") + " -d " + e.name + "\n```\n\n" +
		"Its output is read with `docker logs`. **Data** lives in a *volume*, so that it outlasts the container.\n\n" +
		"| Variable | Meaning |\n|---|---|\n| `TZ` | The time zone |\n| `LANG` | The language of messages |\n\n" +
		"1. Choose a tag.\n2. Run it.\n3. Open its page.\n\n" +
		"- Works on its own\n- Works together with others\n\n" +
		"> A note: keep passwords out of the command line's history.\n\n" +
		"See [the manual](https://example.org/" + e.name + ").\n\n![build](https://example.org/badge.svg)\n"
}

type tagImage struct {
	Architecture string    `json:"architecture"`
	Features     string    `json:"features"`
	Variant      *string   `json:"variant"`
	Digest       string    `json:"digest"`
	OS           string    `json:"os"`
	OSVersion    *string   `json:"os_version"`
	Size         int64     `json:"size"`
	Status       string    `json:"status"`
	LastPulled   *string   `json:"last_pulled"`
	LastPushed   time.Time `json:"last_pushed"`
}

type tagResult struct {
	Name        string     `json:"name"`
	Images      []tagImage `json:"images"`
	LastUpdated time.Time  `json:"last_updated"`
	FullSize    int64      `json:"full_size"`
	V2          bool       `json:"v2"`
	TagStatus   string     `json:"tag_status"`
	MediaType   string     `json:"media_type"`
	ContentType string     `json:"content_type"`
	Digest      string     `json:"digest"`
}

type tagPage struct {
	Count    int         `json:"count"`
	Next     *string     `json:"next"`
	Previous *string     `json:"previous"`
	Results  []tagResult `json:"results"`
}

func (s *Server) tags(w http.ResponseWriter, r *http.Request) {
	number, size, ok := s.page(w, r, 10, 100)
	if !ok {
		return
	}
	e, known := s.lookup(r, r.PathValue("namespace")+"/"+r.PathValue("name"))
	if !known {
		s.refuse(w, http.StatusNotFound, "object not found")
		return
	}
	all := s.tagsOf(r, e)
	if r.URL.Query().Get("ordering") == "name" {
		slices.SortStableFunc(all, func(a, b tagResult) int { return cmp.Compare(a.Name, b.Name) })
	} else {
		slices.SortStableFunc(all, func(a, b tagResult) int { return b.LastUpdated.Compare(a.LastUpdated) })
	}
	reply := tagPage{Count: len(all), Results: append([]tagResult{}, window(all, number, size)...)}
	for other, into := range map[int]**string{number + 1: &reply.Next, number - 1: &reply.Previous} {
		if address := neighbour(r, other, size, len(all)); address != "" {
			*into = &address
		}
	}
	s.reply(w, http.StatusOK, reply)
}

// tagsOf lists the registry's tags of e, or invented ones when it is only in
// the catalogue.
func (s *Server) tagsOf(r *http.Request, e entry) []tagResult {
	held, err := s.registry.Repositories(r.Context())
	if err != nil {
		s.log.Warn("read registry", "error", err)
	}
	var tags []tagResult
	for _, repository := range held {
		if repository.Name != e.full() {
			continue
		}
		for _, t := range repository.Tags {
			tags = append(tags, newTag(t.Name, t.Digest, t.SizeBytes, t.Updated, t.Architecture, t.OS))
		}
	}
	if len(tags) > 0 {
		return tags
	}
	for i, name := range []string{"latest", "stable", "2.4", "2.3", "2.2", "2.1", "2.0", "1.9", "1.8", "1.7", "edge", "slim"} {
		sum := sha256.Sum256([]byte(e.name + name))
		at := launched.AddDate(11, 0, -9*i)
		tag := newTag(name, "sha256:"+hex.EncodeToString(sum[:]), int64(20+i)<<20, at, "amd64", "linux")
		arm := tag.Images[0]
		arm.Architecture, arm.Size = "arm64", arm.Size-1<<19
		tag.Images = append(tag.Images, arm)
		tags = append(tags, tag)
	}
	return tags
}

func newTag(name, digest string, size int64, at time.Time, arch, system string) tagResult {
	return tagResult{
		Name: name, Digest: digest, FullSize: size, LastUpdated: at, V2: true, TagStatus: "active", ContentType: "image",
		MediaType: "application/vnd.docker.distribution.manifest.list.v2+json",
		Images:    []tagImage{{Architecture: arch, OS: system, Digest: digest, Size: size, Status: "active", LastPushed: at}},
	}
}
