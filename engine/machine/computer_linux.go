package machine

import "golang.org/x/sys/unix"

// totalMemory is this computer's memory, 0 when it is not known.
func totalMemory() int64 {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return 0
	}
	return int64(info.Totalram) * int64(info.Unit) //nolint:gosec // the types differ between systems
}
