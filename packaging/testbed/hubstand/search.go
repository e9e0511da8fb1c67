package hubstand

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const offsetRefusal = "pagination offset too large for anonymous requests; sign in to page further"

// known is the catalogue with what only the registry holds.
func (s *Server) known(r *http.Request) []entry {
	all := s.entries
	held, err := s.registry.Repositories(r.Context())
	if err != nil {
		s.log.Warn("read registry", "error", err)
		return all
	}
	for _, repository := range held {
		name := strings.TrimPrefix(repository.Name, "library/")
		if !slices.ContainsFunc(all, func(e entry) bool { return e.name == name }) {
			all = append(slices.Clip(all), entry{name: name, description: "An image of this registry.", stars: 3, pulls: 420})
		}
	}
	return all
}

// page reads page and page_size; ok is false after a refusal.
func (s *Server) page(w http.ResponseWriter, r *http.Request, standard, most int) (number, size int, ok bool) {
	number, size = 1, standard
	query := r.URL.Query()
	for name, into := range map[string]*int{"page": &number, "page_size": &size} {
		if text := query.Get(name); text != "" {
			value, err := strconv.Atoi(text)
			if err != nil || value < 1 {
				s.refuse(w, http.StatusBadRequest, name+" must be a positive number")
				return 0, 0, false
			}
			*into = value
		}
	}
	size = min(size, most)
	if (number-1)*size >= 1000 {
		s.refuse(w, http.StatusForbidden, offsetRefusal)
		return 0, 0, false
	}
	return number, size, true
}

// window cuts one page out of all.
func window[T any](all []T, number, size int) []T {
	from := min((number-1)*size, len(all))
	return all[from:min(from+size, len(all))]
}

// neighbour is the address of another page, or empty beyond the ends.
func neighbour(r *http.Request, number, size, count int) string {
	if number < 1 || (number-1)*size >= count {
		return ""
	}
	query := r.URL.Query()
	query.Set("page", strconv.Itoa(number))
	query.Set("page_size", strconv.Itoa(size))
	return (&url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawQuery: query.Encode()}).String()
}

type searchResult struct {
	RepoName         string  `json:"repo_name"`
	ShortDescription *string `json:"short_description"`
	StarCount        *int    `json:"star_count"`
	PullCount        *int64  `json:"pull_count"`
	RepoOwner        string  `json:"repo_owner"`
	IsAutomated      bool    `json:"is_automated"`
	IsOfficial       bool    `json:"is_official"`
}

type searchPage struct {
	Count    int            `json:"count"`
	Next     string         `json:"next"`
	Previous string         `json:"previous"`
	Results  []searchResult `json:"results"`
}

func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	number, size, ok := s.page(w, r, 10, 100)
	if !ok {
		return
	}
	found := find(s.known(r), r.URL.Query().Get("query"))
	reply := searchPage{
		Count: len(found), Results: []searchResult{},
		Next: neighbour(r, number+1, size, len(found)), Previous: neighbour(r, number-1, size, len(found)),
	}
	for _, e := range window(found, number, size) {
		result := searchResult{RepoName: e.name, ShortDescription: &e.description, StarCount: &e.stars, PullCount: &e.pulls, IsOfficial: e.official}
		if e.stars == 0 { // the Hub leaves fields of rarely used repositories null
			result.StarCount, result.ShortDescription = nil, nil
		}
		reply.Results = append(reply.Results, result)
	}
	s.reply(w, http.StatusOK, reply)
}

// indexSearch is the search that engines use.
func (s *Server) indexSearch(w http.ResponseWriter, r *http.Request) {
	type result struct {
		StarCount   int    `json:"star_count"`
		IsOfficial  bool   `json:"is_official"`
		Name        string `json:"name"`
		IsAutomated bool   `json:"is_automated"`
		Description string `json:"description"`
	}
	query, size := r.URL.Query().Get("q"), 25
	if n, err := strconv.Atoi(r.URL.Query().Get("n")); err == nil && n > 0 && n <= 100 {
		size = n
	}
	found := find(s.known(r), query)
	results := []result{}
	for _, e := range window(found, 1, size) {
		results = append(results, result{e.stars, e.official, e.name, false, e.description})
	}
	s.reply(w, http.StatusOK, map[string]any{
		"query": query, "num_results": len(found), "results": results, "page": 1, "page_size": size,
		"num_pages": (len(found) + size - 1) / size,
	})
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	s.reply(w, http.StatusOK, map[string]any{
		"token": fmt.Sprintf("anonymous-%x", len(r.URL.Query().Get("scope"))), "expires_in": 300,
	})
}
