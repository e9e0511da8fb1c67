//go:build !windows

package main

import (
	"escale/engine/machine/driver"
	"escale/engine/machine/qemu"
	"escale/engine/machine/vfkit"
	"escale/engine/machine/wsl"
)

// drivers are those that may run here. On systems that are not theirs vfkit and
// WSL find no program, unless a test brings one.
func drivers() map[string]driver.Driver {
	return map[string]driver.Driver{byQEMU: qemu.New(), byVfkit: vfkit.New(), byWSL: wsl.New()}
}
