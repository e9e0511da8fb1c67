//go:build linux

package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// nextDir is where a new root is unpacked, in the root itself: what is renamed
// must not leave its file system.
const nextDir = ".escale-next"

// spareInit is the init that did the last update. It can do the next one, where
// the one that it put in its place cannot even begin; see package wsl.
const spareInit = ".escale-init"

var errRoot = errors.New("this is no root")

// updateMain replaces a distribution's programs by those of the archive that it
// reads. It waits for the engine's end first.
func updateMain() int {
	aside = os.Stderr
	place, err := takePlace(placeFile, placeWait)
	if err == nil {
		err = update("/", "/proc/self/exe", os.Stdin)
	}
	if err != nil {
		say("update: %v", err)
		return 1
	}
	_ = place.Close()
	return 0
}

// update unpacks a compressed archive beside the root, whole, and only then
// puts it in the place of the old one. Whatever interrupts it, it may be done
// again. It never touches /var, where the engine's data is. self is the program
// that runs, which stays as spareInit.
func update(root, self string, archive io.Reader) error {
	next := filepath.Join(root, nextDir)
	if err := os.RemoveAll(next); err != nil {
		return fmt.Errorf("make room: %w", err)
	}
	if err := unpack(next, archive); err != nil {
		return err
	}
	if !exists(filepath.Join(next, "usr/sbin/init")) {
		return fmt.Errorf("%w: it has no init", errRoot)
	}
	if err := keepInit(self, filepath.Join(root, spareInit)); err != nil {
		return fmt.Errorf("keep this init: %w", err)
	}
	unix.Sync()
	entries, err := os.ReadDir(next)
	if err != nil {
		return fmt.Errorf("read new root: %w", err)
	}
	for _, entry := range entries {
		if err := place(root, next, entry.Name()); err != nil {
			return fmt.Errorf("put %s in its place: %w", entry.Name(), err)
		}
	}
	unix.Sync()
	return os.RemoveAll(next) // with what was in the old one's place
}

// keepInit copies the program that runs. self may be the spare itself.
func keepInit(self, spare string) error {
	content, err := os.ReadFile(self) //nolint:gosec // this program
	if err == nil {
		err = os.WriteFile(spare+".new", content, 0o755) //nolint:gosec // a program
	}
	if err == nil {
		err = os.Rename(spare+".new", spare)
	}
	return err
}

// place puts one entry of the new root in its place.
func place(root, next, name string) error {
	from, to := filepath.Join(next, name), filepath.Join(root, name)
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	switch {
	case !info.IsDir(): // a link
		return os.Rename(from, to)
	case name == "usr":
		if !exists(to) {
			return os.Rename(from, to)
		}
		return unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_EXCHANGE)
	case name == "etc": // where the system writes, too
		return merge(from, to)
	case exists(to):
		return nil
	default:
		return os.Mkdir(to, info.Mode().Perm())
	}
}

// merge puts the files of a folder into another one.
func merge(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755) //nolint:gosec // public
		}
		return os.Rename(path, target) //nolint:gosec // nobody else is in there
	})
}

func unpack(dir string, archive io.Reader) error {
	plain, err := gzip.NewReader(archive)
	if err != nil {
		return fmt.Errorf("%w: %w", errRoot, err)
	}
	for files := tar.NewReader(plain); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errRoot, err)
		}
		if !filepath.IsLocal(header.Name) {
			return fmt.Errorf("%w: it has %.80q", errRoot, header.Name)
		}
		if err := unpackOne(filepath.Join(dir, header.Name), header, files); err != nil { //nolint:gosec // it is local
			return fmt.Errorf("unpack: %w", err)
		}
	}
}

func unpackOne(path string, header *tar.Header, content io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // public
		return err
	}
	mode := fs.FileMode(header.Mode & 0o777)
	switch header.Typeflag {
	case tar.TypeDir:
		return os.MkdirAll(path, mode)
	case tar.TypeSymlink:
		return os.Symlink(header.Linkname, path)
	case tar.TypeReg:
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode) //nolint:gosec // held to dir
		if err != nil {
			return err
		}
		_, err = io.Copy(file, content)
		return errors.Join(err, file.Close())
	default:
		return fmt.Errorf("%w: %.80q is no file", errRoot, header.Name)
	}
}
