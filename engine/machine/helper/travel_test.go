//go:build !windows

package helper

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"escale/engine/machine"
	"escale/engine/machine/machinetest"
	"escale/engine/private"
)

// packImage is what the files of an image travel in.
func packImage(t *testing.T, dir string) []byte {
	t.Helper()
	return packFiles(t, dir, "manifest.json", "vmlinuz", "initrd.zst", "root.sqfs")
}

// packFiles is what files of a folder travel in.
func packFiles(t *testing.T, dir string, names ...string) []byte {
	t.Helper()
	var packed bytes.Buffer
	compress, err := zstd.NewWriter(&packed, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewWriter(compress)
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg})
		}
		if err == nil {
			_, err = archive.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), compress.Close()); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// strip leaves the manifest alone in a folder, and returns what was there packed.
func strip(t *testing.T, dir string) []byte {
	t.Helper()
	packed := packImage(t, dir)
	for _, name := range []string{"vmlinuz", "initrd.zst", "root.sqfs"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return packed
}

func keep(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// entries are the names in the folder of the images.
func (b *bench) entries() (names []string) {
	all, _ := os.ReadDir(filepath.Join(b.home.Data, "images"))
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

// TestPackedImage: a machine boots from a guest that came packed with the app.
func TestPackedImage(t *testing.T) {
	for name, tc := range map[string]struct {
		alter func(*bench, []byte) []byte
		want  machine.Cause
	}{
		"whole":     {},
		"cut off":   {func(_ *bench, p []byte) []byte { return p[:len(p)/2] }, machine.CauseImageDamaged},
		"no pack":   {func(*bench, []byte) []byte { return []byte("something else") }, machine.CauseImageDamaged},
		"another":   {func(b *bench, _ []byte) []byte { return otherPack(b.t) }, machine.CauseImageDamaged},
		"disk full": {func(b *bench, p []byte) []byte { b.setFree(100 << 20); return p }, machine.CauseNotEnoughDisk},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, machinetest.Plan{}, func(b *bench) {
				packed := strip(b.t, b.image)
				if tc.alter != nil {
					packed = tc.alter(b, packed)
				}
				keep(b.t, filepath.Join(b.image, machine.PackFile), packed)
			})
			_, err := b.Start(t.Context(), "default")
			var failed *machine.Failure
			switch {
			case tc.want == "" && err != nil:
				t.Fatal(err)
			case tc.want != "" && (!errors.As(err, &failed) || failed.Cause != tc.want):
				t.Fatalf("start: %v, want %s", err, tc.want)
			case tc.want != "" && len(b.entries()) > 0:
				t.Errorf("left behind: %q", b.entries())
			case tc.want == "" && !slices.Equal(b.images(), []string{"1"}):
				t.Errorf("the home has the images %q", b.images())
			}
		})
	}
}

// otherPack is a sound one, of another guest: its sizes are the same.
func otherPack(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	machinetest.Image{Version: "9", Engine: "29.7.1"}.Write(t, dir)
	return packImage(t, dir)
}

// store serves a file as a download site does, with faults. Its answers are
// changed between requests only.
type store struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []string // the Range of each request
	answer func(w http.ResponseWriter, r *http.Request, content []byte)
}

func (s *store) ranges() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func whole(w http.ResponseWriter, r *http.Request, content []byte) {
	http.ServeContent(w, r, "guest.tar.zst", time.Time{}, bytes.NewReader(content))
}

// halfOnce breaks the connection of the first request off in the middle.
func halfOnce() func(http.ResponseWriter, *http.Request, []byte) {
	broken := false
	return func(w http.ResponseWriter, r *http.Request, content []byte) {
		if broken {
			whole(w, r, content)
			return
		}
		broken = true
		_, _ = w.Write(content[:len(content)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func answering(code int) func(http.ResponseWriter, *http.Request, []byte) {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(code) }
}

// fetching makes the bench's image one that is fetched from a store.
func fetching(b *bench, answer func(http.ResponseWriter, *http.Request, []byte)) *store {
	b.t.Helper()
	return serving(b, strip(b.t, b.image), machine.SourceFile, answer)
}

// serving makes something that belongs to the bench's image be fetched from a
// store, at the address that is in the file of that name.
func serving(b *bench, packed []byte, file string, answer func(http.ResponseWriter, *http.Request, []byte)) *store {
	b.t.Helper()
	s := &store{answer: answer}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, r.Header.Get("Range"))
		s.answer(w, r, packed)
	}))
	b.t.Cleanup(s.Close)
	b.h.kept.fetch.client.Transport = s.Client().Transport
	b.h.kept.fetch.pauses = []time.Duration{time.Millisecond, time.Millisecond}
	b.h.kept.fetch.quiet = time.Second
	sum := sha256.Sum256(packed)
	source(b, file, machine.GuestSource{URL: s.URL + "/guest.tar.zst", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(packed))})
	return s
}

// source says in a file of the image where something is fetched from.
func source(b *bench, file string, s machine.GuestSource) {
	b.t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		b.t.Fatal(err)
	}
	keep(b.t, filepath.Join(b.image, file), data)
}

