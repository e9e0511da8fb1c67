package docker

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/registry"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	"golang.org/x/sync/errgroup"

	"github.com/docker/go-connections/nat"

	"escale/engine"
)

// ListImages implements engine.Images.
//
// Source: GET /images/json, and GET /containers/json for the users.
func (a *adapter) ListImages(ctx context.Context) ([]engine.Image, error) {
	ctx, cancel := within(ctx, callDeadline)
	defer cancel()
	var found []image.Summary
	var users map[string]int
	group, both := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		found, err = a.api.ImageList(both, image.ListOptions{})
		return err
	})
	group.Go(func() (err error) {
		users, err = a.imageUsers(both)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, failed(ctx, err, "list images")
	}
	rows := make([]engine.Image, 0, len(found))
	for _, i := range found {
		rows = append(rows, engine.Image{
			ID: fullID(i.ID), Tags: tags(i.RepoTags), Digests: digests(i.RepoDigests),
			Created: time.Unix(i.Created, 0).UTC(), SizeBytes: i.Size, Containers: users[fullID(i.ID)], Labels: i.Labels,
		})
	}
	slices.SortStableFunc(rows, func(x, y engine.Image) int { return y.Created.Compare(x.Created) })
	return rows, nil
}

// imageUsers counts the containers of each image, stopped ones included.
func (a *adapter) imageUsers(ctx context.Context) (map[string]int, error) {
	all, err := a.api.ContainerList(ctx, container.ListOptions{All: true})
	if err != nil {
		return nil, err
	}
	users := map[string]int{}
	for _, c := range all {
		users[fullID(c.ImageID)]++
	}
	return users, nil
}

// InspectImage implements engine.Images.
//
// Source: GET /images/{name}/json.
func (a *adapter) InspectImage(ctx context.Context, ref string) (engine.ImageDetail, error) {
	ctx, cancel := within(ctx, callDeadline)
	defer cancel()
	i, err := a.api.ImageInspect(ctx, ref)
	if err != nil {
		return engine.ImageDetail{}, failed(ctx, imageGone(ctx, err), "inspect image %s", ref)
	}
	users, err := a.imageUsers(ctx)
	if err != nil {
		return engine.ImageDetail{}, failed(ctx, err, "inspect image %s", ref)
	}
	config := orEmpty(i.Config)
	d := engine.ImageDetail{
		Image: engine.Image{
			ID: fullID(i.ID), Tags: tags(i.RepoTags), Digests: digests(i.RepoDigests), Created: moment(i.Created),
			SizeBytes: i.Size, Containers: users[fullID(i.ID)], Labels: config.Labels,
		},
		Architecture: i.Architecture, OS: i.Os, Author: i.Author, Entrypoint: config.Entrypoint, Command: config.Cmd,
		Env: environment(config.Env), WorkDir: config.WorkingDir, User: config.User, Ports: exposedPorts(config),
		Volumes: slices.Sorted(maps.Keys(config.Volumes)), StopSignal: config.StopSignal, Layers: i.RootFS.Layers,
		HealthCheck: config.Healthcheck != nil && len(config.Healthcheck.Test) > 0 && config.Healthcheck.Test[0] != "NONE",
	}
	return d, nil
}

func exposedPorts(config *dockerspec.DockerOCIImageConfig) []engine.Port {
	var all []engine.Port
	for port := range config.ExposedPorts {
		all = append(all, enginePort(nat.Port(port)))
	}
	return tidyPorts(all)
}

// imageGone tells an image that is not here, where it is the object of a call,
// from one that another call needs (ErrImageMissing).
func imageGone(ctx context.Context, err error) error {
	if err := classify(ctx, err); !errors.Is(err, engine.ErrImageMissing) {
		return err
	}
	return &failure{engine.ErrNotFound, err}
}

