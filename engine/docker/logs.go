package docker

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"

	"escale/engine"
)

// Logs implements engine.Containers. It fails within 5 s when the container is
// gone or the engine hangs; what goes wrong later, a log driver that cannot be
// read for instance (ErrUnsupported), is the stream's Err, for engines send
// their headers only with the first line.
//
// Podman knows times to the second only.
//
// Source: GET /containers/{id}/logs.
func (a *adapter) Logs(ctx context.Context, id string, options engine.LogOptions) (*engine.Stream[engine.LogLine], error) {
	brief, cancel := within(ctx, callDeadline)
	defer cancel()
	c, err := a.api.ContainerInspect(brief, id)
	if err != nil {
		return nil, failed(brief, err, "read log of container %.12s", id)
	}
	tty := c.Config != nil && c.Config.Tty
	live, release := context.WithCancel(ctx)
	return stream(live, release, func(send func(engine.LogLine) error) error {
		body, err := a.api.ContainerLogs(live, id, logQuery(options))
		if err != nil {
			return err
		}
		defer body.Close() //nolint:errcheck // nothing is written
		return readLog(body, tty, send)
	}), nil
}

func readLog(r io.Reader, tty bool, send func(engine.LogLine) error) error {
	if tty {
		return demuxRaw(r, send)
	}
	return demux(r, send)
}

func logQuery(options engine.LogOptions) container.LogsOptions {
	q := container.LogsOptions{
		ShowStdout: true, ShowStderr: true, Timestamps: true, Follow: options.Follow, Tail: "all",
		Since: stamp(options.Since), Until: stamp(options.Until),
	}
	if options.Tail >= 0 {
		q.Tail = strconv.Itoa(options.Tail)
	}
	return q
}

// stamp is a time as the API takes it: seconds and nanoseconds.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	nanos := strconv.Itoa(1e9 + t.Nanosecond())
	return strconv.FormatInt(t.Unix(), 10) + "." + nanos[1:]
}
