//go:build !windows

package machinetest

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

// Fill makes this computer's disk full for the virtual machine of a process, and
// lets it write. It goes on, when it is told to, once there is room again.
func Fill(dir string, pid int) (room func() error, err error) {
	path := filepath.Join(dir, fullFile)
	process, err := os.FindProcess(pid)
	if err == nil {
		err = errors.Join(os.WriteFile(path, nil, 0o600), process.Signal(syscall.SIGUSR1))
	}
	return func() error { return os.Remove(path) }, err
}

// fill plays a write that this computer has no room for, at each signal.
func (v *vm) fill() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	for range signals {
		v.gate.close()
		v.diskError()
	}
}
