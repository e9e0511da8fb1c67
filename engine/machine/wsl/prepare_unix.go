//go:build !windows

package wsl

import "os/exec"

// prepare makes wsl.exe a program that nobody sees.
func prepare(command *exec.Cmd) { command.Env = environment() }
