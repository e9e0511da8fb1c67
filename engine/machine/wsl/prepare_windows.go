package wsl

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// prepare makes wsl.exe a program that nobody sees.
func prepare(command *exec.Cmd) {
	command.Env = environment()
	command.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NO_WINDOW}
}
