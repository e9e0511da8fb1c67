package main

import (
	"context"
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
)

// What macOS wants to know of an app, as templates of an appInfo.
var (
	//go:embed macos/Info.plist.in
	infoPlist string
	//go:embed macos/app.entitlements
	appEntitlements string
	//go:embed macos/helper.entitlements
	helperEntitlements string
)

var macArchs = []string{"amd64", "arm64"}

// macHelper builds the helper for both processors, which takes no Mac.
func (m *maker) macHelper(ctx context.Context) error {
	for _, arch := range macArchs {
		if _, err := m.buildHelper(ctx, target{"darwin", arch}, ""); err != nil {
			return err
		}
	}
	return nil
}

// mac lays the bundle out, from programs that were built on a Mac. There it is
// packed as it is; signing it is .github/workflows/release.yml's.
func (m *maker) mac(ctx context.Context) error {
	if m.macPrograms == "" {
		return leftOut("the window needs Apple's SDK: .github/workflows/release.yml makes it on a Mac, by --mac-programs")
	}
	flavours, err := m.flavoursFor("macos", "arm64") // the helper takes the guest of its own processor
	if err != nil {
		return err
	}
	small := flavours[0] // two guests would be too large
	bundle := m.place(m.app.Name + ".app")
	if err := os.RemoveAll(bundle); err != nil {
		return err
	}
	if err := m.macBundle(ctx, bundle, small.guest); err != nil {
		return err
	}
	file := m.place("escale-" + m.app.Version + "-macos.tar.gz")
	m.report.hand(file, 2*limitSmall) // programs for two processors
	return m.macArchive(ctx, bundle, file)
}

// macBundle lays Escale.app out.
//
// Source: https://developer.apple.com/documentation/bundleresources/placing-content-in-a-bundle
func (m *maker) macBundle(ctx context.Context, bundle string, g guest) error {
	contents := filepath.Join(bundle, "Contents")
	for name, text := range map[string]string{"Info.plist": infoPlist, "PkgInfo": "APPL????"} {
		if err := write(filepath.Join(contents, name), text, m.app); err != nil {
			return err
		}
	}
	icon, err := icns(iconSource)
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(contents, "Resources", "icon.icns"), icon); err != nil {
		return err
	}
	for name, from := range map[string]func(arch string) string{
		"escale":         func(arch string) string { return filepath.Join(m.macPrograms, "escale-"+arch) },
		"escale-machine": func(arch string) string { return filepath.Join(m.work, "darwin-"+arch, "escale-machine") },
	} {
		if err := universal(ctx, filepath.Join(contents, "MacOS", name), from("amd64"), from("arm64")); err != nil {
			return err
		}
	}
	for _, name := range []string{"app", "helper"} { // for what signs it
		text := map[string]string{"app": appEntitlements, "helper": helperEntitlements}[name]
		if err := writeFile(m.place(name+".entitlements"), []byte(text)); err != nil {
			return err
		}
	}
	if g.manifest == "" {
		return nil
	}
	for _, arch := range macArchs {
		flavours, _, err := m.flavours("macos", arch)
		if err != nil {
			return err
		}
		if err := flavours[0].guest.lay(filepath.Join(contents, "Resources", "guest", arch)); err != nil {
			return err
		}
	}
	return nil
}

// universal joins the programs for both processors.
func universal(ctx context.Context, out, amd64, arm64 string) error {
	lipo := ""
	for _, name := range []string{"lipo", "llvm-lipo", "llvm-lipo-14"} {
		if _, err := exec.LookPath(name); err == nil {
			lipo = name
			break
		}
	}
	if lipo == "" {
		return leftOut("llvm-lipo is not installed (Debian: llvm-14)")
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil { //nolint:gosec // public
		return err
	}
	return try(exec.CommandContext(ctx, lipo, "-create", "-output", out, amd64, arm64)) //nolint:gosec // the names above
}

// macArchive packs the bundle as it goes to the Mac that signs it.
func (m *maker) macArchive(ctx context.Context, bundle, file string) error {
	tar := "tar"
	if runtime.GOOS == "darwin" {
		tar = "gtar"
	}
	cmd := exec.CommandContext(ctx, tar, "--sort=name", "--owner=0", "--group=0", "--numeric-owner", //nolint:gosec // fixed
		"--mtime=@"+strconv.FormatInt(m.app.Released.Unix(), 10), "--use-compress-program=gzip -9n", "-cf", file, "-C", filepath.Dir(bundle), filepath.Base(bundle))
	return try(cmd)
}
