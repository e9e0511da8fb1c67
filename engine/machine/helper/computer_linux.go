package helper

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// memoryOf is what a process has of this computer's memory; 0: not known.
func memoryOf(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fields := bytes.Fields(data)
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// processorTime is what a process has had of the processors, negative when that
// is not known.
//
// Source: proc(5), /proc/PID/stat: utime and stime are fields 14 and 15, in
// hundredths of a second; field 2 is a name that may hold anything.
func processorTime(pid int) time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, found := bytes.Cut(data, []byte(") "))
	fields := bytes.Fields(rest)
	if err != nil || !found || len(fields) < 13 {
		return -1
	}
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return -1
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
