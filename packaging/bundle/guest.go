package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"escale/engine/machine"
)

// guest is how the guest of the machine comes with a package.
type guest struct {
	manifest string // path; "" where the tree has no guest
	packed   string // path; "" where it is fetched, or not there at all
	source   *machine.GuestSource

	// What the playground's machines load beside it, in the same two ways. Neither
	// where the guest has none.
	tools       string
	toolsSource *machine.GuestSource
}

// flavour is a package with the guest, or without.
type flavour struct {
	suffix string // of the file's name
	guest  guest
	limit  int64 // bytes
}

// The sizes that packages may have, in bytes.
const (
	limitSmall = 20e6 // a guest is fetched
	limitWhole = 90e6 // it is inside
)

// toolsFile is what a guest's manifest calls them; see packaging/guest.
const toolsFile = "tools.sqfs"

// travelWindow is that of the guest's compression, in bytes; see packaging/guest.
const travelWindow = 128 << 20

// flavours are the two kinds of packages for a system and an architecture, the one with the
// guest only where there is one. why tells what is missing.
func (m *maker) flavours(system, arch string) (all []flavour, why error, err error) {
	packed := filepath.Join(m.guest, arch+".tar.zst")
	small := flavour{suffix: "-small", limit: limitSmall}
	if _, err := os.Stat(packed); errors.Is(err, fs.ErrNotExist) {
		return []flavour{small}, leftOut("%s is missing: make guest-pack GUEST_ARCH=%s", packed, arch), nil
	}
	manifest := filepath.Join(m.work, "guest-"+system+"-"+arch, machine.ManifestFile)
	if err := takeManifest(packed, manifest); err != nil {
		return nil, nil, err
	}
	tools, err := m.tools(manifest, arch)
	if err != nil {
		return nil, nil, err
	}
	if m.guestURL != "" {
		small.guest.manifest = manifest
		if small.guest.source, err = m.fetched(packed, "guest-"+arch); err == nil && tools != "" {
			small.guest.toolsSource, err = m.fetched(tools, "tools-"+arch)
		}
		if err != nil {
			return nil, nil, err
		}
	} else {
		why = leftOut("no address for the guest is given (GUEST_URL): the small packages offer no machine")
	}
	return []flavour{small, {guest: guest{manifest: manifest, packed: packed, tools: tools}, limit: limitWhole}}, why, nil
}

// tools is the file in which a guest's tools travel; "" for a guest that has none.
func (m *maker) tools(manifest, arch string) (string, error) {
	text, err := os.ReadFile(manifest) //nolint:gosec // just written
	if err != nil {
		return "", fmt.Errorf("read guest: %w", err)
	}
	var has struct {
		Files map[string]struct{} `json:"files"`
	}
	if err := json.Unmarshal(text, &has); err != nil {
		return "", fmt.Errorf("read guest's manifest: %w", err)
	}
	if _, does := has.Files[toolsFile]; !does {
		return "", nil
	}
	packed := filepath.Join(m.guest, arch+"-tools.tar.zst")
	own := manifest + ".tools"
	if err := takeManifest(packed, own); err != nil {
		return "", fmt.Errorf("%w (make guest-pack GUEST_ARCH=%s)", err, arch)
	}
	if other, err := os.ReadFile(own); err != nil || !bytes.Equal(other, text) { //nolint:gosec // just written
		return "", errors.Join(fmt.Errorf("%s is of another guest: make guest-pack GUEST_ARCH=%s", packed, arch), err)
	}
	return packed, nil
}

// fetched is where a file will be fetched from, by that name.
func (m *maker) fetched(file, name string) (*machine.GuestSource, error) {
	source, err := describe(file)
	source.URL = m.guestURL + name + ".tar.zst"
	return &source, err
}

// flavoursFor is flavours, with what is missing in the report of a system.
func (m *maker) flavoursFor(system, arch string) ([]flavour, error) {
	all, why, err := m.flavours(system, arch)
	if why != nil {
		m.report.leave(part{system, "guest", nil}, why)
	}
	return all, err
}

// takeManifest takes the manifest out of what a guest travels in: it is the first
// file there. What lies beside it in the tree may be of a newer guest.
func takeManifest(packed, to string) error {
	in, err := os.Open(packed) //nolint:gosec // the tree's own
	if err != nil {
		return fmt.Errorf("read guest: %w", err)
	}
	defer in.Close() //nolint:errcheck // only read
	unpacker, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(travelWindow))
	if err != nil {
		return fmt.Errorf("read guest: %w", err)
	}
	defer unpacker.Close()
	archive := tar.NewReader(unpacker)
	header, err := archive.Next()
	if err == nil && header.Name != machine.ManifestFile {
		err = fmt.Errorf("its first file is %q", header.Name)
	}
	if err != nil {
		return fmt.Errorf("read guest %s: %w", packed, err)
	}
	text, err := io.ReadAll(archive)
	if err != nil {
		return fmt.Errorf("read guest %s: %w", packed, err)
	}
	return writeFile(to, text)
}

// describe is a file's SHA-256 and size.
func describe(file string) (machine.GuestSource, error) {
	in, err := os.Open(file) //nolint:gosec // just made
	if err != nil {
		return machine.GuestSource{}, err
	}
	hash := sha256.New()
	n, err := io.Copy(hash, in)
	return machine.GuestSource{SHA256: hex.EncodeToString(hash.Sum(nil)), Bytes: n}, errors.Join(err, in.Close())
}

// lay puts the guest into the folder where the helper looks for it.
func (g guest) lay(dir string) error {
	if g.manifest == "" {
		return nil
	}
	if err := copyFile(g.manifest, filepath.Join(dir, machine.ManifestFile)); err != nil {
		return err
	}
	err := layParcel(g.packed, filepath.Join(dir, machine.PackFile), g.source, filepath.Join(dir, machine.SourceFile))
	if err != nil {
		return err
	}
	return layParcel(g.tools, filepath.Join(dir, machine.ToolsPackFile), g.toolsSource, filepath.Join(dir, machine.ToolsSourceFile))
}

// layParcel puts a file in its place, or says in another one where it is fetched
// from. There may be neither.
func layParcel(packed, place string, source *machine.GuestSource, file string) error {
	if packed != "" {
		return copyFile(packed, place)
	}
	if source == nil {
		return nil
	}
	text, err := json.MarshalIndent(source, "", "\t")
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(file), err)
	}
	return writeFile(file, append(text, '\n'))
}
