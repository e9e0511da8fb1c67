//go:build !linux

package early

// Forward is for Linux alone: macOS starts no second program by itself, and a
// named pipe of Windows is reached by app/instance.
func Forward() bool { return false }
