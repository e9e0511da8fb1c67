package docker

import (
	"context"
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
