// Package parcel makes a folder of this computer ready to go into a volume:
// what is in it, and an archive of it that is never in memory as a whole.
//
// Nothing outside the folder is read. Links stay links: they are not followed.
// What is neither a file, a folder nor a link (sockets, pipes, devices) cannot
// be copied, and is counted and left out.
package parcel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Copy is a volume to make, and the folder of this computer that its files come
// from.
type Copy struct{ Folder, Volume string }

// Contents are what is in a folder.
type Contents struct {
	Files   int
	Bytes   int64 // of the files together
	Links   int
	Outside int // of the links, those that lead out of the folder: to nothing, in a volume
	Special int // what is left out
}

// Problem says why a folder cannot be copied.
type Problem string

// The problems.
const (
	Missing Problem = "missing" // there is no such folder
	NoDir   Problem = "nodir"   // it is a file
	Closed  Problem = "closed"  // the user may not read it
	Changed Problem = "changed" // somebody wrote to it while it was copied
	Broken  Problem = "broken"  // its disk did not give it
)

// Error is a folder that cannot be copied. Path is what is to blame.
type Error struct {
	Path    string
	Problem Problem
	Cause   error // may be nil
}

func (e *Error) Error() string { return fmt.Sprintf("copy %s: %s: %v", e.Path, e.Problem, e.Cause) }

func (e *Error) Unwrap() error { return e.Cause }

// blame makes err one about a path, where it is about the folder at all.
func blame(at string, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.ErrClosedPipe):
		return err // not the folder's fault
	case errors.Is(err, fs.ErrPermission):
		return &Error{at, Closed, err}
	case errors.Is(err, fs.ErrNotExist):
		return &Error{at, Missing, err}
	}
	return &Error{at, Broken, err}
}

// open opens a folder, from which nothing leads out.
func open(folder string) (*os.Root, error) {
	info, err := os.Stat(folder)
	if err != nil {
		return nil, blame(folder, err)
	}
	if !info.IsDir() {
		return nil, &Error{Path: folder, Problem: NoDir}
	}
	root, err := os.OpenRoot(folder)
	return root, blame(folder, err)
}

// Measure counts what is in a folder, and makes sure that all of it can be
// read. Errors are an *Error, or why ctx ended. It may take long.
func Measure(ctx context.Context, folder string) (Contents, error) {
	var c Contents
	root, err := open(folder)
	if err != nil {
		return c, err
	}
	defer root.Close() //nolint:errcheck // nothing is written
	err = walk(ctx, root, func(name string, info fs.FileInfo) error {
		switch {
		case info.Mode().IsRegular():
			c.Files++
			c.Bytes += info.Size()
			f, err := root.Open(name)
			if err != nil {
				return err
			}
			return f.Close()
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := root.Readlink(name)
			if err != nil {
				return err
			}
			c.Links++
			if leadsOut(name, target) {
				c.Outside++
			}
		case !info.IsDir():
			c.Special++
		}
		return nil
	})
	return c, err
}

// walk visits what is in a folder, but not the folder itself. Names have
// slashes.
func walk(ctx context.Context, root *os.Root, visit func(name string, info fs.FileInfo) error) error {
	return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		at := filepath.Join(root.Name(), filepath.FromSlash(name))
		if err != nil {
			return blame(at, err)
		}
		if name == "." {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return blame(at, err)
		}
		return blame(at, visit(name, info))
	})
}

// leadsOut tells whether a link leads out of the folder that it is in. One with
// a whole path does: a volume is elsewhere.
func leadsOut(name, target string) bool {
	target = filepath.ToSlash(target)
	return path.IsAbs(target) || filepath.IsAbs(target) || !filepath.IsLocal(filepath.FromSlash(path.Join(path.Dir(name), target)))
}
