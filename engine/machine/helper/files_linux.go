package helper

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// cloneFile makes a copy that shares its blocks with the first one, where the
// file system can: Btrfs, XFS and others.
func cloneFile(from, to string) error {
	in, err := os.Open(from) //nolint:gosec // ours
	if err != nil {
		return err
	}
	defer in.Close()                                                      //nolint:errcheck // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // ours
	if err != nil {
		return err
	}
	err = unix.IoctlFileClone(int(out.Fd()), int(in.Fd()))
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// forgetCache makes the next reads of a synced file come from its disk.
func forgetCache(file *os.File) { _ = unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED) }
