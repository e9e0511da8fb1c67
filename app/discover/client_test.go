package discover_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"escale/app/discover"
	"escale/engine"
	"escale/engine/hub"
)

// TestClient plays the catalogue against a stand-in for the Hub.
func TestClient(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/v2/search/repositories/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("query") == "busy" {
			w.Header().Set("Retry-After", "90")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = w.Write([]byte(`{"count":1,"next":"","results":[{"repo_name":"redis","short_description":"A store","star_count":5,"pull_count":5000000000,"is_official":true}]}`))
	})
	mux.HandleFunc("/v2/repositories/library/redis/", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"user":"library","name":"redis","namespace":"library","star_count":5,"pull_count":5000000000,"full_description":"# Redis"}`))
	})
	mux.HandleFunc("/v2/repositories/library/redis/tags", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"count":1,"next":null,"results":[{"name":"7","full_size":40,"images":[{"architecture":"amd64","os":"linux","size":40}]}]}`))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	defer server.CloseClientConnections()
	h := discover.NewHub(hub.New(hub.Options{Base: server.URL, Registry: server.URL, Auth: server.URL, HTTP: server.Client()}))

	page, err := h.Search(t.Context(), "redis", 1, 24)
	if err != nil || len(page.Hits) != 1 || page.Hits[0].Pulls != 5e9 || page.More {
		t.Errorf("search gives %+v, %v", page, err)
	}
	repository, err := h.Repository(t.Context(), "redis")
	if err != nil || repository.Description != "# Redis" || !repository.Official || repository.URL != "https://hub.docker.com/_/redis" {
		t.Errorf("repository is %+v, %v", repository, err)
	}
	tags, err := h.Tags(t.Context(), "redis", 1, 50)
	if err != nil || len(tags.Tags) != 1 || tags.Tags[0].Platforms[0].Architecture != "amd64" {
		t.Errorf("tags are %+v, %v", tags, err)
	}
	_, err = h.Search(t.Context(), "busy", 1, 24)
	var limited *discover.LimitedError
	if !errors.Is(err, engine.ErrRateLimited) || !errors.As(err, &limited) || time.Until(limited.Until) > 91*time.Second {
		t.Errorf("a busy Hub gives %v", err)
	}
	if _, err := h.Repository(t.Context(), "gone"); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("a missing repository gives %v", err)
	}
}
