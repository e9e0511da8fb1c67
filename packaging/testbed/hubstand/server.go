// Package hubstand stands in for Docker Hub's web API: it serves the same
// shapes for what a registry holds, with faults on demand.
package hubstand

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Registry is what the stand-in describes.
type Registry interface {
	// Repositories lists what can really be pulled.
	Repositories(ctx context.Context) ([]Repository, error)
}

// Repository is one repository of the registry.
type Repository struct {
	Name string // "library/nginx"
	Tags []Tag
}

// Tag is one tag of a repository.
type Tag struct {
	Name, Digest, Architecture, OS string
	SizeBytes                      int64
	Updated                        time.Time
}

// Server is the stand-in. Its methods may be called from any goroutine.
type Server struct {
	registry Registry
	entries  []entry
	mux      *http.ServeMux
	log      *slog.Logger

	mu       sync.Mutex
	fault    Fault
	requests []Request
	budget   int // requests that the rate limit still allows; it never refuses by itself
}

// Request is one request that the stand-in got.
type Request struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Query  string `json:"query,omitempty"`
	Status int    `json:"status"` // 0 when the connection was cut
}

const rateLimit = 600

// New returns a stand-in for a Hub that holds what registry does, besides a
// catalogue of well-known names.
func New(registry Registry, log *slog.Logger) *Server {
	s := &Server{registry: registry, entries: catalogue(), mux: http.NewServeMux(), log: log, budget: rateLimit}
	s.mux.HandleFunc("GET /v2/search/repositories/", s.search)
	s.mux.HandleFunc("GET /v2/repositories/{namespace}/{name}/{$}", s.repository)
	s.mux.HandleFunc("GET /v2/repositories/{namespace}/{name}/tags", s.tags)
	s.mux.HandleFunc("GET /v2/repositories/{namespace}/{name}/tags/{$}", s.tags)
	s.mux.HandleFunc("GET /api/media/repos_logo/v1/{name}", s.logo)
	s.mux.HandleFunc("GET /media/{file...}", s.media)
	s.mux.HandleFunc("GET /token", s.token)
	s.mux.HandleFunc("GET /v1/_ping", func(w http.ResponseWriter, _ *http.Request) { s.reply(w, http.StatusOK, true) })
	s.mux.HandleFunc("GET /v1/search", s.indexSearch)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { s.refuse(w, http.StatusNotFound, "object not found") })
	return s
}

// ServeHTTP answers as the Hub does, or as the fault in force says.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/_fault":
		s.controlFault(w, r)
		return
	case "/_log":
		s.controlLog(w, r)
		return
	}
	noted := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	defer func() { s.note(r, noted.status) }()
	s.rateHeaders(w)
	if !strings.HasPrefix(r.URL.Path, "/v1/") { // what engines search is another service
		if fault := s.takeFault(); fault.Mode != "" {
			s.misbehave(noted, r, fault)
			return
		}
	}
	s.mux.ServeHTTP(noted, r)
}

// statusWriter remembers the status of a reply.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap gives http.ResponseController the writer below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (s *Server) rateHeaders(w http.ResponseWriter) {
	s.mu.Lock()
	s.budget--
	if s.budget < 1 {
		s.budget = rateLimit
	}
	left := s.budget
	s.mu.Unlock()
	w.Header().Set("X-RateLimit-Limit", strconv.Itoa(rateLimit))
	w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(left))
	w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Minute).Unix(), 10))
}

func (s *Server) note(r *http.Request, status int) {
	const most = 10_000
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.requests) < most {
		s.requests = append(s.requests, Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Status: status})
	}
}

// Requests returns what the stand-in was asked so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request{}, s.requests...)
}

func (s *Server) controlLog(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodDelete {
		s.mu.Lock()
		s.requests = nil
		s.mu.Unlock()
	}
	s.reply(w, http.StatusOK, s.Requests())
}

func (s *Server) reply(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		s.log.Error("encode reply", "error", err)
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		s.log.Debug("send reply", "error", err)
	}
}

func (s *Server) refuse(w http.ResponseWriter, status int, message string) {
	s.reply(w, status, map[string]string{"message": message})
}
