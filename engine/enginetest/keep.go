package enginetest

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"escale/engine"
)

// CommitContainer implements engine.Containers.
func (f *Fake) CommitContainer(ctx context.Context, id, ref string) (string, error) {
	image := ""
	err := f.with(ctx, "CommitContainer", id, func(c *container) error {
		made := engine.ImageDetail{
			Image: engine.Image{ID: "sha256:" + f.newID(), Tags: []string{ref}, SizeBytes: max(c.d.SizeRWBytes, 0)},
			OS:    "linux", Architecture: "amd64", Env: c.d.Env, Command: c.d.Args, Entrypoint: c.d.Entrypoint, WorkDir: c.d.WorkDir, User: c.d.User,
		}
		if base, err := f.image(c.d.ImageID); err == nil {
			made.SizeBytes += base.SizeBytes
		}
		for _, p := range c.d.Ports {
			made.Ports = append(made.Ports, engine.Port{Container: p.Container, Protocol: p.Protocol})
		}
		f.addImage(made)
		image = made.ID
		f.kept[image] = maps.Clone(c.process.texts)
		return nil
	})
	return image, err
}

// fakeManifest is what an archive says of its images, as docker save has it.
type fakeManifest struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// fakeConfig is an image in an archive.
type fakeConfig struct {
	Image engine.ImageDetail
	Files map[string]string
}

// SaveImage implements engine.Images: an archive as docker save makes it, whose one
// layer is as long as the image is large, up to 1 MiB.
func (f *Fake) SaveImage(ctx context.Context, ref string) (io.ReadCloser, error) {
	var saved fakeConfig
	err := f.withImage(ctx, "SaveImage", ref, func(i *engine.ImageDetail) error {
		saved = fakeConfig{cloneImage(*i), maps.Clone(f.kept[i.ID])}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var archive bytes.Buffer
	out := tar.NewWriter(&archive)
	config, err := json.Marshal(saved)
	manifest, err2 := json.Marshal([]fakeManifest{{"config.json", []string{withTag(ref)}, []string{"layer.tar"}}})
	if err = errors.Join(err, err2); err != nil {
		return nil, fmt.Errorf("save image %s: %w", ref, err)
	}
	for _, file := range []struct {
		name string
		data []byte
	}{{"config.json", config}, {"layer.tar", make([]byte, min(saved.Image.SizeBytes, 1<<20))}, {"manifest.json", manifest}} {
		err = errors.Join(err, out.WriteHeader(&tar.Header{Name: file.name, Typeflag: tar.TypeReg, Mode: 0o600, Size: int64(len(file.data))}))
		_, failed := out.Write(file.data)
		err = errors.Join(err, failed)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return nil, fmt.Errorf("save image %s: %w", ref, err)
	}
	return io.NopCloser(&while{func() error { return context.Cause(ctx) }, &archive}), nil
}

// LoadImage implements engine.Images, for what SaveImage has written.
func (f *Fake) LoadImage(ctx context.Context, archive io.Reader) error {
	ctx, done, err := f.enter(ctx, "LoadImage")
	if err != nil {
		return err
	}
	defer done()
	files := map[string][]byte{}
	in := tar.NewReader(&while{func() error { return context.Cause(ctx) }, archive})
	for err == nil {
		var h *tar.Header
		if h, err = in.Next(); err == nil {
			files[h.Name], err = io.ReadAll(in) // one too large would not do in a test
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("load image: %w", context.Cause(ctx))
	}
	var manifests []fakeManifest
	if !errors.Is(err, io.EOF) || json.Unmarshal(files["manifest.json"], &manifests) != nil {
		return fmt.Errorf("load image: %w", engine.ErrInvalid)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range manifests {
		var config fakeConfig
		if err := json.Unmarshal(files[m.Config], &config); err != nil {
			return fmt.Errorf("load image: %w", engine.ErrInvalid)
		}
		loaded := config.Image
		f.kept[loaded.ID] = config.Files
		if here, err := f.image(loaded.ID); err == nil {
			m.RepoTags = append(m.RepoTags, slices.Clone(here.Tags)...)
		}
		loaded.Tags, loaded.Containers = m.RepoTags, 0
		f.addImage(loaded)
	}
	return nil
}
