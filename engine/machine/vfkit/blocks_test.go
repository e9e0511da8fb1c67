//go:build !windows

package vfkit

import (
	"io/fs"
	"syscall"
)

// blocks are what a file takes of the disk, each of 512 bytes.
func blocks(info fs.FileInfo) int64 {
	return info.Sys().(*syscall.Stat_t).Blocks
}
