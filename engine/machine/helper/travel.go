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

// travels says whether the image's files are elsewhere: packed, or to be fetched.
func (i image) travels() bool {
	return len(i.lacks([]string{machine.PackFile})) == 0 || len(i.lacks([]string{machine.SourceFile})) == 0
}

// arrive unpacks files of an image that came packed, or that is fetched for it.
// One at a time: a second machine finds what the first one made.
func (s *images) arrive(ctx context.Context, from, to image, files []string, m *meter) (image, error) {
	select {
	case s.one <- struct{}{}:
	case <-ctx.Done():
		return image{}, context.Cause(ctx)
	}
	defer func() { <-s.one }()
	if have, err := s.find(ctx, from.hash); err == nil {
		s.release(from.hash) // the caller has its pin
		return have, nil
	}
	size, err := from.size(files)
	if err != nil {
		return image{}, err
	}
	packed := from.path(machine.PackFile)
	if len(from.lacks([]string{machine.PackFile})) > 0 {
		source, err := from.source()
		if err != nil {
			return image{}, err
		}
		if err := s.room(size + source.Bytes); err != nil {
			return image{}, err
		}
		packed = filepath.Join(s.dir, partPrefix+source.SHA256[:32])
		if err := s.fetch.get(ctx, source, packed, m); err != nil {
			return image{}, err
		}
	} else if err := s.room(size); err != nil {
		return image{}, err
	}
	if err := s.unpack(ctx, packed, to, files, m); err != nil {
		return image{}, err
	}
	have, err := s.settle(ctx, from, to)
	if err == nil && packed != from.path(machine.PackFile) {
		err = removeFile(packed)
	}
	return have, err
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

// source is where the image is fetched from.
func (i image) source() (machine.GuestSource, error) {
	var source machine.GuestSource
	data, err := readBounded(i.path(machine.SourceFile), maxManifest)
	if err == nil {
		err = json.Unmarshal(data, &source)
	}
	if err == nil && (len(source.SHA256) != 64 || strings.Trim(source.SHA256, "0123456789abcdef") != "" || source.Bytes <= 0 || source.Bytes > maxImage) {
		err = fmt.Errorf("a SHA-256 %.70q and %d bytes", source.SHA256, source.Bytes)
	}
	if err != nil {
		return source, fmt.Errorf("%w: read %s: %w", errImageDamaged, machine.SourceFile, err)
	}
	if address := os.Getenv(machine.SourceVariable); address != "" {
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
