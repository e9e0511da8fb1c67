package docker

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/docker/docker/api/types/container"

	"escale/engine"
)

// CopyInto implements engine.Containers.
//
// Source: PUT /containers/{id}/archive, without copyUIDGID: engines up to 27 look
// the container's user up among those of their own computer.
func (a *adapter) CopyInto(ctx context.Context, id, path string, archive io.Reader) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := time.AfterFunc(stallDeadline, func() { cancel(engine.ErrStalled) })
	defer stall.Stop()
	taken := &lively{archive, func() { stall.Reset(stallDeadline) }}
	if err := a.api.CopyToContainer(ctx, id, path, taken, container.CopyToContainerOptions{}); err != nil {
		return failed(ctx, err, "copy into container %.12s", id)
	}
	return nil
}

// ReadFile implements engine.Containers. The engine sends an archive, and is
// asked about the file before: that of a folder may be as large as a disk.
//
// Source: HEAD and GET /containers/{id}/archive.
func (a *adapter) ReadFile(ctx context.Context, id, path string, most int64) ([]byte, error) {
	ctx, cancel := within(ctx, callDeadline)
	defer cancel()
	about, err := a.api.ContainerStatPath(ctx, id, path)
	if err != nil {
		return nil, failed(ctx, err, "read file of container %.12s", id)
	}
	if !about.Mode.IsRegular() || about.Size > most {
		return nil, fmt.Errorf("read file of container %.12s: %w", id, engine.ErrInvalid)
	}
	archive, _, err := a.api.CopyFromContainer(ctx, id, path)
	if err != nil {
		return nil, failed(ctx, err, "read file of container %.12s", id)
	}
	defer archive.Close() //nolint:errcheck // nothing is written
	data, err := onlyFile(archive, most)
	if err != nil {
		return nil, failed(ctx, err, "read file of container %.12s", id)
	}
	return data, nil
}

// onlyFile is the content of the file that an archive begins with.
func onlyFile(archive io.Reader, most int64) ([]byte, error) {
	in := tar.NewReader(archive)
	h, err := in.Next()
	if err != nil {
		return nil, err
	}
	if h.Typeflag != tar.TypeReg || h.Size < 0 || h.Size > most {
		return nil, engine.ErrInvalid
	}
	return io.ReadAll(io.LimitReader(in, most))
}

// lively calls alive whenever something was read.
type lively struct {
	io.Reader
	alive func()
}

func (l *lively) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if n > 0 {
		l.alive()
	}
	return n, err
}
