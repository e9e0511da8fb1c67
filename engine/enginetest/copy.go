package enginetest

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"strings"

	"escale/engine"
)

// Copied is what CopyInto has put into a volume: the content of files by their
// path, of links "-> target", of folders "" with a "/" at the path's end.
func (f *Fake) Copied(volume string) map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.copied[volume])
}

// CopyInto implements engine.Containers, for folders that volumes are mounted
// at. What was read before an error stays, as with an engine.
func (f *Fake) CopyInto(ctx context.Context, id, folder string, archive io.Reader) error {
	ctx, done, err := f.enter(ctx, "CopyInto")
	if err != nil {
		return err
	}
	defer done()
	v, err := f.mountedAt(id, folder)
	for in := tar.NewReader(&while{func() error { return context.Cause(ctx) }, archive}); err == nil; {
		err = f.unpack(v, in)
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("copy into container %.12s: %w", id, err)
}

// unpack puts the next entry of an archive into a volume; io.EOF at its end.
func (f *Fake) unpack(v *engine.Volume, in *tar.Reader) error {
	h, err := in.Next()
	if err != nil {
		return err
	}
	content, err := io.ReadAll(in) // a large one would not do in a test: it stays in memory
	if err != nil {
		return err
	}
	text := string(content)
	if h.Typeflag == tar.TypeSymlink {
		text = "-> " + h.Linkname
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.copied[v.Name] == nil {
		f.copied[v.Name] = map[string]string{}
	}
	f.copied[v.Name][strings.TrimPrefix(h.Name, "./")] = text
	v.SizeBytes = max(v.SizeBytes, 0) + h.Size
	return nil
}

// ReadFile implements engine.Containers, for files that CopyInto or PutFile has
// put into a volume, and those of images that CommitContainer has made.
func (f *Fake) ReadFile(ctx context.Context, id, file string, most int64) ([]byte, error) {
	_, done, err := f.enter(ctx, "ReadFile")
	if err != nil {
		return nil, err
	}
	defer done()
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.container(id)
	if err != nil {
		return nil, fmt.Errorf("read file of container %.12s: %w", id, err)
	}
	for _, m := range c.d.Mounts {
		inside, below := strings.CutPrefix(file, m.Target+"/")
		if _, folder := f.copied[m.Source][inside+"/"]; below && folder {
			return nil, fmt.Errorf("read file of container %.12s: %w", id, engine.ErrInvalid)
		}
		if text, there := f.copied[m.Source][inside]; below && there {
			if int64(len(text)) > most {
				return nil, fmt.Errorf("read file of container %.12s: %w", id, engine.ErrInvalid)
			}
			return []byte(text), nil
		}
	}
	if text, there := f.kept[c.d.ImageID][file]; there {
		return []byte(text), nil
	}
	return nil, fmt.Errorf("read file of container %.12s: %w", id, engine.ErrNotFound)
}

// PutFile puts a file into a volume, as a container that writes there would.
func (f *Fake) PutFile(volume, name, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.copied[volume] == nil {
		f.copied[volume] = map[string]string{}
	}
	f.copied[volume][name] = text
}

// while reads until a context ends.
type while struct {
	done func() error
	io.Reader
}

func (w *while) Read(p []byte) (int, error) {
	if err := w.done(); err != nil {
		return 0, err
	}
	return w.Reader.Read(p)
}

// mountedAt is the volume that a container has at a folder.
func (f *Fake) mountedAt(id, folder string) (*engine.Volume, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.container(id)
	if err != nil {
		return nil, err
	}
	for _, m := range c.d.Mounts {
		if m.Kind == engine.MountVolume && path.Clean(m.Target) == path.Clean(folder) {
			return f.volume(m.Source)
		}
	}
	return nil, engine.ErrNotFound
}

// read prints the files that c's process reads. The caller holds f.mu.
func (f *Fake) read(c *container) {
	for _, file := range c.process.Reads {
		for _, m := range c.d.Mounts {
			inside, below := strings.CutPrefix(file, m.Target+"/")
			if text, there := f.copied[m.Source][inside]; below && there {
				f.print(c, Output{Text: strings.TrimSuffix(text, "\n")})
			}
		}
	}
}
