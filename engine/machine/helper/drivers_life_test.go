//go:build !windows

package helper

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escale/engine/machine"
	"escale/engine/machine/machinetest"
	"escale/engine/machine/wsl"
)

// wslRanOnce is ranOnce by WSL; disk is the distribution's.
func wslRanOnce(t *testing.T, brought machinetest.Image) (b *bench, windows *machinetest.Windows, disk string) {
	t.Helper()
	b = newBench(t, machinetest.Plan{}, func(b *bench) { windows = byWSL(b) })
	b.start()
	b.stop()
	disk = b.h.driver.(*wsl.Driver).Disk(b.home.Machine(name))
	d := machinetest.ReadDisk(t, disk)
	d.Data = "the data of before"
	d.Write(t, disk)
	forWSL(brought).Write(t, b.image)
	return b, windows, disk
}

// TestWSLUpdate: the root of a newer image comes, and that of the older one comes
// back; of images only what WSL boots from is kept. No copy of the data is made,
// so none is promised.
func TestWSLUpdate(t *testing.T) {
	b, _, disk := wslRanOnce(t, nextOne)
	s := b.start()
	d := machinetest.ReadDisk(t, disk)
	if s.Guest.Version != "3" || s.Previous == nil || s.Previous.Data != nil || !strings.HasSuffix(d.Root, "of 3") || d.Data != "the data of before" {
		t.Errorf("updated: %+v, %+v", s, d)
	}
	copies, err := os.ReadDir(filepath.Join(b.home.Data, "images"))
	if err != nil || len(copies) != 2 {
		t.Fatalf("copies: %v, %v", copies, err)
	}
	for _, c := range copies {
		files, err := filepath.Glob(filepath.Join(b.home.Data, "images", c.Name(), "*"))
		if err != nil || len(files) != 2 || filepath.Base(files[0]) != manifestFile || filepath.Base(files[1]) != wsl.RootFile {
			t.Errorf("a copy has %q, %v", files, err)
		}
	}
	s, err = b.Rollback(t.Context(), name, machine.RollbackOptions{Force: true})
	if d := machinetest.ReadDisk(t, disk); err != nil || s.Guest.Version != "1" || !strings.HasSuffix(d.Root, "of 1") || d.Data != "the data of before" {
		t.Errorf("rolled back: %+v, %v, %+v", s, err, d)
	}
}

// TestWSLUpdateFails: the root that is in the distribution is booted again.
func TestWSLUpdateFails(t *testing.T) {
	b, windows, disk := wslRanOnce(t, newImage)
	windows.Set(machinetest.WindowsPlan{NoUpdate: true})
	s := b.start()
	d := machinetest.ReadDisk(t, disk)
	if s.Guest.Version != "1" || s.RolledBack == nil || s.RolledBack.From.Version != "2" || !strings.HasSuffix(d.Root, "of 1") {
		t.Errorf("status: %+v, %+v", s, d)
	}
}

// throwawayBy is a bench with a throwaway machine of another driver, that runs.
func throwawayBy(t *testing.T, change func(*bench)) *bench {
	t.Helper()
	b := newBench(t, machinetest.Plan{}, change)
	machinetest.Plan{Engine: b.engine.Socket}.Write(t, b.home.Machine(thrown))
	if _, err := b.Put(t.Context(), thrown, machine.Resources{Throwaway: true}); err != nil {
		t.Fatal(err)
	}
	b.startThrown()
	return b
}

// TestWSLThrowaway: the distribution goes with the machine, in either way.
func TestWSLThrowaway(t *testing.T) {
	for what, end := range map[string]func(*bench) error{
		"stopped": func(b *bench) error { return err2(b.Stop(t.Context(), thrown)) },
		"killed": func(b *bench) error {
			process, err := os.FindProcess(b.pid(thrown))
			if err == nil {
				err = process.Kill()
			}
			return err
		},
	} {
		t.Run(what, func(t *testing.T) {
			var windows *machinetest.Windows
			b := throwawayBy(t, func(b *bench) { windows = byWSL(b) })
			if len(windows.Distributions()) != 1 {
				t.Errorf("it runs in %v", windows.Distributions())
			}
			if err := end(b); err != nil {
				t.Fatal(err)
			}
			b.until("the distribution has gone", func() bool { return len(windows.Distributions()) == 0 })
		})
	}
}

// TestVfkitThrowaway: vfkit may open its disk late, so the name stays until its
// end.
func TestVfkitThrowaway(t *testing.T) {
	b := throwawayBy(t, byVfkit)
	dir := b.home.Machine(thrown)
	if !hasDisk(filepath.Join(dir, DiskFile)) {
		t.Error("its disk has no name")
	}
	if _, err := b.Stop(t.Context(), thrown); err != nil || hasDisk(dir) {
		t.Errorf("stopped: %v", err)
	}
}

// TestVfkitMoved: a disk that was moved is vfkit's, where it is now.
func TestVfkitMoved(t *testing.T) {
	b, other := twoDisks(t)
	byVfkit(b)
	s, err := b.Move(t.Context(), name, other)
	if err != nil {
		t.Fatal(err)
	}
	machinetest.Plan{Engine: b.engine.Socket}.Write(t, s.Folder)
	if s := b.start(); s.Driver != "vfkit" || s.State != machine.StateRunning || hasDisk(filepath.Join(b.home.Machine(name), DiskFile)) {
		t.Errorf("started there: %+v", s)
	}
	b.stop()
	if got := readData(t, filepath.Join(s.Folder, DiskFile)); got != "the data of before" {
		t.Errorf("data %q", got)
	}
}
