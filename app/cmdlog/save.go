package cmdlog

import (
	"fmt"

	"escale/app/wholefile"
)

// Save writes a script for its owner to run, in place of what is at path.
func Save(path, script string) error {
	if err := wholefile.Write(path, []byte(script), 0o700); err != nil {
		return fmt.Errorf("save script: %w", err)
	}
	return nil
}
