//go:build machine

package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// noise is a registry with two images, whose layers nothing can make smaller:
// "big" has all of them, "base" the first. A layer is made anew each time that it
// is asked for: a gigabyte is not kept.
type noise struct {
	megabytes int
	layers    []descriptor
	documents map[string][]byte // configurations and manifests, by name and digest
}

const manifestType = "application/vnd.oci.image.manifest.v1+json"

type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int64  `json:"size"`
}

// serveNoise returns the registry's address.
func serveNoise(t *testing.T, layers, megabytes int) (url string) {
	t.Helper()
	n := &noise{megabytes: megabytes, documents: map[string][]byte{}}
	for i := range layers {
		sum := sha256.New()
		size, err := n.write(sum, i)
		if err != nil {
			t.Fatal(err)
		}
		n.layers = append(n.layers, descriptor{"application/vnd.oci.image.layer.v1.tar", fmt.Sprintf("sha256:%x", sum.Sum(nil)), size})
	}
	n.add(t, "base", n.layers[:1])
	n.add(t, "big", n.layers)
	server := httptest.NewServer(n)
	t.Cleanup(server.Close)
	return server.URL
}

func (n *noise) add(t *testing.T, name string, layers []descriptor) {
	t.Helper()
	digests := make([]string, len(layers))
	for i, layer := range layers {
		digests[i] = layer.Digest
	}
	config := encode(t, map[string]any{
		"architecture": runtime.GOARCH, "os": "linux", "config": map[string]any{},
		"rootfs": map[string]any{"type": "layers", "diff_ids": digests},
	})
	manifest := encode(t, map[string]any{
		"schemaVersion": 2, "mediaType": manifestType, "layers": layers,
		"config": descriptor{"application/vnd.oci.image.config.v1+json", digest(config), int64(len(config))},
	})
	n.documents[digest(config)], n.documents[digest(manifest)], n.documents[name] = config, manifest, manifest
}

// ServeHTTP answers what a pull asks: /v2/, /v2/library/NAME/manifests/REFERENCE
// and /v2/library/NAME/blobs/DIGEST.
func (n *noise) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(parts) != 5 {
		return // it is a registry
	}
	document, ok := n.documents[parts[4]]
	if parts[3] == "manifests" {
		if !ok {
			document, ok = n.documents[parts[2]]
		}
		w.Header().Set("Content-Type", manifestType)
		w.Header().Set("Docker-Content-Digest", digest(document))
	}
	if ok {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(document))
		return
	}
	n.serveLayer(w, r, parts[4])
}

func (n *noise) serveLayer(w http.ResponseWriter, r *http.Request, name string) {
	i := slices.IndexFunc(n.layers, func(d descriptor) bool { return d.Digest == name })
	if i < 0 {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Length", strconv.FormatInt(n.layers[i].Size, 10))
	if r.Method == http.MethodGet {
		_, _ = n.write(w, i)
	}
}

// write writes layer i, a tar with one file of noise, and returns its size.
func (n *noise) write(to io.Writer, i int) (int64, error) {
	counted := &counter{to: to}
	w := tar.NewWriter(counted)
	size := int64(n.megabytes) << 20
	if err := w.WriteHeader(&tar.Header{Name: fmt.Sprint("noise", i), Mode: 0o644, Size: size}); err != nil {
		return 0, err
	}
	if _, err := io.CopyN(w, rand.NewChaCha8([32]byte{byte(i)}), size); err != nil {
		return 0, err
	}
	err := w.Close()
	return counted.n, err
}

type counter struct {
	to io.Writer
	n  int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

func digest(data []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(data)) }

func encode(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
