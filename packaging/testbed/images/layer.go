package images

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"time"

	"escale/packaging/debs"
)

// epoch is the date of everything in the images, so that a layer made twice is
// the same twice.
var epoch = time.Date(2025, 1, 15, 12, 0, 0, 0, time.UTC)

// blob is a finished layer.
type blob struct {
	digest string // of the compressed bytes, "sha256:…"
	diffID string // of the tar itself
	data   []byte
	needs  map[string]string // shared libraries, and the file that asks for each
	names  map[string]bool   // base names of its files
}

// layerWriter writes one layer.
type layerWriter struct {
	out    bytes.Buffer
	packed *gzip.Writer
	sum    hash.Hash
	tar    *tar.Writer
	seen   map[string]bool
	needs  map[string]string
	box    []byte // the busybox program, when it is in the layer
}

func newLayerWriter() *layerWriter {
	w := &layerWriter{sum: sha256.New(), seen: map[string]bool{}, needs: map[string]string{}}
	w.packed = gzip.NewWriter(&w.out)
	w.tar = tar.NewWriter(io.MultiWriter(w.packed, w.sum))
	return w
}

func (w *layerWriter) finish() (blob, error) {
	if err := w.tar.Close(); err != nil {
		return blob{}, fmt.Errorf("finish layer: %w", err)
	}
	if err := w.packed.Close(); err != nil {
		return blob{}, fmt.Errorf("finish layer: %w", err)
	}
	made := blob{
		digest: digestOf(w.out.Bytes()), diffID: "sha256:" + hex.EncodeToString(w.sum.Sum(nil)), data: w.out.Bytes(),
		needs: w.needs, names: map[string]bool{},
	}
	for name := range w.seen {
		made.names[path.Base(name)] = true
	}
	return made, nil
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// put writes an entry unless the layer has one of that name.
func (w *layerWriter) put(header *tar.Header, content io.Reader) error {
	if w.seen[header.Name] {
		return nil
	}
	w.seen[header.Name] = true
	header.ModTime, header.AccessTime, header.ChangeTime = epoch, time.Time{}, time.Time{}
	header.Uname, header.Gname, header.PAXRecords, header.Format = "", "", nil, tar.FormatUnknown
	if err := w.tar.WriteHeader(header); err != nil {
		return fmt.Errorf("write %s: %w", header.Name, err)
	}
	if header.Typeflag != tar.TypeReg {
		return nil
	}
	if _, err := io.CopyN(w.tar, content, header.Size); err != nil {
		return fmt.Errorf("write %s: %w", header.Name, err)
	}
	return nil
}

func (w *layerWriter) link(name, target string) error {
	return w.put(&tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target, Mode: 0o777}, nil)
}

// addPackage unpacks a Debian package into the layer.
func (w *layerWriter) addPackage(ctx context.Context, file string, layer Layer) error {
	return debs.Read(ctx, file, func(header *tar.Header, content io.Reader) error {
		name := merged(header.Name)
		if name == "" || !layer.wants(name, header.Typeflag == tar.TypeDir) {
			return nil
		}
		switch header.Typeflag {
		case tar.TypeDir:
			name += "/"
		case tar.TypeLink:
			header.Linkname = merged(header.Linkname)
			if !w.seen[header.Linkname] {
				return fmt.Errorf("%s is a link to %s, which is left out", name, header.Linkname)
			}
		}
		header.Name = name
		data, err := io.ReadAll(content)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		w.noteLibraries(name, data)
		return w.put(header, bytes.NewReader(data))
	})
}

// noteLibraries remembers which shared libraries a program asks for.
func (w *layerWriter) noteLibraries(name string, data []byte) {
	if name == "usr/bin/busybox" {
		w.box = data
	}
	if !bytes.HasPrefix(data, []byte(elf.ELFMAG)) {
		return
	}
	program, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return // an object for another kind of computer
	}
	libraries, err := program.ImportedLibraries()
	if err != nil {
		return // it has no dynamic section
	}
	for _, library := range libraries {
		w.needs[library] = name
	}
}

// missingLibraries names what the layers of an image ask for and do not have.
func missingLibraries(layers []blob) []string {
	has := func(library string) bool {
		return slices.ContainsFunc(layers, func(l blob) bool { return l.names[library] })
	}
	missing := map[string]bool{}
	for _, layer := range layers {
		for library, file := range layer.needs {
			if !has(library) {
				missing[library+" (for "+file+")"] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(missing))
}

// merged is a package's path in a system whose /bin, /sbin and /lib are links
// into /usr; empty for the root and for those links themselves.
func merged(name string) string {
	name = strings.Trim(path.Clean("/"+name), "/")
	first, _, nested := strings.Cut(name, "/")
	switch first {
	case "bin", "sbin", "lib", "lib64":
		if !nested {
			return ""
		}
		return "usr/" + name
	}
	return name
}

// unwanted is left out of every layer.
var unwanted = []string{
	"usr/share/doc/", "usr/share/man/", "usr/share/locale/", "usr/share/lintian/", "usr/share/bug/", "usr/share/info/",
	"usr/share/doc-base/", "usr/share/menu/", "usr/lib/systemd/", "etc/init.d/", "etc/apparmor.d/", "usr/share/apport/",
	"usr/share/initramfs-tools/", "usr/share/pixmaps/", "usr/share/gdb/", "usr/share/bash-completion/",
}

func (l Layer) wants(name string, dir bool) bool {
	for _, pattern := range append(unwanted, l.Drop...) {
		if matches(pattern, name) {
			return false
		}
	}
	if len(l.Keep) == 0 {
		return true
	}
	for _, kept := range l.Keep {
		if strings.HasPrefix(name, kept) || dir && strings.HasPrefix(kept, name+"/") {
			return true
		}
	}
	return false
}

// matches reports whether name is what the pattern names, or, when it ends in
// "/", is below it.
func matches(pattern, name string) bool {
	folder, isFolder := strings.CutSuffix(pattern, "/")
	if !isFolder {
		ok, err := path.Match(pattern, name)
		return ok && err == nil
	}
	for at := name; at != "."; at = path.Dir(at) {
		if ok, err := path.Match(folder, at); ok && err == nil {
			return true
		}
	}
	return false
}

func (w *layerWriter) addFile(file File, content []byte) error {
	header := &tar.Header{Name: file.Path, Mode: file.Mode, Uid: file.Owner, Gid: file.Owner, Size: int64(len(content))}
	switch {
	case file.Link != "":
		return w.link(file.Path, file.Link)
	case file.Source == "":
		header.Typeflag, header.Name, header.Size = tar.TypeDir, file.Path+"/", 0
	default:
		header.Typeflag = tar.TypeReg
	}
	return w.put(header, bytes.NewReader(content))
}

func (w *layerWriter) addFiller(size int64, seed byte) error {
	name := fmt.Sprintf("opt/filler/part%d", seed)
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o644}
	return w.put(header, rand.NewChaCha8([32]byte{seed}))
}
