package hubstand

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// HTTPRegistry reads a registry over its API. What it read is kept for two
// seconds.
type HTTPRegistry struct {
	base   string
	client *http.Client

	mu   sync.Mutex
	at   time.Time
	held []Repository
}

// NewHTTPRegistry reads the registry at base, such as "http://127.0.0.1:5000".
func NewHTTPRegistry(base string, client *http.Client) *HTTPRegistry {
	return &HTTPRegistry{base: strings.TrimSuffix(base, "/"), client: client}
}

// Repositories implements Registry.
func (r *HTTPRegistry) Repositories(ctx context.Context) ([]Repository, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.at) < 2*time.Second {
		return r.held, nil
	}
	var names struct{ Repositories []string }
	if _, err := r.get(ctx, "/v2/_catalog?n=1000", &names); err != nil {
		return nil, fmt.Errorf("list repositories: %w", err)
	}
	var held []Repository
	for _, name := range names.Repositories {
		repository, err := r.repository(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("read repository %s: %w", name, err)
		}
		held = append(held, repository)
	}
	r.held, r.at = held, time.Now()
	return held, nil
}

func (r *HTTPRegistry) repository(ctx context.Context, name string) (Repository, error) {
	repository := Repository{Name: name}
	var list struct{ Tags []string }
	if status, err := r.get(ctx, "/v2/"+name+"/tags/list", &list); err != nil && status != http.StatusNotFound {
		return repository, err
	}
	for _, tag := range list.Tags {
		described, err := r.tag(ctx, name, tag)
		if err != nil {
			return repository, err
		}
		repository.Tags = append(repository.Tags, described)
	}
	return repository, nil
}

func (r *HTTPRegistry) tag(ctx context.Context, name, tag string) (Tag, error) {
	var manifest struct {
		Config struct{ Digest string }
		Layers []struct{ Size int64 }
	}
	if _, err := r.get(ctx, "/v2/"+name+"/manifests/"+tag, &manifest); err != nil {
		return Tag{}, err
	}
	var config struct {
		Architecture, OS string
		Created          time.Time
	}
	if _, err := r.get(ctx, "/v2/"+name+"/blobs/"+manifest.Config.Digest, &config); err != nil {
		return Tag{}, err
	}
	described := Tag{Name: tag, Digest: manifest.Config.Digest, Architecture: config.Architecture, OS: config.OS, Updated: config.Created}
	for _, layer := range manifest.Layers {
		described.SizeBytes += layer.Size
	}
	return described, nil
}

func (r *HTTPRegistry) get(ctx context.Context, path string, into any) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+path, http.NoBody) //nolint:gosec // the registry of the testbed
	if err != nil {
		return 0, err
	}
	request.Header.Set("Accept", "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, */*")
	reply, err := r.client.Do(request) //nolint:gosec // as above
	if err != nil {
		return 0, err
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusOK {
		return reply.StatusCode, fmt.Errorf("GET %s: %s", path, reply.Status)
	}
	return reply.StatusCode, json.NewDecoder(io.LimitReader(reply.Body, 8<<20)).Decode(into)
}
