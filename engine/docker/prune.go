package docker

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"

	"escale/engine"
)

// PrunableImages implements engine.Images.
//
// Bytes is the sum, over the images that would go, of what no other image
// shares; when no image would stay it is all that layers take. It is exact
// unless layers are shared among images of which several would go and none of
// the others has them: those layers are left out, so Bytes is never too high.
// Podman counts no shared layers in its disk use, so there Bytes is the sum of
// the sizes.
//
// Source: GET /system/df, GET /images/json?filters=dangling.
func (a *adapter) PrunableImages(ctx context.Context, all bool) (engine.Pruned, error) {
	ctx, cancel := within(ctx, slowDeadline)
	defer cancel()
	going, names, err := a.prunable(ctx, all)
	if err != nil {
		return engine.Pruned{}, failed(ctx, err, "measure unused images")
	}
	usage, err := a.api.DiskUsage(ctx, types.DiskUsageOptions{Types: []types.DiskUsageObject{types.ImageObject}})
	if err != nil {
		return engine.Pruned{}, failed(ctx, err, "measure unused images")
	}
	return engine.Pruned{Names: names, Bytes: reclaimable(usage, going)}, nil
}

// prunable returns the IDs of the images that a prune removes, and what they
// are called: their tags, or the ID of one without.
func (a *adapter) prunable(ctx context.Context, all bool) (ids map[string]bool, names []string, err error) {
	users, err := a.imageUsers(ctx)
	if err != nil {
		return nil, nil, err
	}
	options := image.ListOptions{}
	if !all {
		options.Filters = filters.NewArgs(filters.Arg("dangling", "true"))
	}
	found, err := a.api.ImageList(ctx, options)
	if err != nil {
		return nil, nil, err
	}
	ids = map[string]bool{}
	for _, i := range found {
		named := tags(i.RepoTags)
		if users[fullID(i.ID)] > 0 || !all && len(named) > 0 {
			continue
		}
		ids[fullID(i.ID)] = true
		if len(named) == 0 {
			named = []string{fullID(i.ID)}
		}
		names = append(names, named...)
	}
	slices.Sort(names)
	return ids, names, nil
}

// reclaimable is what removing the images of these IDs frees.
func reclaimable(usage types.DiskUsage, going map[string]bool) int64 {
	var unshared int64
	stay := 0
	for _, i := range usage.Images {
		if i == nil {
			continue
		}
		if !going[fullID(i.ID)] {
			stay++
			continue
		}
		unshared += i.Size - max(i.SharedSize, 0)
	}
	if stay == 0 && usage.LayersSize > 0 {
		return usage.LayersSize
	}
	return unshared
}

// PruneImages implements engine.Images. Podman 4 refuses to prune what has a
// tag: there the unused images are removed one by one.
//
// Source: POST /images/prune.
func (a *adapter) PruneImages(ctx context.Context, all bool) (engine.Pruned, error) {
	ctx, cancel := within(ctx, pruneDeadline)
	defer cancel()
	going, _, err := a.prunable(ctx, all)
	if err != nil {
		return engine.Pruned{}, failed(ctx, err, "remove unused images")
	}
	if a.podman && all {
		return a.removeUnused(ctx, going)
	}
	report, err := a.api.ImagesPrune(ctx, filters.NewArgs(filters.Arg("dangling", strconv.FormatBool(!all))))
	if err != nil {
		return engine.Pruned{}, failed(ctx, err, "remove unused images")
	}
	pruned := engine.Pruned{Bytes: int64(min(report.SpaceReclaimed, 1<<62))}
	for _, gone := range report.ImagesDeleted {
		switch {
		case gone.Untagged != "" && !strings.Contains(gone.Untagged, "@"):
			pruned.Names = append(pruned.Names, familiar(gone.Untagged))
		case gone.Deleted != "" && going[fullID(gone.Deleted)]:
			pruned.Names = append(pruned.Names, fullID(gone.Deleted))
		}
	}
	slices.Sort(pruned.Names)
	return pruned, nil
}

// removeUnused removes the images of these IDs. One that was taken into use
// meanwhile stays.
func (a *adapter) removeUnused(ctx context.Context, going map[string]bool) (engine.Pruned, error) {
	var pruned engine.Pruned
	found, err := a.api.ImageList(ctx, image.ListOptions{})
	if err != nil {
		return pruned, failed(ctx, err, "remove unused images")
	}
	for _, i := range found {
		if !going[fullID(i.ID)] {
			continue
		}
		names := tags(i.RepoTags)
		if len(names) == 0 {
			names = []string{fullID(i.ID)}
		}
		gone := 0
		for _, name := range names {
			if _, err := a.api.ImageRemove(ctx, name, image.RemoveOptions{PruneChildren: true}); err == nil {
				pruned.Names = append(pruned.Names, name)
				gone++
			}
		}
		if gone == len(names) {
			pruned.Bytes += i.Size
		}
		if ctx.Err() != nil {
			return pruned, failed(ctx, ctx.Err(), "remove unused images")
		}
	}
	slices.Sort(pruned.Names)
	return pruned, nil
}
