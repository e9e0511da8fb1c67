package cmdlog

import (
	"context"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"escale/engine"
)

// ListImages implements engine.Images.
func (r *recorder) ListImages(ctx context.Context) ([]engine.Image, error) {
	return question(ctx, r, func() ([]engine.Image, error) { return r.eng.ListImages(ctx) }, words("images")...)
}

// InspectImage implements engine.Images.
func (r *recorder) InspectImage(ctx context.Context, ref string) (engine.ImageDetail, error) {
	return question(ctx, r, func() (engine.ImageDetail, error) { return r.eng.InspectImage(ctx, ref) }, words("image", "inspect", plain(ref))...)
}

// ImageHistory implements engine.Images.
func (r *recorder) ImageHistory(ctx context.Context, ref string) ([]engine.HistoryEntry, error) {
	return question(ctx, r, func() ([]engine.HistoryEntry, error) { return r.eng.ImageHistory(ctx, ref) }, words("history", plain(ref))...)
}

// PullImage implements engine.Images.
func (r *recorder) PullImage(ctx context.Context, ref string, report func(engine.PullProgress)) error {
	return r.simple(ctx, other, func() error { return r.eng.PullImage(ctx, ref, report) }, word{text: "pull"}, image(ref))
}

// RemoveImage implements engine.Images.
func (r *recorder) RemoveImage(ctx context.Context, ref string, force bool) error {
	all := words("rmi")
	if force {
		all = words("rmi", "-f")
	}
	return r.simple(ctx, other, func() error { return r.eng.RemoveImage(ctx, ref, force) }, append(all, image(ref))...)
}

// TagImage implements engine.Images.
func (r *recorder) TagImage(ctx context.Context, ref, newRef string) error {
	return r.simple(ctx, other, func() error { return r.eng.TagImage(ctx, ref, newRef) }, word{text: "tag"}, image(ref), word{text: plain(newRef)})
}

// SaveImage implements engine.Images.
func (r *recorder) SaveImage(ctx context.Context, ref string) (io.ReadCloser, error) {
	return question(ctx, r, func() (io.ReadCloser, error) { return r.eng.SaveImage(ctx, ref) }, words("save", plain(ref))...)
}

// LoadImage implements engine.Images.
func (r *recorder) LoadImage(ctx context.Context, archive io.Reader) error {
	return r.simple(ctx, other, func() error { return r.eng.LoadImage(ctx, archive) }, words("load")...)
}

// PrunableImages implements engine.Images.
func (r *recorder) PrunableImages(ctx context.Context, all bool) (engine.Pruned, error) {
	return question(ctx, r, func() (engine.Pruned, error) { return r.eng.PrunableImages(ctx, all) }, words("system", "df", "-v")...)
}

// PruneImages implements engine.Images.
func (r *recorder) PruneImages(ctx context.Context, all bool) (pruned engine.Pruned, err error) {
	err = r.simple(ctx, other, func() (err error) { pruned, err = r.eng.PruneImages(ctx, all); return err }, prune("image", all)...)
	return pruned, err
}

// image is a reference as a word.
func image(ref string) word {
	return word{text: plain(ref), of: object{engine.KindImage, tagged(plain(ref))}}
}

// tagged is a reference with the tag that it has when it names none.
func tagged(ref string) string {
	if strings.Contains(ref, "@") || strings.Contains(ref[strings.LastIndexByte(ref, '/')+1:], ":") {
		return ref
	}
	return ref + ":latest"
}

func prune(kind string, all bool) []word {
	if all {
		return words(kind, "prune", "-a", "-f")
	}
	return words(kind, "prune", "-f")
}

// SearchImages implements engine.Images.
func (r *recorder) SearchImages(ctx context.Context, term string, limit int) ([]engine.SearchHit, error) {
	all := words("search")
	if limit > 0 {
		all = words("search", "--limit", strconv.Itoa(limit))
	}
	return question(ctx, r, func() ([]engine.SearchHit, error) { return r.eng.SearchImages(ctx, term, limit) }, append(all, word{text: plain(term)})...)
}

// ListVolumes implements engine.Volumes.
func (r *recorder) ListVolumes(ctx context.Context) ([]engine.Volume, error) {
	return question(ctx, r, func() ([]engine.Volume, error) { return r.eng.ListVolumes(ctx) }, words("volume", "ls")...)
}

// InspectVolume implements engine.Volumes.
func (r *recorder) InspectVolume(ctx context.Context, name string) (engine.Volume, error) {
	return question(ctx, r, func() (engine.Volume, error) { return r.eng.InspectVolume(ctx, name) },
		append(words("volume", "inspect"), volume(name))...)
}

// CreateVolume implements engine.Volumes.
func (r *recorder) CreateVolume(ctx context.Context, name string, labels map[string]string) (v engine.Volume, err error) {
	d := deed{verb: create, words: append(words("volume", "create"), r.labels(labels)...), unnamed: name == ""}
	if name != "" {
		d.words = append(d.words, volume(name))
	}
	err = r.change(ctx, d, func() (object, error) {
		if v, err = r.eng.CreateVolume(ctx, name, labels); err != nil {
			return object{}, err
		}
		return volume(v.Name).of, nil
	})
	return v, err
}

