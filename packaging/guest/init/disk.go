//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

// dataDir is where the data disk is mounted: all that the engine keeps.
const dataDir = "/var/lib"

// diskBySerial waits for the virtio disk with a serial, and gives its device.
func diskBySerial(serial string, wait time.Duration) (string, error) {
	for deadline := time.Now().Add(wait); ; pause(2 * time.Millisecond) {
		found, _ := filepath.Glob("/sys/block/vd*/serial")
		for _, file := range found {
			if said, err := os.ReadFile(file); err == nil && strings.TrimSpace(string(said)) == serial { //nolint:gosec // sysfs
				return "/dev/" + filepath.Base(filepath.Dir(file)), nil
			}
		}
		if time.Now().After(deadline) {
			return "", fmt.Errorf("no disk has the serial %q", serial)
		}
	}
}

// openData brings the data disk to dataDir: made if it is blank, mended if it
// was hurt, grown if the disk has. An error begins with one of wire's causes.
func openData(ctx context.Context) error {
	disk, err := diskBySerial("data", 10*time.Second)
	if err != nil {
		return fmt.Errorf("%s: %w", wire.CauseDiskDamaged, err)
	}
	found, size, err := look(disk)
	if err != nil {
		cause := wire.CauseDiskDamaged
		if errors.Is(err, errForeign) {
			cause = wire.CauseDiskForeign
		}
		return fmt.Errorf("%s: %w", cause, err)
	}
	if found.blank || found.unborn {
		err = format(ctx, disk)
	} else {
		err = mountOld(ctx, disk, found.damaged)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", wire.CauseDiskDamaged, err)
	}
	if !found.blank && !found.unborn && size > found.size {
		if err := grow(ctx, disk); err != nil {
			say("%v", err) // smaller than it could be, but whole
		}
	}
	return nil
}

func look(disk string) (found content, size int64, err error) {
	f, err := os.Open(disk) //nolint:gosec // a disk of the machine
	if err != nil {
		return content{}, 0, fmt.Errorf("open data disk: %w", err)
	}
	defer func() { _ = f.Close() }()
	if size, err = f.Seek(0, 2); err != nil {
		return content{}, 0, fmt.Errorf("measure data disk: %w", err)
	}
	found, err = examine(f)
	return found, size, err
}

// format makes the file system, mounts it, and only then gives it the name that
// keeps it from ever being formatted again.
func format(ctx context.Context, disk string) error {
	say("formatting the data disk")
	// What the journal once took never goes back to the host: it may not be as
	// large as mke2fs would make it.
	err := command(ctx, "mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-L", labelNew, "-J", "size=64",
		"-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner=0:0", disk)
	if err != nil {
		return fmt.Errorf("format data disk: %w", err)
	}
	if err := mountData(disk); err != nil {
		return err
	}
	if err := nameData(); err != nil {
		return fmt.Errorf("name data disk: %w", err)
	}
	return nil
}

func mountOld(ctx context.Context, disk string, damaged bool) error {
	if !damaged {
		err := mountData(disk)
		if err == nil {
			return nil
		}
		say("%v: checking it", err)
	}
	// Only what is safe is mended without asking; 1 and 2 say that something was.
	err := command(ctx, "e2fsck", "-p", disk)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 3) {
		return fmt.Errorf("check data disk: %w", err)
	}
	return mountData(disk)
}

func mountData(disk string) error {
	if err := unix.Mount(disk, dataDir, "ext4", unix.MS_NOATIME, "discard,errors=remount-ro"); err != nil {
		return fmt.Errorf("mount data disk: %w", err)
	}
	return nil
}

func onData(use func(fd int) error) error {
	f, err := os.Open(dataDir)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return use(int(f.Fd()))
}

func nameData() error {
	const setLabel = 0x41009432 // FS_IOC_SETFSLABEL, a name of 256 bytes
	var name [256]byte
	copy(name[:], labelData)
	return onData(func(fd int) error {
		if err := ioctl(fd, setLabel, unsafe.Pointer(&name)); err != nil { //nolint:gosec // what the call takes
			return err
		}
		return unix.Syncfs(fd)
	})
}

// trim gives unused blocks back to the host, and says how many bytes.
func trim() (int64, error) {
	const fitrim = 0xC0185879
	area := struct{ start, length, least uint64 }{length: 1<<63 - 1}
	err := onData(func(fd int) error {
		if err := unix.Syncfs(fd); err != nil {
			return err
		}
		return ioctl(fd, fitrim, unsafe.Pointer(&area)) //nolint:gosec // what the call takes
	})
	if err != nil {
		return 0, fmt.Errorf("trim data disk: %w", err)
	}
	return int64(area.length), nil //nolint:gosec // a disk's size
}

// grow makes the mounted file system as large as its disk.
func grow(ctx context.Context, disk string) error {
	if err := command(ctx, "resize2fs", disk); err != nil {
		return fmt.Errorf("grow data disk: %w", err)
	}
	return nil
}

func dataSize() (total, used int64, err error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dataDir, &fs); err != nil {
		return 0, 0, fmt.Errorf("measure data disk: %w", err)
	}
	block := fs.Bsize
	return int64(fs.Blocks) * block, int64(fs.Blocks-fs.Bfree) * block, nil //nolint:gosec // a disk's size
}

func ioctl(fd int, request uintptr, argument unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(argument)); errno != 0 {
		return errno
	}
	return nil
}

// command runs a program of the image; its error holds what it said.
func command(ctx context.Context, name string, args ...string) error {
	said, err := exec.CommandContext(ctx, name, args...).CombinedOutput() //nolint:gosec // names of ours
	if err != nil {
		return fmt.Errorf("%s: %w: %.300s", name, err, strings.TrimSpace(string(said)))
	}
	return nil
}
