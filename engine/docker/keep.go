package docker

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"

	"escale/engine"
)

// CommitContainer implements engine.Containers.
//
// Source: POST /commit.
func (a *adapter) CommitContainer(ctx context.Context, id, ref string) (string, error) {
	ctx, cancel := within(ctx, pruneDeadline) // it reads all that the container has written
	defer cancel()
	options := container.CommitOptions{Reference: ref, Pause: true}
	if a.podman { // it wants to be told of changes, though there are none
		options.Config = &container.Config{}
	}
	made, err := a.api.ContainerCommit(ctx, id, options)
	if err != nil {
		return "", failed(ctx, err, "make image of container %.12s", id)
	}
	return fullID(made.ID), nil
}

// SaveImage implements engine.Images. Docker gathers the image on its disk before
// it sends the first byte.
//
// Source: GET /images/get.
func (a *adapter) SaveImage(ctx context.Context, ref string) (io.ReadCloser, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	s := &saved{ctx: ctx, cancel: cancel, ref: ref, stall: time.AfterFunc(unpackDeadline, func() { cancel(engine.ErrStalled) })}
	body, err := a.api.ImageSave(ctx, []string{ref})
	if err != nil {
		defer s.end()
		return nil, failed(ctx, imageGone(ctx, err), "save image %s", ref)
	}
	s.body = body
	s.stall.Reset(unpackDeadline)
	return s, nil
}

// saved is an image on its way out. Who reads it slowly is no stalled engine.
type saved struct {
	ctx    context.Context //nolint:containedctx // of the request, whose cause says why it ended
	cancel context.CancelCauseFunc
	ref    string
	stall  *time.Timer
	begun  bool
	body   io.ReadCloser
}

func (s *saved) Read(p []byte) (int, error) {
	if s.begun {
		s.stall.Reset(stallDeadline)
	}
	n, err := s.body.Read(p)
	s.stall.Stop()
	s.begun = s.begun || n > 0
	if err != nil && !errors.Is(err, io.EOF) {
		err = failed(s.ctx, err, "save image %s", s.ref)
	}
	return n, err
}

func (s *saved) Close() error {
	s.end()
	return s.body.Close()
}

func (s *saved) end() {
	s.stall.Stop()
	s.cancel(nil)
}

// LoadImage implements engine.Images.
//
// Source: POST /images/load. As with a pull, what goes wrong may be an object of
// the answer.
func (a *adapter) LoadImage(ctx context.Context, archive io.Reader) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := time.AfterFunc(stallDeadline, func() { cancel(engine.ErrStalled) })
	defer stall.Stop()
	taken := &ending{&lively{archive, func() { stall.Reset(stallDeadline) }}, func() { stall.Reset(unpackDeadline) }}
	answer, err := a.api.ImageLoad(ctx, taken, client.ImageLoadWithQuiet(true))
	if err == nil {
		err = objects(answer.Body, func(m pullMessage) error {
			_, err := new(progress).apply(m)
			return err
		})
		if errors.Is(err, io.EOF) {
			err = nil
		}
		err = errors.Join(err, answer.Body.Close())
	}
	if err != nil {
		return failed(ctx, notArchive(ctx, err), "load image")
	}
	return nil
}

// notArchive tells an archive that the engine cannot read from a fault of it.
func notArchive(ctx context.Context, err error) error {
	if kind := classify(ctx, err); errors.Is(kind, engine.ErrServer) {
		return &failure{engine.ErrInvalid, err}
	}
	return err
}

// ending calls over when all was read: the engine may then be silent for long.
type ending struct {
	io.Reader
	over func()
}

func (e *ending) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		e.over()
	}
	return n, err
}
