// Package wsl runs machines as distributions of the Windows Subsystem for Linux:
// the same guest, without a kernel and disks of its own. Its init serves the
// helper at the standard input and output of one long-lived wsl.exe, which also
// keeps the distribution alive.
//
// Each machine is one distribution, and its data is in that distribution's own
// disk, ext4.vhdx, in the machine's folder. A newer root is handed to the init
// of the distribution, which puts it in the place of the old one and leaves the
// data where it is: nothing is exported, copied or unregistered. Removing a
// machine unregisters its distribution.
//
// Source: https://learn.microsoft.com/windows/wsl/basic-commands.
package wsl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"escale/engine/machine/driver"
)

const (
	// accel is the one way that there is.
	accel = "wsl"
	// RootFile is what it boots from, of a guest's image.
	RootFile = "root.tar.gz"
	// RecordFile is in the folder of each machine that has a distribution.
	RecordFile = "wsl.json"

	folder   = "wsl"       // of a distribution, in its machine's
	diskFile = "ext4.vhdx" // what WSL calls a distribution's disk
)

// Driver runs machines by WSL. The zero value is not usable: see New.
type Driver struct {
	// Program finds wsl.exe.
	Program func() (string, error)
}

// New returns a driver for this computer.
func New() *Driver { return &Driver{Program: find} }

// find looks where Windows has it: a program of that name on the PATH may be
// anybody's.
func find() (string, error) {
	const name = "wsl.exe"
	for _, dir := range []string{os.Getenv("ProgramW6432"), os.Getenv("ProgramFiles")} {
		if dir == "" {
			continue
		}
		if path, err := exec.LookPath(filepath.Join(dir, "WSL", name)); err == nil {
			return path, nil
		}
	}
	if dir := os.Getenv("SystemRoot"); dir != "" {
		if path, err := exec.LookPath(filepath.Join(dir, "System32", name)); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: no %s", driver.ErrFeatureMissing, name)
}

// Name implements driver.Driver.
func (*Driver) Name() string { return "wsl" }

// OwnNetwork implements driver.Networker.
func (*Driver) OwnNetwork() {}

// Files implements driver.Imager.
func (*Driver) Files() []string { return []string{RootFile} }

// Disk implements driver.Keeper.
func (*Driver) Disk(dir string) string { return filepath.Join(dir, folder, diskFile) }

// Accels implements driver.Chooser.
func (*Driver) Accels(string) ([]string, error) { return []string{accel}, nil }

// Start implements driver.Driver. The first start of a machine imports its
// distribution, which takes a minute on a slow disk.
func (d *Driver) Start(ctx context.Context, spec driver.Spec) (driver.Instance, error) {
	path, err := d.Program()
	if err != nil {
		return nil, err
	}
	p := program{path: path, log: spec.Log}
	if err := p.ready(ctx, spec, d.Disk(spec.Dir)); err != nil {
		return nil, err
	}
	i, err := start(p, spec) //nolint:contextcheck // it outlives ctx
	if err != nil {
		return nil, fmt.Errorf("start WSL: %w", err)
	}
	return i, nil
}

// Check is nil when machines can run here, and else says what is missing.
func (d *Driver) Check(ctx context.Context) error {
	path, err := d.Program()
	if err != nil {
		return err
	}
	return program{path: path}.check(ctx)
}

// Remove implements driver.Keeper.
func (d *Driver) Remove(ctx context.Context, name, dir string) error {
	if !exists(filepath.Join(dir, RecordFile)) && !exists(d.Disk(dir)) {
		return nil // it never was
	}
	path, err := d.Program()
	if errors.Is(err, driver.ErrFeatureMissing) {
		return nil // WSL has gone, and its registrations with it; the folder is left to the caller
	}
	if err != nil {
		return err
	}
	return program{path: path}.unregister(ctx, distribution(name, dir))
}

// record is what is known of a machine's distribution, beside it.
type record struct {
	Root string `json:"root"` // SHA-256 of the root that is in it
	// Importing is true while it is made: then no engine ever ran in it, and
	// nothing in it is worth keeping.
	Importing bool `json:"importing,omitempty"`
}

// ready makes a machine's distribution what it must be for a start.
func (p program) ready(ctx context.Context, spec driver.Spec, disk string) error {
	name := distribution(spec.Name, spec.Dir)
	file := filepath.Join(spec.Dir, RecordFile)
	have, err := readRecord(file)
	if err != nil {
		return err
	}
	all, err := p.list(ctx)
	if err != nil || have == (record{}) { // it says more of what is missing
		err = errors.Join(p.check(ctx), err)
	}
	if err != nil {
		return err
	}
	there := slices.Contains(all, name)
	if have.Importing {
		if there {
			if err := p.unregister(ctx, name); err != nil {
				return err
			}
		}
		if err := os.Remove(disk); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove unfinished disk: %w", err)
		}
		there = false
	}
	if !there && exists(disk) { // WSL was installed anew, and forgot it
		if err := p.adopt(ctx, name, disk); err != nil {
			return err
		}
		there = true
	}
	switch {
	case !there:
		if err := writeRecord(file, record{Importing: true}); err != nil {
			return err
		}
		err = p.install(ctx, name, filepath.Dir(disk), spec.Root)
	case have.Root != spec.RootSHA256:
		err = p.update(ctx, name, spec.Root)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return writeRecord(file, record{Root: spec.RootSHA256})
}

func readRecord(file string) (record, error) {
	var r record
	data, err := os.ReadFile(file) //nolint:gosec // in the machine's folder
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		return record{}, fmt.Errorf("read record of distribution: %w", err)
	}
	return r, nil
}

// writeRecord leaves the old record or the new one, whatever happens.
func writeRecord(file string, r record) error {
	data, err := json.Marshal(r)
	if err == nil {
		err = os.WriteFile(file+".new", data, 0o600)
	}
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		return fmt.Errorf("write record of distribution: %w", err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

var _ interface {
	driver.Driver
	driver.Chooser
	driver.Imager
	driver.Keeper
	driver.Networker
} = (*Driver)(nil)
