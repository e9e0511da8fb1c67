package parcel

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Pack returns a folder as a tar archive that is read from the disk as it goes.
// It ends with an *Error, or with why ctx ended. moved, if any, is called from
// the goroutine that reads the folder with the bytes of files so far. The caller
// closes the archive; Close waits until nothing is read any more, and returns the
// *Error that it ended with, if any.
//
// Everything belongs to owner: a user of this computer need not be anybody in a
// container. Permissions stay, without set-user-ID and its like; where the
// computer knows none, on Windows, files may be run and everybody may read.
func Pack(ctx context.Context, folder string, owner Owner, moved func(bytes int64)) io.ReadCloser {
	ctx, cancel := context.WithCancel(ctx)
	out, in := io.Pipe()
	p := &packed{PipeReader: out, cancel: cancel, done: make(chan struct{}), folder: folder, owner: owner}
	go func() {
		defer close(p.done)
		p.err = pack(ctx, in, folder, owner, moved)
		_ = in.CloseWithError(p.err) // it never fails
	}()
	return p
}

// Owner is a user and a group, by number.
type Owner struct{ UID, GID int }

// OwnerOf is who owns what a container is to work with that runs as user, as
// images and docker name them: "1000", "1000:1000". A name means nothing outside
// the image: then, as without a user, it is root.
func OwnerOf(user string) Owner {
	name, group, _ := strings.Cut(user, ":")
	uid, err := strconv.ParseUint(name, 10, 31)
	if err != nil {
		return Owner{}
	}
	gid, err := strconv.ParseUint(group, 10, 31)
	if err != nil {
		gid = 0
	}
	return Owner{int(uid), int(gid)}
}

type packed struct {
	*io.PipeReader

	cancel func()
	done   chan struct{}
	err    error // once done

	folder string
	owner  Owner
}

// Source is an archive that says which folder it is of, and whose its files are
// to be.
type Source interface {
	From() (folder string, owner Owner)
}

// From implements Source.
func (p *packed) From() (folder string, owner Owner) { return p.folder, p.owner }

// Close implements io.Closer.
func (p *packed) Close() error {
	p.cancel()
	_ = p.PipeReader.Close() // it never fails
	<-p.done
	if own, ok := errors.AsType[*Error](p.err); ok {
		return own
	}
	return nil
}

func pack(ctx context.Context, w io.Writer, folder string, owner Owner, moved func(bytes int64)) error {
	root, err := open(folder)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // nothing is written
	packer := &packer{ctx.Err, root, owner, tar.NewWriter(w), moved, 0}
	if err := walk(ctx, root, packer.add); err != nil {
		return err
	}
	return packer.out.Close()
}

type packer struct {
	ended func() error
	root  *os.Root
	owner Owner
	out   *tar.Writer
	moved func(bytes int64)
	bytes int64
}

// add writes one entry.
func (p *packer) add(name string, info fs.FileInfo) error {
	h := &tar.Header{Name: name, Mode: mode(info), Uid: p.owner.UID, Gid: p.owner.GID, ModTime: info.ModTime().Truncate(time.Second)}
	switch {
	case info.IsDir():
		h.Typeflag, h.Name = tar.TypeDir, name+"/"
		return p.out.WriteHeader(h)
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := p.root.Readlink(name)
		if err != nil {
			return err
		}
		h.Typeflag, h.Linkname = tar.TypeSymlink, filepath.ToSlash(target)
		return p.out.WriteHeader(h)
	case !info.Mode().IsRegular():
		return nil
	}
	return p.file(name, h)
}

// file writes a file: as much as it had when it was opened. One that grows is
// cut there, one that shrinks is an error.
func (p *packer) file(name string, h *tar.Header) error {
	f, err := p.root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // nothing is written
	at := filepath.Join(p.root.Name(), filepath.FromSlash(name))
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &Error{Path: at, Problem: Changed}
	}
	h.Typeflag, h.Size = tar.TypeReg, info.Size()
	if err := p.out.WriteHeader(h); err != nil {
		return err
	}
	_, err = io.CopyN(p.out, &counted{f, p}, h.Size)
	if errors.Is(err, io.EOF) {
		return &Error{Path: at, Problem: Changed, Cause: err}
	}
	return err
}

// counted tells how many bytes were read, and ends when nobody wants them.
type counted struct {
	io.Reader
	p *packer
}

func (c *counted) Read(b []byte) (int, error) {
	if err := c.p.ended(); err != nil {
		return 0, err
	}
	n, err := c.Reader.Read(b)
	c.p.bytes += int64(n)
	if n > 0 && c.p.moved != nil {
		c.p.moved(c.p.bytes)
	}
	return n, err
}

func mode(info fs.FileInfo) int64 {
	if runtime.GOOS == "windows" {
		return 0o755
	}
	return int64(info.Mode().Perm())
}
