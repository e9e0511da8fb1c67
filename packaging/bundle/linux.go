package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
)

// What belongs to a desktop, as templates of an appInfo.
var (
	//go:embed linux/desktop.in
	desktopFile string
	//go:embed linux/metainfo.xml.in
	metainfo string
	//go:embed linux/mime.xml
	mimeTypes string
	//go:embed linux/copyright
	copyright string
)

// packager is a kind of package, as nfpm names it, and how its files are named.
type packager struct {
	kind    string
	file    string // a template: version, suffix, architecture
	arch    map[string]string
	depends []string
	better  []string // recommended: sockets, openers, what runs the machine
}

var packagers = []packager{
	{
		kind: "deb", file: "escale_%s_%[3]s%[2]s.deb", arch: map[string]string{"amd64": "amd64", "arm64": "arm64"},
		depends: []string{
			"libc6 (>= 2.34)", "libgl1", "libegl1", "libwayland-client0", "libwayland-cursor0", "libwayland-egl1", "libx11-6",
			"libxcursor1", "libxi6", "libxinerama1", "libxrandr2", "libxkbcommon0",
		},
		better: []string{"libdecor-0-0", "dbus-user-session", "xdg-utils", "qemu-system-x86 | qemu-system-arm", "virtiofsd | qemu-system-common"},
	},
	{
		kind: "rpm", file: "escale-%s-1.%[3]s%[2]s.rpm", arch: map[string]string{"amd64": "x86_64", "arm64": "aarch64"},
		depends: []string{
			"glibc >= 2.34", "libglvnd-glx", "libglvnd-egl", "libwayland-client", "libwayland-cursor", "libwayland-egl", "libX11", "libXcursor",
			"libXi", "libXinerama", "libXrandr", "libxkbcommon",
		},
		better: []string{"libdecor", "xdg-utils", "qemu-kvm", "virtiofsd"},
	},
	{
		kind: "archlinux", file: "escale-%s-1-%[3]s%[2]s.pkg.tar.zst", arch: map[string]string{"amd64": "x86_64", "arm64": "aarch64"},
		depends: []string{"glibc", "libglvnd", "wayland", "libx11", "libxcursor", "libxi", "libxinerama", "libxrandr", "libxkbcommon"},
		better:  []string{"libdecor: window frames on GNOME", "xdg-utils: opens web pages", "qemu-base: runs the Escale Machine", "virtiofsd: shares folders with it"},
	},
}

// linux makes the packages of this computer's architecture.
func (m *maker) linux(ctx context.Context) error {
	if runtime.GOOS != "linux" {
		return leftOut("they are made on Linux")
	}
	t := here()
	p, err := m.linuxPrograms(ctx, t)
	if err != nil {
		return err
	}
	nfpm, err := m.tool(ctx, nfpmTool)
	if err != nil {
		return err
	}
	flavours, err := m.flavoursFor("linux", t.arch)
	if err != nil {
		return err
	}
	for _, f := range flavours {
		tree := filepath.Join(m.work, "linux"+f.suffix)
		if err := m.linuxTree(tree, p, f.guest, t.arch); err != nil {
			return err
		}
		for _, k := range packagers {
			if m.tags == inspector && k.kind != "deb" {
				continue // the journey is played with that one
			}
			if err := m.pack(ctx, nfpm, k, f, t.arch, tree); err != nil {
				return err
			}
		}
	}
	return m.writeBill(p, t, flavours[len(flavours)-1].guest)
}

func (m *maker) linuxPrograms(ctx context.Context, t target) (p programs, err error) {
	if p.app, err = m.buildApp(ctx, t, "gcc", ""); err != nil {
		return p, err
	}
	p.helper, err = m.buildHelper(ctx, t, "")
	return p, err
}

