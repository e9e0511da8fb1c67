package images

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// store is a registry's storage folder, in the layout of the distribution
// project's filesystem driver (version 2).
type store struct{ root string }

func (s store) write(content []byte, parts ...string) error {
	name := filepath.Join(append([]string{s.root, "docker", "registry", "v2"}, parts...)...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil { //nolint:gosec // public files
		return fmt.Errorf("store %s: %w", filepath.Base(name), err)
	}
	if err := os.WriteFile(name, content, 0o644); err != nil { //nolint:gosec // public files
		return fmt.Errorf("store %s: %w", filepath.Base(name), err)
	}
	return nil
}

func hexOf(digest string) string { return strings.TrimPrefix(digest, "sha256:") }

func (s store) putBlob(digest string, data []byte) error {
	sum := hexOf(digest)
	return s.write(data, "blobs", "sha256", sum[:2], sum, "data")
}

func (s store) linkLayer(name, digest string) error {
	return s.write([]byte(digest), "repositories", name, "_layers", "sha256", hexOf(digest), "link")
}

func (s store) linkManifest(name, tag, digest string) error {
	sum := hexOf(digest)
	manifests := []string{"repositories", name, "_manifests"}
	for _, rest := range [][]string{
		{"revisions", "sha256", sum, "link"},
		{"tags", tag, "current", "link"},
		{"tags", tag, "index", "sha256", sum, "link"},
	} {
		if err := s.write([]byte(digest), append(manifests[:3:3], rest...)...); err != nil {
			return err
		}
	}
	return nil
}

type descriptor struct {
	MediaType string `json:"mediaType"`
	Size      int    `json:"size"`
	Digest    string `json:"digest"`
}

type manifest struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Config        descriptor   `json:"config"`
	Layers        []descriptor `json:"layers"`
}

type runConfig struct {
	Env          []string            `json:"Env,omitempty"`
	Entrypoint   []string            `json:"Entrypoint,omitempty"`
	Cmd          []string            `json:"Cmd,omitempty"`
	ExposedPorts map[string]struct{} `json:"ExposedPorts,omitempty"`
	Volumes      map[string]struct{} `json:"Volumes,omitempty"`
	WorkingDir   string              `json:"WorkingDir,omitempty"`
	StopSignal   string              `json:"StopSignal,omitempty"`
	Labels       map[string]string   `json:"Labels,omitempty"`
}

type historyLine struct {
	Created    time.Time `json:"created"`
	CreatedBy  string    `json:"created_by"`
	EmptyLayer bool      `json:"empty_layer,omitempty"`
}

type rootFS struct {
	Type    string   `json:"type"`
	DiffIDs []string `json:"diff_ids"`
}

type imageConfig struct {
	Architecture string        `json:"architecture"`
	OS           string        `json:"os"`
	Created      time.Time     `json:"created"`
	Config       runConfig     `json:"config"`
	RootFS       rootFS        `json:"rootfs"`
	History      []historyLine `json:"history"`
}

// putImage stores the configuration and the manifest of an image whose layers
// are stored already, under all its tags.
func (s store) putImage(image Image, layers []blob) error {
	config, err := json.Marshal(configOf(image, layers))
	if err != nil {
		return fmt.Errorf("describe image: %w", err)
	}
	m := manifest{
		SchemaVersion: 2, MediaType: "application/vnd.docker.distribution.manifest.v2+json",
		Config: descriptor{"application/vnd.docker.container.image.v1+json", len(config), digestOf(config)},
	}
	for _, layer := range layers {
		m.Layers = append(m.Layers, descriptor{"application/vnd.docker.image.rootfs.diff.tar.gzip", len(layer.data), layer.digest})
		if err := s.linkLayer(image.Name, layer.digest); err != nil {
			return err
		}
	}
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("describe image: %w", err)
	}
	if err := s.putBlob(m.Config.Digest, config); err != nil {
		return err
	}
	if err := s.linkLayer(image.Name, m.Config.Digest); err != nil {
		return err
	}
	digest := digestOf(body)
	if err := s.putBlob(digest, body); err != nil {
		return err
	}
	for _, tag := range image.Tags {
		if err := s.linkManifest(image.Name, tag, digest); err != nil {
			return err
		}
	}
	return nil
}

func configOf(image Image, layers []blob) imageConfig {
	c := imageConfig{
		Architecture: runtime.GOARCH, OS: "linux", Created: epoch, RootFS: rootFS{Type: "layers"},
		Config: runConfig{
			Env: image.Env, Entrypoint: image.Entrypoint, Cmd: image.Cmd, WorkingDir: image.WorkDir, StopSignal: image.StopSignal,
			ExposedPorts: set(image.Ports), Volumes: set(image.Volumes),
			Labels: map[string]string{"org.opencontainers.image.title": image.Title},
		},
	}
	for i, layer := range layers {
		c.RootFS.DiffIDs = append(c.RootFS.DiffIDs, layer.diffID)
		c.History = append(c.History, historyLine{Created: epoch, CreatedBy: image.Layers[i].Comment})
	}
	c.History = append(c.History, historyLine{Created: epoch, CreatedBy: fmt.Sprintf("CMD %q", image.Cmd), EmptyLayer: true})
	return c
}

func set(names []string) map[string]struct{} {
	if len(names) == 0 {
		return nil
	}
	all := make(map[string]struct{}, len(names))
	for _, name := range names {
		all[name] = struct{}{}
	}
	return all
}
