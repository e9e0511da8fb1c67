package machine

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// detach keeps the console's signals and its end from the helper.
func detach(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{
		HideWindow:    true,
		CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.DETACHED_PROCESS,
	}
}
