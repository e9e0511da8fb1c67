//go:build !windows

package machine

import (
	"path/filepath"
	"syscall"
)

// FreeSpace is what the user may still write on the disk that holds path, in
// bytes. The folder of path must be there.
func FreeSpace(path string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:gosec,unconvert // the types differ between systems
}
