//go:build machine

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"escale/engine/machine"
)

// TestSmallMachine: 192 MiB are enough for an engine and a page.
func TestSmallMachine(t *testing.T) {
	r := newRig(t)
	r.do("start", "--memory", "192")
	d := dockerAt(t, r.home.Docker(machine.DefaultName))
	d.importImage()
	r.publishes(t, d)
	if kB := r.memory(serving); kB > 30_000 {
		t.Errorf("the helper has %d kB of memory", kB)
	}
	r.do("stop")
}

// TestOtherArchitecture boots the guest for arm64 in an emulated processor: its
// engine answers and a container's page is there.
func TestOtherArchitecture(t *testing.T) {
	guest, err := filepath.Abs("../../../bin/guest/arm64")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(machine.GuestVariable, guest)
	r := newRig(t)
	r.do("start", "--memory", "512")
	d := dockerAt(t, r.home.Docker(machine.DefaultName))
	d.arch = "arm64"
	var version struct{ Version, Arch string }
	d.must(http.MethodGet, "/version", nil, &version)
	if version.Arch != "arm64" {
		t.Errorf("the engine is for %s", version.Arch)
	}
	d.importImage()
	r.publishes(t, d)
	r.do("stop")
}

// The big image of TestGivesBack: a gigabyte beyond its base.
const layers, layerMegabytes = 8, 128

// TestGivesBack: what images and containers took of this computer comes back
// when they go.
func TestGivesBack(t *testing.T) {
	r := newRig(t)
	r.do("start", "--memory", "1024", "--mirror", serveNoise(t, layers+1, layerMegabytes))
	d := dockerAt(t, r.home.Docker(machine.DefaultName))
	d.importImage()
	t.Run("memory", func(t *testing.T) { r.givesMemoryBack(t, d) })
	t.Run("disk", func(t *testing.T) { r.givesDiskBack(t, d) })
	r.do("stop")
}

func (r *rig) givesMemoryBack(t *testing.T, d *docker) {
	const eaten = 500
	d.wait(d.run("warm", nil, "reach", "127.0.0.1:1")) // the first container leaves things in memory that the next ones use, too
	client := machine.NewClient(r.home)
	defer client.Close()
	if _, err := client.Reclaim(t.Context(), machine.DefaultName); err != nil {
		t.Fatal(err)
	}
	r.settles(t)
	idle := r.memory("qemu")
	id := d.run("eater", nil, "eat", strconv.Itoa(eaten))
	r.until("it has eaten", 3*time.Minute, func() bool { return d.logs(id) != "" })
	full := r.memory("qemu")
	d.must(http.MethodDelete, "/containers/eater?force=1", nil, nil)
	took := r.until("memory is back", time.Minute, func() bool { return r.memory("qemu") < idle*12/10 })
	t.Logf("idle %d MiB, with %d MiB eaten %d MiB, %s after the container's end %d MiB", idle>>10, eaten, full>>10, took, r.memory("qemu")>>10)
	if full < idle+eaten<<10*8/10 {
		t.Errorf("the container did not take its memory: %d kB, then %d kB", idle, full)
	}
}

// settles waits until the virtual machine's memory has not grown for a while.
func (r *rig) settles(t *testing.T) {
	t.Helper()
	least, since := r.memory("qemu"), time.Now()
	r.until("memory settles", 2*time.Minute, func() bool {
		if now := r.memory("qemu"); now < least*98/100 || now > least*102/100 {
			least, since = now, time.Now()
		}
		return time.Since(since) > 10*time.Second
	})
}

// givesDiskBack pulls a gigabyte from a registry on this computer and removes
// it. The image that it is built on stays: a disk in use is never empty, and what
// an empty one grows by, some megabytes, is its journal.
func (r *rig) givesDiskBack(t *testing.T, d *docker) {
	const megabytes = layers * layerMegabytes
	client := machine.NewClient(r.home)
	defer client.Close()
	d.pull("base:1", 10*time.Minute)
	before := r.settledDisk(t, client)
	pulled := time.Now()
	d.pull("big:1", 25*time.Minute)
	t.Logf("%d MiB pulled within %s", megabytes, time.Since(pulled).Round(time.Second))
	full := r.settledDisk(t, client)
	if full < before+megabytes<<20 {
		t.Fatalf("the image is not on the disk: %d MiB", full>>20)
	}
	d.must(http.MethodDelete, "/images/big:1", nil, nil)
	took := r.until("the disk is as small as before", 3*time.Minute, func() bool { return r.diskUse(t) <= before*11/10 })
	t.Logf("%d MiB before, %d MiB with the image, %d MiB %s after it went", before>>20, full>>20, r.diskUse(t)>>20, took)
}

// settledDisk is what the disk takes here once everything is written.
func (r *rig) settledDisk(t *testing.T, client *machine.Client) int64 {
	t.Helper()
	least, since := r.diskUse(t), time.Now()
	r.until("the disk settles", 3*time.Minute, func() bool {
		if now := r.diskUse(t); now != least {
			least, since = now, time.Now()
		}
		return time.Since(since) > 15*time.Second
	})
	if _, err := client.Trim(t.Context(), machine.DefaultName); err != nil {
		t.Fatal(err)
	}
	return r.diskUse(t)
}

func (r *rig) diskUse(t *testing.T) int64 {
	t.Helper()
	info, err := os.Stat(filepath.Join(r.home.Machine(machine.DefaultName), "data.img"))
	if err != nil {
		t.Fatal(err)
	}
	const blockSize = 512
	return info.Sys().(*syscall.Stat_t).Blocks * blockSize
}
