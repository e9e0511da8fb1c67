// Package wholefile writes the files that users save: whole or not at all.
package wholefile

import (
	"os"
	"path/filepath"
)

// Write puts data at path, in place of what is there, with these rights. Until it
// is all there, path is what it was. It blocks for as long as the disk does.
func Write(path string, data []byte, mode os.FileMode) error {
	fresh, err := os.CreateTemp(filepath.Dir(path), ".escale-*")
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name()) //nolint:errcheck // gone already when all went well
	_, err = fresh.Write(data)
	if err == nil {
		err = fresh.Chmod(mode)
	}
	if own := fresh.Close(); err == nil {
		err = own
	}
	if err != nil {
		return err
	}
	return os.Rename(fresh.Name(), path)
}
