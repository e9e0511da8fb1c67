package helper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"escale/engine/machine"
)

// spareDisk is what must be left of this computer's disk for a start.
const spareDisk = 1 << 30

const lockAgain = 100 * time.Millisecond

// disk is the disk of a machine that runs.
type disk struct {
	unnamed *os.File // a throwaway machine's, which is in no folder any more; else nil
}

// openDisk makes the data disk where it is missing, as a file with a hole of
// that size, and locks it. A guest whose helper was killed ends within half a
// minute: until ctx ends it waits for that.
func (r *run) openDisk(ctx context.Context) (*os.File, error) {
	ctx, cancel := context.WithTimeout(ctx, r.vm.h.timing.lock)
	defer cancel()
	v := r.vm
	if v.isKept() {
		return r.openKept(ctx)
	}
	if v.folder() != v.dir && !hasDisk(v.disk()) {
		return nil, fmt.Errorf("open disk: %w: %s", errDiskMissing, v.disk())
	}
	if r.resources.Throwaway { // what a crash has left
		if err := removeFile(v.disk()); err != nil {
			return nil, err
		}
	}
	if err := v.noteNewDisk(); err != nil {
		return nil, fmt.Errorf("open disk: %w", err)
	}
	lock, err := awaitLock(ctx, v.lockPath())
	if err != nil {
		return nil, fmt.Errorf("open disk: %w", err)
	}
	if err := v.prepareDisk(r.resources.DiskBytes); err != nil {
		return nil, errors.Join(fmt.Errorf("open disk: %w", err), lock.Close())
	}
	return lock, nil
}

// renew gives a throwaway machine another disk for another boot.
func (r *run) renew(p *prepared) error {
	if !r.resources.Throwaway {
		return nil
	}
	_ = p.lock.Close() // of a file that has no name any more
	p.lock = nil
	ctx, cancel := r.until()
	defer cancel()
	var err error
	p.lock, err = r.openDisk(ctx)
	return err
}

// noteNewDisk leaves a mark beside a disk before it is made. It goes when the
// guest has come to its engine for the first time: a disk with the mark holds
// nothing yet.
func (v *vm) noteNewDisk() error {
	if hasDisk(v.disk()) {
		return nil
	}
	return replaceFile(v.beside(rawFile), nil)
}

// born says whether the guest's own file system is on the disk: its magic number
// and the name that it gets when it is first mounted.
//
// Source: Linux, Documentation/filesystems/ext4/super.rst; packaging/guest/init.
func born(file io.ReaderAt) bool {
	super := make([]byte, 0x88)
	_, err := file.ReadAt(super, 1024)
	return err == nil && super[0x38] == 0x53 && super[0x39] == 0xEF && bytes.HasPrefix(super[0x78:], []byte("escale-data\x00"))
}

func awaitLock(ctx context.Context, path string) (*os.File, error) {
	again := time.NewTicker(lockAgain)
	defer again.Stop()
	for {
		lock, err := lockFile(path)
		if !errors.Is(err, errLocked) {
			return lock, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-again.C:
		}
	}
}

// prepareDisk makes the disk as large as it shall be. It is never made smaller:
// there may be data at its end. A disk whose first formatting was interrupted,
// which nobody could tell from a foreign one, is made blank again.
func (v *vm) prepareDisk(size int64) error {
	path := v.disk()
	if err := v.h.roomFor(path, 0); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // ours
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: %s is no file", errDiskDamaged, path)
	}
	was := int64(0)
	if err == nil {
		was = info.Size()
		if was > 0 && hasDisk(v.beside(rawFile)) && !born(file) {
			v.h.log.Warn("disk was never used, beginning anew", "machine", v.name)
			err, was = file.Truncate(0), 0
		}
	}
	if err == nil && was == 0 {
		err = allowHoles(file)
	}
	if err == nil && was < size {
		err = file.Truncate(size)
	}
	return errors.Join(err, file.Close())
}

// extendDisk makes the disk of a machine that runs larger.
func (v *vm) extendDisk(size int64) error {
	if err := v.h.roomFor(v.disk(), 0); err != nil {
		return err
	}
	return os.Truncate(v.disk(), size)
}

// roomFor says whether so many bytes can be written beside path, and enough is
// left then.
func (h *Helper) roomFor(path string, bytes int64) error {
	free, err := h.free(path)
	if err == nil && free < bytes+spareDisk {
		return &shortError{err: errNoSpace, shortage: machine.Shortage{NeededBytes: bytes + spareDisk, AvailableBytes: free}}
	}
	return nil // what cannot be measured is tried
}

// diskSize is the size that the guest sees; 0 where there is no disk.
func diskSize(path string) int64 {
	info, err := os.Stat(path) //nolint:gosec // in the home
	if err != nil {
		return 0
	}
	return info.Size()
}

// hasDisk says whether the machine was ever started.
func hasDisk(path string) bool {
	_, err := os.Stat(path) //nolint:gosec // in the home
	return !errors.Is(err, fs.ErrNotExist)
}
