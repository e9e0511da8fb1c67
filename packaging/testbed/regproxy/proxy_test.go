package regproxy

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

const blobPath = "/v2/library/nginx/blobs/sha256:aa"

func start(t *testing.T) (*Proxy, string) {
	t.Helper()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Host", r.Host)
		_, _ = io.WriteString(w, strings.Repeat("x", 100_000))
	}))
	address, err := url.Parse(backend.URL)
	if err != nil {
		t.Fatal(err)
	}
	p := New(address, slog.New(slog.DiscardHandler))
	front := httptest.NewServer(p)
	t.Cleanup(func() { front.Close(); backend.Close() })
	return p, front.URL
}

// answer is a reply that was read.
type answer struct {
	StatusCode int
	Header     http.Header
}

func get(ctx context.Context, t *testing.T, url string) (got answer, size int, err error) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, 0, err
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(reply.Body)
	return answer{reply.StatusCode, reply.Header}, len(body), err
}

func TestForward(t *testing.T) {
	_, base := start(t)
	reply, size, err := get(t.Context(), t, base+blobPath)
	if err != nil || size != 100_000 || "http://"+reply.Header.Get("X-Host") != base {
		t.Errorf("%d bytes, host %q, %v", size, reply.Header.Get("X-Host"), err)
	}
}

func TestThrottle(t *testing.T) {
	p, base := start(t)
	p.Set(Settings{ThrottleBytesPerSecond: 500_000})
	began := time.Now()
	if _, size, err := get(t.Context(), t, base+blobPath); err != nil || size != 100_000 {
		t.Fatalf("%d bytes, %v", size, err)
	}
	if took := time.Since(began); took < 150*time.Millisecond {
		t.Errorf("took %v, want 200 ms", took)
	}
	began = time.Now()
	if _, _, err := get(t.Context(), t, base+"/v2/library/nginx/manifests/latest"); err != nil || time.Since(began) > 150*time.Millisecond {
		t.Errorf("a manifest took %v, %v", time.Since(began), err)
	}
	p.Set(Settings{ThrottleBytesPerSecond: 1000})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := get(ctx, t, base+blobPath); err == nil {
		t.Error("a slow download was not cut short")
	}
}

func TestFailBlobs(t *testing.T) {
	p, base := start(t)
	for status, want := range map[int]int{0: 403, 500: 500} {
		p.Set(Settings{FailBlobs: true, Status: status})
		if reply, _, err := get(t.Context(), t, base+blobPath); err != nil || reply.StatusCode != want {
			t.Errorf("status %d: %v, %v", status, reply, err)
		}
	}
	p.Set(Settings{FailBlobs: true, Status: 1})
	if _, size, err := get(t.Context(), t, base+blobPath); err == nil || size >= 100_000 {
		t.Errorf("got all %d bytes", size)
	}
}

func TestQuota(t *testing.T) {
	p, base := start(t)
	p.Set(Settings{Quota: "100;w=21600", Remaining: "7;w=21600"})
	reply, _, err := get(t.Context(), t, base+"/v2/library/nginx/manifests/latest")
	if err != nil || reply.Header.Get("ratelimit-limit") != "100;w=21600" || reply.Header.Get("ratelimit-remaining") != "7;w=21600" {
		t.Errorf("got %v, %v", reply, err)
	}
	p.Set(Settings{Exhausted: true})
	if reply, _, err := get(t.Context(), t, base+"/v2/library/nginx/manifests/latest"); err != nil || reply.StatusCode != http.StatusTooManyRequests {
		t.Errorf("got %v, %v", reply, err)
	}
}

func TestControl(t *testing.T) {
	p, _ := start(t)
	for _, tc := range []struct {
		method, body string
		status       int
		want         Settings
	}{
		{http.MethodPost, `{"throttleBytesPerSecond":5,"failBlobs":true}`, 200, Settings{ThrottleBytesPerSecond: 5, FailBlobs: true}},
		{http.MethodPost, `what`, 400, Settings{ThrottleBytesPerSecond: 5, FailBlobs: true}},
		{http.MethodDelete, ``, 200, Settings{}},
	} {
		noted := httptest.NewRecorder()
		p.Control(noted, httptest.NewRequestWithContext(t.Context(), tc.method, "/_registry", strings.NewReader(tc.body)))
		if noted.Code != tc.status || p.Settings() != tc.want {
			t.Errorf("%s %s: %d, %+v", tc.method, tc.body, noted.Code, p.Settings())
		}
	}
}
