package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"escale/engine/machine"
	"escale/engine/machine/helper"
	"escale/engine/machine/wsl"
)

func TestPick(t *testing.T) {
	usable := func() error { return nil }
	missing := func() error { return errors.New("missing") }
	for name, tc := range map[string]struct {
		goos, wish string
		f          found
		want       string
	}{
		"linux":                            {"linux", "", found{qemu: true, vfkit: true, wsl: usable}, byQEMU},
		"linux, without QEMU":              {"linux", "", found{wsl: missing}, byQEMU},
		"macOS":                            {"darwin", "", found{qemu: true, vfkit: true, wsl: missing, disks: true}, byVfkit},
		"macOS, without vfkit":             {"darwin", "", found{qemu: true, wsl: missing}, byQEMU},
		"Windows":                          {"windows", "", found{qemu: true, wsl: usable}, byWSL},
		"Windows, WSL unusable":            {"windows", "", found{qemu: true, wsl: missing}, byQEMU},
		"Windows, nothing":                 {"windows", "", found{wsl: missing}, byWSL},
		"Windows, a disk of QEMU":          {"windows", "", found{qemu: true, wsl: usable, disks: true}, byQEMU},
		"Windows, a distribution, WSL off": {"windows", "", found{qemu: true, wsl: missing, distros: true}, byWSL},
		"asked for":                        {"linux", "wsl", found{qemu: true, wsl: missing}, byWSL},
	} {
		if got := pick(tc.goos, tc.wish, tc.f); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

// TestLook: what machines of this home have is found.
func TestLook(t *testing.T) {
	home := machine.Home{Data: t.TempDir()}
	if f := look(t.Context(), home, drivers()); f.disks || f.distros {
		t.Errorf("in an empty home: %+v", f)
	}
	for _, file := range []string{helper.DiskFile, wsl.RecordFile} {
		file = filepath.Join(home.Machine("default"), file)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if f := look(t.Context(), home, drivers()); !f.disks || !f.distros {
		t.Errorf("found %+v", f)
	}
}

// TestLookMoved: a disk that was moved away counts, though its drive is not there.
func TestLookMoved(t *testing.T) {
	home := machine.Home{Data: t.TempDir()}
	file := filepath.Join(home.Machine("default"), "machine.json")
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(`{"folder":"/media/gone"}`), 0o600)); err != nil {
		t.Fatal(err)
	}
	if f := look(t.Context(), home, drivers()); !f.disks {
		t.Errorf("found %+v", f)
	}
}

func TestChooseDriver(t *testing.T) {
	home := machine.Home{Data: t.TempDir()}
	t.Setenv(driverVariable, "wsl")
	if d, err := chooseDriver(t.Context(), home); err != nil || d.Name() != "wsl" {
		t.Errorf("got %v, %v", d, err)
	}
	t.Setenv(driverVariable, "hyperkit")
	if d, err := chooseDriver(t.Context(), home); err == nil {
		t.Errorf("got %v", d)
	}
	t.Setenv(driverVariable, "")
	if runtime.GOOS == "linux" {
		if d, err := chooseDriver(t.Context(), home); err != nil || d.Name() != "qemu" {
			t.Errorf("got %v, %v", d, err)
		}
	}
}
