package docker

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/docker/docker/api/types/container"

	"escale/engine"
)

// samplePeriod is how often Podman is asked: its own stream has one sample
// every five seconds.
const samplePeriod = time.Second

// Stats implements engine.Containers.
//
// The stream of a container that does not run ends at once. Docker goes on
// sending empty samples then, and Podman nothing: both are a regular end.
//
// Source: GET /containers/{id}/stats.
func (a *adapter) Stats(ctx context.Context, id string) (*engine.Stream[engine.Sample], error) {
	first, live, release, err := open(ctx, callDeadline, func(ctx context.Context) (container.StatsResponseReader, error) {
		return a.api.ContainerStats(ctx, id, !a.podman)
	})
	if err != nil {
		return nil, failed(ctx, err, "measure container %.12s", id)
	}
	var meter meter
	return stream(live, release, func(send func(engine.Sample) error) error {
		if !a.podman {
			return meter.read(first.Body, send)
		}
		body := first.Body
		for {
			if err := meter.read(body, send); !errors.Is(err, io.EOF) || meter.idle {
				return err
			}
			meter.idle = true
			if err := pause(live, samplePeriod); err != nil {
				return err
			}
			next, err := a.again(live, id)
			if err != nil || next == nil {
				return err
			}
			body = next
		}
	}), nil
}

// again asks Podman for one more sample; nil when the container is gone.
func (a *adapter) again(ctx context.Context, id string) (io.ReadCloser, error) {
	r, err := a.api.ContainerStats(ctx, id, false)
	if err == nil {
		return r.Body, nil
	}
	if kind := kindOf(err); errors.Is(kind, engine.ErrNotFound) || errors.Is(kind, engine.ErrConflict) {
		return nil, nil //nolint:nilnil // the regular end of the stream
	}
	return nil, err
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// meter turns answers into samples. It keeps the last one, to compute what was
// used since.
type meter struct {
	last container.StatsResponse
	idle bool // the last answer held no sample
}

// read sends the samples of one answer, and closes it.
func (m *meter) read(body io.ReadCloser, send func(engine.Sample) error) error {
	defer body.Close() //nolint:errcheck // nothing is written
	return objects(body, func(s container.StatsResponse) error {
		if s.Read.IsZero() || s.Read.Year() <= 1 {
			m.idle = true
			return io.EOF // it does not run
		}
		m.idle = false
		sample := m.sample(s)
		m.last = s
		return send(sample)
	})
}

func (m *meter) sample(s container.StatsResponse) engine.Sample {
	out := engine.Sample{
		At: s.Read.UTC(), CPUPercent: m.cpu(s), MemoryBytes: memory(s.MemoryStats), MemoryLimit: bytes64(s.MemoryStats.Limit),
		PIDs: int(min(s.PidsStats.Current, 1<<31)),
	}
	for _, n := range s.Networks {
		out.RxBytes += bytes64(n.RxBytes)
		out.TxBytes += bytes64(n.TxBytes)
	}
	for _, e := range s.BlkioStats.IoServiceBytesRecursive {
		switch e.Op {
		case "Read", "read":
			out.ReadBytes += bytes64(e.Value)
		case "Write", "write":
			out.WriteBytes += bytes64(e.Value)
		}
	}
	return out
}

// cpu is the share of one core since the last sample. The time that all cores
// worked, as Docker gives it, is the measure; Podman's is not one, so there it
// is the clock.
func (m *meter) cpu(s container.StatsResponse) float64 {
	before := m.last.CPUStats
	used := float64(s.CPUStats.CPUUsage.TotalUsage) - float64(before.CPUUsage.TotalUsage)
	if m.last.Read.IsZero() || used <= 0 {
		return 0
	}
	total, cores := float64(s.CPUStats.SystemUsage)-float64(before.SystemUsage), float64(s.CPUStats.OnlineCPUs)
	if cores == 0 {
		cores = float64(len(s.CPUStats.CPUUsage.PercpuUsage))
	}
	if clock := float64(s.Read.Sub(m.last.Read)); before.SystemUsage == 0 || total <= 0 || cores == 0 || total < clock/2 {
		if clock <= 0 {
			return 0
		}
		return used / clock * 100
	}
	return used / total * cores * 100
}

// memory leaves out the page cache that the kernel can take back, as it is
// called by cgroups v1 and v2; Windows says the private memory directly.
func memory(s container.MemoryStats) int64 {
	if s.PrivateWorkingSet > 0 {
		return bytes64(s.PrivateWorkingSet)
	}
	for _, key := range []string{"total_inactive_file", "inactive_file"} {
		if cache, ok := s.Stats[key]; ok && cache < s.Usage {
			return bytes64(s.Usage - cache)
		}
	}
	return bytes64(s.Usage)
}

func bytes64(n uint64) int64 { return int64(min(n, 1<<63-1)) }
