package main

import (
	"escale/engine/machine/driver"
	"escale/engine/machine/qemu"
	"escale/engine/machine/wsl"
)

// drivers are those that may run here.
func drivers() map[string]driver.Driver {
	return map[string]driver.Driver{byQEMU: qemu.New(), byWSL: wsl.New()}
}
