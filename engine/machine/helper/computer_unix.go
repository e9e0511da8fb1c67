//go:build !windows

package helper

import (
	"os"
	"syscall"
)

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
