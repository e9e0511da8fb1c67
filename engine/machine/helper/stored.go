package helper

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"escale/engine/machine"
	"escale/engine/private"
)

const (
	settingsFile = "machine.json"
	maxSettings  = 1 << 20
)

// DiskFile is the data disk of a machine, where that is no Keeper's.
const DiskFile = "data.img"

// The names of what may be beside it.
const (
	partFile = "data.img.part" // a disk that is being written: never used
	keptFile = "data.before.img"
	rawFile  = "data.raw" // says that the disk never held anything
)

// stored is machine.json: what the machine may take, and what is remembered of
// its life.
type stored struct {
	machine.Resources

	Folder string `json:"folder,omitempty"` // of the disk; "" is the machine's own
	// Move is under way, or was when the helper ended: what is in the folder that
	// is not the disk's is of no use.
	Move *moving `json:"move,omitempty"`

	Good   *guest `json:"good,omitempty"`   // the image that last booted well
	Before *guest `json:"before,omitempty"` // the one before that
	// Refused is an image that is not used though it came with the app.
	Refused *refused `json:"refused,omitempty"`
	// Engine is the newest engine that may have changed the data.
	Engine string `json:"engine,omitempty"`
	// Kept is the copy of the data that was made before that.
	Kept *kept `json:"kept,omitempty"`
	// NoCopy is the image for which the user wants no such copy.
	NoCopy string `json:"noCopy,omitempty"`
}

type moving struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// guest is an image that a machine booted well.
type guest struct {
	machine.Image

	Hash string `json:"hash"` // of its manifest
}

type refused struct {
	guest

	Cause  machine.Cause `json:"cause,omitempty"` // "": the user went back
	Detail string        `json:"detail,omitempty"`
	At     time.Time     `json:"at"`
	// Retry is for what costs little to look at again at each start.
	Retry bool `json:"retry,omitempty"`
}

type kept struct {
	Engine string    `json:"engine"` // that it is for
	At     time.Time `json:"at"`
}

func (v *vm) load() error {
	data, err := readBounded(v.file(settingsFile), maxSettings)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(data, &v.stored)
	}
	if err == nil && v.stored.Folder != "" && !filepath.IsAbs(v.stored.Folder) {
		err = fmt.Errorf("%q is no folder", v.stored.Folder)
	}
	if err != nil {
		return fmt.Errorf("read settings of machine %s: %w", v.name, err)
	}
	v.place.Store(&v.stored.Folder)
	return nil
}

// change changes what is stored; what cannot be written is not changed.
func (v *vm) change(how func(*stored)) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.changeLocked(how)
}

func (v *vm) changeLocked(how func(*stored)) error {
	next := v.stored
	how(&next)
	data, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("save settings of machine %s: %w", v.name, err)
	}
	if err := private.Folder(v.dir); err != nil {
		return err
	}
	if err := replaceFile(v.file(settingsFile), data); err != nil {
		return err
	}
	v.stored = next
	v.place.Store(&next.Folder)
	return nil
}

// memory is a copy of what is stored. Nothing that it points to is ever changed.
func (v *vm) memory() stored {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.stored
}

// folder is where the disk is.
func (v *vm) folder() string {
	if at := v.place.Load(); at != nil && *at != "" {
		return *at
	}
	return v.dir
}

// beside is a file beside the disk, or the disk.
func (v *vm) beside(name string) string { return filepath.Join(v.folder(), name) }

// replaceFile leaves the old file or the new one, whatever happens.
func replaceFile(path string, data []byte) error {
	next := path + ".new"
	file, err := os.OpenFile(next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // ours
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = replace(next, path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// replace puts a whole file, whose content was synced, in another's place.
func replace(from, to string) error {
	if err := os.Rename(from, to); err != nil { //nolint:gosec // in the home, or where the user wants it
		return err
	}
	return syncFolder(filepath.Dir(to))
}

// removeFile removes a file that may not be there.
func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) { //nolint:gosec // ours
		return fmt.Errorf("remove: %w", err)
	}
	return nil
}
