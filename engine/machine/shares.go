package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"escale/engine"
)

// Share is a folder of this computer that containers may mount, at the path that
// it has here. Nothing else of this computer can be mounted.
type Share struct {
	Path     string `json:"path"` // absolute, without links
	ReadOnly bool   `json:"readOnly,omitempty"`
}

// Bounds of what can be shared.
const (
	MaxShares    = 16
	maxSharePath = 512 // bytes
)

// ShareProblem is why a folder cannot be shared, or is not: a fixed word.
type ShareProblem string

// The ways in which a folder may be wrong. ShareFailed is known at a start only.
const (
	ShareMissing  ShareProblem = "missing"      // it is not there, or no folder
	ShareName     ShareProblem = "name"         // not absolute and clean, too long, or with control characters
	ShareLink     ShareProblem = "link"         // a link leads to it; CanonicalShare knows its real path
	ShareTooMuch  ShareProblem = "too-much"     // a whole disk, or every user's folders
	ShareOwn      ShareProblem = "machine-home" // the machines' own files are in it, or it is among them
	ShareSecrets  ShareProblem = "secrets"      // keys and passwords are in it, or it is among them
	SharePlace    ShareProblem = "place"        // the guest has nothing where it could be at this path
	ShareOverlaps ShareProblem = "overlaps"     // it is in another shared one, or another one is in it
	ShareTooMany  ShareProblem = "too-many"
	ShareFailed   ShareProblem = "failed"
)

// ShareError is a folder that cannot be shared. It is an engine.ErrInvalid.
type ShareError struct {
	Path    string
	Problem ShareProblem
}

func (e *ShareError) Error() string { return fmt.Sprintf("share %s: %s", e.Path, e.Problem) }
func (e *ShareError) Unwrap() error { return engine.ErrInvalid }

// Sharing is whether folders can be shared on this computer: a fixed word.
type Sharing string

// The answers. All but SharingWorks mean that files can only be copied.
const (
	SharingWorks     Sharing = "works"
	SharingNoDriver  Sharing = "no-driver"  // what runs the virtual machine cannot, on this system
	SharingNoProgram Sharing = "no-program" // virtiofsd is not installed
	SharingForbidden Sharing = "forbidden"  // this system does not let a program shut itself off
)

// ShareState is what became of a shared folder.
type ShareState string

// The states of a shared folder.
const (
	ShareStateOff    ShareState = "off"    // the machine does not run
	ShareStateShared ShareState = "shared" // containers can mount it
	ShareStateNext   ShareState = "next"   // it was added, or changed, since the start: from the next one on
	ShareStateLast   ShareState = "last"   // it was removed since the start: containers have it until the next one
	ShareStateFailed ShareState = "failed" // Problem says why
)

// SharedFolder is a Share, and what became of it.
type SharedFolder struct {
	Share
	State   ShareState   `json:"state"`
	Problem ShareProblem `json:"problem,omitempty"`
}

// CanonicalShare gives the path of a folder without links, as a Share has it and
// as containers are to mount it. The error is a *ShareError.
func CanonicalShare(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return "", &ShareError{Path: path, Problem: ShareMissing}
	}
	return abs, nil
}

// ShareFor is the shared folder that a path of this computer is in, if any. The
// path is one of a bind mount.
func ShareFor[S ~[]E, E interface{ Folder() Share }](all S, path string) (found E, ok bool) {
	for _, s := range all {
		if within(path, s.Folder().Path) {
			return s, true
		}
	}
	return found, false
}

// Folder is the share itself.
func (s Share) Folder() Share { return s }

// Folder is the share itself.
func (s SharedFolder) Folder() Share { return s.Share }

// CheckShares says which of the folders cannot be shared, by an *ShareError for
// the first one, for machines of this home. data are folders elsewhere in which a
// machine has its data; "" is none.
func CheckShares(home Home, all []Share, data ...string) error {
	own := []string{resolved(home.Data), resolved(home.Run)}
	for _, d := range data {
		if d != "" {
			own = append(own, resolved(d))
		}
	}
	for i, s := range all {
		if i == MaxShares {
			return &ShareError{Path: s.Path, Problem: ShareTooMany}
		}
		if problem := checkShare(own, s.Path); problem != "" {
			return &ShareError{Path: s.Path, Problem: problem}
		}
		for _, other := range all[:i] {
			if related(s.Path, other.Path) {
				return &ShareError{Path: s.Path, Problem: ShareOverlaps}
			}
		}
	}
	return nil
}

func checkShare(own []string, path string) ShareProblem {
	switch {
	case !goodName(path):
		return ShareName
	case tooMuch(path):
		return ShareTooMuch
	case runtime.GOOS != "windows" && !mountable(path):
		return SharePlace
	}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return ShareMissing
	}
	target, err := filepath.EvalSymlinks(path)
	switch {
	case err != nil:
		return ShareMissing
	case target != path:
		return ShareLink
	case slices.ContainsFunc(own, func(mine string) bool { return related(path, mine) }):
		return ShareOwn
	case holdsSecrets(path):
		return ShareSecrets
	}
	return ""
}

func goodName(path string) bool {
	return len(path) <= maxSharePath && filepath.IsAbs(path) && filepath.Clean(path) == path &&
		!strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// tooMuch is a disk's root, and folders in which other people's are.
func tooMuch(path string) bool {
	if filepath.Dir(path) == path {
		return true
	}
	switch path {
	case "/home", "/Users", "/Volumes", "/private", "/mnt", "/media", "/tmp", "/run/media", "/private/tmp", "/private/var", "/private/etc":
		return true
	default:
		return false
	}
}

// places are where the guest can mount a folder at the path that it has here; see
// packaging/guest/init.
var places = []string{"/home", "/Users", "/Volumes", "/private", "/mnt", "/media", "/opt", "/srv", "/root", "/tmp", "/run/media"}

func mountable(path string) bool {
	for _, place := range places {
		if within(path, place) {
			return true
		}
	}
	return false
}

// secrets are folders of a user's home in which programs keep keys and passwords.
var secrets = []string{
	".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".password-store", ".config/gcloud", ".config/gh", ".config/op",
	".local/share/keyrings", ".mozilla", ".config/google-chrome", ".config/chromium", "Library/Keychains", "Library/Application Support",
	"AppData",
}

// holdsSecrets says whether keys are in the folder, or it is in a folder of keys:
// of the user, or of another one.
func holdsSecrets(path string) bool {
	for name := range strings.SplitSeq(filepath.ToSlash(path), "/") {
		if name == ".ssh" || name == ".gnupg" {
			return true
		}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return false
	}
	home = resolved(home)
	if within(home, path) {
		return true // the whole home, whatever is in it by now
	}
	for _, name := range secrets {
		if related(path, filepath.Join(home, filepath.FromSlash(name))) {
			return true
		}
	}
	return false
}

// resolved is a path without links as far as it exists.
func resolved(path string) string {
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) && filepath.Dir(path) != path {
		return filepath.Join(resolved(filepath.Dir(path)), filepath.Base(path))
	}
	if err != nil {
		return path
	}
	return target
}

// related says whether one of two paths is in the other one.
func related(a, b string) bool { return within(a, b) || within(b, a) }

// within says whether a path is a folder, or in it. Where names are the same in
// capitals, paths are.
func within(path, folder string) bool {
	if runtime.GOOS != "linux" {
		path, folder = strings.ToLower(path), strings.ToLower(folder)
	}
	rest, ok := strings.CutPrefix(path, folder)
	return ok && (rest == "" || os.IsPathSeparator(rest[0]))
}
