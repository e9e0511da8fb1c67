package helper

import (
	"time"

	"golang.org/x/sys/unix"
)

// totalMemory is this computer's memory, 0 when it is not known.
func totalMemory() int64 {
	total, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return int64(min(total, 1<<62)) //nolint:gosec // bounded
}

// memoryOf is what a process has of this computer's memory; 0: not known.
func memoryOf(int) int64 { return 0 }

// processorTime is what a process has had of the processors; negative: not known.
func processorTime(int) time.Duration { return -1 }
