package cmdlog

import (
	"fmt"
	"os"
	"path/filepath"
)

// Save writes a script for its owner to run, in place of what is at path.
func Save(path, script string) error {
	fresh, err := os.CreateTemp(filepath.Dir(path), ".script-*")
	if err != nil {
		return fmt.Errorf("save script: %w", err)
	}
	defer os.Remove(fresh.Name()) //nolint:errcheck // gone already when all went well
	_, err = fresh.WriteString(script)
	if err == nil {
		err = fresh.Chmod(0o700)
	}
	if own := fresh.Close(); err == nil {
		err = own
	}
	if err == nil {
		err = os.Rename(fresh.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("save script: %w", err)
	}
	return nil
}
