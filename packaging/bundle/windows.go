package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"escale/engine/machine"
)

// The installers, as templates of an installed.
var (
	//go:embed windows/installer.nsi.in
	nsisScript string
	//go:embed windows/installer.wxs.in
	wixSource string
)

// resources is the file that the linker finds beside main.go and puts into the
// program for Windows.
const resources = "rsrc_windows_amd64.syso"

// installed is what an installer is made from.
type installed struct {
	appInfo
	Root    string   // folder with the files to install
	Guest   []string // names of the guest's files, in guest/amd64
	Out     string   // the installer
	Seconds int64    // the date of all files
	Product string   // the code of this very version for Windows's own installer
	Quick   bool     // nobody downloads it
}

// windows makes the program and the installers for amd64; there is no C compiler
// for arm64 here.
func (m *maker) windows(ctx context.Context) error {
	const compiler = "x86_64-w64-mingw32-gcc"
	if err := has(compiler, "gcc-mingw-w64-x86-64"); err != nil {
		return err
	}
	t := target{"windows", "amd64"}
	p, err := m.windowsPrograms(ctx, t, compiler)
	if err != nil {
		return err
	}
	flavours, err := m.flavoursFor("windows", t.arch)
	if err != nil {
		return err
	}
	for _, f := range flavours {
		if err := m.installers(ctx, p, f); err != nil {
			return err
		}
	}
	return m.writeBill(p, t, flavours[len(flavours)-1].guest)
}

func (m *maker) windowsPrograms(ctx context.Context, t target, compiler string) (p programs, err error) {
	if err := m.windowsResources(ctx); err != nil {
		return p, err
	}
	defer os.Remove(resources) //nolint:errcheck // git ignores it
	if p.app, err = m.buildApp(ctx, t, compiler, "-H=windowsgui -extldflags=-Wl,--no-insert-timestamp"); err != nil {
		return p, err
	}
	if p.helper, err = m.buildHelper(ctx, t, ""); err != nil {
		return p, err
	}
	for _, file := range []string{p.app, p.helper} {
		if err := m.sign(ctx, file); err != nil {
			return p, err
		}
	}
	return p, nil
}

// windowsResources makes what a program of Windows says of itself: icon, version,
// and that it draws sharply on every screen.
func (m *maker) windowsResources(ctx context.Context) error {
	winres, err := m.tool(ctx, winresTool)
	if err != nil {
		return err
	}
	all, err := icons(iconSource, []int{16, 32, 48, 64, 256})
	if err != nil {
		return err
	}
	dir := filepath.Join(m.work, "winres")
	var names []string
	for _, size := range []int{256, 64, 48, 32, 16} {
		name := strconv.Itoa(size) + ".png"
		names = append(names, name)
		if err := writeFile(filepath.Join(dir, name), all[size]); err != nil {
			return err
		}
	}
	text, err := json.Marshal(m.winres(names))
	if err != nil {
		return fmt.Errorf("describe resources: %w", err)
	}
	described := filepath.Join(dir, "winres.json")
	if err := writeFile(described, text); err != nil {
		return err
	}
	return try(exec.CommandContext(ctx, winres, "make", "--in", described, "--arch", "amd64", "--out", "rsrc")) //nolint:gosec // our own
}

// winres describes the resources.
//
// Source: https://github.com/tc-hib/go-winres
func (m *maker) winres(icons []string) map[string]any {
	type object = map[string]any
	return object{
		"RT_GROUP_ICON": object{"APP": object{"0000": icons}},
		"RT_MANIFEST": object{"#1": object{"0409": object{
			"identity":    object{"name": m.app.ID, "version": m.app.Dotted()},
			"description": m.app.Name, "minimum-os": "win10", "execution-level": "as invoker", "ui-access": false, "auto-elevate": false,
			"dpi-awareness": "per monitor v2", "long-path-aware": true, "use-common-controls-v6": true,
		}}},
		"RT_VERSION": object{"#1": object{"0000": object{
			"fixed": object{"file_version": m.app.Dotted(), "product_version": m.app.Dotted(), "timestamp": m.app.Released},
			"info": object{"0409": object{
				"ProductName": m.app.Name, "FileDescription": m.app.Name, "CompanyName": "The Escale project", "OriginalFilename": "escale.exe",
				"InternalName": "escale", "FileVersion": m.app.Version, "ProductVersion": m.app.Version, "LegalCopyright": "Apache-2.0",
			}},
		}}},
	}
}

