package wire

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// Bounds of Shares and Touched. A line holds the most of either, whatever JSON
// makes of its bytes.
const (
	MostShares  = 16
	MostTouched = 128
	MostPath    = 512     // bytes of one path
	mostPaths   = 9 << 10 // bytes of all paths: JSON may make six of each
)

// Share is a folder of the host: the guest mounts the file system of that tag at
// the path that the folder has on the host.
type Share struct {
	Tag      string `json:"tag"`
	Path     string `json:"path"` // absolute and clean
	ReadOnly bool   `json:"readOnly,omitempty"`
}

// What the reason of a refused share begins with.
const (
	RefusedPlace = "place" // the guest has no folder in which it could be mounted
	RefusedMount = "mount" // mounting it failed
)

var tagRule = regexp.MustCompile(`^[a-z0-9]{1,16}$`)

func (h Header) checkShares() error {
	if len(h.Shares) > MostShares {
		return fmt.Errorf("%d shares", len(h.Shares))
	}
	paths := make([]string, 0, len(h.Shares))
	for _, s := range h.Shares {
		if !tagRule.MatchString(s.Tag) {
			return fmt.Errorf("tag %.40q", s.Tag)
		}
		paths = append(paths, s.Path)
	}
	return checkPaths(paths)
}

func (h Header) checkTouched() error {
	if len(h.Paths) > MostTouched {
		return fmt.Errorf("%d paths", len(h.Paths))
	}
	return checkPaths(h.Paths)
}

func checkPaths(paths []string) error {
	sum := 0
	for _, p := range paths {
		if err := CheckPath(p); err != nil {
			return err
		}
		sum += len(p)
	}
	if sum > mostPaths {
		return errors.New("paths are too long")
	}
	return nil
}

// CheckPath says whether a path can be one of a shared folder, or of something in
// it, in a guest: absolute, clean, not too long, without control characters.
func CheckPath(p string) error {
	switch {
	case len(p) > MostPath:
		return errors.New("a path is too long")
	case !path.IsAbs(p) || path.Clean(p) != p || p == "/":
		return fmt.Errorf("path %.80q", p)
	case strings.ContainsFunc(p, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("path %.80q has control characters", p)
	}
	return nil
}

// FitTouched gives as many of the paths as one Touched takes, those that cannot
// be said left out, and the rest.
func FitTouched(paths []string) (now, later []string) {
	sum := 0
	for i, p := range paths {
		if CheckPath(p) != nil {
			continue
		}
		if sum += len(p); sum > mostPaths || len(now) == MostTouched {
			return now, paths[i:]
		}
		now = append(now, p)
	}
	return now, nil
}