// ImageHistory implements engine.Images.
//
// Source: GET /images/{name}/history.
func (a *adapter) ImageHistory(ctx context.Context, ref string) ([]engine.HistoryEntry, error) {
	ctx, cancel := within(ctx, callDeadline)
	defer cancel()
	steps, err := a.api.ImageHistory(ctx, ref)
	if err != nil {
		return nil, failed(ctx, imageGone(ctx, err), "read history of image %s", ref)
	}
	all := make([]engine.HistoryEntry, 0, len(steps))
	for _, s := range steps {
		entry := engine.HistoryEntry{
			Created: time.Unix(s.Created, 0).UTC(), CreatedBy: s.CreatedBy, SizeBytes: s.Size, Comment: s.Comment,
		}
		if s.ID != "<missing>" {
			entry.ID = fullID(s.ID)
		}
		all = append(all, entry)
	}
	return all, nil
}

// RemoveImage implements engine.Images. An image that a container needs is
// never removed: with force, Docker would take it from under a stopped
// container, and Podman would remove the container.
//
// Source: DELETE /images/{name}.
func (a *adapter) RemoveImage(ctx context.Context, ref string, force bool) error {
	ctx, cancel := within(ctx, pruneDeadline)
	defer cancel()
	if force {
		if err := a.checkUnused(ctx, ref); err != nil {
			return failed(ctx, err, "remove image %s", ref)
		}
	}
	_, err := a.api.ImageRemove(ctx, ref, image.RemoveOptions{Force: force, PruneChildren: true})
	if err != nil {
		return failed(ctx, imageGone(ctx, err), "remove image %s", ref)
	}
	return nil
}

// checkUnused fails with ErrInUse when removing ref would remove an image that
// a container needs.
func (a *adapter) checkUnused(ctx context.Context, ref string) error {
	brief, cancel := within(ctx, callDeadline)
	defer cancel()
	i, err := a.api.ImageInspect(brief, ref)
	if err != nil {
		return imageGone(brief, err)
	}
	users, err := a.imageUsers(brief)
	if err != nil {
		return classify(brief, err)
	}
	named := tags(i.RepoTags)
	if len(named) > 1 && slices.Contains(named, familiar(ref)) {
		return nil // only one of its names goes
	}
	if n := users[fullID(i.ID)]; n > 0 {
		return &failure{engine.ErrInUse, errors.New("containers are made from it")}
	}
	return nil
}

// TagImage implements engine.Images.
//
// Source: POST /images/{name}/tag.
func (a *adapter) TagImage(ctx context.Context, ref, newRef string) error {
	ctx, cancel := within(ctx, changeDeadline)
	defer cancel()
	if err := a.api.ImageTag(ctx, ref, newRef); err != nil {
		return failed(ctx, imageGone(ctx, err), "tag image %s", ref)
	}
	return nil
}

// SearchImages implements engine.Images.
//
// Source: GET /images/search.
func (a *adapter) SearchImages(ctx context.Context, term string, limit int) ([]engine.SearchHit, error) {
	ctx, cancel := within(ctx, slowDeadline)
	defer cancel()
	found, err := a.api.ImageSearch(ctx, term, registry.SearchOptions{Limit: min(max(limit, 1), 100)})
	if errdefs.IsNotFound(err) { // how Podman says that there is none
		return nil, nil
	}
	if err != nil {
		return nil, failed(ctx, pullError(ctx, err), "search images")
	}
	hits := make([]engine.SearchHit, 0, len(found))
	for _, f := range found {
		hits = append(hits, engine.SearchHit{
			Name: hitName(f.Name, term), Description: f.Description, Stars: f.StarCount, Pulls: -1, Official: f.IsOfficial,
		})
	}
	return hits, nil
}

// hitName is what to pull for a hit: Docker leaves out the registry, where the
// term named one.
func hitName(name, term string) string {
	registry, _, named := strings.Cut(term, "/")
	named = named && (strings.ContainsAny(registry, ".:") || registry == "localhost")
	if named && !strings.HasPrefix(name, registry+"/") {
		name = registry + "/" + name
	}
	return familiarName(name)
}
