package driver

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// Child prepares a virtual machine's program: it inherits the lock, and has
// neither the console's signals nor a window.
func Child(command *exec.Cmd, lock *os.File) error {
	handle := windows.Handle(lock.Fd())
	// A child gets what it is given by name and what may be inherited: both.
	if err := windows.SetHandleInformation(handle, windows.HANDLE_FLAG_INHERIT, windows.HANDLE_FLAG_INHERIT); err != nil {
		return fmt.Errorf("hand on the lock: %w", err)
	}
	command.SysProcAttr = &syscall.SysProcAttr{
		HideWindow:                 true,
		CreationFlags:              windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_NO_WINDOW,
		AdditionalInheritedHandles: []syscall.Handle{syscall.Handle(handle)},
	}
	return nil
}
