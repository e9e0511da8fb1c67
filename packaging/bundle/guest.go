package main

import (
	"archive/tar"
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

// travelWindow is that of the guest's compression, in bytes; see packaging/guest.
const travelWindow = 128 << 20

// flavours are the two kinds of packages for an architecture, the one with the
// guest only where there is one. why tells what is missing.
func (m *maker) flavours(arch string) (all []flavour, why error, err error) {
	packed := filepath.Join(m.guest, arch+".tar.zst")
	small := flavour{suffix: "-small", limit: limitSmall}
	if _, err := os.Stat(packed); errors.Is(err, fs.ErrNotExist) {
		return []flavour{small}, leftOut("%s is missing: make guest-pack GUEST_ARCH=%s", packed, arch), nil
	}
	manifest := filepath.Join(m.work, "guest-"+arch, machine.ManifestFile)
	if err := takeManifest(packed, manifest); err != nil {
		return nil, nil, err
	}
	if m.guestURL != "" {
		source, err := describe(packed)
		if err != nil {
			return nil, nil, err
		}
		source.URL = m.guestURL + "guest-" + arch + ".tar.zst"
		small.guest = guest{manifest: manifest, source: &source}
	} else {
		why = leftOut("no address for the guest is given (GUEST_URL): the small packages offer no machine")
	}
	return []flavour{small, {guest: guest{manifest: manifest, packed: packed}, limit: limitWhole}}, why, nil
}

// flavoursFor is flavours, with what is missing in the report of a system.
func (m *maker) flavoursFor(system, arch string) ([]flavour, error) {
	all, why, err := m.flavours(arch)
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
	if g.packed != "" {
		return copyFile(g.packed, filepath.Join(dir, machine.PackFile))
	}
	text, err := json.MarshalIndent(g.source, "", "\t")
	if err != nil {
		return fmt.Errorf("write %s: %w", machine.SourceFile, err)
	}
	return writeFile(filepath.Join(dir, machine.SourceFile), append(text, '\n'))
}