// TestFetchedImage: a machine boots from a guest that is fetched at first need,
// and only then; what goes wrong is told, and mended where that can be.
func TestFetchedImage(t *testing.T) {
	for name, tc := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request, []byte)
		want   machine.Cause
		asks   int
	}{
		"whole":          {whole, "", 1},
		"broken off":     {halfOnce(), "", 2},
		"busy":           {answering(http.StatusServiceUnavailable), machine.CauseImageNotFetched, 3},
		"not there":      {answering(http.StatusNotFound), machine.CauseImageNotFetched, 1},
		"something else": {func(w http.ResponseWriter, r *http.Request, c []byte) { whole(w, r, bytes.Repeat([]byte("x"), len(c))) }, machine.CauseImageNotFetched, 1},
		"without an end": {func(w http.ResponseWriter, r *http.Request, c []byte) {
			whole(w, r, append(slices.Clone(c), "more"...))
		}, machine.CauseImageNotFetched, 1},
		"silent": {func(_ http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() }, machine.CauseImageNotFetched, 3},
		"away from https": {func(w http.ResponseWriter, r *http.Request, _ []byte) {
			http.Redirect(w, r, "http://127.0.0.1:9/", http.StatusFound)
		}, machine.CauseImageNotFetched, 1},
		"to a third place": {func(w http.ResponseWriter, r *http.Request, c []byte) { moved(w, r, c) }, "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			var s *store
			b := newBench(t, machinetest.Plan{}, func(b *bench) { s = fetching(b, tc.answer) })
			if got, err := b.Start(t.Context(), "default"); tc.want != "" {
				var failed *machine.Failure
				if !errors.As(err, &failed) || failed.Cause != tc.want {
					t.Fatalf("start: %v, want %s", err, tc.want)
				}
			} else if err != nil {
				t.Fatal(err)
			} else if step := got.Steps[0]; step.Name != stepImage || step.TotalBytes == 0 || step.DoneBytes != step.TotalBytes {
				t.Errorf("the step %+v", step)
			}
			if len(s.ranges()) != tc.asks {
				t.Errorf("asked %q, want %d times", s.ranges(), tc.asks)
			}
			if tc.want != "" {
				return
			}
			if len(b.entries()) != 1 {
				t.Errorf("left behind: %q", b.entries())
			}
			b.stop()
			b.start()
			if len(s.ranges()) != tc.asks {
				t.Error("it was fetched a second time")
			}
		})
	}
}

func moved(w http.ResponseWriter, r *http.Request, content []byte) {
	if r.URL.Path == "/elsewhere" {
		whole(w, r, content)
		return
	}
	http.Redirect(w, r, "/elsewhere", http.StatusFound)
}

// TestFetchGoesOn: what has arrived before a failure is not fetched again, also
// by another helper; what is not of this guest is.
func TestFetchGoesOn(t *testing.T) {
	var s *store
	cut := func(w http.ResponseWriter, r *http.Request, c []byte) { // 40 bytes a request
		w.Header().Set("Content-Length", "1000000")
		if from := r.Header.Get("Range"); from != "" {
			w.Header().Set("Content-Range", strings.Replace(strings.TrimPrefix(from, "bytes="), "-", "-999/*", 1))
		}
		_, _ = w.Write(c[:40])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	b := newBench(t, machinetest.Plan{}, func(b *bench) { s = fetching(b, cut); b.h.kept.fetch.pauses = nil })
	if _, err := b.Start(t.Context(), "default"); err == nil {
		t.Fatal("it started")
	}
	b.h.sweep()
	if names := b.entries(); len(names) != 1 || !strings.HasPrefix(names[0], partPrefix) {
		t.Fatalf("kept: %q", names)
	}
	s.mu.Lock()
	s.answer = whole
	s.mu.Unlock()
	b.start()
	if got := s.ranges(); len(got) != 2 || got[1] != "bytes=40-" {
		t.Errorf("asked for %q", got)
	}
}

func TestWrongBeginning(t *testing.T) {
	var s *store
	b := newBench(t, machinetest.Plan{}, func(b *bench) {
		s = fetching(b, whole)
		if err := private.Folder(b.h.kept.dir); err != nil {
			b.t.Fatal(err)
		}
		i, err := openImage([]string{b.image})
		if err != nil {
			b.t.Fatal(err)
		}
		from, err := i.source(guestParcel)
		if err != nil {
			b.t.Fatal(err)
		}
		keep(b.t, filepath.Join(b.h.kept.dir, partPrefix+from.SHA256[:32]), []byte("of another one"))
	})
	b.start()
	if got := s.ranges(); !slices.Equal(got, []string{"bytes=14-", ""}) {
		t.Errorf("asked for %q", got)
	}
}

func TestOtherAddress(t *testing.T) {
	var s *store
	b := newBench(t, machinetest.Plan{}, func(b *bench) {
		s = fetching(b, whole)
		i, err := openImage([]string{b.image})
		if err != nil {
			b.t.Fatal(err)
		}
		from, err := i.source(guestParcel)
		if err != nil {
			b.t.Fatal(err)
		}
		b.t.Setenv(machine.SourceVariable, from.URL)
		from.URL = "https://127.0.0.1:9/"
		source(b, machine.SourceFile, from)
	})
	b.start()
	if len(s.ranges()) != 1 {
		t.Errorf("asked %q", s.ranges())
	}
}

func TestBadSource(t *testing.T) {
	good := strings.Repeat("0", 64)
	for name, from := range map[string]machine.GuestSource{
		"no hash":    {URL: "https://example.invalid/", Bytes: 1},
		"odd hash":   {URL: "https://example.invalid/", SHA256: strings.Repeat("/", 64), Bytes: 1},
		"no size":    {URL: "https://example.invalid/", SHA256: good},
		"large size": {URL: "https://example.invalid/", SHA256: good, Bytes: maxImage + 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, machinetest.Plan{}, func(b *bench) { strip(b.t, b.image); source(b, machine.SourceFile, from) })
			_, err := b.Start(t.Context(), "default")
			var failed *machine.Failure
			if !errors.As(err, &failed) || failed.Cause != machine.CauseImageDamaged {
				t.Fatalf("start: %v", err)
			}
		})
	}
}
