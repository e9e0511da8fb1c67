package machine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// GuestVariable names the environment variable that says where the guest's
// image is.
const GuestVariable = "ESCALE_GUEST"

// ManifestFile says, in the folder of an image, what the image is.
const ManifestFile = "manifest.json"

// An image's folder may have no file but the manifest. Then PackFile beside it
// has the others in it, or SourceFile, a GuestSource in JSON, says where that
// PackFile is fetched from at first need.
const (
	PackFile   = "guest.tar.zst"
	SourceFile = "source.json"
)

// What Resources.Tools asks for travels apart, in the same two ways: few machines
// need it, and none fetches it before.
const (
	ToolsPackFile   = "tools.tar.zst"
	ToolsSourceFile = "tools.json"
)

// SourceVariable names the environment variable with another address to fetch
// the PackFile from than the one that the package names; ToolsVariable is that of
// the ToolsPackFile.
const (
	SourceVariable = "ESCALE_GUEST_URL"
	ToolsVariable  = "ESCALE_TOOLS_URL"
)

// GuestSource is where a PackFile, or a ToolsPackFile, is, and what it is.
type GuestSource struct {
	URL    string `json:"url"`    // of https
	SHA256 string `json:"sha256"` // in hexadecimal
	Bytes  int64  `json:"bytes"`
}

// ErrImageMissing is a computer without a guest's image.
var ErrImageMissing = errors.New("the machine's image is not on this computer")

// ImagePlaces are the folders in which the helper at program looks for the
// guest's image, the first that has one wins.
func ImagePlaces(program string) []string {
	if dir := os.Getenv(GuestVariable); dir != "" {
		return []string{dir}
	}
	dir, name := filepath.Dir(program), filepath.Join("guest", runtime.GOARCH)
	return []string{
		filepath.Join(dir, name),
		filepath.Join(dir, "..", "share", "escale", name),
		filepath.Join(dir, "..", "..", "lib", "escale", name), // of a package of Linux, whose helper is in libexec/escale
		filepath.Join(dir, "..", "Resources", name),
	}
}

// Offered tells whether a machine can be started on this computer: nil when the
// helper and an image are here, else ErrHelperMissing or ErrImageMissing.
// Nothing is read of the image: its faults show when it is started.
func Offered() error {
	program, err := Program()
	if err != nil {
		return err
	}
	places := ImagePlaces(program)
	for _, dir := range places {
		if _, err := os.Stat(filepath.Join(dir, ManifestFile)); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%w: looked in %q", ErrImageMissing, places)
}
