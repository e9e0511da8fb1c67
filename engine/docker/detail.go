package docker

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/go-connections/nat"

	"escale/engine"
)

// InspectContainer implements engine.Containers.
//
// Source: GET /containers/{id}/json.
func (a *adapter) InspectContainer(ctx context.Context, id string) (engine.ContainerDetail, error) {
	ctx, cancel := within(ctx, callDeadline)
	defer cancel()
	c, err := a.api.ContainerInspect(ctx, id)
	if err != nil {
		return engine.ContainerDetail{}, failed(ctx, err, "inspect container %.12s", id)
	}
	return a.detail(c), nil
}

// ContainerSize implements engine.Containers.
//
// Source: GET /containers/{id}/json?size=true, field SizeRw.
func (a *adapter) ContainerSize(ctx context.Context, id string) (int64, error) {
	ctx, cancel := within(ctx, slowDeadline)
	defer cancel()
	c, _, err := a.api.ContainerInspectWithRaw(ctx, id, true)
	if err != nil {
		return 0, failed(ctx, err, "measure container %.12s", id)
	}
	if size := orEmpty(c.ContainerJSONBase).SizeRw; size != nil {
		return max(*size, 0), nil
	}
	return 0, fmt.Errorf("measure container %.12s: %w", id, engine.ErrUnsupported)
}

func (a *adapter) detail(c container.InspectResponse) engine.ContainerDetail {
	base, config, host := orEmpty(c.ContainerJSONBase), orEmpty(c.Config), &container.HostConfig{}
	if base.HostConfig != nil {
		host = base.HostConfig
	}
	d := engine.ContainerDetail{
		Container: engine.Container{
			ID: base.ID, Name: strings.TrimPrefix(base.Name, "/"), Image: imageName(config.Image, base.Image),
			ImageID: fullID(base.Image), Command: strings.Join(append([]string{base.Path}, base.Args...), " "),
			Created: moment(base.Created).Truncate(time.Second), Mounts: mounts(c.Mounts), Labels: config.Labels,
			Project: config.Labels["com.docker.compose.project"], Service: config.Labels["com.docker.compose.service"],
		},
		Env: environment(config.Env), Entrypoint: config.Entrypoint, Args: config.Cmd, WorkDir: config.WorkingDir,
		User: config.User, Hostname: config.Hostname, TTY: config.Tty, OpenStdin: config.OpenStdin,
		Restart:      cmp.Or(engine.Restart(host.RestartPolicy.Name), engine.RestartNo),
		RestartCount: base.RestartCount, MemoryBytes: max(host.Memory, 0), NanoCPUs: max(nanoCPUs(host), 0),
		AutoRemove: host.AutoRemove, Privileged: host.Privileged, LogDriver: host.LogConfig.Type, SizeRWBytes: -1,
	}
	fillState(&d, orEmpty(base.State))
	d.Mounts = append(d.Mounts, scratch(host, d.Mounts)...)
	d.Ports = detailPorts(d.Active(), c, host)
	d.Attachments = a.attachments(c.NetworkSettings)
	for _, at := range d.Attachments {
		d.Networks = append(d.Networks, at.Network)
	}
	return d
}

func orEmpty[T any](p *T) *T {
	if p == nil {
		return new(T)
	}
	return p
}

func fillState(d *engine.ContainerDetail, s *container.State) {
	d.State, d.OOMKilled, d.PID, d.Error = state(s.Status), s.OOMKilled, s.Pid, s.Error
	d.Started, d.Ended, d.ExitCode = moment(s.StartedAt), moment(s.FinishedAt), s.ExitCode
	if s.Health != nil && s.Health.Status != "none" {
		d.Health = s.Health.Status
	}
	switch {
	case d.State == engine.StateRunning || d.State == engine.StatePaused:
		d.ExitCode, d.Ended = -1, time.Time{}
	case d.State == engine.StateCreated && s.ExitCode == 0:
		d.ExitCode = -1
	case d.Ended.Before(d.Started): // Podman notes the start of a short run after its end
		d.Ended = d.Started
	}
}

// nanoCPUs is the limit, which Podman keeps as a quota of a period.
func nanoCPUs(host *container.HostConfig) int64 {
	if host.NanoCPUs == 0 && host.CPUPeriod > 0 && host.CPUQuota > 0 {
		return int64(float64(host.CPUQuota) / float64(host.CPUPeriod) * 1e9)
	}
	return host.NanoCPUs
}

// moment parses a time of the API; its zero is ours.
func moment(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() <= 1 {
		return time.Time{}
	}
	return t.UTC()
}

func environment(pairs []string) []engine.EnvVar {
	var all []engine.EnvVar
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		all = append(all, engine.EnvVar{Name: name, Value: value})
	}
	return all
}

// scratch are the tmpfs mounts that the list of mounts leaves out, as Podman's
// does.
func scratch(host *container.HostConfig, known []engine.Mount) []engine.Mount {
	var all []engine.Mount
	for target := range host.Tmpfs {
		if !slices.ContainsFunc(known, func(m engine.Mount) bool { return m.Target == target }) {
			all = append(all, engine.Mount{Kind: engine.MountTmpfs, Target: target})
		}
	}
	slices.SortFunc(all, func(x, y engine.Mount) int { return strings.Compare(x.Target, y.Target) })
	return all
}

// detailPorts are the published ports of a running container, and else those
// that it will publish.
func detailPorts(active bool, c container.InspectResponse, host *container.HostConfig) []engine.Port {
	bound := host.PortBindings
	if active && c.NetworkSettings != nil {
		bound = c.NetworkSettings.Ports
	}
	var all []engine.Port
	for port, bindings := range bound {
		for _, b := range bindings {
			number, _ := nat.ParsePort(b.HostPort)
			p := enginePort(port)
			p.Host, p.HostIP = uint16(number), hostIP(b.HostIP) //nolint:gosec // ParsePort bounds it
			all = append(all, p)
		}
		if len(bindings) == 0 {
			all = append(all, enginePort(port))
		}
	}
	for port := range orEmpty(c.Config).ExposedPorts {
		all = append(all, enginePort(port))
	}
	return tidyPorts(all)
}

func enginePort(p nat.Port) engine.Port {
	return engine.Port{Container: uint16(p.Int()), Protocol: p.Proto()} //nolint:gosec // Int is a parsed port
}

func (a *adapter) attachments(s *container.NetworkSettings) []engine.Attachment {
	if s == nil {
		return nil
	}
	var all []engine.Attachment
	for name, e := range s.Networks {
		at := engine.Attachment{Network: a.networkName(name)}
		if e != nil {
			at.IP, _ = netip.ParseAddr(e.IPAddress)
			at.Gateway, _ = netip.ParseAddr(e.Gateway)
			at.Aliases = slices.Clone(e.Aliases)
		}
		all = append(all, at)
	}
	slices.SortFunc(all, func(x, y engine.Attachment) int { return strings.Compare(x.Network, y.Network) })
	return all
}
