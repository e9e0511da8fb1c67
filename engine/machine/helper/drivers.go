package helper

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"escale/engine/machine"
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

// keeper is the driver, if it keeps machines' data where only it comes to.
func (h *Helper) keeper() (driver.Keeper, bool) {
	k, does := h.driver.(driver.Keeper)
	return k, does
}

// isKept says that there is no disk of ours: nothing to copy, move or back up.
func (v *vm) isKept() bool {
	_, does := v.h.keeper()
	return does
}

// disk is the file that holds the machine's data. A keeper's is in the machine's
// own folder, wherever a disk of ours may have been moved to.
func (v *vm) disk() string {
	if k, does := v.h.keeper(); does {
		return k.Disk(v.dir)
	}
	return v.beside(DiskFile)
}

// lockPath is the file of which the lock says that the data is in use.
func (v *vm) lockPath() string {
	if v.isKept() {
		return v.file("data.lock") // its disk may not be there yet, nor its folder
	}
	return lockOf(v.disk())
}

// openKept locks the data that a keeper has, or will make.
func (r *run) openKept(ctx context.Context) (*os.File, error) {
	v := r.vm
	if err := v.h.roomFor(v.lockPath(), 0); err != nil {
		return nil, fmt.Errorf("open disk: %w", err)
	}
	lock, err := awaitLock(ctx, v.lockPath())
	if err != nil {
		return nil, fmt.Errorf("open disk: %w", err)
	}
	if r.resources.Throwaway { // what a crash, or the boot before, has left
		if err := v.removeKept(ctx); err != nil {
			return nil, errors.Join(err, lock.Close())
		}
	}
	return lock, nil
}

// removeKept has a keeper remove the machine's data, if it is one.
func (v *vm) removeKept(ctx context.Context) error {
	k, does := v.h.keeper()
	if !does {
		return nil
	}
	if err := k.Remove(ctx, v.name, v.dir); err != nil {
		return fmt.Errorf("remove data of machine %s: %w", v.name, err)
	}
	return nil
}

// HasDisk says whether a machine of the home has a disk of ours. One that was
// moved has it even while the drive that it is on is not there.
func HasDisk(home machine.Home) bool {
	folders, _ := os.ReadDir(filepath.Join(home.Data, "machines")) // none, then
	for _, f := range folders {
		dir := home.Machine(f.Name())
		if hasDisk(filepath.Join(dir, DiskFile)) {
			return true
		}
		var s stored
		data, err := readBounded(filepath.Join(dir, settingsFile), maxSettings)
		if err == nil && json.Unmarshal(data, &s) == nil && s.Folder != "" {
			return true
		}
	}
	return false
}
