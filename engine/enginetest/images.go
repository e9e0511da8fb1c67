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

// AddImage puts images in and emits their events. An empty ID is chosen.
func (f *Fake) AddImage(all ...engine.Image) {
	for _, i := range all {
		f.AddImageDetail(engine.ImageDetail{Image: i, OS: "linux", Architecture: "amd64"})
	}
}

// AddImageDetail is AddImage for more than a row of the list.
func (f *Fake) AddImageDetail(all ...engine.ImageDetail) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range all {
		f.addImage(i)
	}
}

// SetHistory sets what ImageHistory says about the image of that ID.
func (f *Fake) SetHistory(id string, entries ...engine.HistoryEntry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.history[id] = entries
}

// SetSearch sets what SearchImages chooses from.
func (f *Fake) SetSearch(hits ...engine.SearchHit) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hits = hits
}

// addImage takes the tags of i away from other images, as engines do. The
// caller holds f.mu.
func (f *Fake) addImage(i engine.ImageDetail) {
	i = cloneImage(i)
	for n, tag := range i.Tags {
		i.Tags[n] = withTag(tag)
	}
	if i.ID == "" {
		i.ID = "sha256:" + f.newID()
	}
	if i.Created.IsZero() {
		i.Created = now().Truncate(time.Second)
	}
	for _, other := range f.images {
		other.Tags = slices.DeleteFunc(other.Tags, func(t string) bool { return slices.Contains(i.Tags, t) })
	}
	f.images = append(slices.DeleteFunc(f.images, func(o *engine.ImageDetail) bool { return o.ID == i.ID }), &i)
	for _, tag := range i.Tags {
		f.emit(engine.KindImage, tag, "pull", map[string]string{"name": tag})
	}
}

