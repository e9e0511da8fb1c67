package hubstand

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

type held []Repository

func (h held) Repositories(context.Context) ([]Repository, error) { return h, nil }

func start(t *testing.T) (*Server, string) {
	t.Helper()
	s := New(held{{Name: "escale/only", Tags: []Tag{{Name: "v1", SizeBytes: 5, Architecture: "amd64", OS: "linux"}}}}, slog.New(slog.DiscardHandler))
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

// answer is a reply that was read.
type answer struct {
	StatusCode int
	Status     string
	Header     http.Header
	URL        *url.URL
}

// call sends one request and decodes what comes back.
func call(t *testing.T, method, address, body string) (*answer, map[string]any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, nil
	}
	defer func() { _ = reply.Body.Close() }()
	content, err := io.ReadAll(reply.Body)
	if err != nil {
		return nil, nil
	}
	var object map[string]any
	if strings.HasPrefix(string(content), "{") {
		if err := json.Unmarshal(content, &object); err != nil {
			t.Errorf("%s: %v: %.200s", address, err, content)
		}
	}
	return &answer{reply.StatusCode, reply.Status, reply.Header, reply.Request.URL}, object
}

func TestSearchShape(t *testing.T) {
	_, base := start(t)
	reply, page := call(t, http.MethodGet, base+"/v2/search/repositories/?query=redis&page_size=3", "")
	if reply.StatusCode != http.StatusOK || page["previous"] != "" || !strings.Contains(page["next"].(string), "page=2") {
		t.Fatalf("got %v", page)
	}
	results := page["results"].([]any)
	first := results[0].(map[string]any)
	if len(results) != 3 || first["repo_name"] != "redis" || first["is_official"] != true || first["pull_count"].(float64) < 1<<32 {
		t.Errorf("got %v", results)
	}
	for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
		if reply.Header.Get(name) == "" {
			t.Errorf("header %s is missing", name)
		}
	}
	if _, own := call(t, http.MethodGet, base+"/v2/search/repositories/?query=escale/only", ""); own["count"] != 1.0 {
		t.Errorf("what only the registry holds: %v", own)
	}
	if _, all := call(t, http.MethodGet, base+"/v2/search/repositories/?query=a", ""); all["count"].(float64) < 1000 {
		t.Errorf("only %v results for a wide search", all["count"])
	}
}

func TestOffsetTooLarge(t *testing.T) {
	_, base := start(t)
	for url, want := range map[string]int{
		"?query=a&page=10&page_size=100": 200, "?query=a&page=11&page_size=100": 403, "?query=a&page=0": 400, "?query=a&page=x": 400,
	} {
		reply, body := call(t, http.MethodGet, base+"/v2/search/repositories/"+url, "")
		if reply.StatusCode != want || want == 403 && body["message"] != offsetRefusal {
			t.Errorf("%s: %d %v", url, reply.StatusCode, body["message"])
		}
	}
}

func TestRepositoryAndTags(t *testing.T) {
	_, base := start(t)
	_, repository := call(t, http.MethodGet, base+"/v2/repositories/library/nginx/", "")
	if repository["namespace"] != "library" || !strings.HasPrefix(repository["full_description"].(string), "# nginx") {
		t.Errorf("got %v", repository)
	}
	_, tags := call(t, http.MethodGet, base+"/v2/repositories/escale/only/tags?page_size=5", "")
	if tags["count"] != 1.0 || tags["next"] != nil || tags["results"].([]any)[0].(map[string]any)["name"] != "v1" {
		t.Errorf("got %v", tags)
	}
	if reply, _ := call(t, http.MethodGet, base+"/v2/repositories/no/thing/tags", ""); reply.StatusCode != http.StatusNotFound {
		t.Errorf("got %s", reply.Status)
	}
}

