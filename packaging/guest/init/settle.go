//go:build linux

package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// keptGroup is a control group of nobody: while there is one with every
// controller, the first container finds the kernel as the second does.
const keptGroup = "/sys/fs/cgroup/escale"

// settle does once, while one processor runs, what makes the kernel change its
// own code: it does so when the first control group, quota, rule for devices and
// connection come. With several processors, software emulation
// before QEMU 8.1 may execute what was there before, and the kernel dies.
func settle() {
	if err := keepGroup(); err != nil {
		say("%v", err) // an engine without it starts as well
	}
	connectOnce()
	pause(5 * time.Millisecond) // the kernel changes its code a little later, by itself
}

// keepGroup makes the group, with a program that lets it use every device.
func keepGroup() error {
	if err := os.MkdirAll(keptGroup, 0o755); err != nil { //nolint:gosec // as the kernel's own
		return fmt.Errorf("keep group: %w", err)
	}
	group, err := unix.Open(keptGroup, unix.O_DIRECTORY|unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("keep group: %w", err)
	}
	defer func() { _ = unix.Close(group) }()
	program, err := allowDevices()
	if err != nil {
		return fmt.Errorf("keep group: %w", err)
	}
	defer func() { _ = unix.Close(program) }()
	// So the scheduler heeds quotas already.
	if err := os.WriteFile(keptGroup+"/cpu.max", []byte("50000 100000"), 0o644); err != nil { //nolint:gosec // cgroupfs
		say("%v", err)
	}
	attach := struct{ target, program, kind, flags uint32 }{uint32(group), uint32(program), unix.BPF_CGROUP_DEVICE, 0} //nolint:gosec // descriptors
	if _, err := bpf(unix.BPF_PROG_ATTACH, unsafe.Pointer(&attach), unsafe.Sizeof(attach)); err != nil {               //nolint:gosec // what the call takes
		return fmt.Errorf("keep group: attach: %w", err)
	}
	return nil
}

// allowDevices loads a program of two instructions: the answer is 1.
func allowDevices() (int, error) {
	type instruction struct {
		code  byte
		_     byte  // registers
		_     int16 // where to jump
		value int32
	}
	code := [...]instruction{
		{code: unix.BPF_ALU64 | unix.BPF_MOV | unix.BPF_K, value: 1},
		{code: unix.BPF_JMP | unix.BPF_EXIT},
	}
	license := [...]byte{'M', 'I', 'T', 0}
	load := struct {
		kind, count    uint32
		code, license  unsafe.Pointer
		level, size    uint32
		log            uint64
		version, flags uint32
	}{kind: unix.BPF_PROG_TYPE_CGROUP_DEVICE, count: uint32(len(code)), code: unsafe.Pointer(&code), license: unsafe.Pointer(&license)} //nolint:gosec // what the call takes
	fd, err := bpf(unix.BPF_PROG_LOAD, unsafe.Pointer(&load), unsafe.Sizeof(load)) //nolint:gosec // what the call takes
	if err != nil {
		return 0, fmt.Errorf("load program: %w", err)
	}
	return fd, nil
}

func bpf(command int, what unsafe.Pointer, size uintptr) (int, error) {
	result, _, failed := unix.Syscall(unix.SYS_BPF, uintptr(command), uintptr(what), size)
	if failed != 0 {
		return 0, failed
	}
	return int(result), nil
}

// connectOnce makes a connection to itself, of each kind. None of them matters.
func connectOnce() {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer func() { _ = unix.Close(fd) }()
	_ = up(fd, "lo")
	dialer := net.Dialer{Timeout: time.Second}
	for _, at := range []string{"127.0.0.1:0", "[::1]:0"} {
		listener, err := net.Listen("tcp", at) //nolint:noctx // at once, or not at all
		if err != nil {
			continue
		}
		if c, err := dialer.Dial("tcp", listener.Addr().String()); err == nil {
			_ = c.Close()
		}
		_ = listener.Close()
		if c, err := dialer.Dial("udp", listener.Addr().String()); err == nil {
			_, _ = c.Write([]byte{0})
			_ = c.Close()
		}
	}
}

// wakeProcessors brings those that the boot left asleep. The kernel waits a dozen
// times until every processor has passed by, which is asked for at once here.
func wakeProcessors() {
	asleep, _ := filepath.Glob("/sys/devices/system/cpu/cpu[0-9]*/online") // the pattern is right
	const hurry = "/sys/kernel/rcu_expedited"
	for _, file := range asleep {
		state, err := os.ReadFile(file) //nolint:gosec // sysfs
		if err != nil || len(state) == 0 || state[0] == '1' {
			continue
		}
		for _, w := range []struct{ file, value string }{{hurry, "1"}, {file, "1"}, {hurry, "0"}} {
			if err := os.WriteFile(w.file, []byte(w.value), 0o644); err != nil { //nolint:gosec // sysfs
				say("%v", err)
			}
		}
	}
}
