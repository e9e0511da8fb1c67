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
	"strconv"
	"strings"
	"testing"
	"time"
)

// bigImage is a registry with one image, whose layers nothing can make smaller.
// A layer is made anew each time that it is asked for: a gigabyte is not kept.
type bigImage struct {
	layers, megabytes int
	digests           []string
	config, manifest  []byte
}

const manifestType = "application/vnd.oci.image.manifest.v1+json"

type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int64  `json:"size"`
}

// serveBigImage returns the registry's address. Every name in it is the image.
func serveBigImage(t *testing.T, layers, megabytes int) (url string) {
	t.Helper()
	b := &bigImage{layers: layers, megabytes: megabytes}
	descriptors := make([]descriptor, layers)
	for i := range layers {
		sum := sha256.New()
		size, err := b.write(sum, i)
		if err != nil {
			t.Fatal(err)
		}
		b.digests = append(b.digests, fmt.Sprintf("sha256:%x", sum.Sum(nil)))
		descriptors[i] = descriptor{"application/vnd.oci.image.layer.v1.tar", b.digests[i], size}
	}
	b.config = encode(t, map[string]any{
		"architecture": "amd64", "os": "linux", "config": map[string]any{},
		"rootfs": map[string]any{"type": "layers", "diff_ids": b.digests},
	})
	b.manifest = encode(t, map[string]any{
		"schemaVersion": 2, "mediaType": manifestType, "layers": descriptors,
		"config": descriptor{"application/vnd.oci.image.config.v1+json", digest(b.config), int64(len(b.config))},
	})
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	return server.URL
}

func (b *bigImage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	switch {
	case name == "":
		return // /v2/: it is a registry
	case strings.Contains(r.URL.Path, "/manifests/"):
		w.Header().Set("Content-Type", manifestType)
		w.Header().Set("Docker-Content-Digest", digest(b.manifest))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b.manifest))
	case name == digest(b.config):
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b.config))
	default:
		b.serveLayer(w, r, name)
	}
}

func (b *bigImage) serveLayer(w http.ResponseWriter, r *http.Request, name string) {
	for i, is := range b.digests {
		if is != name {
			continue
		}
		size, _ := b.write(io.Discard, i)
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
		if r.Method == http.MethodGet {
			_, _ = b.write(w, i)
		}
		return
	}
	http.NotFound(w, r)
}

// write writes layer i, a tar with one file of noise, and returns its size.
func (b *bigImage) write(to io.Writer, i int) (int64, error) {
	counted := &counter{to: to}
	w := tar.NewWriter(counted)
	size := int64(b.megabytes) << 20
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
