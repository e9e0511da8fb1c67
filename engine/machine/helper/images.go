package helper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"escale/engine/machine"
	"escale/engine/private"
)

// images are copies of the guest's images in the home. A machine boots from a
// copy: an update of the app then takes no file from under it, and the image of
// before is there to go back to.
type images struct {
	dir   string
	files func() []string // those that the driver boots from
	room  func(bytes int64) error
	plain func(arch string) bool // whether plain kernels are of use
	warn  func(what string, err error)
	fetch *fetcher
	one   chan struct{} // holds the one that makes a copy: it may take much memory

	mu   sync.Mutex
	pins map[string]int // by hash: the runs that use it
}

func newImages(dir string, files func() []string) *images {
	return &images{
		dir: dir, files: files, pins: make(map[string]int), one: make(chan struct{}, 1),
		room: func(int64) error { return nil }, fetch: newFetcher(),
		plain: func(string) bool { return false }, warn: func(string, error) {},
	}
}

// take returns the verified copy of an image that came with the app, which it
// makes where it is missing or damaged. Where there is no room for one it is the
// image itself. It stays until it is released. m is told how much has arrived of
// one that is not whole yet.
func (s *images) take(ctx context.Context, from image, m *meter) (image, error) {
	if have, err := s.find(ctx, from.hash); err == nil {
		return have, nil
	}
	s.pin(from.hash, 1)
	have, err := s.copy(ctx, from, m)
	if err == nil {
		return have, nil
	}
	if ctx.Err() == nil && len(from.lacks(s.files())) == 0 && !errors.Is(err, errImageDamaged) && !errors.Is(err, errImageMissing) {
		if err = from.verify(ctx, s.files()); err == nil {
			return from, nil
		}
	}
	s.release(from.hash)
	return image{}, err
}

// find returns a copy, once it is verified. It stays until it is released.
func (s *images) find(ctx context.Context, hash string) (image, error) {
	s.pin(hash, 1)
	have, err := openImage([]string{s.path(hash)})
	if err == nil && have.hash != hash {
		err = fmt.Errorf("%w: its manifest is another one", errImageDamaged)
	}
	if err == nil {
		err = s.check(ctx, &have)
	}
	if err != nil {
		s.release(hash)
		return image{}, err
	}
	return have, nil
}

// has says whether there is a copy; only find says whether it is sound.
func (s *images) has(hash string) bool {
	_, err := os.Stat(filepath.Join(s.path(hash), manifestFile)) //nolint:gosec // in the home
	return err == nil
}

func (s *images) path(hash string) string { return filepath.Join(s.dir, hash[:min(len(hash), 32)]) }

func (s *images) pin(hash string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pins[hash] += n; s.pins[hash] <= 0 {
		delete(s.pins, hash)
	}
}

func (s *images) release(hash string) { s.pin(hash, -1) }

// copy copies an image and verifies what was copied. The system shares the
// blocks where it can; names are not shared, for an update that writes into the
// old file would write into the copy. One at a time: a second machine finds what
// the first one made, and takes it from under nobody.
func (s *images) copy(ctx context.Context, from image, m *meter) (image, error) {
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
	if err := private.Folder(s.dir); err != nil {
		return image{}, err
	}
	next, err := os.MkdirTemp(s.dir, "new-")
	if err != nil {
		return image{}, fmt.Errorf("keep image: %w", err)
	}
	defer os.RemoveAll(next) //nolint:errcheck // gone, or swept up later
	to := image{dir: next, hash: from.hash, manifest: from.manifest}
	if lacks := from.lacks(s.files()); len(lacks) > 0 && from.travels(guestParcel) {
		return s.arrive(ctx, from, to, lacks, m)
	}
	for _, name := range s.files() {
		// What is missing, verify tells.
		if err := copyFile(from.path(name), to.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return image{}, fmt.Errorf("keep image: %w", err)
		}
	}
	return s.settle(ctx, from, to)
}

// settle verifies a copy and gives it its place.
func (s *images) settle(ctx context.Context, from, to image) (image, error) {
	if err := s.check(ctx, &to); err != nil {
		return image{}, err
	}
	if err := replaceFile(to.path(manifestFile), from.raw); err != nil {
		return image{}, err
	}
	place := s.path(from.hash)
	if err := errors.Join(os.RemoveAll(place), os.Rename(to.dir, place)); err != nil {
		return image{}, fmt.Errorf("keep image: %w", err)
	}
	to.dir = place
	return to, nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from) //nolint:gosec // a place of ours
	if err != nil {
		return err
	}
	defer in.Close()                                                      //nolint:errcheck // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // in the home
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// prune removes the copies that no machine needs.
func (s *images) prune(needed map[string]bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	places := make(map[string]bool)
	for hash := range needed {
		places[filepath.Base(s.path(hash))] = true
	}
	for hash := range s.pins {
		places[filepath.Base(s.path(hash))] = true
	}
	entries, _ := os.ReadDir(s.dir) // none, then
	var failed []error
	for _, e := range entries {
		// A copy that is being made has a pin, but not its name yet.
		if !places[e.Name()] && !unfinished(e) && (len(s.pins) == 0 || !strings.HasPrefix(e.Name(), "new-")) {
			failed = append(failed, os.RemoveAll(filepath.Join(s.dir, e.Name())))
		}
	}
	return errors.Join(failed...)
}

// pruneImages removes the images that no machine of the home needs. What a
// machine that cannot be read needs is not known: nothing is removed then.
func (h *Helper) pruneImages() {
	needed := make(map[string]bool)
	all, err := h.every()
	for _, v := range all {
		s := v.memory()
		for _, g := range []*guest{s.Good, s.Before} {
			if g != nil {
				needed[g.Hash] = true
			}
		}
	}
	if err == nil {
		err = h.kept.prune(needed)
	}
	if err != nil {
		h.log.Warn("old images not removed", "error", err)
	}
}

// asGuest is what is remembered of an image.
func (i image) asGuest() guest {
	return guest{Image: machine.Image{Version: i.manifest.Version, Engine: i.manifest.Engine.Version}, Hash: i.hash}
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
