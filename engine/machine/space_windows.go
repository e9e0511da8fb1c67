package machine

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// FreeSpace is what the user may still write on the disk that holds path, in
// bytes. The folder of path must be there.
func FreeSpace(path string) (int64, error) {
	dir, err := windows.UTF16PtrFromString(filepath.Dir(path))
	if err != nil {
		return 0, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(dir, &free, nil, nil); err != nil {
		return 0, err
	}
	return int64(min(free, 1<<62)), nil //nolint:gosec // bounded
}
