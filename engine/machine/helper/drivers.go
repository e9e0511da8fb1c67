package helper

import (
	"context"
	"os"

	"escale/engine/machine/driver"
)

// files are what the driver boots from, of an image.
func (h *Helper) files() []string {
	if imager, does := h.driver.(driver.Imager); does {
		return imager.Files()
	}
	return []string{kernelFile, initrdFile, rootFile}
}

// root is the file with the guest's root.
func (h *Helper) root() string {
	files := h.files()
	return files[len(files)-1]
}

// HasImageFile says whether the guest's image, at its usual place, has a file.
func HasImageFile(name string) bool {
	i, err := openImage(imagePlaces())
	if err != nil {
		return false
	}
	_, has := i.manifest.Files[name]
	return has
}

// disk is the file that holds the machine's data.
func (v *vm) disk() string {
	if keeper, does := v.h.driver.(driver.Keeper); does {
		return keeper.Disk(v.dir)
	}
	return v.file(DiskFile)
}

// lockPath is the file of which the lock says that the data is in use.
func (v *vm) lockPath() string {
	if _, does := v.h.driver.(driver.Keeper); does {
		return v.file("data.lock") // its disk may not be there yet, nor its folder
	}
	return lockOf(v.disk())
}

// openDisk locks the machine's data, and makes its disk where that is the
// helper's to do.
func (v *vm) openDisk(ctx context.Context, size int64) (*os.File, error) {
	if _, does := v.h.driver.(driver.Keeper); !does {
		return openDisk(ctx, v.disk(), size)
	}
	if err := enoughSpace(v.lockPath()); err != nil {
		return nil, err
	}
	return awaitLock(ctx, v.lockPath())
}
