package hostport

import (
	"errors"
	"fmt"

	"golang.org/x/sys/windows"

	"escale/engine"
)

// classify names why a port was not given. Windows has no ports that need rights:
// it forbids those that it keeps for virtual machines, and those that a program
// holds for itself alone.
func classify(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, windows.WSAEADDRINUSE), errors.Is(err, windows.WSAEACCES):
		return errors.Join(engine.ErrPortTaken, err)
	case errors.Is(err, windows.WSAEADDRNOTAVAIL), errors.Is(err, windows.WSAEAFNOSUPPORT):
		return errors.Join(ErrNotHere, err)
	}
	return fmt.Errorf("take port: %w", err)
}