// ListImages implements engine.Images.
func (f *Fake) ListImages(ctx context.Context) ([]engine.Image, error) {
	_, done, err := f.enter(ctx, "ListImages")
	if err != nil {
		return nil, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	rows := make([]engine.Image, 0, len(f.images))
	for _, i := range slices.Backward(f.images) {
		row := cloneImage(*i).Image
		row.Containers = f.imageUsers(i)
		rows = append(rows, row)
	}
	return rows, nil
}

// InspectImage implements engine.Images.
func (f *Fake) InspectImage(ctx context.Context, ref string) (engine.ImageDetail, error) {
	var detail engine.ImageDetail
	err := f.withImage(ctx, "InspectImage", ref, func(i *engine.ImageDetail) error {
		detail = cloneImage(*i)
		detail.Containers = f.imageUsers(i)
		return nil
	})
	return detail, err
}

// ImageHistory implements engine.Images.
func (f *Fake) ImageHistory(ctx context.Context, ref string) ([]engine.HistoryEntry, error) {
	var entries []engine.HistoryEntry
	err := f.withImage(ctx, "ImageHistory", ref, func(i *engine.ImageDetail) error {
		entries = slices.Clone(f.history[i.ID])
		if entries == nil {
			entries = []engine.HistoryEntry{{ID: i.ID, Created: i.Created, SizeBytes: i.SizeBytes}}
		}
		return nil
	})
	return entries, err
}

// RemoveImage implements engine.Images.
func (f *Fake) RemoveImage(ctx context.Context, ref string, force bool) error {
	return f.withImage(ctx, "RemoveImage", ref, func(i *engine.ImageDetail) error {
		byTag := slices.Contains(i.Tags, withTag(ref))
		if byTag && len(i.Tags) > 1 {
			i.Tags = slices.DeleteFunc(i.Tags, func(t string) bool { return t == withTag(ref) })
			f.emit(engine.KindImage, i.ID, "untag", map[string]string{"name": withTag(ref)})
			return nil
		}
		if !byTag && len(i.Tags) > 1 && !force {
			return engine.ErrConflict
		}
		if f.imageUsers(i) > 0 {
			return engine.ErrInUse
		}
		f.dropImage(i)
		return nil
	})
}

// TagImage implements engine.Images.
func (f *Fake) TagImage(ctx context.Context, ref, newRef string) error {
	return f.withImage(ctx, "TagImage", ref, func(i *engine.ImageDetail) error {
		tag := withTag(newRef)
		if strings.ToLower(tag) != tag || strings.ContainsAny(tag, " \t") {
			return engine.ErrInvalid
		}
		for _, other := range f.images {
			other.Tags = slices.DeleteFunc(other.Tags, func(t string) bool { return t == tag })
		}
		i.Tags = append(i.Tags, tag)
		f.emit(engine.KindImage, i.ID, "tag", map[string]string{"name": tag})
		return nil
	})
}

// PrunableImages implements engine.Images.
func (f *Fake) PrunableImages(ctx context.Context, all bool) (engine.Pruned, error) {
	return f.prune(ctx, "PrunableImages", all, func(*engine.ImageDetail) {})
}

// PruneImages implements engine.Images.
func (f *Fake) PruneImages(ctx context.Context, all bool) (engine.Pruned, error) {
	return f.prune(ctx, "PruneImages", all, f.dropImage)
}

func (f *Fake) prune(ctx context.Context, call string, all bool, do func(*engine.ImageDetail)) (engine.Pruned, error) {
	var pruned engine.Pruned
	_, done, err := f.enter(ctx, call)
	if err != nil {
		return pruned, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range slices.Clone(f.images) {
		if f.imageUsers(i) > 0 || len(i.Tags) > 0 && !all {
			continue
		}
		pruned.Bytes += i.SizeBytes
		if len(i.Tags) == 0 {
			pruned.Names = append(pruned.Names, i.ID)
		}
		pruned.Names = append(pruned.Names, i.Tags...)
		do(i)
	}
	return pruned, nil
}

// SearchImages implements engine.Images. A registry that the term names and no
// hit is in cannot be reached.
func (f *Fake) SearchImages(ctx context.Context, term string, limit int) ([]engine.SearchHit, error) {
	_, done, err := f.enter(ctx, "SearchImages")
	if err != nil {
		return nil, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	registry, _, named := strings.Cut(term, "/")
	inside := func(h engine.SearchHit) bool { return strings.HasPrefix(h.Name, registry+"/") }
	if named && strings.ContainsAny(registry, ".:") && !slices.ContainsFunc(f.hits, inside) {
		return nil, fmt.Errorf("search images: %w", engine.ErrRegistry)
	}
	var found []engine.SearchHit
	for _, hit := range f.hits {
		if len(found) < min(limit, 100) && strings.Contains(hit.Name, term) {
			found = append(found, hit)
		}
	}
	return found, nil
}

func (f *Fake) withImage(ctx context.Context, call, ref string, do func(*engine.ImageDetail) error) error {
	_, done, err := f.enter(ctx, call)
	if err != nil {
		return err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	i, err := f.image(ref)
	if err == nil {
		err = do(i)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", call, ref, err)
	}
	return nil
}

// image finds by reference, ID or ID prefix. The caller holds f.mu.
func (f *Fake) image(ref string) (*engine.ImageDetail, error) {
	for _, i := range f.images {
		if ref != "" && (i.ID == ref || slices.Contains(i.Tags, withTag(ref)) || slices.Contains(i.Digests, ref)) {
			return i, nil
		}
	}
	for _, i := range f.images {
		if len(ref) >= 4 && strings.HasPrefix(strings.TrimPrefix(i.ID, "sha256:"), strings.TrimPrefix(ref, "sha256:")) {
			return i, nil
		}
	}
	return nil, engine.ErrNotFound
}

func (f *Fake) imageUsers(i *engine.ImageDetail) int {
	users := 0
	for _, c := range f.containers {
		if c.d.ImageID == i.ID || slices.Contains(i.Tags, withTag(c.d.Image)) {
			users++
		}
	}
	return users
}

func (f *Fake) dropImage(i *engine.ImageDetail) {
	f.images = slices.DeleteFunc(f.images, func(o *engine.ImageDetail) bool { return o == i })
	f.emit(engine.KindImage, i.ID, "delete", map[string]string{"name": i.ID})
}

// withTag completes a reference that names neither tag nor digest.
func withTag(ref string) string {
	if strings.Contains(ref, "@") || strings.HasPrefix(ref, "sha256:") || strings.Contains(ref[strings.LastIndex(ref, "/")+1:], ":") {
		return ref
	}
	return ref + ":latest"
}

func cloneImage(i engine.ImageDetail) engine.ImageDetail {
	i.Tags, i.Digests, i.Labels = slices.Clone(i.Tags), slices.Clone(i.Digests), maps.Clone(i.Labels)
	i.Entrypoint, i.Command, i.Env = slices.Clone(i.Entrypoint), slices.Clone(i.Command), slices.Clone(i.Env)
	i.Ports, i.Volumes, i.Layers = slices.Clone(i.Ports), slices.Clone(i.Volumes), slices.Clone(i.Layers)
	return i
}
