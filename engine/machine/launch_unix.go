//go:build !windows

package machine

import (
	"os/exec"
	"syscall"
)

// detach keeps the terminal's signals and its end from the helper.
func detach(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}
