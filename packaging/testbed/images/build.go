// Package images makes the images of the testbed from Debian packages and
// writes them in the on-disk form that docker-registry serves.
package images

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"escale/packaging/debs"
)

//go:embed *.go files/* box/*.go
var sources embed.FS

// Key names what the recipes make: it changes when they do.
func Key() (string, error) {
	sum := sha256.New()
	_, _ = fmt.Fprintln(sum, runtime.GOARCH)
	err := fs.WalkDir(sources, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(name, "_test.go") {
			return err
		}
		content, err := sources.ReadFile(name)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(sum, "%s %d\n", name, len(content))
		_, err = sum.Write(content)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("hash recipes: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

// Ensure makes the registry's storage below cache unless it is there, and
// returns its folder.
func Ensure(ctx context.Context, cache string, log *slog.Logger) (string, error) {
	key, err := Key()
	if err != nil {
		return "", err
	}
	ready := filepath.Join(cache, key)
	if _, err := os.Stat(ready); err == nil {
		return ready, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil { //nolint:gosec // a cache of public files
		return "", fmt.Errorf("make image cache: %w", err)
	}
	work, err := os.MkdirTemp(cache, "making-")
	if err != nil {
		return "", fmt.Errorf("make image cache: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	forget(cache)
	storage := filepath.Join(work, "registry")
	if err := build(ctx, work, storage, log); err != nil {
		return "", fmt.Errorf("make images: %w", err)
	}
	if err := os.Rename(storage, ready); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("keep images: %w", err)
	}
	return ready, nil
}

// forget removes what earlier recipes made, and what an interrupted run left,
// after two weeks.
func forget(cache string) {
	entries, err := os.ReadDir(cache)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > 14*24*time.Hour {
			_ = os.RemoveAll(filepath.Join(cache, entry.Name()))
		}
	}
}

// builder holds what the layers of one run are made from.
type builder struct {
	packages string            // folder of downloaded packages
	files    map[string][]byte // by File.Source
	store    store
	layers   map[string]blob // made already, by recipe
	log      *slog.Logger
}

func build(ctx context.Context, work, storage string, log *slog.Logger) error {
	all := All()
	b := &builder{packages: filepath.Join(work, "debs"), store: store{root: storage}, layers: map[string]blob{}, log: log}
	names := packageNames(all)
	log.Info("downloading packages", "count", len(names))
	if err := (debs.Apt{}).Download(ctx, b.packages, names); err != nil {
		return err
	}
	if err := b.readFiles(ctx, filepath.Join(work, "box")); err != nil {
		return err
	}
	for _, image := range all {
		if err := b.image(ctx, image); err != nil {
			return fmt.Errorf("make %s: %w", image.Name, err)
		}
	}
	return nil
}

func packageNames(all []Image) []string {
	var names []string
	for _, image := range all {
		for _, layer := range image.Layers {
			names = append(names, layer.Packages...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// readFiles loads the files of ours and compiles the program box.
func (b *builder) readFiles(ctx context.Context, work string) error {
	b.files = map[string][]byte{}
	entries, err := sources.ReadDir("files")
	if err != nil {
		return fmt.Errorf("read files: %w", err)
	}
	for _, entry := range entries {
		if b.files[entry.Name()], err = sources.ReadFile("files/" + entry.Name()); err != nil {
			return fmt.Errorf("read files: %w", err)
		}
	}
	if b.files["box"], err = compileBox(ctx, work); err != nil {
		return fmt.Errorf("compile box: %w", err)
	}
	return nil
}

func compileBox(ctx context.Context, work string) ([]byte, error) {
	if err := os.MkdirAll(work, 0o750); err != nil {
		return nil, err
	}
	source, err := sources.ReadFile("box/main.go")
	if err != nil {
		return nil, err
	}
	for name, content := range map[string][]byte{"main.go": source, "go.mod": []byte("module box\n\ngo 1.22\n")} {
		if err := os.WriteFile(filepath.Join(work, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	if err := debs.RunIn(ctx, work, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", "box", "."); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(work, "box")) //nolint:gosec // written just above
}

func (b *builder) image(ctx context.Context, image Image) error {
	var layers []blob
	for _, recipe := range image.Layers {
		made, err := b.layer(ctx, recipe)
		if err != nil {
			return fmt.Errorf("layer %q: %w", recipe.Comment, err)
		}
		layers = append(layers, made)
	}
	if missing := missingLibraries(layers); len(missing) > 0 {
		return fmt.Errorf("shared libraries are missing: %s", strings.Join(missing, ", "))
	}
	if err := b.store.putImage(image, layers); err != nil {
		return err
	}
	b.log.Info("made image", "name", image.Name, "tags", image.Tags)
	return nil
}

// layer makes a layer and stores it, once for all images that have it.
func (b *builder) layer(ctx context.Context, recipe Layer) (blob, error) {
	key, err := json.Marshal(recipe)
	if err != nil {
		return blob{}, err
	}
	if made, done := b.layers[string(key)]; done {
		return made, nil
	}
	w := newLayerWriter()
	if err := b.fill(ctx, w, recipe); err != nil {
		return blob{}, err
	}
	made, err := w.finish()
	if err != nil {
		return blob{}, err
	}
	if err := b.store.putBlob(made.digest, made.data); err != nil {
		return blob{}, err
	}
	b.layers[string(key)] = made
	return made, nil
}

func (b *builder) fill(ctx context.Context, w *layerWriter, recipe Layer) error {
	if recipe.Applets {
		for _, folder := range []string{"bin", "sbin", "lib", "lib64"} {
			if err := w.link(folder, "usr/"+folder); err != nil {
				return err
			}
		}
	}
	for _, file := range recipe.Files {
		if err := w.addFile(file, b.files[file.Source]); err != nil {
			return err
		}
	}
	for _, name := range recipe.Packages {
		file, err := debs.File(b.packages, name)
		if err != nil {
			return err
		}
		if err := w.addPackage(ctx, file, recipe); err != nil {
			return err
		}
	}
	if recipe.Random > 0 {
		return w.addFiller(recipe.Random, recipe.Seed)
	}
	if recipe.Applets {
		return b.applets(ctx, w)
	}
	return nil
}

// applets links every tool of busybox to it.
func (b *builder) applets(ctx context.Context, w *layerWriter) error {
	program := filepath.Join(b.packages, "busybox")
	if err := os.WriteFile(program, w.box, 0o700); err != nil { //nolint:gosec // it gets run
		return fmt.Errorf("unpack busybox: %w", err)
	}
	list, err := exec.CommandContext(ctx, program, "--list-full").Output() //nolint:gosec // unpacked just above
	if err != nil {
		return fmt.Errorf("list tools of busybox: %w", err)
	}
	for name := range strings.Lines(string(list)) {
		name = merged(strings.TrimSpace(name))
		if !strings.Contains(name, "bin/") {
			continue
		}
		if err := w.link(name, "/usr/bin/busybox"); err != nil {
			return err
		}
	}
	return nil
}
