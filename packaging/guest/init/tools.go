//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

const (
	// toolsDir is where the disk with the docker command and a shell is mounted, in
	// a machine that has one; an empty folder in others.
	toolsDir   = "/usr/local"
	toolsShell = toolsDir + "/bin/bash"
	// toolsHome is on the data disk: the root's own home cannot be written to.
	toolsHome = dataDir + "/home"
)

// mountTools mounts the tools' disk, if the machine was given it. Its error
// begins with one of wire's causes.
func mountTools(asked bool) error {
	if !asked {
		return nil
	}
	disk, err := diskBySerial("tools", 10*time.Second)
	if err == nil {
		err = unix.Mount(disk, toolsDir, "squashfs", unix.MS_RDONLY|unix.MS_NODEV|unix.MS_NOSUID, "")
	}
	if err == nil {
		err = os.MkdirAll(toolsHome, 0o700)
	}
	if err != nil {
		return fmt.Errorf("%s: mount tools: %w", wire.CauseImageDamaged, err)
	}
	return nil
}

// login is the shell of a terminal: that of the tools, else the root's small one.
func login(ctx context.Context) *exec.Cmd {
	cmd, home := exec.CommandContext(ctx, "/bin/sh", "-l"), "/root"
	if exists(toolsShell) {
		cmd, home = exec.CommandContext(ctx, toolsShell, "--login"), toolsHome
	}
	cmd.Dir = home
	cmd.Env = append(os.Environ(), "HOME="+home, "TERM=xterm-256color", "DOCKER_HOST=unix://"+dockerSocket)
	return cmd
}
