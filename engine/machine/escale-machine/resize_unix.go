//go:build !windows

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// sizeChanges hears that the terminal may have another size.
func sizeChanges() (changes <-chan os.Signal, end func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGWINCH)
	return c, func() { signal.Stop(c) }
}
