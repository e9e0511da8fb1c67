// Package hub reads Docker Hub's web API: search, descriptions, tags, logos and
// the pull quota.
//
// What the Hub sends is hostile: every text is cut to a length and cleared of
// control and direction characters, every body is bounded, and every request
// has a deadline. Errors wrap the sentinels of package engine.
package hub

import (
	"net/http"
	"strings"
	"time"
)

// Where the Hub is, unless Options say otherwise.
const (
	DefaultBase     = "https://hub.docker.com"
	DefaultRegistry = "https://registry-1.docker.io"
	DefaultAuth     = "https://auth.docker.io"
)

// Options say where the Hub is and how to speak to it. The zero value is the
// public Hub without a cache on disk.
type Options struct {
	Base      string       // the web API
	HTTP      *http.Client // its Timeout is not needed: each request has a deadline
	CacheDir  string       // for logos; empty keeps none on disk
	UserAgent string

	// Registry and Auth are asked for the pull quota. With a Registry and
	// without Auth, no token is asked for.
	Registry, Auth string
	// Wait is how long one request may take; 10 s when zero.
	Wait time.Duration
}

// Client speaks to the Hub. It may be used from any goroutine.
type Client struct {
	base, registry, auth string
	agent                string
	http                 *http.Client
	wait                 time.Duration
	cache                *cache
	flights              *flights
	logos                *logoStore // nil without a cache folder
}

// New returns a client. It asks nothing yet.
func New(o Options) *Client {
	c := &Client{
		base: address(o.Base, DefaultBase), registry: address(o.Registry, DefaultRegistry), auth: strings.TrimSuffix(o.Auth, "/"),
		agent: o.UserAgent, http: o.HTTP, wait: o.Wait, cache: newCache(), flights: newFlights(),
	}
	if o.Registry == "" && o.Auth == "" {
		c.auth = DefaultAuth
	}
	if c.http == nil {
		c.http = &http.Client{}
	}
	if c.http.CheckRedirect == nil {
		own := *c.http
		own.CheckRedirect = checkRedirect
		c.http = &own
	}
	if c.wait <= 0 {
		c.wait = 10 * time.Second
	}
	if c.agent == "" {
		c.agent = "escale"
	}
	if o.CacheDir != "" {
		c.logos = &logoStore{dir: o.CacheDir, base: c.base}
	}
	return c
}

func address(given, standard string) string {
	if given == "" {
		return standard
	}
	return strings.TrimSuffix(given, "/")
}
