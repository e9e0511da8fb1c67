//go:build !windows

// Package vfkit runs machines by vfkit, a program for the Virtualization
// framework of macOS. It takes the same kernel, initrd, root and data disk as
// QEMU, so a machine may change from one to the other.
//
// Source: https://github.com/crc-org/vfkit, doc/usage.md.
package vfkit

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"escale/engine/machine/driver"
)

// accel is the one way that the framework has.
const accel = "vz"

// Driver runs machines by vfkit. The zero value is not usable: see New.
type Driver struct {
	// Program finds vfkit.
	Program func() (string, error)
}

// New returns a driver for this computer.
func New() *Driver { return &Driver{Program: find} }

// Name implements driver.Driver.
func (*Driver) Name() string { return "vfkit" }

// homes are where vfkit is looked for after the PATH, which is short for
// programs that are started from a desktop: Homebrew's two homes, MacPorts',
// and that of Podman's installer.
var homes = []string{"/opt/homebrew/bin", "/usr/local/bin", "/opt/local/bin", "/opt/podman/bin"}

// find looks beside this program first: what was shipped with it was tried
// with it.
func find() (string, error) {
	const name = "vfkit"
	if self, err := os.Executable(); err == nil {
		if path, err := exec.LookPath(filepath.Join(filepath.Dir(self), name)); err == nil {
			return path, nil
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, dir := range homes {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: %s", driver.ErrMissing, name)
}

// Available says whether there is a vfkit.
func (d *Driver) Available() bool {
	_, err := d.Program()
	return err == nil
}

// Accels implements driver.Chooser.
func (*Driver) Accels(string) ([]string, error) { return []string{accel}, nil }

// Sharing implements driver.Sharer: every macOS that vfkit runs on shares folders.
func (*Driver) Sharing() error { return nil }

// TrustsReadOnly implements driver.Trusting. The framework could hold a folder
// read-only, but vfkit has no option for it (0.6.4, and its source of August
// 2026).
func (*Driver) TrustsReadOnly() {}

// Start implements driver.Driver.
func (d *Driver) Start(ctx context.Context, spec driver.Spec) (driver.Instance, error) {
	path, err := d.Program()
	if err != nil {
		return nil, err
	}
	i, err := start(ctx, path, spec)
	if err != nil {
		return nil, fmt.Errorf("start vfkit: %w", err)
	}
	return i, nil
}

var _ interface {
	driver.Chooser
	driver.Sharer
	driver.Trusting
} = (*Driver)(nil)

var _ interface {
	driver.Instance
	driver.Pauser
	driver.Shared
} = (*instance)(nil)
