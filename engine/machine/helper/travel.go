package helper

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"escale/engine/machine"
)

// The bounds of what a guest travels in.
const (
	travelWindow = 128 << 20 // of its compression, see pack in packaging/guest
	maxImage     = 4 << 30   // of all that is in it
)

// partPrefix begins the name of a download, beside the copies. What did not
// arrive whole goes on for this long.
const (
	partPrefix = "part-"
	partKept   = 7 * 24 * time.Hour
)

// unfinished says whether an entry of the images' folder is a download that may
// go on.
func unfinished(e fs.DirEntry) bool {
	if !strings.HasPrefix(e.Name(), partPrefix) {
		return false
	}
	info, err := e.Info()
	return err == nil && time.Since(info.ModTime()) < partKept
}

// lacks are those of the files that are not in the image's folder.
func (i image) lacks(files []string) []string {
	return slices.DeleteFunc(slices.Clone(files), func(name string) bool {
		_, err := os.Stat(i.path(name))
		return !errors.Is(err, fs.ErrNotExist)
	})
}

// parcel is how some of an image's files come: packed in one that lies in the
// image's folder, or that another one there says the address of.
type parcel struct{ pack, source, variable string }

var (
	guestParcel = parcel{machine.PackFile, machine.SourceFile, machine.SourceVariable}
	toolsParcel = parcel{machine.ToolsPackFile, machine.ToolsSourceFile, machine.ToolsVariable}
)

// travels says whether files of the image are elsewhere: packed, or to be fetched.
func (i image) travels(by parcel) bool {
	return len(i.lacks([]string{by.pack})) == 0 || len(i.lacks([]string{by.source})) == 0
}

// arrive unpacks files of an image that came packed, or that is fetched for it.
func (s *images) arrive(ctx context.Context, from, to image, files []string, m *meter) (image, error) {
	over, err := s.bring(ctx, from, to, files, guestParcel, m)
	if err != nil {
		return image{}, err
	}
	have, err := s.settle(ctx, from, to)
	if err == nil {
		err = over()
	}
	return have, err
}

// bring unpacks files of an image into a folder, for which it may fetch them
// first. over removes what was fetched, once the files are in their place.
func (s *images) bring(ctx context.Context, from, to image, files []string, by parcel, m *meter) (over func() error, err error) {
	size, err := from.size(files)
	if err != nil {
		return nil, err
	}
	packed := from.path(by.pack)
	over = func() error { return nil }
	if len(from.lacks([]string{by.pack})) > 0 {
		source, err := from.source(by)
		if err != nil {
			return nil, err
		}
		if err := s.room(size + source.Bytes); err != nil {
			return nil, err
		}
		packed = filepath.Join(s.dir, partPrefix+source.SHA256[:32])
		over = func() error { return removeFile(packed) }
		if err := s.fetch.get(ctx, source, packed, m); err != nil {
			return nil, err
		}
	} else if err := s.room(size); err != nil {
		return nil, err
	}
	return over, s.unpack(ctx, packed, to, files, m)
}

// size is what files of the image are together, in bytes.
func (i image) size(files []string) (int64, error) {
	var all int64
	for _, name := range files {
		file, known := i.manifest.Files[name]
		if !known {
			return 0, fmt.Errorf("%w: the manifest does not name %s", errImageMissing, name)
		}
		if file.Bytes < 0 || file.Bytes > maxImage-all {
			return 0, fmt.Errorf("%w: the manifest says that %s has %d bytes", errImageDamaged, name, file.Bytes)
		}
		all += file.Bytes
	}
	return all, nil
}

// source is where a parcel is fetched from.
func (i image) source(of parcel) (machine.GuestSource, error) {
	var source machine.GuestSource
	data, err := readBounded(i.path(of.source), maxManifest)
	if err == nil {
		err = json.Unmarshal(data, &source)
	}
	if err == nil && (len(source.SHA256) != 64 || strings.Trim(source.SHA256, "0123456789abcdef") != "" || source.Bytes <= 0 || source.Bytes > maxImage) {
		err = fmt.Errorf("a SHA-256 %.70q and %d bytes", source.SHA256, source.Bytes)
	}
	if err != nil {
		return source, fmt.Errorf("%w: read %s: %w", errImageDamaged, of.source, err)
	}
	if address := os.Getenv(of.variable); address != "" {
		source.URL = address
	}
	return source, nil
}

// unpack writes files of an image to a folder. Nothing else in the archive is
// looked at; what they are, settle verifies.
func (s *images) unpack(ctx context.Context, packed string, to image, files []string, m *meter) error {
	in, err := os.Open(packed) //nolint:gosec // the image's, or a download of ours
	if err != nil {
		return fmt.Errorf("%w: %w", errImageMissing, err)
	}
	defer in.Close()           //nolint:errcheck // only read
	defer debug.FreeOSMemory() // the window's, which this program never needs again
	info, err := in.Stat()
	if err != nil {
		return fmt.Errorf("unpack image: %w", err)
	}
	m.done.Store(0)
	m.total.Store(info.Size())
	unpacker, err := zstd.NewReader(counting{in, m}, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(travelWindow))
	if err != nil {
		return fmt.Errorf("unpack image: %w", err)
	}
	defer unpacker.Close()
	archive := tar.NewReader(unpacker)
	for left := slices.Clone(files); len(left) > 0; {
		header, err := archive.Next()
		if err != nil {
			return fmt.Errorf("%w: unpack it, %q left: %w", errImageDamaged, left, err)
		}
		at := slices.Index(left, header.Name)
		if at < 0 {
			continue
		}
		left = slices.Delete(left, at, at+1)
		if want := to.manifest.Files[header.Name].Bytes; header.Typeflag != tar.TypeReg || header.Size != want {
			return fmt.Errorf("%w: %s has %d bytes where it is packed, %d in the manifest", errImageDamaged, header.Name, header.Size, want)
		}
		if err := unpackFile(ctx, archive, to.path(header.Name)); err != nil {
			return err
		}
	}
	return nil
}

// unpackFile writes what the archive is at to a new file.
func unpackFile(ctx context.Context, from io.Reader, to string) error {
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // in the home
	if err != nil {
		return fmt.Errorf("unpack image: %w", err)
	}
	buffer := make([]byte, 1<<20)
	for ctx.Err() == nil {
		n, err := from.Read(buffer)
		if _, failed := out.Write(buffer[:n]); failed != nil {
			return errors.Join(fmt.Errorf("unpack image: %w", failed), out.Close())
		}
		if errors.Is(err, io.EOF) {
			return errors.Join(out.Sync(), out.Close())
		}
		if err != nil {
			return errors.Join(fmt.Errorf("%w: unpack it: %w", errImageDamaged, err), out.Close())
		}
	}
	return errors.Join(context.Cause(ctx), out.Close())
}
