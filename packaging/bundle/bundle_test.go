package main

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"escale/engine/machine"
)

// atRoot runs the test where the program runs, at the top of the tree.
func atRoot(t *testing.T) {
	t.Helper()
	t.Chdir("../..")
}

func testMaker(t *testing.T) *maker {
	t.Helper()
	return &maker{
		options: options{out: t.TempDir(), guest: t.TempDir()}, work: t.TempDir(), say: io.Discard,
		app: appInfo{Name: "Escale", ID: "org.escale.app", Version: "1.2.3", Released: time.Unix(1_700_000_000, 0).UTC()},
	}
}

// withGuest gives the maker a guest for an architecture.
func (m *maker) withGuest(t *testing.T, arch string) {
	t.Helper()
	m.withManifest(t, arch+".tar.zst", `{"version": "1", "parts": [
		{"name": "runc", "version": "1.5.1", "licence": "Apache-2.0, with libseccomp: LGPL-2.1-only", "source": "github.com/opencontainers/runc@v1.5.1", "sha256": "aa"},
		{"name": "busybox", "version": "1:1.37.0-6", "licence": "GPL-2.0-only", "source": "Debian trixie, source package busybox", "sha256": "bb"}]}`)
}

// withManifest gives the maker a file in which something travels after a manifest.
func (m *maker) withManifest(t *testing.T, name, manifest string) {
	t.Helper()
	var packed bytes.Buffer
	compress, err := zstd.NewWriter(&packed)
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewWriter(compress)
	err = archive.WriteHeader(&tar.Header{Name: "manifest.json", Size: int64(len(manifest)), Typeflag: tar.TypeReg})
	if err == nil {
		_, err = io.WriteString(archive, manifest)
	}
	if err := errors.Join(err, archive.Close(), compress.Close(), writeFile(filepath.Join(m.guest, name), packed.Bytes())); err != nil {
		t.Fatal(err)
	}
}

func TestReadApp(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	atRoot(t)
	app, err := readApp(t.Context(), ".")
	if err != nil || app.Name != "Escale" || app.ID != "org.escale.app" || app.Date() != "2023-11-14" {
		t.Errorf("%+v, %v", app, err)
	}
	dir := t.TempDir()
	for _, version := range []string{"", "1.2", "1.2.3-beta", "v1.2.3"} {
		if err := writeFile(filepath.Join(dir, "FyneApp.toml"), fmt.Appendf(nil, "Name = \"E\"\nID = \"e\"\nVersion = %q\n", version)); err != nil {
			t.Fatal(err)
		}
		if app, err := readApp(t.Context(), dir); err == nil {
			t.Errorf("version %q is taken for %+v", version, app)
		}
	}
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if _, err := epoch(t.Context(), "."); err == nil {
		t.Error("SOURCE_DATE_EPOCH may be a word")
	}
}

