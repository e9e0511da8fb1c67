//go:build linux

package main

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// endEverything ends every other process and lets go of the data disk, so that
// it is whole, and says so, when it is mounted again.
func endEverything(grace time.Duration) {
	_ = unix.Kill(-1, unix.SIGTERM)
	for deadline := time.Now().Add(grace); time.Now().Before(deadline) && othersRun(); {
		pause(20 * time.Millisecond)
	}
	_ = unix.Kill(-1, unix.SIGKILL)
	unix.Sync()
	for range 50 {
		if unmountData() {
			unix.Sync()
			return
		}
		pause(50 * time.Millisecond)
	}
	say("the data disk is busy: making it read-only")
	if err := unix.Mount("", dataDir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		say("%v", err)
	}
	unix.Sync()
}

// othersRun is true while there are processes of programs beside the first one,
// the agent and the kernel's own.
func othersRun() bool {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return false
	}
	me := os.Getpid()
	for _, entry := range entries {
		name := entry.Name()
		if name[0] < '0' || name[0] > '9' || name == "1" {
			continue
		}
		line, err := os.ReadFile("/proc/" + name + "/cmdline") //nolint:gosec // procfs
		if err == nil && len(line) > 0 && !isMe(name, me) {
			return true
		}
	}
	return false
}

func isMe(name string, me int) bool {
	n := 0
	for _, c := range name {
		n = 10*n + int(c-'0')
	}
	return n == me
}

// unmountData unmounts dataDir and everything that sits on it. It is true when
// nothing is mounted there.
func unmountData() bool {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return false
	}
	points := mountPoints(bufio.NewScanner(f))
	_ = f.Close()
	busy := false
	for _, point := range slices.Backward(points) {
		if uses(point, dataDir) || uses(point, "/run/docker") || uses(point, "/run/containerd") {
			if err := unix.Unmount(point, unix.UMOUNT_NOFOLLOW); err != nil {
				busy = true
			}
		}
	}
	return !busy
}

// mountPoints reads them from /proc/self/mountinfo, whose fifth field has octal
// escapes.
func mountPoints(lines *bufio.Scanner) []string {
	var points []string
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); len(fields) > 4 {
			points = append(points, unescape.Replace(fields[4]))
		}
	}
	return points
}

func uses(point, dir string) bool {
	return point == dir || strings.HasPrefix(point, dir+"/")
}
