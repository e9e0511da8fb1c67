package docker

import (
	"strings"

	"github.com/distribution/reference"
)

// familiar shortens an image reference to what one would type, with its tag:
// "docker.io/library/nginx" becomes "nginx:latest". What is not a reference, an
// ID for instance, stays as it is.
func familiar(ref string) string {
	if isID(ref) {
		return ref
	}
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return ref
	}
	return reference.FamiliarString(reference.TagNameOnly(named))
}

// familiarName is familiar for a name that may have no tag.
func familiarName(name string) string {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return name
	}
	return reference.FamiliarName(named)
}

// imageName is how a container names its image: familiar, unless all that is
// left of the image is its ID, which Docker then shortens.
func imageName(ref, id string) string {
	bare := strings.TrimPrefix(id, "sha256:")
	if len(ref) >= 12 && strings.HasPrefix(bare, ref) {
		return ref
	}
	return familiar(ref)
}

// tags keeps the references of an image that have a name.
func tags(refs []string) []string {
	var all []string
	for _, ref := range refs {
		if !strings.Contains(ref, "<none>") && ref != "" {
			all = append(all, familiar(ref))
		}
	}
	return all
}

// digests is tags for references by digest.
func digests(refs []string) []string {
	var all []string
	for _, ref := range refs {
		if strings.Contains(ref, "<none>") {
			continue
		}
		if named, err := reference.ParseNormalizedNamed(ref); err == nil {
			ref = reference.FamiliarString(named)
		}
		all = append(all, ref)
	}
	return all
}

// fullID adds the algorithm, which Podman leaves out here and there.
func fullID(id string) string {
	if id == "" || strings.Contains(id, ":") {
		return id
	}
	return "sha256:" + id
}

// isID reports whether ref is an ID in full, with or without algorithm.
func isID(ref string) bool {
	bare, prefixed := strings.CutPrefix(ref, "sha256:")
	return prefixed || isHex64(bare)
}

func isHex64(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
