package release

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// fetchWait bounds a whole look at a manifest.
const fetchWait = 20 * time.Second

// mostRedirects is how often a server may send the look elsewhere.
const mostRedirects = 3

// More errors of Source.Fetch.
var (
	ErrUnreachable = errors.New("the server does not answer")
	ErrAbsent      = errors.New("the server has no manifest")
	ErrAddress     = errors.New("not an https address")
)

// Source fetches manifests that one key has signed.
type Source struct {
	Key       ed25519.PublicKey
	UserAgent string            // "Escale/1.2.3": all that the server is told
	Transport http.RoundTripper // nil is the usual one

	loopback bool // plain http to this computer, for tests
}

// Fetch reads the manifest at an https address, which may send it to three
// others. It sends no cookies and keeps nothing.
func (s *Source) Fetch(ctx context.Context, address string) (Manifest, error) {
	target, err := url.Parse(address)
	if err != nil || s.allowed(target) != nil {
		return Manifest{}, ErrAddress
	}
	ctx, cancel := context.WithTimeoutCause(ctx, fetchWait, ErrUnreachable)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), http.NoBody)
	if err != nil {
		return Manifest{}, ErrAddress
	}
	request.Header.Set("User-Agent", s.UserAgent)
	request.Header.Set("Cache-Control", "no-cache")
	answer, err := s.client().Do(request)
	if err != nil {
		if errors.Is(err, ErrAddress) {
			return Manifest{}, fmt.Errorf("fetch manifest: %w", err)
		}
		return Manifest{}, fmt.Errorf("fetch manifest: %w", errors.Join(ErrUnreachable, err))
	}
	defer answer.Body.Close() //nolint:errcheck // read as far as it is wanted
	if answer.StatusCode != http.StatusOK {
		return Manifest{}, fmt.Errorf("%w: %s", ErrAbsent, answer.Status)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, Longest+1))
	if err != nil {
		return Manifest{}, fmt.Errorf("fetch manifest: %w", errors.Join(ErrUnreachable, err))
	}
	return Open(data, s.Key)
}

func (s *Source) client() *http.Client {
	return &http.Client{
		Transport: s.Transport,
		CheckRedirect: func(request *http.Request, via []*http.Request) error {
			if len(via) > mostRedirects {
				return fmt.Errorf("%w: sent on and on", ErrAddress)
			}
			request.Header.Del("Referer")
			return s.allowed(request.URL)
		},
	}
}

// allowed refuses addresses that others on the way could read or change.
func (s *Source) allowed(u *url.URL) error {
	if u.Hostname() == "" || u.User != nil {
		return ErrAddress
	}
	if u.Scheme == "https" {
		return nil
	}
	if here := net.ParseIP(u.Hostname()); s.loopback && u.Scheme == "http" && here != nil && here.IsLoopback() {
		return nil
	}
	return ErrAddress
}
