package helper

import (
	"os"

	"golang.org/x/sys/unix"
)

// cloneFile makes a copy that shares its blocks with the first one, as APFS can.
func cloneFile(from, to string) error { return unix.Clonefile(from, to, unix.CLONE_NOFOLLOW) }

// forgetCache makes the next reads of a file come from its disk.
func forgetCache(file *os.File) { _, _ = unix.FcntlInt(file.Fd(), unix.F_NOCACHE, 1) }
