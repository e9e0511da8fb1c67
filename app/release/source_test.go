package release

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func source() *Source {
	return &Source{Key: public(testKey()), UserAgent: "Escale/1.2.3", Transport: &http.Transport{DisableKeepAlives: true}, loopback: true}
}

func TestFetch(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	good := signedSample(t)
	var told http.Header
	mux.HandleFunc("/good", func(w http.ResponseWriter, r *http.Request) {
		told = r.Header
		http.SetCookie(w, &http.Cookie{Name: "you", Value: "are known"})
		_, _ = w.Write(good)
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 10*Longest)) })
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>log in first")) })
	mux.HandleFunc("/on/{n}", func(w http.ResponseWriter, r *http.Request) {
		n := strings.TrimLeft(r.PathValue("n"), "0")
		if n == "" {
			n = "x"
		}
		next := map[string]string{"3": "/on/2", "2": "/on/1", "1": "/good", "x": "/on/0"}[n]
		http.Redirect(w, r, next, http.StatusFound)
	})
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://example.org/manifest", http.StatusFound)
	})
	for path, want := range map[string]error{
		"/good": nil, "/on/3": nil, "/on/0": ErrAddress, "/away": ErrAddress, "/none": ErrAbsent, "/large": ErrForged, "/page": ErrForged,
	} {
		m, err := source().Fetch(t.Context(), server.URL+path)
		if !errors.Is(err, want) || want == nil && (err != nil || m.Version != "1.3.0") {
			t.Errorf("%s: %+v, %v; want %v", path, m, err, want)
		}
	}
	if told.Get("User-Agent") != "Escale/1.2.3" || told.Get("Cookie") != "" || told.Get("Referer") != "" {
		t.Errorf("the server was told %v", told)
	}
}

func TestAddresses(t *testing.T) {
	strict := source()
	strict.loopback = false
	for address, s := range map[string]*Source{
		"http://127.0.0.1:1/x": strict, "http://example.org/": source(), "http://localhost/": source(), "ftp://127.0.0.1/": source(),
		"file:///etc/passwd": source(), "https://me:word@example.org/": source(), "": source(), "https://": source(), "::": source(),
	} {
		if _, err := s.Fetch(t.Context(), address); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestTLSAndSilence(t *testing.T) {
	good := signedSample(t)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(good) }))
	defer server.Close()
	s := source()
	if _, err := s.Fetch(t.Context(), server.URL); !errors.Is(err, ErrUnreachable) {
		t.Errorf("a certificate of nobody: %v", err)
	}
	client := server.Client()
	defer client.CloseIdleConnections()
	s.Transport, s.loopback = client.Transport, false
	if m, err := s.Fetch(t.Context(), server.URL); err != nil || m.Version != "1.3.0" {
		t.Errorf("%+v, %v", m, err)
	}
	server.Close()
	began := time.Now()
	if _, err := source().Fetch(t.Context(), server.URL); !errors.Is(err, ErrUnreachable) || time.Since(began) > fetchWait {
		t.Errorf("a server that is gone: %v", err)
	}
}

// TestHangingServer has a deadline of its own, whatever the caller's.
func TestHangingServer(t *testing.T) {
	s := source()
	asked := 0
	s.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		asked++
		if end, ok := r.Context().Deadline(); !ok || time.Until(end) > fetchWait {
			t.Errorf("deadline %v, %v", end, ok)
		}
		return nil, errors.New("hung up")
	})
	if _, err := s.Fetch(t.Context(), "https://example.org/"); !errors.Is(err, ErrUnreachable) || asked != 1 {
		t.Errorf("%v after %d", err, asked)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
