package docker

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"

	"escale/engine"
	"escale/engine/transport"
)

// Logs implements engine.Containers. It fails within 5 s when the container is
// gone or the engine hangs; what goes wrong later, a log driver that cannot be
// read for instance (ErrUnsupported), is the stream's Err, for engines send
// their headers only with the first line.
//
// Podman knows times to the second only, and splits what a terminal shows
// wherever the program paused: only its own API tells the parts.
//
// Source: GET /containers/{id}/logs; with Podman and a terminal the same below
// /libpod, whose answer has frames in any case.
func (a *adapter) Logs(ctx context.Context, id string, options engine.LogOptions) (*engine.Stream[engine.LogLine], error) {
	brief, cancel := within(ctx, callDeadline)
	defer cancel()
	c, err := a.api.ContainerInspect(brief, id)
	if err != nil {
		return nil, failed(brief, err, "read log of container %.12s", id)
	}
	tty := c.Config != nil && c.Config.Tty
	open, framed := a.openLog, !tty
	if tty && a.podman {
		open, framed = a.openPodmanLog, true
	}
	live, release := context.WithCancel(ctx)
	return stream(live, release, func(send func(engine.LogLine) error) error {
		body, err := open(live, id, options)
		if err != nil {
			return err
		}
		defer body.Close() //nolint:errcheck // nothing is written
		return readLog(body, !framed, send)
	}), nil
}

func (a *adapter) openLog(ctx context.Context, id string, options engine.LogOptions) (io.ReadCloser, error) {
	return a.api.ContainerLogs(ctx, id, logQuery(options))
}

// openPodmanLog asks Podman in its own API, which takes the same parameters.
func (a *adapter) openPodmanLog(ctx context.Context, id string, options engine.LogOptions) (io.ReadCloser, error) {
	q := logQuery(options)
	values := url.Values{"stdout": {"true"}, "stderr": {"true"}, "timestamps": {"true"}, "tail": {q.Tail}}
	for name, value := range map[string]string{"since": q.Since, "until": q.Until} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if q.Follow {
		values.Set("follow", "true")
	}
	place := address("/v" + a.libpod + "/libpod/containers/" + url.PathEscape(id) + "/logs?" + values.Encode())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, place, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask Podman for a log: %w", err)
	}
	answer, err := a.http.Do(request)
	if err != nil {
		return nil, transport.Classify(err)
	}
	if answer.StatusCode == http.StatusOK {
		return answer.Body, nil
	}
	defer answer.Body.Close() //nolint:errcheck // nothing is written
	words, _ := io.ReadAll(io.LimitReader(answer.Body, 4096))
	refusal := fmt.Errorf("ask Podman for a log: %s: %s", answer.Status, words)
	if answer.StatusCode == http.StatusNotFound {
		return nil, &failure{engine.ErrNotFound, refusal}
	}
	return nil, &failure{cmp.Or(kindOf(refusal), engine.ErrServer), refusal}
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
