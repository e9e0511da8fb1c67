package main

import (
	"debug/macho"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestMacBundle lays the bundle out with the helper in the place of the window,
// which cannot be built without Apple's SDK, and looks at what can be looked at.
func TestMacBundle(t *testing.T) {
	atRoot(t)
	m := testMaker(t)
	m.withGuest(t, "amd64")
	m.withGuest(t, "arm64")
	m.guestURL = "https://example.org/v1/"
	m.macPrograms = t.TempDir()
	if err := m.macHelper(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, arch := range macArchs {
		if err := copyFile(filepath.Join(m.work, "darwin-"+arch, "escale-machine"), filepath.Join(m.macPrograms, "escale-"+arch)); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.mac(t.Context()); err != nil {
		t.Fatal(err)
	}
	contents := filepath.Join(m.out, "Escale.app", "Contents")
	wellFormed(t, filepath.Join(contents, "Info.plist"))
	for _, name := range []string{"app.entitlements", "helper.entitlements"} {
		wellFormed(t, m.place(name))
	}
	for _, name := range []string{"escale", "escale-machine"} {
		holdsBoth(t, filepath.Join(contents, "MacOS", name))
	}
	for _, name := range []string{
		"PkgInfo", "Resources/icon.icns", "Resources/guest/amd64/source.json", "Resources/guest/arm64/source.json", "Resources/guest/arm64/manifest.json",
	} {
		if _, err := os.Stat(filepath.Join(contents, name)); err != nil {
			t.Error(err)
		}
	}
	first, err := describe(m.place("escale-1.2.3-macos.tar.gz"))
	if err == nil {
		err = m.mac(t.Context())
	}
	if again, _ := describe(m.place("escale-1.2.3-macos.tar.gz")); err != nil || again != first {
		t.Errorf("a second bundle is %+v, not %+v: %v", again, first, err)
	}
}

// holdsBoth says that a program is there for both processors.
func holdsBoth(t *testing.T, file string) {
	t.Helper()
	fat, err := macho.OpenFat(file)
	if err != nil {
		t.Error(err)
		return
	}
	defer fat.Close() //nolint:errcheck // only read
	var cpus []macho.Cpu
	for _, a := range fat.Arches {
		cpus = append(cpus, a.Cpu)
	}
	if len(cpus) != 2 || !slices.Contains(cpus, macho.CpuAmd64) || !slices.Contains(cpus, macho.CpuArm64) {
		t.Errorf("%s is for %v", file, cpus)
	}
}