func TestCheckAddress(t *testing.T) {
	for address, good := range map[string]bool{
		"": true, "https://example.org/v1/": true, "https://example.org/v1": false, "http://example.org/": false, "example.org/": false,
	} {
		if err := checkAddress(address); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestFlavours: without a guest there is one small package that offers none;
// with one there are two, of which the small one says where it is and what.
func TestFlavours(t *testing.T) {
	m := testMaker(t)
	all, why, err := m.flavours("linux", "amd64")
	if err != nil || len(all) != 1 || all[0].guest.manifest != "" || !errors.Is(why, errLeftOut) {
		t.Errorf("without a guest: %+v, %v, %v", all, why, err)
	}
	m.withGuest(t, "amd64")
	if all, why, err = m.flavours("linux", "amd64"); err != nil || len(all) != 2 || all[0].guest.manifest != "" || !errors.Is(why, errLeftOut) {
		t.Errorf("without an address: %+v, %v, %v", all, why, err)
	}
	m.guestURL = "https://example.org/v1/"
	all, why, err = m.flavours("linux", "amd64")
	if err != nil || why != nil || len(all) != 2 || all[0].limit != limitSmall || all[1].limit != limitWhole || all[1].guest.packed == "" {
		t.Fatalf("%+v, %v, %v", all, why, err)
	}
	dir := t.TempDir()
	if err := all[0].guest.lay(dir); err != nil {
		t.Fatal(err)
	}
	var source machine.GuestSource
	text, err := os.ReadFile(filepath.Join(dir, machine.SourceFile))
	if err == nil {
		err = json.Unmarshal(text, &source)
	}
	want, _ := describe(all[1].guest.packed)
	want.URL = "https://example.org/v1/guest-amd64.tar.zst"
	if err != nil || source != want || len(source.SHA256) != 64 {
		t.Errorf("%+v, %v", source, err)
	}
	if _, err := os.Stat(filepath.Join(dir, machine.PackFile)); err == nil {
		t.Error("the small one has the guest")
	}
	if err := writeFile(filepath.Join(m.guest, "amd64.tar.zst"), []byte("something else")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.flavours("linux", "amd64"); err == nil {
		t.Error("something else is taken for a guest")
	}
}

// TestTools: a guest's tools come along with it, packed or as an address, and they
// are its own.
func TestTools(t *testing.T) {
	m := testMaker(t)
	m.guestURL = "https://example.org/v1/"
	const manifest, tools = `{"version": "1", "files": {"root.sqfs": {}, "tools.sqfs": {}}}`, "amd64-tools.tar.zst"
	m.withManifest(t, "amd64.tar.zst", manifest)
	if _, _, err := m.flavours("linux", "amd64"); err == nil {
		t.Error("tools that there are not are no fault")
	}
	m.withManifest(t, tools, `{"version": "2", "files": {"root.sqfs": {}, "tools.sqfs": {}}}`)
	if _, _, err := m.flavours("linux", "amd64"); err == nil {
		t.Error("the tools of another guest are taken")
	}
	m.withManifest(t, tools, manifest)
	all, why, err := m.flavours("linux", "amd64")
	if err != nil || why != nil || len(all) != 2 {
		t.Fatalf("%+v, %v, %v", all, why, err)
	}
	for n, want := range []string{"manifest.json source.json tools.json", "guest.tar.zst manifest.json tools.tar.zst"} {
		dir := t.TempDir()
		if err := all[n].guest.lay(dir); err != nil {
			t.Fatal(err)
		}
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range files {
			names = append(names, f.Name())
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s package has %s, want %s", all[n].suffix, got, want)
		}
	}
	source, _ := describe(filepath.Join(m.guest, tools))
	source.URL = "https://example.org/v1/tools-amd64.tar.zst"
	if *all[0].guest.toolsSource != source {
		t.Errorf("fetched from %+v", all[0].guest.toolsSource)
	}
}

// TestReport: a file that is too large fails, after the sums and the sizes are told.
func TestReport(t *testing.T) {
	out := t.TempDir()
	for name, size := range map[string]int{"b.deb": 10, "a.deb": 2e6} {
		if err := writeFile(filepath.Join(out, name), make([]byte, size)); err != nil {
			t.Fatal(err)
		}
	}
	var r report
	r.hand(filepath.Join(out, "b.deb"), 1e6)
	r.leave(part{system: "macos", name: "app"}, leftOut("no Mac"))
	var said bytes.Buffer
	if err := r.finish(&said, out); err != nil || !strings.Contains(said.String(), "macos, app: no Mac") {
		t.Errorf("%v, said %s", err, &said)
	}
	r.hand(filepath.Join(out, "a.deb"), 1e6)
	if err := r.finish(&said, out); err == nil || !strings.Contains(err.Error(), "a.deb has 2.0 MB") {
		t.Errorf("too large: %v", err)
	}
	sums, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	check := exec.CommandContext(t.Context(), "sha256sum", "-c", "--strict", "SHA256SUMS")
	check.Dir = out
	if said, err := check.CombinedOutput(); err != nil || bytes.Count(sums, []byte("\n")) != 2 {
		t.Errorf("%v: %s", err, said)
	}
}

func TestIcons(t *testing.T) {
	atRoot(t)
	all, err := icons(iconSource, hicolor)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range hicolor {
		i, err := png.Decode(bytes.NewReader(all[size]))
		if err != nil || i.Bounds().Dx() != size || i.Bounds().Dy() != size {
			t.Errorf("%d: %v, %v", size, i.Bounds(), err)
			continue
		}
		if _, _, _, alpha := i.At(size/2, size/2).RGBA(); alpha != 0xffff {
			t.Errorf("%d: nothing in the middle", size)
		}
	}
	if _, err := icons(iconSource, []int{2048}); err == nil {
		t.Error("an icon is made larger than it is")
	}
	file, err := icns(iconSource)
	if err != nil || string(file[:4]) != "icns" || int(binary.BigEndian.Uint32(file[4:])) != len(file) {
		t.Fatalf("icns: %d bytes, %v", len(file), err)
	}
	kinds := 0
	for rest := file[8:]; len(rest) > 0; kinds++ {
		n := binary.BigEndian.Uint32(rest[4:])
		if _, err := png.Decode(bytes.NewReader(rest[8:n])); err != nil {
			t.Errorf("%s: %v", rest[:4], err)
		}
		rest = rest[n:]
	}
	if kinds != len(icnsKinds) {
		t.Errorf("%d kinds in it, want %d", kinds, len(icnsKinds))
	}
}

// TestBill reads this very test as a program, and a guest's manifest.
func TestBill(t *testing.T) {
	m := testMaker(t)
	m.withGuest(t, "amd64")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	flavours, _, err := m.flavours("linux", "amd64")
	if err != nil {
		t.Fatal(err)
	}
	manifest := flavours[1].guest.manifest
	b, err := m.bill(programs{app: self, helper: self}, manifest)
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.bill(programs{app: self, helper: self}, manifest)
	if err != nil || again.Serial != b.Serial || b.Metadata.Timestamp != "2023-11-14T22:13:20Z" {
		t.Errorf("a second bill: %s and %s, %v", again.Serial, b.Serial, err)
	}
	seen := map[string]component{}
	for _, c := range b.Components {
		if _, twice := seen[c.Ref]; twice {
			t.Errorf("%s is there twice", c.Ref)
		}
		seen[c.Ref] = c
	}
	if c := seen["guest/busybox@1:1.37.0-6"]; c.PURL != "pkg:deb/debian/busybox@1%3A1.37.0-6" || c.Licences[0].Expression != "GPL-2.0-only" || c.Hashes[0].Content != "bb" {
		t.Errorf("busybox: %+v", c)
	}
	if c := seen["guest/runc@1.5.1"]; c.Licences[0].Named == nil {
		t.Errorf("runc: %+v", c)
	}
	found := false
	for ref := range seen {
		found = found || strings.HasPrefix(ref, "pkg:golang/golang.org/x/image@")
	}
	if !found {
		t.Error("golang.org/x/image, which is in this program, is not in its bill")
	}
	if _, err := m.bill(programs{app: manifest, helper: self}, ""); err == nil {
		t.Error("something that is no program has a bill")
	}
}
