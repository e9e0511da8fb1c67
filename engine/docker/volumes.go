package docker

import (
	"context"
	"slices"
	"strings"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/api/types/volume"
	"golang.org/x/sync/errgroup"

	"escale/engine"
)

// anonymousLabel marks volumes whose name the engine chose (Docker ≥ 24).
const anonymousLabel = "com.docker.volume.anonymous"

// ListVolumes implements engine.Volumes. The list and the users come within
// 5 s or fail; sizes may take up to 30 s and are -1 when they do not come.
//
// Source: GET /volumes, GET /system/df, GET /containers/json.
func (a *adapter) ListVolumes(ctx context.Context) ([]engine.Volume, error) {
	var found volume.ListResponse
	var users map[string][]engine.VolumeUse
	var sizes map[string]int64
	group, all := errgroup.WithContext(ctx)
	group.Go(func() error {
		brief, cancel := within(all, callDeadline)
		defer cancel()
		var err error
		if found, err = a.api.VolumeList(brief, volume.ListOptions{}); err != nil {
			return classify(brief, err)
		}
		users, err = a.volumeUsers(brief)
		return classify(brief, err)
	})
	group.Go(func() error {
		sizes = a.volumeSizes(all)
		return nil
	})
	if err := group.Wait(); err != nil {
		return nil, failed(ctx, err, "list volumes")
	}
	rows := make([]engine.Volume, 0, len(found.Volumes))
	for _, v := range found.Volumes {
		if v != nil {
			rows = append(rows, describe(*v, users, sizes))
		}
	}
	slices.SortStableFunc(rows, func(x, y engine.Volume) int { return strings.Compare(x.Name, y.Name) })
	return rows, nil
}

func describe(v volume.Volume, users map[string][]engine.VolumeUse, sizes map[string]int64) engine.Volume {
	size, known := sizes[v.Name]
	if !known {
		size = -1
	}
	_, labelled := v.Labels[anonymousLabel]
	return engine.Volume{
		Name: v.Name, Driver: v.Driver, Mountpoint: v.Mountpoint, Created: moment(v.CreatedAt), SizeBytes: size,
		UsedBy: users[v.Name], Anonymous: labelled || isHex64(v.Name), Labels: v.Labels,
	}
}

// volumeUsers are the containers that mount each volume, by its name.
func (a *adapter) volumeUsers(ctx context.Context) (map[string][]engine.VolumeUse, error) {
	all, err := a.api.ContainerList(ctx, container.ListOptions{All: true})
	if err != nil {
		return nil, err
	}
	users := map[string][]engine.VolumeUse{}
	for _, c := range all {
		row := a.row(c)
		for _, m := range c.Mounts {
			if m.Type == mount.TypeVolume {
				users[m.Name] = append(users[m.Name], engine.VolumeUse{
					ContainerID: row.ID, Container: row.Name, Target: m.Destination, Running: row.Active(),
				})
			}
		}
	}
	return users, nil
}

// volumeSizes measures; it returns what it has when that fails or takes too long.
func (a *adapter) volumeSizes(ctx context.Context) map[string]int64 {
	ctx, cancel := within(ctx, slowDeadline)
	defer cancel()
	usage, err := a.api.DiskUsage(ctx, types.DiskUsageOptions{Types: []types.DiskUsageObject{types.VolumeObject}})
	if err != nil {
		return nil
	}
	sizes := map[string]int64{}
	for _, v := range usage.Volumes {
		if v != nil && v.UsageData != nil {
			sizes[v.Name] = v.UsageData.Size
		}
	}
	return sizes
}

// InspectVolume implements engine.Volumes.
//
// Source: GET /volumes/{name}, and as ListVolumes.
func (a *adapter) InspectVolume(ctx context.Context, name string) (engine.Volume, error) {
	brief, cancel := within(ctx, callDeadline)
	defer cancel()
	v, err := a.api.VolumeInspect(brief, name)
	if err != nil {
		return engine.Volume{}, failed(brief, err, "inspect volume %s", name)
	}
	users, err := a.volumeUsers(brief)
	if err != nil {
		return engine.Volume{}, failed(brief, err, "inspect volume %s", name)
	}
	return describe(v, users, a.volumeSizes(ctx)), nil
}

// CreateVolume implements engine.Volumes. Podman's names are long ones, too,
// when it chooses them.
//
// Source: POST /volumes/create.
func (a *adapter) CreateVolume(ctx context.Context, name string, labels map[string]string) (engine.Volume, error) {
	ctx, cancel := within(ctx, changeDeadline)
	defer cancel()
	v, err := a.api.VolumeCreate(ctx, volume.CreateOptions{Name: name, Labels: labels})
	if err != nil {
		return engine.Volume{}, failed(ctx, err, "create volume %s", name)
	}
	row := describe(v, nil, nil)
	row.Anonymous = row.Anonymous || name == ""
	return row, nil
}

// RemoveVolume implements engine.Volumes.
//
// Source: DELETE /volumes/{name}.
func (a *adapter) RemoveVolume(ctx context.Context, name string) error {
	ctx, cancel := within(ctx, changeDeadline)
	defer cancel()
	if err := a.api.VolumeRemove(ctx, name, false); err != nil {
		return failed(ctx, err, "remove volume %s", name)
	}
	return nil
}

// PruneVolumes implements engine.Volumes.
//
// Until API 1.41 and on Podman, the engine's prune takes named volumes too and
// knows no filter "all"; from 1.42 it takes them only with that filter.
//
// Source: POST /volumes/prune.
func (a *adapter) PruneVolumes(ctx context.Context, all bool) (engine.Pruned, error) {
	ctx, cancel := within(ctx, pruneDeadline)
	defer cancel()
	takesNamed := a.podman || versions.LessThan(a.api.ClientVersion(), "1.42")
	if takesNamed && !all {
		return a.pruneAnonymous(ctx)
	}
	filter := filters.NewArgs()
	if all && !takesNamed {
		filter.Add("all", "true")
	}
	report, err := a.api.VolumesPrune(ctx, filter)
	if err != nil {
		return engine.Pruned{}, failed(ctx, err, "remove unused volumes")
	}
	slices.Sort(report.VolumesDeleted)
	return engine.Pruned{Names: report.VolumesDeleted, Bytes: int64(min(report.SpaceReclaimed, 1<<62))}, nil
}

// pruneAnonymous removes unused volumes one by one. One that was taken into use
// meanwhile stays.
func (a *adapter) pruneAnonymous(ctx context.Context) (engine.Pruned, error) {
	var pruned engine.Pruned
	rows, err := a.ListVolumes(ctx)
	if err != nil {
		return pruned, err
	}
	for _, v := range rows {
		if !v.Anonymous || len(v.UsedBy) > 0 {
			continue
		}
		if err := a.api.VolumeRemove(ctx, v.Name, false); err != nil {
			if ctx.Err() != nil {
				return pruned, failed(ctx, err, "remove unused volumes")
			}
			continue
		}
		pruned.Names = append(pruned.Names, v.Name)
		pruned.Bytes += max(v.SizeBytes, 0)
	}
	return pruned, nil
}