// labels are the options that give an object its labels.
func (r *recorder) labels(all map[string]string) []word {
	r.log.mu.Lock()
	masked := r.log.secrets.mask(engine.ContainerSpec{Labels: all}).Labels
	r.log.mu.Unlock()
	var options []word
	for _, name := range slices.Sorted(maps.Keys(masked)) {
		options = append(options, words("--label", name+"="+masked[name])...)
	}
	return options
}

// RemoveVolume implements engine.Volumes.
func (r *recorder) RemoveVolume(ctx context.Context, name string) error {
	return r.simple(ctx, remove, func() error { return r.eng.RemoveVolume(ctx, name) }, append(words("volume", "rm"), volume(name))...)
}

// PruneVolumes implements engine.Volumes.
func (r *recorder) PruneVolumes(ctx context.Context, all bool) (pruned engine.Pruned, err error) {
	err = r.simple(ctx, other, func() (err error) { pruned, err = r.eng.PruneVolumes(ctx, all); return err }, prune("volume", all)...)
	return pruned, err
}

// ListNetworks implements engine.Networks.
func (r *recorder) ListNetworks(ctx context.Context) ([]engine.Network, error) {
	all, err := question(ctx, r, func() ([]engine.Network, error) { return r.eng.ListNetworks(ctx) }, words("network", "ls")...)
	names := make(map[string]string, len(all))
	for _, n := range all {
		names[n.ID] = n.Name
	}
	r.log.learn(engine.KindNetwork, names)
	return all, err
}

// InspectNetwork implements engine.Networks.
func (r *recorder) InspectNetwork(ctx context.Context, id string) (engine.Network, error) {
	n, err := question(ctx, r, func() (engine.Network, error) { return r.eng.InspectNetwork(ctx, id) },
		append(words("network", "inspect"), r.network(id))...)
	r.log.learn(engine.KindNetwork, map[string]string{n.ID: n.Name})
	return n, err
}

// CreateNetwork implements engine.Networks.
func (r *recorder) CreateNetwork(ctx context.Context, spec engine.NetworkSpec) (id string, err error) {
	all := words("network", "create")
	if spec.Driver != "" {
		all = append(all, words("--driver", plain(spec.Driver))...)
	}
	if spec.Internal {
		all = append(all, word{text: "--internal"})
	}
	all = append(all, r.labels(spec.Labels)...)
	name := object{engine.KindNetwork, plain(spec.Name)}
	err = r.change(ctx, deed{verb: create, words: append(all, word{text: name.id, of: name})}, func() (object, error) {
		if id, err = r.eng.CreateNetwork(ctx, spec); err != nil {
			return object{}, err
		}
		r.log.learn(engine.KindNetwork, map[string]string{id: spec.Name})
		return name, nil
	})
	return id, err
}

// ConnectNetwork implements engine.Networks.
func (r *recorder) ConnectNetwork(ctx context.Context, network, container string, aliases []string) error {
	all := words("network", "connect")
	for _, a := range aliases {
		all = append(all, words("--alias", plain(a))...)
	}
	return r.simple(ctx, other, func() error { return r.eng.ConnectNetwork(ctx, network, container, aliases) },
		append(all, r.network(network), r.container(container))...)
}

// DisconnectNetwork implements engine.Networks.
func (r *recorder) DisconnectNetwork(ctx context.Context, network, container string, force bool) error {
	all := words("network", "disconnect")
	if force {
		all = words("network", "disconnect", "-f")
	}
	return r.simple(ctx, other, func() error { return r.eng.DisconnectNetwork(ctx, network, container, force) },
		append(all, r.network(network), r.container(container))...)
}

// RemoveNetwork implements engine.Networks.
func (r *recorder) RemoveNetwork(ctx context.Context, id string) error {
	return r.simple(ctx, remove, func() error { return r.eng.RemoveNetwork(ctx, id) }, append(words("network", "rm"), r.network(id))...)
}

// Watch implements engine.Watcher.
func (r *recorder) Watch(ctx context.Context) (*engine.Stream[engine.Event], error) {
	return question(ctx, r, func() (*engine.Stream[engine.Event], error) { return r.eng.Watch(ctx) }, words("events")...)
}

// Ping implements engine.System. The docker command has nothing smaller than
// asking for the version.
func (r *recorder) Ping(ctx context.Context) error {
	_, err := question(ctx, r, func() (struct{}, error) { return struct{}{}, r.eng.Ping(ctx) }, words("version")...)
	return err
}

// Version implements engine.System.
func (r *recorder) Version(ctx context.Context) (engine.Version, error) {
	return question(ctx, r, func() (engine.Version, error) { return r.eng.Version(ctx) }, words("version")...)
}

// Info implements engine.System.
func (r *recorder) Info(ctx context.Context) (engine.Info, error) {
	info, err := question(ctx, r, func() (engine.Info, error) { return r.eng.Info(ctx) }, words("info")...)
	if err == nil {
		r.isAt(info)
	}
	return info, err
}

// DiskUsage implements engine.System.
func (r *recorder) DiskUsage(ctx context.Context) (engine.DiskUsage, error) {
	return question(ctx, r, func() (engine.DiskUsage, error) { return r.eng.DiskUsage(ctx) }, words("system", "df")...)
}
