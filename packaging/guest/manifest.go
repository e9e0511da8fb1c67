//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const manifestName = "manifest.json"

// manifest says what is in a guest. The helper compares the files with it before
// each boot.
type manifest struct {
	Version string              `json:"version"` // see guestVersion
	Arch    string              `json:"arch"`
	Engine  engineInfo          `json:"engine"`
	Files   map[string]fileInfo `json:"files"`
	Parts   []part              `json:"parts"`
}

type engineInfo struct {
	Version    string `json:"version"`
	Commit     string `json:"commit"`
	Containerd string `json:"containerd"`
	Runc       string `json:"runc"`
	Kernel     string `json:"kernel"`
	Note       string `json:"note"`
}

type fileInfo struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

type part struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Licence string `json:"licence"`
	Source  string `json:"source"`
	SHA256  string `json:"sha256"`
}

// licences of Debian source packages, as far as the guest takes files of them.
var licences = map[string]string{
	"linux": "GPL-2.0-only", "linux-signed-amd64": "GPL-2.0-only", "linux-signed-arm64": "GPL-2.0-only",
	"nftables": "GPL-2.0-only", "e2fsprogs": "GPL-2.0-or-later AND LGPL-2.0-or-later", "tini": "MIT", "busybox": "GPL-2.0-only",
	"glibc": "LGPL-2.1-or-later", "libnftnl": "GPL-2.0-or-later", "libmnl": "LGPL-2.1-or-later", "gmp": "LGPL-3.0-or-later OR GPL-2.0-or-later",
	"jansson": "MIT", "iptables": "GPL-2.0-or-later", "libedit": "BSD-3-Clause", "ncurses": "X11", "libbsd": "BSD-3-Clause", "libmd": "BSD-3-Clause",
	"docker.io": "Apache-2.0", "bash": "GPL-3.0-or-later", "bash-completion": "GPL-2.0-or-later",
	"util-linux": "LGPL-2.1-or-later AND BSD-3-Clause", "ca-certificates": "MPL-2.0", "qemu": "GPL-2.0-only",
}

func (b *builder) writeManifest(in *inputs, plain *fileInfo, used map[string]bool, out string) error {
	m := manifest{
		Arch: b.arch, Files: map[string]fileInfo{},
		Engine: engineInfo{
			Version: engineVersion, Commit: engineCommit, Containerd: strings.TrimPrefix(containerdVersion, "v"), Runc: runcVersion,
			Kernel: strings.TrimPrefix(in.kernel, "linux-image-"),
			Note: "The commit " + engineCommit + " carries two tags: v2.0.0-beta.21 of its Go module, and docker-v" + engineVersion +
				", the released Docker Engine. dockerd and containerd are two processes of one file. Changed: " + told(lateAuthority) + ".",
		},
	}
	for _, name := range b.files() {
		content, err := os.ReadFile(filepath.Join(out, name)) //nolint:gosec // just made
		if err != nil {
			return fmt.Errorf("write manifest: %w", err)
		}
		m.Files[name] = fileInfo{hash(content), int64(len(content))}
	}
	if plain != nil {
		m.Files[plainFile] = *plain
	}
	m.Version = guestVersion(m.Files)
	parts, err := b.debianParts(in, used)
	if err != nil {
		return err
	}
	m.Parts = append(goParts(in), parts...)
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	if err := os.WriteFile(filepath.Join(out, manifestName), append(text, '\n'), 0o644); err != nil { //nolint:gosec // public
		return fmt.Errorf("write manifest: %w", err)
	}
	return nil
}

// guestVersion names a guest: the engine's version, by which people know it, and a
// digest of its files, so that two of one engine have two names and the same
// guest, built anew, has the same. Nothing is compared by it: that is the hash of
// the manifest, and the engine's version.
func guestVersion(files map[string]fileInfo) string {
	const digits = 6
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		all.WriteString(name + " " + files[name].SHA256 + "\n")
	}
	return engineVersion + "-" + hash([]byte(all.String()))[:digits]
}

func (b *builder) debianParts(in *inputs, used map[string]bool) ([]part, error) {
	var parts []part
	for _, p := range in.packages {
		if !used[p.Name] && p.Name != in.kernel {
			continue
		}
		licence, ok := licences[p.Source]
		if !ok {
			return nil, fmt.Errorf("write manifest: the licence of %s (%s) is unknown", p.Name, p.Source)
		}
		parts = append(parts, part{p.Name, p.Version, licence, "Debian " + release + ", source package " + p.Source, p.SHA256})
	}
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.Name, b.Name) })
	return parts, nil
}

func goParts(in *inputs) []part {
	const apache = "Apache-2.0"
	return []part{
		{"dockerd", engineVersion, apache, "github.com/moby/moby/v2@v2.0.0-beta.21", hash(in.program("engine"))},
		{"docker-proxy", engineVersion, apache, "github.com/moby/moby/v2@v2.0.0-beta.21", hash(in.program("proxy"))},
		{"containerd", strings.TrimPrefix(containerdVersion, "v"), apache, "github.com/containerd/containerd/v2@" + containerdVersion, hash(in.program("engine"))},
		{"containerd-shim-runc-v2", strings.TrimPrefix(containerdVersion, "v"), apache, "github.com/containerd/containerd/v2@" + containerdVersion, hash(in.program("shim"))},
		{"runc", runcVersion, apache + ", with libseccomp: LGPL-2.1-only", "github.com/opencontainers/runc@v" + runcVersion, hash(in.program("runc"))},
		{"init", initVersion, "as Escale", "packaging/guest/init", hash(in.program("init"))},
	}
}
