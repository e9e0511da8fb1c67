package docker

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"

	"escale/engine"
)

// ListContainers implements engine.Containers. The list does not say when a
// container was started or ended, nor whether the kernel killed it.
//
// Source: GET /containers/json.
func (a *adapter) ListContainers(ctx context.Context) ([]engine.Container, error) {
	ctx, cancel := within(ctx, callDeadline)
	defer cancel()
	found, err := a.api.ContainerList(ctx, container.ListOptions{All: true})
	if err != nil {
		return nil, failed(ctx, err, "list containers")
	}
	rows := make([]engine.Container, 0, len(found))
	for _, c := range found {
		rows = append(rows, a.row(c))
	}
	slices.SortStableFunc(rows, func(x, y engine.Container) int { return y.Created.Compare(x.Created) })
	return rows, nil
}

func (a *adapter) row(c container.Summary) engine.Container {
	row := engine.Container{
		ID: c.ID, Image: imageName(c.Image, c.ImageID), ImageID: fullID(c.ImageID), Command: c.Command,
		State: state(c.State), Health: health(c.Status), Created: time.Unix(c.Created, 0).UTC(), ExitCode: -1,
		Mounts: mounts(c.Mounts), Labels: c.Labels,
		Project: c.Labels["com.docker.compose.project"], Service: c.Labels["com.docker.compose.service"],
	}
	if len(c.Names) > 0 {
		row.Name = strings.TrimPrefix(ownName(c.Names), "/")
	}
	if row.State != engine.StateRunning && row.State != engine.StateCreated {
		row.ExitCode = exitCode(c.Status)
	}
	if row.Active() { // Podman lists the ports of stopped ones too
		row.Ports = listPorts(c.Ports)
	}
	if c.NetworkSettings != nil {
		for name := range c.NetworkSettings.Networks {
			row.Networks = append(row.Networks, a.networkName(name))
		}
		slices.Sort(row.Networks)
	}
	return row
}

// ownName is the name that is not a link's ("/other/alias").
func ownName(names []string) string {
	for _, n := range names {
		if !strings.Contains(strings.TrimPrefix(n, "/"), "/") {
			return n
		}
	}
	return names[0]
}

// state translates Podman's additional states.
func state(s string) engine.State {
	switch s {
	case "configured", "initialized":
		return engine.StateCreated
	case "stopped":
		return engine.StateExited
	case "stopping":
		return engine.StateRunning
	}
	return engine.State(s)
}

// exitCode reads "Exited (3) 2 seconds ago"; -1 when there is no code.
func exitCode(status string) int {
	_, rest, opened := strings.Cut(status, "(")
	digits, _, closed := strings.Cut(rest, ")")
	code, err := strconv.ParseInt(digits, 10, 32)
	if !opened || !closed || err != nil {
		return -1
	}
	return int(code)
}

// health reads "Up 2 minutes (health: starting)".
func health(status string) string {
	switch {
	case strings.Contains(status, "(healthy)"):
		return "healthy"
	case strings.Contains(status, "(unhealthy)"):
		return "unhealthy"
	case strings.Contains(status, "(health: starting)"), strings.Contains(status, "(starting)"):
		return "starting"
	}
	return ""
}

func listPorts(found []container.Port) []engine.Port {
	all := make([]engine.Port, 0, len(found))
	for _, p := range found {
		port := engine.Port{Container: p.PrivatePort, Protocol: p.Type, Host: p.PublicPort}
		if p.PublicPort != 0 {
			port.HostIP = hostIP(p.IP)
		}
		all = append(all, port)
	}
	return tidyPorts(all)
}

// hostIP is the address that a port is published on; empty stands for all.
func hostIP(s string) netip.Addr {
	if ip, err := netip.ParseAddr(s); err == nil {
		return ip
	}
	return netip.IPv4Unspecified()
}

// tidyPorts sorts, and drops what says the same for IPv6 as for IPv4, or that a
// published port is exposed as well.
func tidyPorts(all []engine.Port) []engine.Port {
	slices.SortStableFunc(all, func(x, y engine.Port) int {
		return cmp.Or(cmp.Compare(x.Container, y.Container), cmp.Compare(x.Protocol, y.Protocol),
			cmp.Compare(y.Host, x.Host), x.HostIP.Compare(y.HostIP))
	})
	var tidy []engine.Port
	for _, p := range all {
		twin := slices.ContainsFunc(tidy, func(q engine.Port) bool {
			same := q.Container == p.Container && q.Protocol == p.Protocol
			if p.Host == 0 {
				return same
			}
			anywhere := q.HostIP.IsUnspecified() && p.HostIP.IsUnspecified()
			return same && q.Host == p.Host && (q.HostIP == p.HostIP || anywhere)
		})
		if !twin {
			tidy = append(tidy, p)
		}
	}
	return tidy
}

func mounts(found []container.MountPoint) []engine.Mount {
	var all []engine.Mount
	for _, m := range found {
		one := engine.Mount{Kind: engine.MountBind, Source: m.Source, Target: m.Destination, ReadOnly: !m.RW}
		switch m.Type {
		case mount.TypeVolume:
			one.Kind, one.Source = engine.MountVolume, m.Name
		case mount.TypeTmpfs:
			one.Kind, one.Source = engine.MountTmpfs, ""
		case mount.TypeBind, mount.TypeNamedPipe, mount.TypeCluster, mount.TypeImage:
		}
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(x, y engine.Mount) int { return strings.Compare(x.Target, y.Target) })
	return all
}
