package helper

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"escale/engine/machine"
)

// The files of an image.
const (
	kernelFile   = "vmlinuz"
	initrdFile   = "initrd.zst"
	rootFile     = "root.sqfs"
	manifestFile = machine.ManifestFile
	maxManifest  = 4 << 20
)

// image is a guest's image: a folder with a kernel, a first and a real root,
// and a manifest that says what they are.
type image struct {
	dir      string
	raw      []byte // of the manifest
	hash     string // of that
	manifest manifest
	plain    bool // its plain kernel is there, verified
}

type manifest struct {
	Version string `json:"version"`
	Arch    string `json:"arch"`
	Engine  struct {
		Version string `json:"version"`
	} `json:"engine"`
	Files map[string]struct {
		SHA256 string `json:"sha256"`
		Bytes  int64  `json:"bytes"`
	} `json:"files"`
}

func (i image) path(name string) string { return filepath.Join(i.dir, name) }

// bytes is how large files of the image are together.
func (i image) bytes(files []string) (sum int64) {
	for _, name := range files {
		sum += i.manifest.Files[name].Bytes
	}
	return sum
}

// imagePlaces are where an image is looked for, the first that exists wins.
func imagePlaces() []string {
	self, err := os.Executable()
	if err != nil {
		self = "" // the variable may still say where
	}
	return machine.ImagePlaces(self)
}

// openImage reads an image's manifest. errImageMissing when there is no image;
// one that is damaged has its hash all the same.
func openImage(places []string) (image, error) {
	for _, dir := range places {
		data, err := readBounded(filepath.Join(dir, manifestFile), maxManifest)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		i := image{dir: dir, raw: data, hash: hashOf(data)}
		if err == nil {
			err = json.Unmarshal(data, &i.manifest)
		}
		if err != nil {
			return i, fmt.Errorf("%w: %w", errImageDamaged, err)
		}
		if i.manifest.Arch == "" {
			return i, fmt.Errorf("%w: %s names no architecture", errImageDamaged, manifestFile)
		}
		return i, nil
	}
	return image{}, fmt.Errorf("%w: looked in %q", errImageMissing, places)
}

func readBounded(path string, most int64) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // a place of ours
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s is longer than %d bytes", path, most)
	}
	return data, err
}

// verify reads files of the image and compares them with the manifest.
func (i image) verify(ctx context.Context, files []string) error {
	for _, name := range files {
		if err := i.verifyFile(ctx, name); err != nil {
			return fmt.Errorf("check %s: %w", name, err)
		}
	}
	return nil
}

func (i image) verifyFile(ctx context.Context, name string) error {
	want, known := i.manifest.Files[name]
	if !known { // an image for other drivers
		return fmt.Errorf("%w: the manifest does not name it", errImageMissing)
	}
	file, err := os.Open(i.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", errImageMissing, err)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errImageDamaged, err)
	}
	defer file.Close() //nolint:errcheck // only read
	hash := sha256.New()
	buffer := make([]byte, 256<<10)
	for ctx.Err() == nil {
		n, err := file.Read(buffer)
		hash.Write(buffer[:n])
		if errors.Is(err, io.EOF) {
			if got := hex.EncodeToString(hash.Sum(nil)); got != want.SHA256 {
				return fmt.Errorf("%w: its SHA-256 is %s, not %s", errImageDamaged, got, want.SHA256)
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errImageDamaged, err)
		}
	}
	return context.Cause(ctx)
}
