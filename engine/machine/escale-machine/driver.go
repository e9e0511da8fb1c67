package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"

	"escale/engine/machine"
	"escale/engine/machine/driver"
	"escale/engine/machine/helper"
	"escale/engine/machine/qemu"
	"escale/engine/machine/wsl"
)

// driverVariable names the environment variable that names the driver to take.
const driverVariable = "ESCALE_MACHINE_DRIVER"

// The drivers, by name.
const (
	byQEMU  = "qemu"
	byVfkit = "vfkit"
	byWSL   = "wsl"
)

// found is what the choice of a driver depends on.
type found struct {
	qemu, vfkit bool
	wsl         func() error // why it cannot be used; asked last, for that takes a second
	disks       bool         // a machine here has a disk that QEMU and vfkit can read …
	distros     bool         // … or a distribution of WSL
}

// pick names the driver for a system. Data counts more than speed: a machine that
// was made by one driver is not run by another, which would not find it.
func pick(goos, wish string, f found) string {
	switch {
	case wish != "":
		return wish
	case goos == "darwin" && f.vfkit:
		return byVfkit
	case goos != "windows":
		return byQEMU
	case f.distros:
		return byWSL
	case f.disks:
		return byQEMU
	case f.wsl() == nil || !f.qemu: // without both, it says what is missing of the better one
		return byWSL
	default:
		return byQEMU
	}
}

// chooseDriver finds the driver for this computer and this home.
func chooseDriver(ctx context.Context, home machine.Home) (driver.Driver, error) {
	all := drivers()
	name := pick(runtime.GOOS, os.Getenv(driverVariable), look(ctx, home, all))
	d := all[name]
	if d == nil {
		return nil, fmt.Errorf("there is no driver %.40q for this system", name)
	}
	slog.Info("driver", "name", name)
	return d, nil
}

func look(ctx context.Context, home machine.Home, all map[string]driver.Driver) found {
	f := found{
		disks:   helper.HasDisk(home),
		distros: hasDistribution(home),
		wsl: func() error {
			if !helper.HasImageFile(wsl.RootFile) {
				return fmt.Errorf("the guest's image has no %s", wsl.RootFile)
			}
			return wsl.New().Check(ctx)
		},
	}
	if d, can := all[byVfkit].(interface{ Available() bool }); can {
		f.vfkit = d.Available()
	}
	if _, err := qemu.New().Program(runtime.GOARCH); err == nil {
		f.qemu = true
	}
	return f
}

// hasDistribution says whether a machine of this home has one.
func hasDistribution(home machine.Home) bool {
	files, err := filepath.Glob(filepath.Join(home.Machine("*"), wsl.RecordFile))
	return err == nil && len(files) > 0
}
