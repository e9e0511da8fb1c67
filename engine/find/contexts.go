package find

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docker/cli/cli/context/docker"
	"github.com/docker/cli/cli/context/store"

	"escale/engine"
)

// defaultContext is not stored: it is DOCKER_HOST, or the standard socket.
const defaultContext = "default"

// contexts lists the Docker contexts, the one in use first.
func contexts(env Environment) []place {
	dir := env.ConfigDir()
	if dir == "" {
		return nil
	}
	current, problem := currentContext(env, dir)
	var out []place
	if problem != nil {
		out = append(out, broken("config.json", problem))
	}
	if current == defaultContext {
		out = append(out, standard(env)...)
	}
	stored := storedContexts(dir)
	slices.SortFunc(stored, byName)
	at := slices.IndexFunc(stored, func(p place) bool { return p.Endpoint.Name == current })
	switch {
	case at >= 0:
		stored[at].Endpoint.Current = true
		out = append(out, stored[at])
		stored = slices.Delete(stored, at, at+1)
	case current != "" && current != defaultContext:
		missing := broken(current, fmt.Errorf("context %q is in use but does not exist", current))
		missing.Endpoint.Current = true
		out = append(out, missing)
	}
	return append(out, stored...)
}

// currentContext names the context in use, as the docker command chooses it;
// empty when DOCKER_HOST overrules contexts.
func currentContext(env Environment, dir string) (string, error) {
	if env.Getenv("DOCKER_HOST") != "" {
		return "", nil
	}
	if name := env.Getenv("DOCKER_CONTEXT"); name != "" {
		return name, nil
	}
	data, err := os.ReadFile(filepath.Join(dir, "config.json")) //nolint:gosec // where the docker command keeps it
	if errors.Is(err, fs.ErrNotExist) {
		return defaultContext, nil
	}
	var config struct {
		CurrentContext string `json:"currentContext"`
	}
	if err == nil {
		err = json.Unmarshal(data, &config)
	}
	if err != nil {
		return defaultContext, fmt.Errorf("read config.json: %w", err)
	}
	if config.CurrentContext == "" {
		return defaultContext, nil
	}
	return config.CurrentContext, nil
}

// storedContexts reads each context by itself, so that a broken one hides no
// other.
func storedContexts(dir string) []place {
	contexts := store.New(filepath.Join(dir, "contexts"), store.NewConfig(nil,
		store.EndpointTypeGetter(docker.DockerEndpoint, func() any { return &docker.EndpointMeta{} })))
	folders, err := os.ReadDir(filepath.Join(dir, "contexts", "meta"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return []place{broken("contexts", fmt.Errorf("list contexts: %w", err))}
	}
	var out []place
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		name, err := storedName(filepath.Join(dir, "contexts", "meta", folder.Name(), "meta.json"))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a leftover of a removed context
		}
		if err != nil {
			out = append(out, broken(short(folder.Name()), err))
			continue
		}
		out = append(out, stored(contexts, name))
	}
	return out
}

func storedName(path string) (string, error) {
	data, err := os.ReadFile(path) //nolint:gosec // where the docker command keeps it
	if err != nil {
		return "", fmt.Errorf("read context: %w", err)
	}
	var meta struct{ Name string }
	if err := json.Unmarshal(data, &meta); err != nil {
		return "", fmt.Errorf("read context: %w", err)
	}
	if meta.Name == "" {
		return "", errors.New("read context: it has no name")
	}
	return meta.Name, nil
}

func stored(contexts *store.ContextStore, name string) place {
	meta, err := contexts.GetMetadata(name)
	if err != nil {
		return broken(name, fmt.Errorf("read context: %w", err))
	}
	place, err := contextPlace(contexts, name, meta)
	if err != nil {
		return broken(name, err)
	}
	return place
}

func contextPlace(contexts *store.ContextStore, name string, meta store.Metadata) (place, error) {
	base, err := docker.EndpointFromContext(meta)
	if err != nil {
		return place{}, fmt.Errorf("read context %s: %w", name, err)
	}
	full, err := docker.WithTLSData(contexts, name, base)
	if err != nil {
		return place{}, fmt.Errorf("read certificates of context %s: %w", name, err)
	}
	if full.Host == "" {
		return place{}, fmt.Errorf("read context %s: it has no address", name)
	}
	p := place{rank: contextName, Candidate: engine.Candidate{
		Endpoint: engine.Endpoint{ID: "context:" + name, Kind: engine.EndpointContext, Name: name, Host: full.Host},
	}}
	if isTCP(full.Host) && (full.TLSData != nil || full.SkipTLSVerify) {
		p.Endpoint.TLS = &engine.TLS{SkipVerify: full.SkipTLSVerify}
		if full.TLSData != nil {
			p.Endpoint.TLS.CA, p.Endpoint.TLS.Cert, p.Endpoint.TLS.Key = full.TLSData.CA, full.TLSData.Cert, full.TLSData.Key
		}
	}
	return p, nil
}

func broken(name string, err error) place {
	return place{rank: contextName, Candidate: engine.Candidate{
		Endpoint: engine.Endpoint{ID: "context:" + name, Kind: engine.EndpointContext, Name: name},
		Err:      engine.Unreachable(engine.ErrContextInvalid, err),
	}}
}

func isTCP(host string) bool { return strings.HasPrefix(host, "tcp://") }

// short cuts the digest that names a context's folder.
func short(folder string) string { return folder[:min(len(folder), 12)] }
