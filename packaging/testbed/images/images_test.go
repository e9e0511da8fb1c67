package images

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKeyIsStable(t *testing.T) {
	first, err := Key()
	if err != nil {
		t.Fatal(err)
	}
	if second, err := Key(); err != nil || first != second || len(first) != 16 {
		t.Errorf("keys %q and %q, %v", first, second, err)
	}
}

func TestMerged(t *testing.T) {
	for name, want := range map[string]string{
		"./": "", "./bin/": "", "./bin/busybox": "usr/bin/busybox", "./lib/x86_64-linux-gnu/libc.so.6": "usr/lib/x86_64-linux-gnu/libc.so.6",
		"./usr/bin/env": "usr/bin/env", "./etc/nginx/": "etc/nginx", "./library/x": "library/x",
	} {
		if got := merged(name); got != want {
			t.Errorf("merged(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestWants(t *testing.T) {
	layer := Layer{Keep: []string{"usr/lib/a/mod_dir.so", "etc/"}, Drop: []string{"etc/init.d/", "usr/lib/*/audit/", "etc/x*"}}
	for name, want := range map[string]bool{
		"usr/lib/a/mod_dir.so": true, "usr/lib/a/mod_lua.so": false, "etc/nginx": true, "etc/init.d/nginx": false, "etc/xinetd": false,
		"usr/share/doc/a": false, "usr/lib/b/audit/c/d": false,
	} {
		if got := layer.wants(name, false); got != want {
			t.Errorf("wants(%q) = %v", name, got)
		}
	}
	if !layer.wants("usr/lib/a", true) {
		t.Error("the folder of a wanted file is left out")
	}
}

func TestRecipes(t *testing.T) {
	files, err := sources.ReadDir("files")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"box": true, "": true}
	for _, file := range files {
		known[file.Name()] = true
	}
	seen := map[string]bool{}
	for _, image := range All() {
		for _, tag := range image.Tags {
			if name := image.Name + ":" + tag; seen[name] {
				t.Errorf("%s is made twice", name)
			} else {
				seen[name] = true
			}
		}
		for _, layer := range image.Layers {
			for _, file := range layer.Files {
				if !known[file.Source] {
					t.Errorf("%s needs the unknown file %q", image.Name, file.Source)
				}
			}
		}
	}
}

func TestLayerAndStore(t *testing.T) {
	build := func() blob {
		w := newLayerWriter()
		for _, file := range []File{{Path: "data", Mode: 0o755, Owner: 998}, {Path: "bin/x", Source: "x", Mode: 0o755}, {Path: "y", Link: "/bin/x"}, {Path: "bin/x", Source: "x"}} {
			if err := w.addFile(file, []byte("content")); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.addFiller(1000, 1); err != nil {
			t.Fatal(err)
		}
		made, err := w.finish()
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	layer := build()
	if layer.digest != build().digest {
		t.Error("the same layer twice differs")
	}
	if diff := cmp.Diff([]string{"data/", "bin/x", "y", "opt/filler/part1"}, names(t, layer)); diff != "" {
		t.Error(diff)
	}
	s := store{t.TempDir()}
	image := Image{Name: "library/x", Tags: []string{"latest", "1"}, Layers: []Layer{{Comment: "c"}}, Ports: []string{"80/tcp"}, Cmd: []string{"x"}}
	if err := s.putImage(image, []blob{layer}); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(s.root, "docker", "registry", "v2")
	link, err := os.ReadFile(filepath.Join(root, "repositories/library/x/_manifests/tags/1/current/link"))
	if err != nil {
		t.Fatal(err)
	}
	sum := hexOf(string(link))
	body, err := os.ReadFile(filepath.Join(root, "blobs/sha256", sum[:2], sum, "data"))
	if err != nil || digestOf(body) != string(link) {
		t.Fatalf("manifest %s: %v", link, err)
	}
	var m manifest
	if err := json.Unmarshal(body, &m); err != nil || m.Layers[0].Digest != layer.digest || m.Layers[0].Size != len(layer.data) {
		t.Errorf("got %+v, %v", m, err)
	}
}

func names(t *testing.T, layer blob) (all []string) {
	t.Helper()
	unpacked, err := gzip.NewReader(bytes.NewReader(layer.data))
	if err != nil {
		t.Fatal(err)
	}
	reader := tar.NewReader(unpacked)
	for {
		header, err := reader.Next()
		if err != nil {
			return all
		}
		all = append(all, header.Name)
	}
}

func TestMissingLibraries(t *testing.T) {
	layers := []blob{
		{needs: map[string]string{"libc.so.6": "bin/x", "libz.so.1": "bin/x"}, names: map[string]bool{"x": true}},
		{names: map[string]bool{"libc.so.6": true}},
	}
	if got := missingLibraries(layers); !slices.Equal(got, []string{"libz.so.1 (for bin/x)"}) {
		t.Errorf("got %q", got)
	}
	w := newLayerWriter()
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	w.noteLibraries("self", self) // whatever it needs, it can be read
	for library := range w.needs {
		if !strings.Contains(library, ".so") {
			t.Errorf("library %q", library)
		}
	}
}
