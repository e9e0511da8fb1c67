//go:build linux

package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// parent returns the parent of a process, or 0.
func parent(pid int) int {
	content, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
	if len(fields) < 2 {
		return 0
	}
	number, err := strconv.Atoi(fields[1])
	if err != nil {
		return 0
	}
	return number
}

// owns reports whether a process lives in our network namespace and was told
// about one of our folders: a shim, a port proxy or a container's monitor.
func (l layout) owns(pid int) bool {
	var ours, its syscall.Stat_t
	if syscall.Stat(l.namespaceFile(), &ours) != nil || syscall.Stat("/proc/"+strconv.Itoa(pid)+"/ns/net", &its) != nil {
		return false
	}
	if ours.Ino != its.Ino || ours.Dev != its.Dev {
		return false
	}
	line, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil {
		return false
	}
	program, _, _ := strings.Cut(string(line), "\x00")
	known := strings.HasSuffix(program, "containerd-shim-runc-v2") || strings.HasSuffix(program, "conmon") ||
		strings.HasSuffix(program, "docker-proxy")
	return known
}
