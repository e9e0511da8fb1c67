//go:build !windows

package hostport

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"escale/engine"
)

// classify names why a port was not given.
func classify(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EADDRINUSE):
		return errors.Join(engine.ErrPortTaken, err)
	case errors.Is(err, fs.ErrPermission):
		return errors.Join(ErrPrivileged, err)
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.Is(err, syscall.EAFNOSUPPORT):
		return errors.Join(ErrNotHere, err)
	}
	return fmt.Errorf("take port: %w", err)
}
