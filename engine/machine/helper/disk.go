package helper

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// DiskFile is the data disk of a machine, in its folder.
const DiskFile = "data.img"

// spareDisk is what must be left of this computer's disk for a start.
const spareDisk = 1 << 30

const lockAgain = 100 * time.Millisecond

// openDisk makes the data disk where it is missing, as a file with a hole of
// that size, and locks it. A guest whose helper was killed ends within half a
// minute: until ctx ends it waits for that.
func openDisk(ctx context.Context, path string, size int64) (*os.File, error) {
	lock, err := awaitLock(ctx, lockOf(path))
	if err != nil {
		return nil, fmt.Errorf("open disk: %w", err)
	}
	if err := prepareDisk(path, size); err != nil {
		return nil, errors.Join(fmt.Errorf("open disk: %w", err), lock.Close())
	}
	return lock, nil
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
// there may be data at its end.
func prepareDisk(path string, size int64) error {
	if err := enoughSpace(path); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // ours
	if err != nil {
		return err
	}
	info, err := file.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = fmt.Errorf("%w: %s is no file", errDiskDamaged, path)
	case info.Size() < size:
		err = file.Truncate(size)
	}
	return errors.Join(err, file.Close())
}

// enoughSpace is nil unless it is known that a start would fill the computer's
// disk.
func enoughSpace(path string) error {
	free, err := freeSpace(path)
	if err == nil && free < spareDisk {
		return fmt.Errorf("%w: %d MiB", errNoSpace, free>>20)
	}
	return nil
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
