//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

// sharesWait is for the host to name the folders, before the engine starts
// without them.
const sharesWait = 30 * time.Second

// Where folders of the host can be mounted: the guest's root, which is read-only,
// has these. Below the first ones there is nothing else.
var (
	emptyPlaces = []string{"/home", "/Users", "/Volumes", "/private", "/mnt", "/media", "/opt", "/srv", "/root"}
	usedPlaces  = []string{"/tmp", "/run/media"} // memory already
)

var errPlace = errors.New("the guest has no place for it")

// shares are the folders of the host that are mounted.
type shares struct {
	come chan struct{} // closed when the host has named them

	lock    sync.Mutex
	begun   bool
	mounted map[string]string // paths by tags
	refused map[string]string // reasons by tags
}

func newShares() *shares {
	return &shares{come: make(chan struct{}), mounted: map[string]string{}, refused: map[string]string{}}
}

// await waits until the folders are mounted, if the host said that it has some.
func (s *shares) await(ctx context.Context, expected int) {
	if expected == 0 {
		return
	}
	timer := time.NewTimer(sharesWait)
	defer timer.Stop()
	select {
	case <-s.come:
	case <-timer.C:
		say("the host does not name its %d folders: going on without", expected)
	case <-ctx.Done():
	}
}

// mount mounts the folders that the host names, the first time; a host that
// comes later hears what became of them. Its answer are the refused ones.
func (s *shares) mount(all []wire.Share) map[string]string {
	s.lock.Lock()
	defer s.lock.Unlock()
	if !s.begun {
		s.begun = true
		defer close(s.come)
		s.mountAll(all)
	}
	refused := maps.Clone(s.refused)
	for _, share := range all {
		if s.mounted[share.Tag] != share.Path && refused[share.Tag] == "" {
			refused[share.Tag] = wire.RefusedMount + ": not since this boot"
		}
	}
	return refused
}

func (s *shares) mountAll(all []wire.Share) {
	byPlace := map[string][]wire.Share{}
	for _, share := range all {
		place, err := placeOf(share.Path)
		if err != nil {
			s.refuse(share, wire.RefusedPlace, err)
			continue
		}
		byPlace[place] = append(byPlace[place], share)
	}
	for place, shares := range byPlace {
		failed := prepare(place, shares)
		for _, share := range shares {
			err := failed
			if err == nil {
				err = mountShare(share)
			}
			if err != nil {
				s.refuse(share, wire.RefusedMount, err)
				continue
			}
			s.mounted[share.Tag] = share.Path
		}
	}
}

func (s *shares) refuse(share wire.Share, word string, err error) {
	say("share %s: %v", share.Path, err)
	s.refused[share.Tag] = word + ": " + err.Error()
}

// placeOf is the folder of the guest's root below which a path is.
func placeOf(p string) (string, error) {
	for _, place := range slices.Concat(emptyPlaces, usedPlaces) {
		if uses(p, place) && (p != place || slices.Contains(emptyPlaces, place)) {
			return place, nil
		}
	}
	return "", errPlace
}

// prepare makes the mount points in a place. Afterwards nothing else can be made
// there: an engine makes folders that are missing, which would hide in memory that
// a folder is not shared.
func prepare(place string, shares []wire.Share) error {
	empty := slices.Contains(emptyPlaces, place)
	if slices.ContainsFunc(shares, func(s wire.Share) bool { return s.Path == place }) {
		return nil // the root's own folder is the mount point
	}
	if empty {
		if err := unix.Mount("shares", place, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "mode=755,size=1m"); err != nil {
			return fmt.Errorf("prepare %s: %w", place, err)
		}
	}
	for _, s := range shares {
		if err := os.MkdirAll(s.Path, 0o755); err != nil { //nolint:gosec // mount points
			return fmt.Errorf("prepare %s: %w", place, err)
		}
	}
	if empty {
		if err := unix.Mount("", place, "", unix.MS_REMOUNT|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
			return fmt.Errorf("prepare %s: %w", place, err)
		}
	}
	return nil
}

func mountShare(s wire.Share) error {
	flags := uintptr(unix.MS_NOSUID | unix.MS_NODEV)
	if s.ReadOnly {
		flags |= unix.MS_RDONLY // the host holds it, too
	}
	if err := unix.Mount(s.Tag, s.Path, "virtiofs", flags, ""); err != nil {
		return fmt.Errorf("mount %s: %w", s.Path, err)
	}
	return nil
}

// touch makes the programs that watch a file, or the folder that it is in, hear
// that it changed on the host: a file system that is somewhere else says nothing
// by itself. What is in no mounted folder is left out.
func (s *shares) touch(paths []string) {
	s.lock.Lock()
	roots := slices.Collect(maps.Values(s.mounted))
	s.lock.Unlock()
	for _, p := range paths {
		for _, root := range roots {
			if uses(p, root) {
				if err := touchBelow(root, p); err != nil && !errors.Is(err, os.ErrNotExist) {
					say("touch %s: %v", p, err)
				}
			}
		}
	}
}

// touchBelow sets a file's time of change to what it is, which the kernel tells
// watchers as a change of content. Of a file that is gone, its folder is touched.
// No link is followed, and nothing above root is reached, whatever a container
// puts there.
func touchBelow(root, p string) error {
	top, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	defer func() { _ = unix.Close(top) }()
	below := strings.TrimPrefix(strings.TrimPrefix(p, root), "/")
	for {
		if below == "" {
			below = "."
		}
		how := unix.OpenHow{Flags: unix.O_PATH | unix.O_NOFOLLOW | unix.O_CLOEXEC, Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS}
		fd, err := unix.Openat2(top, below, &how)
		switch {
		case err == nil:
			err = touchFile(fd)
			_ = unix.Close(fd)
			return err
		case !errors.Is(err, unix.ENOENT) || below == ".":
			return fmt.Errorf("open file: %w", err)
		}
		below = path.Dir(below)
	}
}

func touchFile(fd int) error {
	var now unix.Statx_t
	// Asked of the host: what the guest remembers may be a second old.
	if err := unix.Statx(fd, "", unix.AT_EMPTY_PATH|unix.AT_STATX_FORCE_SYNC, unix.STATX_MTIME|unix.STATX_SIZE, &now); err != nil {
		return fmt.Errorf("look at file: %w", err)
	}
	times := []unix.Timespec{{Nsec: unix.UTIME_OMIT}, {Sec: now.Mtime.Sec, Nsec: int64(now.Mtime.Nsec)}}
	if err := unix.UtimesNanoAt(fd, "", times, unix.AT_EMPTY_PATH); err != nil {
		return fmt.Errorf("set time of file: %w", err)
	}
	return nil
}
