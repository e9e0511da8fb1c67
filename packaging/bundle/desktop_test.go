package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// validate runs a checker of desktop files. packaging/packages.txt has them.
func validate(t *testing.T, program string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput(); err != nil {
		t.Errorf("%s (Debian: desktop-file-utils, appstream): %v\n%s", program, err, out)
	}
}

// TestLinuxTree: everything is where it is looked for, and what desktops read is
// what they read.
func TestLinuxTree(t *testing.T) {
	atRoot(t)
	m := testMaker(t)
	m.withGuest(t, "amd64")
	flavours, _, err := m.flavours("linux", "amd64")
	if err != nil {
		t.Fatal(err)
	}
	tree := t.TempDir()
	if err := m.linuxTree(tree, programs{app: "LICENSE", helper: "LICENSE"}, flavours[1].guest, "amd64"); err != nil {
		t.Fatal(err)
	}
	share := filepath.Join(tree, "usr", "share")
	for _, name := range []string{
		"usr/bin/escale", "usr/libexec/escale/escale-machine", "usr/lib/escale/guest/amd64/manifest.json", "usr/lib/escale/guest/amd64/guest.tar.zst",
		"usr/share/icons/hicolor/48x48/apps/org.escale.app.png", "usr/share/icons/hicolor/scalable/apps/org.escale.app.svg", "usr/share/doc/escale/copyright",
	} {
		info, err := os.Stat(filepath.Join(tree, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if program := strings.Contains(name, "bin/") || strings.Contains(name, "libexec"); program != (info.Mode().Perm() == 0o755) {
			t.Errorf("%s has the mode %v", name, info.Mode())
		}
	}
	validate(t, "desktop-file-validate", filepath.Join(share, "applications", "org.escale.app.desktop"))
	validate(t, "appstreamcli", "validate", "--no-net", "--pedantic", filepath.Join(share, "metainfo", "org.escale.app.metainfo.xml"))
	wellFormed(t, filepath.Join(share, "mime", "packages", "org.escale.app.xml"))
}

func wellFormed(t *testing.T, file string) {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // only read
	for d := xml.NewDecoder(in); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			return
		}
	}
}

// TestNames: package files are named as their systems do.
func TestNames(t *testing.T) {
	m := testMaker(t)
	want := map[string]string{
		"deb": "escale_1.2.3_amd64-small.deb", "rpm": "escale-1.2.3-1.x86_64-small.rpm", "archlinux": "escale-1.2.3-1-x86_64-small.pkg.tar.zst",
	}
	for _, k := range packagers {
		nfpm := filepath.Join(t.TempDir(), "nfpm") // notes what it was asked
		script := "#!/bin/sh\nfor last; do :; done\ncp \"$3\" \"$last\"\n"
		if k.kind == "archlinux" {
			script = "#!/bin/sh\nfor last; do :; done\nzstd -q -1 <\"$3\" >\"$last\"\n"
		}
		if err := os.WriteFile(nfpm, []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := m.pack(t.Context(), nfpm, k, flavour{suffix: "-small", limit: limitSmall}, "amd64", "/tree"); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(m.place(want[k.kind]))
		if k.kind == "archlinux" {
			text, err = exec.CommandContext(t.Context(), "zstd", "-dcq", m.place(want[k.kind])).Output()
		}
		var config struct {
			Version, Mtime string
			Depends        []string
		}
		if err == nil {
			err = json.Unmarshal(text, &config)
		}
		if err != nil || config.Version != "1.2.3" || config.Mtime != "2023-11-14T22:13:20Z" || len(config.Depends) < 9 {
			t.Errorf("%s: %+v, %v", k.kind, config, err)
		}
	}
}

// TestInstallerScripts: both installers name the guest's files, those without a
// guest none, and keep data unless told otherwise.
func TestInstallerScripts(t *testing.T) {
	m := testMaker(t)
	for _, files := range [][]string{nil, {"manifest.json", "guest.tar.zst"}} {
		in := installed{appInfo: m.app, Root: "/root & all", Guest: files, Out: "/out.exe", Seconds: 1, Product: guid("x")}
		nsi, wxs := filepath.Join(m.work, "nsi"), filepath.Join(m.work, "wxs")
		if err := errors.Join(write(nsi, nsisScript, in), write(wxs, wixSource, in)); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, wxs)
		for _, file := range []string{nsi, wxs} {
			text, err := os.ReadFile(file)
			if err != nil || strings.Contains(string(text), "guest.tar.zst") != (files != nil) {
				t.Errorf("%s with %q: %v", file, files, err)
			}
		}
	}
	_, uninstall, _ := strings.Cut(nsisScript, "Section Uninstall")
	if !strings.Contains(uninstall, `RMDir /r "$LOCALAPPDATA`) {
		t.Error("data cannot be removed")
	}
	for block := range strings.SplitSeq(uninstall, "${EndIf}") {
		if before, _, removes := strings.Cut(block, `RMDir /r "$LOCALAPPDATA`); removes && !strings.Contains(before, "${If} $Also == 1") {
			t.Errorf("data is removed without being asked for:\n%s", block)
		}
	}
}

// TestGUID: the same for the same text, and of the form that tools take.
func TestGUID(t *testing.T) {
	if one, other := guid("a"), guid("b"); one == other || one != guid("a") || len(one) != 36 || one[14] != '8' {
		t.Errorf("%s, %s", one, other)
	}
}
