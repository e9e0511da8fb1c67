package machine

import "golang.org/x/sys/unix"

// totalMemory is this computer's memory, 0 when it is not known.
func totalMemory() int64 {
	total, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return int64(min(total, 1<<62)) //nolint:gosec // bounded
}
