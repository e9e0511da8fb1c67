//go:build linux

package main

import (
	"context"
	"os"
	"strconv"
	"strings"

	"escale/engine/machine/wire"
)

func (a *agent) status(ctx context.Context) wire.State {
	state := wire.State{UptimeMillis: uptime().Milliseconds(), Engine: a.engine.state(), Containers: a.engine.containers(ctx)}
	if content, err := os.ReadFile("/proc/meminfo"); err == nil {
		state.MemTotalBytes = memory(string(content), "MemTotal")
		state.MemAvailableBytes = memory(string(content), "MemAvailable")
	}
	var err error
	if state.DataTotalBytes, state.DataUsedBytes, err = dataSize(); err != nil {
		state.Error = err.Error()
	}
	return state
}

// memory reads "MemTotal:  196608 kB".
func memory(meminfo, name string) int64 {
	for line := range strings.Lines(meminfo) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			kilobytes, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}
