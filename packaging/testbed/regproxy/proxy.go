// Package regproxy stands before a registry: it can slow downloads down, make
// them fail, and announce a pull quota.
package regproxy

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Settings say how the proxy behaves.
type Settings struct {
	// ThrottleBytesPerSecond is shared by all downloads of layers; 0 is no limit.
	ThrottleBytesPerSecond int64 `json:"throttleBytesPerSecond"`
	// FailBlobs makes downloads of layers fail.
	FailBlobs bool `json:"failBlobs"`
	// Status is what a failing download answers: 403 by default;
	// 0 < Status < 100 cuts it off half-way. Engines try again once, after 5 s.
	Status int `json:"status"`
	// Quota and Remaining are announced on manifests when set, in the form
	// "100;w=21600".
	Quota     string `json:"quota"`
	Remaining string `json:"remaining"`
	// Exhausted answers manifests with 429.
	Exhausted bool `json:"exhausted"`
}

// Proxy is the handler. It may be used from any goroutine.
type Proxy struct {
	forward *httputil.ReverseProxy
	log     *slog.Logger

	mu       sync.Mutex
	settings Settings
	next     time.Time // when the throttle lets the next bytes pass
}

// New returns a proxy before the registry at backend.
func New(backend *url.URL, log *slog.Logger) *Proxy {
	p := &Proxy{log: log}
	p.forward = &httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(backend)
			r.Out.Host = r.In.Host // uploads are told to go on at our address
		},
		ModifyResponse: p.shape,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			log.Warn("forward", "path", r.URL.Path, "error", err)
			w.WriteHeader(http.StatusBadGateway)
		},
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	return p
}

// Settings returns the settings in force.
func (p *Proxy) Settings() Settings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.settings
}

// Set puts settings in force, also for downloads under way.
func (p *Proxy) Set(s Settings) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settings, p.next = s, time.Time{}
}

// Control reads settings (GET) and changes them (POST; DELETE resets).
func (p *Proxy) Control(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		var s Settings
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&s); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		p.Set(s)
	case http.MethodDelete:
		p.Set(Settings{})
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(p.Settings()); err != nil {
		p.log.Debug("send settings", "error", err)
	}
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	settings := p.Settings()
	if strings.Contains(r.URL.Path, "/manifests/") {
		if settings.Quota != "" {
			w.Header().Set("ratelimit-limit", settings.Quota)
			w.Header().Set("ratelimit-remaining", settings.Remaining)
			w.Header().Set("docker-ratelimit-source", "127.0.0.1")
		}
		if settings.Exhausted {
			refuse(w, http.StatusTooManyRequests, "TOOMANYREQUESTS", "You have reached your pull rate limit.")
			return
		}
	}
	if settings.FailBlobs && isDownload(r) && (settings.Status == 0 || settings.Status >= 100) {
		status := settings.Status
		if status == 0 {
			status = http.StatusForbidden
		}
		refuse(w, status, "DENIED", "requested access to the resource is denied")
		return
	}
	p.forward.ServeHTTP(w, r)
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"errors":[{"code":%q,"message":%q}]}`, code, message)
}

func isDownload(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/blobs/sha256:")
}
