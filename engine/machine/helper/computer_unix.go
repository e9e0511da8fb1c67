//go:build !windows

package helper

import (
	"os"
	"path/filepath"
	"syscall"
)

// freeSpace is what the user may still write on the disk that holds path.
func freeSpace(path string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:gosec,unconvert // the types differ between systems
}

// usedSpace is what a file takes of the disk, its holes left out.
func usedSpace(path string) int64 {
	info, err := os.Stat(path) //nolint:gosec // in the home
	if err != nil {
		return 0
	}
	return blocksOf(info)
}

// usedBy is the same of an open file, which may have no name.
func usedBy(file *os.File) int64 {
	info, err := file.Stat()
	if err != nil {
		return 0
	}
	return blocksOf(info)
}

func blocksOf(info os.FileInfo) int64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Blocks * 512
	}
	return info.Size()
}
