package enginetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"escale/engine"
)

// AddVolume puts volumes in and emits their events. UsedBy is computed from the
// containers' mounts, whatever it holds; SizeBytes stays as given.
func (f *Fake) AddVolume(all ...engine.Volume) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, v := range all {
		f.addVolume(v)
	}
}

func (f *Fake) addVolume(v engine.Volume) *engine.Volume {
	v.Labels, v.UsedBy = maps.Clone(v.Labels), nil
	if v.Name == "" {
		v.Name = f.newID()
	}
	if v.Driver == "" {
		v.Driver = "local"
	}
	if v.Mountpoint == "" {
		v.Mountpoint = "/var/lib/docker/volumes/" + v.Name + "/_data"
	}
	if v.Created.IsZero() {
		v.Created = now().Truncate(time.Second)
	}
	f.volumes = append(f.volumes, &v)
	f.emit(engine.KindVolume, v.Name, "create", nil)
	return &v
}

// ListVolumes implements engine.Volumes.
func (f *Fake) ListVolumes(ctx context.Context) ([]engine.Volume, error) {
	_, done, err := f.enter(ctx, "ListVolumes")
	if err != nil {
		return nil, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	rows := make([]engine.Volume, 0, len(f.volumes))
	for _, v := range f.volumes {
		rows = append(rows, f.describe(v))
	}
	slices.SortStableFunc(rows, func(a, b engine.Volume) int { return strings.Compare(a.Name, b.Name) })
	return rows, nil
}

// InspectVolume implements engine.Volumes.
func (f *Fake) InspectVolume(ctx context.Context, name string) (engine.Volume, error) {
	_, done, err := f.enter(ctx, "InspectVolume")
	if err != nil {
		return engine.Volume{}, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	v, err := f.volume(name)
	if err != nil {
		return engine.Volume{}, fmt.Errorf("inspect volume %s: %w", name, err)
	}
	return f.describe(v), nil
}

// CreateVolume implements engine.Volumes. A name that is taken returns the
// volume that has it, as engines do.
func (f *Fake) CreateVolume(ctx context.Context, name string, labels map[string]string) (engine.Volume, error) {
	_, done, err := f.enter(ctx, "CreateVolume")
	if err != nil {
		return engine.Volume{}, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	if name != "" && !validName.MatchString(name) {
		return engine.Volume{}, fmt.Errorf("create volume %s: %w", name, engine.ErrInvalid)
	}
	v, err := f.volume(name)
	if err != nil {
		v = f.addVolume(engine.Volume{Name: name, Labels: labels, Anonymous: name == ""})
	}
	return f.describe(v), nil
}

// RemoveVolume implements engine.Volumes.
func (f *Fake) RemoveVolume(ctx context.Context, name string) error {
	_, done, err := f.enter(ctx, "RemoveVolume")
	if err != nil {
		return err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	v, err := f.volume(name)
	if err == nil && len(f.users(name)) > 0 {
		err = engine.ErrInUse
	}
	if err != nil {
		return fmt.Errorf("remove volume %s: %w", name, err)
	}
	f.dropVolume(v)
	return nil
}

// PruneVolumes implements engine.Volumes.
func (f *Fake) PruneVolumes(ctx context.Context, all bool) (engine.Pruned, error) {
	var pruned engine.Pruned
	_, done, err := f.enter(ctx, "PruneVolumes")
	if err != nil {
		return pruned, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, v := range slices.Clone(f.volumes) {
		if len(f.users(v.Name)) > 0 || !all && !v.Anonymous {
			continue
		}
		pruned.Names = append(pruned.Names, v.Name)
		pruned.Bytes += max(v.SizeBytes, 0)
		f.dropVolume(v)
	}
	return pruned, nil
}

func (f *Fake) volume(name string) (*engine.Volume, error) {
	for _, v := range f.volumes {
		if v.Name == name {
			return v, nil
		}
	}
	return nil, engine.ErrNotFound
}

func (f *Fake) dropVolume(v *engine.Volume) {
	delete(f.copied, v.Name)
	f.volumes = slices.DeleteFunc(f.volumes, func(o *engine.Volume) bool { return o == v })
	f.emit(engine.KindVolume, v.Name, "destroy", nil)
}

func (f *Fake) describe(v *engine.Volume) engine.Volume {
	row := *v
	row.Labels, row.UsedBy = maps.Clone(v.Labels), f.users(v.Name)
	return row
}

func (f *Fake) users(name string) []engine.VolumeUse {
	var users []engine.VolumeUse
	for _, c := range f.containers {
		for _, m := range c.d.Mounts {
			if m.Kind == engine.MountVolume && m.Source == name {
				users = append(users, engine.VolumeUse{
					ContainerID: c.d.ID, Container: c.d.Name, Target: m.Target, Running: c.d.Active(),
				})
			}
		}
	}
	return users
}
