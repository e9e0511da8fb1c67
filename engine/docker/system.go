package docker

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/docker/docker/api/types"

	"escale/engine"
)

// Ping implements engine.System.
//
// Source: HEAD /_ping.
func (a *adapter) Ping(ctx context.Context) error {
	ctx, cancel := within(ctx, callDeadline)
	defer cancel()
	if _, err := a.api.Ping(ctx); err != nil {
		return failed(ctx, err, "ping")
	}
	return nil
}

// Version implements engine.System. Podman gets 15 s: it starts several programs
// to answer.
//
// Source: GET /version.
func (a *adapter) Version(ctx context.Context) (engine.Version, error) {
	limit := callDeadline
	if a.podman {
		limit *= 3
	}
	ctx, cancel := within(ctx, limit)
	defer cancel()
	v, err := a.version(ctx)
	if err != nil {
		return v, failed(ctx, err, "read version")
	}
	return v, nil
}

func (a *adapter) version(ctx context.Context) (engine.Version, error) {
	v, err := a.api.ServerVersion(ctx)
	if err != nil {
		return engine.Version{}, err
	}
	out := engine.Version{
		Product: "Docker", Engine: v.Version, API: a.api.ClientVersion(), MinAPI: v.MinAPIVersion,
		OS: v.Os, Arch: v.Arch, Kernel: v.KernelVersion,
	}
	for _, c := range v.Components {
		if strings.HasPrefix(c.Name, "Podman") {
			out.Product = "Podman"
			out.Engine = cmp.Or(v.Version, c.Version)
		}
	}
	return out, nil
}

// Info implements engine.System.
//
// Source: GET /info.
func (a *adapter) Info(ctx context.Context) (engine.Info, error) {
	ctx, cancel := within(ctx, callDeadline)
	defer cancel()
	i, err := a.api.Info(ctx)
	if err != nil {
		return engine.Info{}, failed(ctx, err, "read info")
	}
	out := engine.Info{
		Name: i.Name, OperatingSystem: i.OperatingSystem, CPUs: i.NCPU, MemoryBytes: i.MemTotal, Containers: i.Containers,
		Running: i.ContainersRunning, Images: i.Images, StorageDriver: i.Driver, CgroupVersion: i.CgroupVersion,
		RootDir: i.DockerRootDir, Warnings: slices.Clone(i.Warnings),
		Rootless: slices.ContainsFunc(i.SecurityOptions, func(o string) bool { return strings.Contains(o, "name=rootless") }),
	}
	if !a.podman {
		out.ID = i.ID // Podman makes up another one each time
	}
	if i.RegistryConfig != nil {
		out.Mirrors = slices.Clone(i.RegistryConfig.Mirrors)
	}
	return out, nil
}

// DiskUsage implements engine.System.
//
// Images are the layers, each counted once, where the engine says so, and else
// the sum of the images' sizes (Podman). What can be reclaimed of them is what
// PrunableImages computes.
//
// Source: GET /system/df.
func (a *adapter) DiskUsage(ctx context.Context) (engine.DiskUsage, error) {
	ctx, cancel := within(ctx, slowDeadline)
	defer cancel()
	u, err := a.api.DiskUsage(ctx, types.DiskUsageOptions{})
	if err != nil {
		return engine.DiskUsage{}, failed(ctx, err, "measure disk use")
	}
	return diskUsage(u), nil
}

func diskUsage(u types.DiskUsage) engine.DiskUsage {
	out := engine.DiskUsage{Images: u.LayersSize}
	unused := map[string]bool{}
	for _, i := range u.Images {
		if i == nil {
			continue
		}
		if u.LayersSize == 0 {
			out.Images += i.Size
		}
		unused[fullID(i.ID)] = true
	}
	for _, c := range u.Containers {
		if c == nil {
			continue
		}
		delete(unused, fullID(c.ImageID))
		out.Containers += c.SizeRw
		if s := state(c.State); s != engine.StateRunning && s != engine.StatePaused && s != engine.StateRestarting {
			out.ContainersReclaimable += c.SizeRw
		}
	}
	out.ImagesReclaimable = reclaimable(u, unused)
	for _, v := range u.Volumes {
		if v == nil || v.UsageData == nil {
			continue
		}
		size := max(v.UsageData.Size, 0)
		out.Volumes += size
		if v.UsageData.RefCount == 0 {
			out.VolumesReclaimable += size
		}
	}
	for _, b := range u.BuildCache {
		if b != nil && !b.Shared {
			out.BuildCache += b.Size
		}
	}
	return out
}