// sign signs a program or an installer, where a certificate is given: in
// WINDOWS_CERTIFICATE, WINDOWS_KEY (files in PEM) and, for a time stamp,
// WINDOWS_TIMESTAMP (an address).
func (m *maker) sign(ctx context.Context, file string) error {
	certificate, key, stamp := os.Getenv("WINDOWS_CERTIFICATE"), os.Getenv("WINDOWS_KEY"), os.Getenv("WINDOWS_TIMESTAMP")
	if certificate == "" || key == "" {
		return nil
	}
	if err := has("osslsigncode", "osslsigncode"); err != nil {
		return err
	}
	args := []string{"sign", "-certs", certificate, "-key", key, "-h", "sha256", "-n", m.app.Name, "-in", file, "-out", file + ".signed"}
	if stamp != "" {
		args = append(args, "-ts", stamp)
	} else {
		args = append(args, "-st", strconv.FormatInt(m.app.Released.Unix(), 10))
	}
	if err := try(exec.CommandContext(ctx, "osslsigncode", args...)); err != nil { //nolint:gosec // our own files
		return err
	}
	return os.Rename(file+".signed", file)
}

// installers makes both kinds from one folder. What is missing for one of them
// leaves that out.
func (m *maker) installers(ctx context.Context, p programs, f flavour) error {
	root := filepath.Join(m.work, "windows"+f.suffix)
	guestDir := filepath.Join(root, "guest", "amd64")
	for to, from := range map[string]string{"escale.exe": p.app, "escale-machine.exe": p.helper, "LICENSE.txt": "LICENSE"} {
		if err := copyFile(from, filepath.Join(root, to)); err != nil {
			return err
		}
	}
	if err := f.guest.lay(guestDir); err != nil {
		return err
	}
	if err := m.date(root); err != nil {
		return err
	}
	in := installed{appInfo: m.app, Root: root, Seconds: m.app.Released.Unix(), Product: guid(m.app.ID + m.app.Version + f.suffix), Quick: m.tags == inspector}
	for _, name := range []string{machine.ManifestFile, machine.PackFile, machine.SourceFile, machine.ToolsPackFile, machine.ToolsSourceFile} {
		if _, err := os.Stat(filepath.Join(guestDir, name)); err == nil {
			in.Guest = append(in.Guest, name)
		}
	}
	for _, k := range []struct {
		program, debian, text, file string
		limit                       int64
		command                     func(script, out string) []string
	}{
		{"makensis", "nsis", nsisScript, "escale-%s%s-setup.exe", m.limit(f), func(script, _ string) []string { return []string{"-V2", "-NOCD", script} }},
		{"wixl", "wixl", wixSource, "escale-%s%s.msi", m.limit(f), func(script, out string) []string { return []string{"--arch", "x64", "--output", out, script} }},
	} {
		if err := has(k.program, k.debian); err != nil {
			m.report.leave(part{"windows", k.program, nil}, err)
			continue
		}
		out, err := filepath.Abs(m.place(fmt.Sprintf(k.file, m.app.Version, f.suffix)))
		if err != nil {
			return err
		}
		in.Out = out
		script := filepath.Join(m.work, k.program+f.suffix+".txt")
		if err := write(script, k.text, in); err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, k.program, k.command(script, out)...) //nolint:gosec // the names above
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+strconv.FormatInt(in.Seconds, 10))
		if err := try(cmd); err != nil {
			return err
		}
		if err := m.sign(ctx, out); err != nil {
			return err
		}
		m.report.hand(m.place(filepath.Base(out)), k.limit)
	}
	return nil
}

// guid is a code that follows from a text, where tools would take one by chance.
func guid(text string) string {
	sum := sha256.Sum256([]byte(text))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// date gives every file of a folder the commit's date.
func (m *maker) date(root string) error {
	return filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(path, m.app.Released, m.app.Released) //nolint:gosec // in a folder of this run's own
	})
}
