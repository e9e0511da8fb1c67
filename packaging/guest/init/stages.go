//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	earlyList  = "/modules.load" // in the initramfs: what finding the root takes
	self       = "/sbin/init"
	newRoot    = "/newroot"
	searchPath = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
	stepsVar   = "ESCALE_STEPS" // "kernel=312 root=780", in milliseconds
)

// stage1 runs in the initramfs: it mounts the root and goes there.
func stage1() {
	kernel := uptime()
	for _, m := range []mount{{"proc", "/proc", "proc", 0, ""}, {"sysfs", "/sys", "sysfs", 0, ""}, {"devtmpfs", "/dev", "devtmpfs", 0, ""}} {
		m.try()
	}
	loadList(earlyList)
	disk, err := diskBySerial("root", 20*time.Second)
	fatal("find root", err)
	fatal("make mount point", os.MkdirAll(newRoot, 0o755)) //nolint:gosec // the root
	fatal("mount root", unix.Mount(disk, newRoot, "squashfs", unix.MS_RDONLY, ""))
	for _, dir := range []string{"/proc", "/sys", "/dev"} {
		fatal("move "+dir, unix.Mount(dir, newRoot+dir, "", unix.MS_MOVE, ""))
	}
	for _, used := range []string{"/init", "/lib", earlyList} {
		_ = os.RemoveAll(used) // the initramfs is memory
	}
	fatal("enter root", unix.Chdir(newRoot))
	fatal("enter root", unix.Mount(".", "/", "", unix.MS_MOVE, ""))
	fatal("enter root", unix.Chroot("."))
	fatal("enter root", unix.Chdir("/"))
	steps := fmt.Sprintf("%s=kernel=%d root=%d", stepsVar, kernel.Milliseconds(), uptime().Milliseconds())
	fatal("enter root", unix.Exec(self, []string{self}, []string{searchPath, "HOME=/root", steps}))
}

// stage2 is the first process for the rest of the guest's life: it starts the
// agent and reaps. Should the agent end, so does the guest.
func stage2() {
	for _, m := range systemMounts() {
		m.try()
	}
	setKernel()
	settle()
	agent := exec.Command(self, "agent") //nolint:noctx // it has no end but the guest's
	agent.Stdout, agent.Stderr = os.Stdout, os.Stderr
	fatal("start agent", agent.Start())
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		if errors.Is(err, syscall.ECHILD) || pid == agent.Process.Pid {
			say("the agent ended (%d): powering off", status)
			endEverything(5 * time.Second)
			powerOff()
		}
	}
}

func systemMounts() []mount {
	const safe = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC
	return []mount{
		{"run", "/run", "tmpfs", unix.MS_NOSUID | unix.MS_NODEV, "mode=755"},
		{"tmp", "/tmp", "tmpfs", unix.MS_NOSUID | unix.MS_NODEV, "mode=1777"},
		{"devpts", "/dev/pts", "devpts", unix.MS_NOSUID | unix.MS_NOEXEC, "mode=620,ptmxmode=666"},
		{"shm", "/dev/shm", "tmpfs", unix.MS_NOSUID | unix.MS_NODEV, "mode=1777"},
		{"mqueue", "/dev/mqueue", "mqueue", safe, ""},
		{"cgroup2", "/sys/fs/cgroup", "cgroup2", safe, "nsdelegate,memory_recursiveprot"},
	}
}

type mount struct {
	source, target, kind string
	flags                uintptr
	options              string
}

// try mounts what the guest may live without.
func (m mount) try() {
	if err := os.MkdirAll(m.target, 0o755); err != nil && !exists(m.target) { //nolint:gosec // mount points
		say("%v", err)
	}
	if err := unix.Mount(m.source, m.target, m.kind, m.flags, m.options); err != nil {
		say("mount %s: %v", m.target, err)
	}
}

// fatal ends the guest when the boot cannot go on. The console keeps the reason;
// the host sees the machine go.
func fatal(what string, err error) {
	if err == nil {
		return
	}
	say("%s: %v: powering off", what, err)
	pause(500 * time.Millisecond) // the console is slow
	powerOff()
}

func powerOff() {
	unix.Sync()
	_ = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	select {} // the kernel needs a moment; the first process must never end
}

// epoch is when the guest began, on the kernel's clock.
var epoch time.Duration

// uptime is how long the guest has been running, in real time without sleep.
func uptime() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return 0
	}
	return time.Duration(now.Nano()) - epoch
}

func pause(d time.Duration) { <-time.After(d) }

// earlierSteps reads what stage1 left in the environment.
func earlierSteps(text string) map[string]int64 {
	steps := map[string]int64{}
	for word := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(word, "=")
		if at, err := strconv.ParseInt(value, 10, 64); err == nil {
			steps[name] = at
		}
	}
	return steps
}
