package enginetest

import (
	"context"
	"slices"

	"escale/engine"
)

// SetDiskUsage sets what DiskUsage says, instead of what it computes.
func (f *Fake) SetDiskUsage(u engine.DiskUsage) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.usage = &u
}

// Ping implements engine.System.
func (f *Fake) Ping(ctx context.Context) error {
	_, done, err := f.enter(ctx, "Ping")
	done()
	return err
}

// Version implements engine.System.
func (f *Fake) Version(ctx context.Context) (engine.Version, error) {
	_, done, err := f.enter(ctx, "Version")
	if err != nil {
		return engine.Version{}, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.version, nil
}

// Info implements engine.System.
func (f *Fake) Info(ctx context.Context) (engine.Info, error) {
	_, done, err := f.enter(ctx, "Info")
	if err != nil {
		return engine.Info{}, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	info := f.info
	info.Warnings, info.Mirrors = slices.Clone(info.Warnings), slices.Clone(info.Mirrors)
	info.Containers, info.Images, info.Running = len(f.containers), len(f.images), 0
	for _, c := range f.containers {
		if c.d.Active() {
			info.Running++
		}
	}
	return info, nil
}

// DiskUsage implements engine.System.
func (f *Fake) DiskUsage(ctx context.Context) (engine.DiskUsage, error) {
	_, done, err := f.enter(ctx, "DiskUsage")
	if err != nil {
		return engine.DiskUsage{}, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.usage != nil {
		return *f.usage, nil
	}
	var u engine.DiskUsage
	for _, i := range f.images {
		u.Images += i.SizeBytes
		if f.imageUsers(i) == 0 {
			u.ImagesReclaimable += i.SizeBytes
		}
	}
	for _, c := range f.containers {
		u.Containers += max(c.d.SizeRWBytes, 0)
		if !c.d.Active() {
			u.ContainersReclaimable += max(c.d.SizeRWBytes, 0)
		}
	}
	for _, v := range f.volumes {
		u.Volumes += max(v.SizeBytes, 0)
		if len(f.users(v.Name)) == 0 {
			u.VolumesReclaimable += max(v.SizeBytes, 0)
		}
	}
	return u, nil
}
