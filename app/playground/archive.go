package playground

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/distribution/reference"

	"escale/engine"
)

// The bounds of what a saved image may hold, besides its size.
const (
	mostFiles    = 10_000
	mostManifest = 1 << 20 // bytes
	slack        = 64 << 20
)

// The files of a saved image that say what it is called: of Docker's own kind, of
// an older one, and of OCI's.
const (
	manifestName     = "manifest.json"
	repositoriesName = "repositories"
	indexName        = "index.json"
)

// Rename copies a saved image, of about so many bytes, and gives it one name in
// place of all that it has: who made it may be a stranger, and what it calls itself
// must not take the place of another image. ErrInvalid for what is no such archive,
// or a larger one.
func Rename(to io.Writer, from io.Reader, ref string, sizeBytes int64) error {
	in, out := tar.NewReader(io.LimitReader(from, sizeBytes+sizeBytes/4+slack)), tar.NewWriter(to)
	named := false
	for range mostFiles {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			if !named {
				return fmt.Errorf("rename image: nothing names it: %w", engine.ErrInvalid)
			}
			return out.Close()
		}
		if err != nil {
			return because(err)
		}
		switch h.Name {
		case repositoriesName:
			continue
		case manifestName, indexName:
			data, err := renamed(h, in, ref)
			if err != nil {
				return err
			}
			named = named || h.Name == manifestName
			err = out.WriteHeader(&tar.Header{Name: h.Name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(data)), ModTime: h.ModTime})
			if err == nil {
				_, err = out.Write(data)
			}
			if err != nil {
				return because(err)
			}
			continue
		}
		switch h.Typeflag {
		case tar.TypeReg, tar.TypeDir, tar.TypeSymlink: // older engines link equal layers
		default:
			return fmt.Errorf("rename image: a file of a kind that no image has: %w", engine.ErrInvalid)
		}
		if err := out.WriteHeader(h); err != nil {
			return because(err)
		}
		if _, err := io.CopyN(out, in, h.Size); err != nil {
			return because(err)
		}
	}
	return fmt.Errorf("rename image: too many files: %w", engine.ErrInvalid)
}

// because sorts what went wrong with an archive: errors of engines stay what they
// are.
func because(err error) error {
	for _, own := range []error{engine.ErrStalled, engine.ErrTimeout, engine.ErrUnreachable, context.Canceled, io.ErrClosedPipe} {
		if errors.Is(err, own) {
			return fmt.Errorf("rename image: %w", err)
		}
	}
	return fmt.Errorf("rename image: %w: %w", engine.ErrInvalid, err)
}

// renamed is a file that names images, naming one.
func renamed(h *tar.Header, in io.Reader, ref string) ([]byte, error) {
	if h.Typeflag != tar.TypeReg || h.Size > mostManifest {
		return nil, fmt.Errorf("rename image: %s: %w", h.Name, engine.ErrInvalid)
	}
	data, err := io.ReadAll(io.LimitReader(in, mostManifest))
	if err != nil {
		return nil, because(err)
	}
	rename := renamedManifest
	if h.Name == indexName {
		rename = renamedIndex
	}
	if data, err = rename(data, ref); err != nil {
		return nil, fmt.Errorf("rename image: %s: %w: %w", h.Name, engine.ErrInvalid, err)
	}
	return data, nil
}

var errManyImages = errors.New("not one image")

// renamedManifest is the manifest of docker save. Its other fields stay.
func renamedManifest(data []byte, ref string) ([]byte, error) {
	var images []map[string]json.RawMessage
	if err := json.Unmarshal(data, &images); err != nil {
		return nil, err
	}
	if len(images) != 1 || images[0] == nil {
		return nil, errManyImages
	}
	tags, err := json.Marshal([]string{ref})
	if err != nil {
		return nil, err
	}
	for key := range images[0] {
		if foldedTags(key) {
			delete(images[0], key)
		}
	}
	images[0]["RepoTags"] = tags
	return json.Marshal(images)
}

// foldedTags tells whether a reader that takes no heed of letters' cases, as Go's
// is, would take a key for RepoTags.
func foldedTags(key string) bool {
	return bytes.EqualFold([]byte(key), []byte("RepoTags"))
}

// renamedIndex is the index of OCI, which engines that keep images in containerd
// read in place of the manifest: it has names as annotations.
func renamedIndex(data []byte, ref string) ([]byte, error) {
	var index map[string]json.RawMessage
	if err := json.Unmarshal(data, &index); err != nil {
		return nil, err
	}
	clean := map[string]json.RawMessage{}
	for key, value := range index {
		if bytes.EqualFold([]byte(key), []byte("manifests")) {
			var err error
			if value, err = annotated(value, ref); err != nil {
				return nil, err
			}
			key = "manifests"
		}
		clean[key] = value
	}
	return json.Marshal(clean)
}

// annotated is the one manifest of an index, with the annotations that name it and
// no others.
func annotated(data json.RawMessage, ref string) (json.RawMessage, error) {
	var all []map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	if len(all) != 1 || all[0] == nil {
		return nil, errManyImages
	}
	for key := range all[0] {
		if bytes.EqualFold([]byte(key), []byte("annotations")) {
			delete(all[0], key)
		}
	}
	whole, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return nil, err
	}
	tagged, _ := reference.TagNameOnly(whole).(reference.Tagged)
	names, err := json.Marshal(map[string]string{"io.containerd.image.name": whole.String(), "org.opencontainers.image.ref.name": tagged.Tag()})
	if err != nil {
		return nil, err
	}
	all[0]["annotations"] = names
	return json.Marshal(all)
}
