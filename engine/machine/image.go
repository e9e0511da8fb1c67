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
