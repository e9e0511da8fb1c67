package compare

import (
	"bufio"
	"io"
	"os"
	"strings"
)

func systemName() string {
	if name := valueIn("/etc/os-release", "PRETTY_NAME", "="); name != "" {
		return name
	}
	return "Linux"
}

func processorName() string {
	for _, key := range []string{"model name", "Model", "Hardware"} { // amd64, some of arm64
		if name := valueIn("/proc/cpuinfo", key, ":"); name != "" {
			return name
		}
	}
	return ""
}

// valueIn is the first value of a key in a file of lines.
func valueIn(file, key, between string) string {
	f, err := os.Open(file) //nolint:gosec // the system's own
	if err != nil {
		return ""
	}
	defer f.Close() //nolint:errcheck // only read
	for lines := bufio.NewScanner(io.LimitReader(f, 1<<20)); lines.Scan(); {
		name, value, ok := strings.Cut(lines.Text(), between)
		if ok && strings.TrimSpace(name) == key {
			return cut(strings.Trim(strings.TrimSpace(value), `"`))
		}
	}
	return ""
}
