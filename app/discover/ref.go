package discover

import (
	"errors"
	"net/url"
	"strings"

	"github.com/distribution/reference"
)

// Errors of ParseReference.
var (
	ErrNoName    = errors.New("no name")
	ErrUpperCase = errors.New("name has capital letters")
	ErrBadName   = errors.New("not an image name")
)

// ParseReference reads what somebody typed or pasted as the name of an image:
// "nginx", "ghcr.io/a/b:1", "docker pull nginx", or the address of a page of
// Docker Hub. It returns the familiar reference, with a tag.
func ParseReference(text string) (string, error) {
	text = strings.TrimSpace(text)
	for _, command := range []string{"docker", "podman", "image", "pull"} {
		text = strings.TrimSpace(strings.TrimPrefix(text, command+" "))
	}
	text = fromPage(text)
	if text == "" {
		return "", ErrNoName
	}
	named, err := reference.ParseNormalizedNamed(text)
	switch {
	case err == nil:
	case lowerHelps(text):
		return "", ErrUpperCase
	default:
		return "", ErrBadName
	}
	return reference.FamiliarString(reference.TagNameOnly(named)), nil
}

// lowerHelps reports whether capital letters are all that is wrong.
func lowerHelps(text string) bool {
	_, err := reference.ParseNormalizedNamed(strings.ToLower(text))
	return err == nil
}

// fromPage turns the address of a repository's page into its name.
func fromPage(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return text // "http:latest" is an image, too
	}
	path := strings.Split(strings.Trim(u.Path, "/"), "/")
	switch {
	case u.Host == "hub.docker.com" && len(path) >= 2 && path[0] == "_":
		return path[1]
	case u.Host == "hub.docker.com" && len(path) >= 3 && path[0] == "r":
		return path[1] + "/" + path[2]
	}
	return u.Host + "/" + strings.Join(path, "/")
}
