// Package qemu runs machines by QEMU: on Linux by KVM, on macOS by the
// Hypervisor framework, on Windows by WHPX, and by QEMU's own emulation, about
// ten times slower, where none of these can be used.
package qemu

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"

	"escale/engine/machine/driver"
)

// Driver runs machines by QEMU. The zero value is not usable: see New.
type Driver struct {
	// Program finds QEMU for guests of an architecture.
	Program func(arch string) (string, error)
	// Probe says why the accelerator of this system cannot be used, or nil.
	Probe func() error
	// Folders serves folders to guests.
	Folders Folders

	goos string
}

// New returns a driver for this computer.
func New() *Driver {
	return &Driver{Program: find, Probe: probe, Folders: virtiofsd{}, goos: runtime.GOOS}
}

// Name implements driver.Driver.
func (*Driver) Name() string { return "qemu" }

// find looks for QEMU on the PATH and where installers of each system put it,
// for programs that are started from a desktop often have a short PATH.
func find(arch string) (string, error) {
	name := program(runtime.GOOS, arch)
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, dir := range places {
		if path, err := exec.LookPath(dir + name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: %s", driver.ErrMissing, name)
}

// Accels implements driver.Chooser.
func (d *Driver) Accels(arch string) ([]string, error) {
	if arch != runtime.GOARCH {
		return []string{tcg}, fmt.Errorf("%w: this computer is %s", driver.ErrNoVirtualization, runtime.GOARCH)
	}
	fast, known := map[string]string{"linux": kvm, "darwin": hvf, "windows": whpx}[d.goos]
	if !known {
		return []string{tcg}, driver.ErrNoVirtualization
	}
	if err := d.Probe(); err != nil {
		return []string{tcg}, fmt.Errorf("%w: %w", driver.ErrNoVirtualization, err)
	}
	return []string{fast, tcg}, nil
}

// Start implements driver.Driver.
func (d *Driver) Start(ctx context.Context, spec driver.Spec) (driver.Instance, error) {
	path, err := d.Program(spec.Arch)
	if err != nil {
		return nil, err
	}
	with := setting{accel: spec.Accel, sandbox: d.goos == "linux"}
	if with.accel == "" {
		ways, _ := d.Accels(spec.Arch)
		with.accel = ways[0]
	}
	i, err := d.start(ctx, path, spec, with)
	if errors.Is(err, errNoSandbox) {
		with.sandbox = false
		i, err = d.start(ctx, path, spec, with)
	}
	if err != nil {
		return nil, fmt.Errorf("start QEMU: %w", err)
	}
	return i, nil
}

var _ interface {
	driver.Chooser
	driver.Sharer
} = (*Driver)(nil)

var _ interface {
	driver.Instance
	driver.Pauser
	driver.Balloon
	driver.Resizer
	driver.Shared
	driver.Holder
	driver.DiskWatcher
} = (*instance)(nil)
