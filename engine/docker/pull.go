package docker

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/docker/docker/api/types/image"

	"escale/engine"
)

// reportEvery is the time between two reports of a pull.
const reportEvery = 100 * time.Millisecond

// PullImage implements engine.Images. It sends no credentials.
//
// Source: POST /images/create. The status of the answer is 200 before the pull
// begins: what goes wrong later is an object of the stream.
func (a *adapter) PullImage(ctx context.Context, ref string, report func(engine.PullProgress)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := time.AfterFunc(stallDeadline, func() { cancel(engine.ErrStalled) })
	defer stall.Stop()
	body, err := a.api.ImagePull(ctx, ref, image.PullOptions{})
	if err == nil {
		err = follow(ctx, body, report, func(fetched bool) {
			if a.podman && fetched {
				stall.Reset(unpackDeadline)
				return
			}
			stall.Reset(stallDeadline)
		})
	}
	if err != nil {
		return failed(ctx, pullError(ctx, err), "pull image %s", ref)
	}
	return nil
}

// follow reads the stream of a pull to its end, and closes it. It calls alive at
// every sign of progress, with whether nothing is left to download of what is
// known, and report at most ten times a second and once at the end.
func follow(ctx context.Context, body io.ReadCloser, report func(engine.PullProgress), alive func(fetched bool)) error {
	messages, result := make(chan pullMessage), make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	defer func() {
		cancel()
		_ = body.Close() // read to its end, or of no use any more
		<-done
	}()
	go func() {
		defer close(done)
		result <- objects(body, func(m pullMessage) error {
			select {
			case messages <- m:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
	}()
	return merge(messages, result, report, alive)
}

// merge folds messages into reports until the result is there.
func merge(messages <-chan pullMessage, result <-chan error, report func(engine.PullProgress), alive func(fetched bool)) error {
	var p progress
	var due <-chan time.Time // when the next report may go out; nil when there is nothing new
	var last time.Time
	send := func() {
		due, last = nil, time.Now()
		if report != nil {
			report(p.snapshot())
		}
	}
	for {
		select {
		case m := <-messages:
			changed, err := p.apply(m)
			if err != nil {
				return err
			}
			if !changed {
				continue
			}
			alive(p.fetched())
			switch wait := reportEvery - time.Since(last); {
			case wait <= 0:
				send()
			case due == nil:
				due = time.After(wait)
			}
		case <-due:
			send()
		case err := <-result:
			if !errors.Is(err, io.EOF) {
				return err
			}
			if p.finish(); p.changed {
				send()
			}
			return nil
		}
	}
}
