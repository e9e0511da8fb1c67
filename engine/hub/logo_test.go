package hub

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"escale/engine"
)

func TestLogo(t *testing.T) {
	dir := t.TempDir()
	hub, c := standIn(t, Options{CacheDir: dir})
	for name, media := range map[string]string{"haproxy": MediaPNG, "traefik": MediaPNG, "golang": MediaSVG} {
		data, got, err := c.Logo(t.Context(), name)
		if err != nil || got != media || len(data) == 0 {
			t.Errorf("%s: %d bytes of %q, %v", name, len(data), got, err)
		}
	}
	if _, _, err := c.Logo(t.Context(), "bitnami/nginx"); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}

	asked := len(hub.Requests())
	again := New(Options{Base: c.base, CacheDir: dir}) // as after a restart
	if _, _, err := again.Logo(t.Context(), "golang"); err != nil {
		t.Errorf("kept logo: %v", err)
	}
	if _, _, err := again.Logo(t.Context(), "bitnami/nginx"); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("kept absence: %v", err)
	}
	if len(hub.Requests()) != asked {
		t.Error("the cache asked again")
	}
}

func TestLogoRefused(t *testing.T) {
	for name, body := range map[string]string{
		"html": "<html><body>hello</body></html>", "empty": "", "gif": "GIF89a...", "half a PNG": "\x89PNG\r\n\x1a\nxx",
		"entities": `<!DOCTYPE svg [<!ENTITY a "b">]><svg/>`, "not UTF-8": "<svg>\xff</svg>", "large": "<svg>" + strings.Repeat(" ", maxLogo),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c := serve(t, text(http.StatusOK, body), Options{CacheDir: dir})
			if _, _, err := c.Logo(t.Context(), "nginx"); !errors.Is(err, engine.ErrInvalid) {
				t.Errorf("got %v, want ErrInvalid", err)
			}
			if kept, _ := os.ReadDir(dir); len(kept) != 0 {
				t.Errorf("kept %v", kept)
			}
		})
	}
}

func TestLogoStore(t *testing.T) {
	s := &logoStore{dir: filepath.Join(t.TempDir(), "logos")}
	svg := picture{[]byte("<svg/>"), MediaSVG}
	s.put("a/old", svg)
	if got, ok := s.get("a/old"); !ok || !bytes.Equal(got.data, svg.data) || got.media != MediaSVG {
		t.Errorf("got %+v, %v", got, ok)
	}
	long := time.Now().Add(-keepLogo - time.Hour)
	if err := os.Chtimes(s.file("a/old"), long, long); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.get("a/old"); ok {
		t.Error("an old logo is still used")
	}
	large := picture{append([]byte("<svg>"), bytes.Repeat([]byte(" "), maxLogo-5)...), MediaSVG}
	for i := range maxLogosDir/maxLogo + 3 {
		s.put(fmt.Sprintf("a/n%d", i), large)
	}
	var total int64
	files, err := os.ReadDir(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		info, err := file.Info()
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if total > maxLogosDir {
		t.Errorf("the folder holds %d bytes", total)
	}
	if _, err := os.Stat(s.file("a/old")); !os.IsNotExist(err) {
		t.Errorf("the oldest is still there: %v", err)
	}
}

func TestLogosBelongToOneHub(t *testing.T) {
	dir := t.TempDir()
	ours := &logoStore{dir: dir, base: "https://hub.example"}
	theirs := &logoStore{dir: dir, base: DefaultBase}
	ours.put("library/nginx", picture{[]byte("<svg/>"), MediaSVG})
	if got, ok := theirs.get("library/nginx"); ok {
		t.Errorf("another Hub's logo is %q", got.data)
	}
	if _, ok := (&logoStore{dir: dir, base: "https://hub.example"}).get("library/nginx"); !ok {
		t.Error("the logo was not kept for its own Hub")
	}
}

func TestLogoStoreUnwritable(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, c := standIn(t, Options{CacheDir: filepath.Join(blocked, "below")})
	if _, _, err := c.Logo(t.Context(), "haproxy"); err != nil {
		t.Errorf("a cache that cannot be written is in the way: %v", err)
	}
}
