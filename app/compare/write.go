package compare

import (
	"fmt"
	"os"
	"path/filepath"
)

// WriteFile writes a file at path, whole or not at all. It blocks for as long as
// the disk does.
func WriteFile(path string, data []byte) error {
	fresh, err := os.CreateTemp(filepath.Dir(path), ".escale-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(fresh.Name()) //nolint:errcheck // gone already when all went well
	_, err = fresh.Write(data)
	if err == nil {
		err = fresh.Chmod(0o644) // it is for others
	}
	if own := fresh.Close(); err == nil {
		err = own
	}
	if err == nil {
		err = os.Rename(fresh.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
