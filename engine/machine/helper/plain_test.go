//go:build !windows

package helper

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escale/engine/machine/machinetest"
)

// emulatedImage is an image with a kernel that is packed as Debian's is, and the
// kernel inside.
func emulatedImage(t *testing.T) (image, []byte) {
	t.Helper()
	dir := t.TempDir()
	kernel := []byte("\x7fELF" + strings.Repeat("a kernel. ", 50_000))
	content := map[string][]byte{
		kernelFile: machinetest.BzImage(27, machinetest.Zstandard(t, kernel)), initrdFile: []byte("first"), rootFile: []byte("root"), plainFile: kernel,
	}
	files := map[string]any{}
	for name, data := range content {
		files[name] = map[string]any{"sha256": hashOf(data), "bytes": len(data)}
		if name == plainFile {
			continue // no image travels with it
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, err := json.Marshal(map[string]any{"version": "1", "arch": "amd64", "files": files})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, manifestFile), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	from, err := openImage([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	return from, kernel
}

// TestPlainKernel: an emulated processor boots a kernel that is unpacked already.
func TestPlainKernel(t *testing.T) {
	from, kernel := emulatedImage(t)
	var warned []string
	kept := newImages(filepath.Join(t.TempDir(), "images"), func() []string { return []string{kernelFile, initrdFile, rootFile} })
	kept.warn = func(what string, err error) { warned = append(warned, what+": "+err.Error()) }
	take := func() image {
		t.Helper()
		have, err := kept.take(t.Context(), from, new(meter))
		if err != nil {
			t.Fatal(err)
		}
		kept.release(from.hash)
		return have
	}
	if have := take(); have.plain || len(have.lacks(onlyPlain)) == 0 {
		t.Error("unpacked for a real processor")
	}
	kept.plain = func(string) bool { return true }
	have := take()
	sound := func() bool {
		data, err := os.ReadFile(have.path(plainFile))
		return err == nil && bytes.Equal(data, kernel)
	}
	if !have.plain || !sound() {
		t.Error("not unpacked beside a copy that was there")
	}
	if err := os.WriteFile(have.path(plainFile), kernel[:100], 0o600); err != nil {
		t.Fatal(err)
	}
	if have = take(); !have.plain || !sound() {
		t.Error("a damaged one was not made anew")
	}
	if entries, _ := os.ReadDir(have.dir); len(entries) != 5 {
		t.Errorf("left behind: %v", entries)
	}
	if err := os.RemoveAll(have.dir); err != nil {
		t.Fatal(err)
	}
	if have = take(); !have.plain || !sound() || filepath.Dir(have.dir) != kept.dir {
		t.Error("not unpacked with a new copy")
	}
	if len(warned) != 0 {
		t.Errorf("warned: %q", warned)
	}
}

// TestPlainKernelMissing: an image whose kernel cannot be unpacked boots all the
// same.
func TestPlainKernelMissing(t *testing.T) {
	for name, spoil := range map[string]func(*image){
		"another manifest": func(i *image) { delete(i.manifest.Files, plainFile) },
		"another kernel": func(i *image) {
			f := i.manifest.Files[plainFile]
			f.SHA256 = strings.Repeat("0", 64)
			i.manifest.Files[plainFile] = f
		},
		"a longer kernel": func(i *image) {
			f := i.manifest.Files[plainFile]
			f.Bytes--
			i.manifest.Files[plainFile] = f
		},
	} {
		t.Run(name, func(t *testing.T) {
			from, _ := emulatedImage(t)
			spoil(&from)
			kept := newImages(filepath.Join(t.TempDir(), "images"), func() []string { return []string{kernelFile, initrdFile, rootFile} })
			kept.plain = func(string) bool { return true }
			warned := 0
			kept.warn = func(string, error) { warned++ }
			have, err := kept.copy(t.Context(), from, new(meter))
			if err != nil || have.plain || len(have.lacks(onlyPlain)) == 0 {
				t.Fatalf("plain %v, %v", have.plain, err)
			}
			if _, named := from.manifest.Files[plainFile]; named != (warned == 1) {
				t.Errorf("warned %d times", warned)
			}
		})
	}
}
