//go:build !windows

package helper

import (
	"errors"
	"io"
	"os"
	"runtime"
	"syscall"
)

// dataOf are the parts of a file that are not holes. Where the file system does
// not tell, it is all data.
func dataOf(file *os.File, size int64) ([]extent, error) {
	seekData, seekHole := 3, 4
	if runtime.GOOS == "darwin" {
		seekData, seekHole = 4, 3
	}
	var parts []extent
	for at := int64(0); at < size; {
		from, err := file.Seek(at, seekData)
		if errors.Is(err, syscall.ENXIO) {
			break
		}
		if err != nil {
			if at == 0 {
				return []extent{{0, size}}, nil // it does not know of holes
			}
			return nil, err
		}
		to, err := file.Seek(from, seekHole)
		if err != nil {
			return nil, err
		}
		to = min(to, size)
		parts = append(parts, extent{from, to - from})
		at = to
	}
	_, err := file.Seek(0, io.SeekStart)
	return join(parts), err
}

// allowHoles is for systems whose files have none unless they are asked.
func allowHoles(*os.File) error { return nil }

// syncFolder makes a new name in a folder last.
func syncFolder(dir string) error {
	folder, err := os.Open(dir) //nolint:gosec // ours, or where the user wants it
	if err != nil {
		return err
	}
	err = folder.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // this file system has no such thing
	}
	return errors.Join(err, folder.Close())
}

// sameDisk says whether two folders are on one disk.
func sameDisk(a, b string) bool {
	one, err1 := os.Stat(a)
	two, err2 := os.Stat(b)
	if err1 != nil || err2 != nil {
		return false
	}
	first, ok1 := one.Sys().(*syscall.Stat_t)
	second, ok2 := two.Sys().(*syscall.Stat_t)
	return ok1 && ok2 && first.Dev == second.Dev
}