func TestLogoRedirects(t *testing.T) {
	_, base := start(t)
	for name, media := range map[string]string{"library%2Ftraefik": "image/png", "library%2Fgolang": "image/svg+xml"} {
		reply, _ := call(t, http.MethodGet, base+"/api/media/repos_logo/v1/"+name+"?type=logo", "")
		if got := reply.Header.Get("Content-Type"); got != media || !strings.HasPrefix(reply.URL.Path, "/media/") {
			t.Errorf("%s: %s at %s", name, got, reply.URL)
		}
	}
	if reply, _ := call(t, http.MethodGet, base+"/api/media/repos_logo/v1/library%2Fnginx?type=logo", ""); reply.StatusCode != http.StatusNotFound {
		t.Errorf("nginx has a logo: %s", reply.Status)
	}
}

func TestFaults(t *testing.T) {
	s, base := start(t)
	ask := func() *answer {
		reply, _ := call(t, http.MethodGet, base+"/v2/search/repositories/?query=a", "")
		return reply
	}
	for _, body := range []string{`{"mode":"strange"}`, `nonsense`} {
		if reply, _ := call(t, http.MethodPost, base+"/_fault", body); reply.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", body, reply.Status)
		}
	}
	call(t, http.MethodPost, base+"/_fault", `{"mode":"429","for":2}`)
	for _, want := range []int{429, 429, 200} {
		reply := ask()
		if reply.StatusCode != want || want == 429 && (reply.Header.Get("X-Retry-After") == "" || reply.Header.Get("Retry-After") == "") {
			t.Errorf("got %s %v, want %d", reply.Status, reply.Header, want)
		}
	}
	for _, mode := range []string{"cut", "off"} {
		call(t, http.MethodPost, base+"/_fault", `{"mode":"`+mode+`","for":1}`)
		// A lost GET is sent again by the HTTP library when no byte came back.
		if reply := ask(); mode == "cut" && reply != nil {
			t.Errorf("%s: got %s", mode, reply.Status)
		}
	}
	call(t, http.MethodPost, base+"/_fault", `{"mode":"500"}`)
	if reply := ask(); reply.StatusCode != http.StatusInternalServerError {
		t.Errorf("got %s", reply.Status)
	}
	call(t, http.MethodDelete, base+"/_fault", "")
	call(t, http.MethodPost, base+"/_fault", `{"mode":"slow","for":1,"millis":50}`)
	began := time.Now()
	if reply := ask(); reply.StatusCode != http.StatusOK || time.Since(began) < 50*time.Millisecond {
		t.Errorf("slow: %s after %v", reply.Status, time.Since(began))
	}
	if len(s.Requests()) < 7 {
		t.Errorf("log holds %v", s.Requests())
	}
	call(t, http.MethodDelete, base+"/_log", "")
	if left := s.Requests(); len(left) != 0 {
		t.Errorf("log holds %v", left)
	}
}

func TestIndexSearch(t *testing.T) {
	_, base := start(t)
	_, page := call(t, http.MethodGet, base+"/v1/search?q=nginx&n=2", "")
	first := page["results"].([]any)[0].(map[string]any)
	if page["query"] != "nginx" || page["page_size"] != 2.0 || first["name"] != "nginx" || first["is_official"] != true {
		t.Errorf("got %v", page)
	}
}

func TestHTTPRegistry(t *testing.T) {
	registry := http.NewServeMux()
	for path, body := range map[string]string{
		"/v2/_catalog":                      `{"repositories":["library/one","gone"]}`,
		"/v2/library/one/tags/list":         `{"name":"library/one","tags":["a"]}`,
		"/v2/library/one/manifests/a":       `{"config":{"digest":"sha256:c"},"layers":[{"size":3},{"size":4}]}`,
		"/v2/library/one/blobs/{digest...}": `{"architecture":"arm64","os":"linux","created":"2025-01-02T03:04:05Z"}`,
	} {
		registry.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
	}
	server := httptest.NewServer(registry)
	defer server.Close()
	got, err := NewHTTPRegistry(server.URL, server.Client()).Repositories(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || len(got[1].Tags) != 0 || got[0].Tags[0].SizeBytes != 7 || got[0].Tags[0].Architecture != "arm64" {
		t.Errorf("got %+v", got)
	}
}