// linuxTree lays all files of a package out as they are installed.
func (m *maker) linuxTree(tree string, p programs, g guest, arch string) error {
	usr := filepath.Join(tree, "usr")
	share := filepath.Join(usr, "share")
	for to, from := range map[string]string{
		"bin/escale": p.app, "libexec/escale/escale-machine": p.helper, "share/doc/escale/LICENSE": "LICENSE",
	} {
		if err := copyFile(from, filepath.Join(usr, to)); err != nil {
			return err
		}
	}
	for _, program := range []string{"bin/escale", "libexec/escale/escale-machine"} {
		if err := os.Chmod(filepath.Join(usr, program), 0o755); err != nil { //nolint:gosec // public
			return err
		}
	}
	for file, text := range map[string]string{
		"applications/" + m.app.ID + ".desktop":  desktopFile,
		"metainfo/" + m.app.ID + ".metainfo.xml": metainfo,
		"mime/packages/" + m.app.ID + ".xml":     mimeTypes,
		"doc/escale/copyright":                   copyright,
	} {
		if err := write(filepath.Join(share, file), text, m.app); err != nil {
			return err
		}
	}
	if err := layIcons(filepath.Join(share, "icons", "hicolor"), m.app.ID); err != nil {
		return err
	}
	return g.lay(filepath.Join(usr, "lib", "escale", "guest", arch))
}

// pack makes one package of a tree.
func (m *maker) pack(ctx context.Context, nfpm string, k packager, f flavour, arch, tree string) error {
	config, err := json.MarshalIndent(m.nfpmConfig(k, f, arch, tree), "", " ")
	if err != nil {
		return fmt.Errorf("describe %s: %w", k.kind, err)
	}
	described := filepath.Join(m.work, k.kind+f.suffix+".yaml") // JSON is YAML
	if err := writeFile(described, config); err != nil {
		return err
	}
	file := m.place(fmt.Sprintf(k.file, m.app.Version, f.suffix, k.arch[arch]))
	cmd := exec.CommandContext(ctx, nfpm, "package", "--config", described, "--packager", k.kind, "--target", file) //nolint:gosec // our own
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH="+strconv.FormatInt(m.app.Released.Unix(), 10))
	if err := try(cmd); err != nil {
		return err
	}
	m.report.hand(file, m.limit(f))
	if k.kind != "archlinux" || f.limit == limitWhole {
		return nil
	}
	return compress(ctx, file)
}

// compression is how nfpm compresses a kind of package. Its xz takes minutes for a
// guest, which is compressed already: only packages without one are worth it. For
// rpm it has a zstd that does as well in a fifth of the time.
func (m *maker) compression(f flavour, kind string) string {
	switch {
	case f.limit == limitWhole || m.tags == inspector:
		return "gzip"
	case kind == "rpm":
		return "zstd:best"
	}
	return "xz"
}

// limit is how large a package may be, in bytes; 0: nobody downloads it.
func (m *maker) limit(f flavour) int64 {
	if m.tags == inspector {
		return 0
	}
	return f.limit
}

// compress compresses a file of zstd better than nfpm does, which does Arch's no
// other way: by a tenth.
func compress(ctx context.Context, file string) error {
	if err := has("zstd", "zstd"); err != nil {
		return err
	}
	if err := try(exec.CommandContext(ctx, "zstd", "-d", "-q", "-f", file, "-o", file+".tar")); err != nil { //nolint:gosec // just made
		return err
	}
	return try(exec.CommandContext(ctx, "zstd", "-19", "-T1", "-q", "-f", "--rm", file+".tar", "-o", file)) //nolint:gosec // just made
}

// nfpmConfig describes a package.
//
// Source: https://nfpm.goreleaser.com/configuration/
func (m *maker) nfpmConfig(k packager, f flavour, arch, tree string) map[string]any {
	type object = map[string]any
	date := m.app.Released
	return object{
		"name": "escale", "version": m.app.Version, "release": "1", "arch": arch, "platform": "linux", "section": "utils", "priority": "optional",
		"maintainer": "The Escale project <escale@example.org>", "license": "Apache-2.0", "homepage": "https://example.org/escale",
		"description": "Find, run, look into and stop containers, without a terminal\n" +
			"Escale is a desktop app for people who have never seen a container. It uses\n" +
			"the engine that is there, or brings one of its own in a small virtual machine.",
		"mtime": date, "depends": k.depends, "recommends": k.better,
		"contents": []object{
			{"src": filepath.Join(tree, "usr") + "/", "dst": "/usr", "type": "tree", "file_info": object{"mtime": date}},
			{"src": "../libexec/escale/escale-machine", "dst": "/usr/bin/escale-machine", "type": "symlink", "file_info": object{"mtime": date}},
		},
		"deb":       object{"compression": m.compression(f, k.kind)},
		"rpm":       object{"compression": m.compression(f, k.kind), "buildhost": "localhost", "summary": "Find, run, look into and stop containers"},
		"archlinux": object{"packager": "The Escale project <escale@example.org>"},
	}
}
