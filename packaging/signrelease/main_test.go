package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"escale/app/release"
)

func TestSigns(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"FyneApp.toml": "[Details]\nVersion = \"2.0.1\"\n", "escale.deb": "abc"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var pair bytes.Buffer
	if err := makeKey(&pair); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(pair.String(), "\n")
	secret := strings.TrimPrefix(lines[0], keyVariable+"=")
	public, err := release.ParseKey(strings.TrimPrefix(lines[1], "RELEASE_KEY="))
	if err != nil || public == nil {
		t.Fatalf("%q: %v", lines, err)
	}
	r := request{
		key: secret, notes: "https://x.example/notes", page: "https://x.example/get", app: filepath.Join(dir, "FyneApp.toml"),
		files: []string{"linux/amd64=" + filepath.Join(dir, "escale.deb")}, now: time.Date(2026, 12, 1, 1, 2, 3, 4, time.Local),
	}
	var out bytes.Buffer
	if err := write(&out, r); err != nil {
		t.Fatal(err)
	}
	m, err := release.Open(out.Bytes(), public)
	want := release.Download{Page: r.page, SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
	if err != nil || m.Version != "2.0.1" || m.Downloads["linux/amd64"] != want || !m.Date.Equal(r.now.Truncate(time.Second)) {
		t.Errorf("%+v, %v", m, err)
	}
	for name, edit := range map[string]func(*request){
		"no key": func(r *request) { r.key = "" }, "no notes": func(r *request) { r.notes = "" },
		"no file": func(r *request) { r.files = []string{"linux/amd64=" + dir + "/none"} }, "no system": func(r *request) { r.files = []string{"escale.deb"} },
		"no version": func(r *request) { r.app = filepath.Join(dir, "escale.deb") },
	} {
		bad := r
		edit(&bad)
		if err := write(&bytes.Buffer{}, bad); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}
