//go:build !windows

package driver

import (
	"os"
	"os/exec"
	"syscall"
)

// Child prepares a virtual machine's program: it inherits the lock, as
// descriptor 3, and has a session of its own, for the terminal's Ctrl-C is not
// for the guest. Descriptors that the caller adds come after it.
func Child(command *exec.Cmd, lock *os.File) error {
	command.ExtraFiles = append([]*os.File{lock}, command.ExtraFiles...)
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return nil
}
