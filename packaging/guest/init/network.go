//go:build linux

package main

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"escale/engine/machine/wire"
)

const card = "eth0"

// setNetwork gives the guest its address, way out, name server and names.
func setNetwork(ctx context.Context, p wire.Params) error {
	if err := writeNames(p); err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open socket: %w", err)
	}
	defer func() { _ = unix.Close(fd) }()
	if err := up(fd, "lo"); err != nil {
		return err
	}
	if err := appears(ctx, "/sys/class/net/"+card); err != nil {
		return err
	}
	if !p.Address.Addr().Is4() || !p.Gateway.Is4() {
		return fmt.Errorf("the command line gives no address and gateway")
	}
	if err := setAddress(fd, p.Address); err != nil {
		return err
	}
	if err := up(fd, card); err != nil {
		return err
	}
	return setGateway(fd, p.Gateway)
}

func appears(ctx context.Context, file string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for !exists(file) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not appear", file)
		case <-time.After(2 * time.Millisecond):
		}
	}
	return nil
}

func up(fd int, name string) error {
	request, err := unix.NewIfreq(name)
	if err != nil {
		return fmt.Errorf("raise %s: %w", name, err)
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, request); err != nil {
		return fmt.Errorf("raise %s: %w", name, err)
	}
	request.SetUint16(request.Uint16() | unix.IFF_UP)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("raise %s: %w", name, err)
	}
	return nil
}

func setAddress(fd int, address netip.Prefix) error {
	ip := address.Addr().As4()
	mask := ^uint32(0) << (32 - address.Bits())
	for _, part := range []struct {
		request uint
		value   [4]byte
	}{
		{unix.SIOCSIFADDR, ip},
		{unix.SIOCSIFNETMASK, [4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)}}, //nolint:gosec // its bytes
	} {
		request, err := unix.NewIfreq(card)
		if err == nil {
			err = request.SetInet4Addr(part.value[:])
		}
		if err == nil {
			err = unix.IoctlIfreq(fd, part.request, request)
		}
		if err != nil {
			return fmt.Errorf("set address %s: %w", address, err)
		}
	}
	return nil
}

// routeEntry is struct rtentry of linux/route.h.
type routeEntry struct {
	_                    uint64
	target, gateway, net unix.RawSockaddrInet4
	flags                uint16
	_                    int16
	_                    uint64
	_                    uintptr
	metric               int16
	device               uintptr
	mtu, window          uint64
	irtt                 uint16
}

func setGateway(fd int, gateway netip.Addr) error {
	inet := unix.RawSockaddrInet4{Family: unix.AF_INET}
	entry := routeEntry{target: inet, gateway: inet, net: inet, flags: unix.RTF_UP | unix.RTF_GATEWAY}
	entry.gateway.Addr = gateway.As4()
	if err := ioctl(fd, unix.SIOCADDRT, unsafe.Pointer(&entry)); err != nil { //nolint:gosec // what the call takes
		return fmt.Errorf("set gateway %s: %w", gateway, err)
	}
	return nil
}

// etcDir holds the files of /etc that a boot writes; /etc has links to it.
const etcDir = "/run/etc"

func writeNames(p wire.Params) error {
	name := "escale"
	if p.Name != "" && p.Name != name {
		name += "-" + p.Name
	}
	if err := unix.Sethostname([]byte(name)); err != nil {
		return fmt.Errorf("set name: %w", err)
	}
	hosts := "127.0.0.1\tlocalhost " + name + "\n::1\tlocalhost ip6-localhost\n"
	if p.Host.IsValid() {
		hosts += p.Host.String() + "\thost.docker.internal\n"
	}
	resolver := ""
	if p.DNS.IsValid() {
		resolver = "nameserver " + p.DNS.String() + "\n"
	}
	if err := os.MkdirAll(filepath.Join(etcDir, "docker"), 0o755); err != nil { //nolint:gosec // public
		return fmt.Errorf("write names: %w", err)
	}
	for file, content := range map[string]string{"hosts": hosts, "resolv.conf": resolver, "hostname": name + "\n"} {
		if err := os.WriteFile(filepath.Join(etcDir, file), []byte(content), 0o644); err != nil { //nolint:gosec // public
			return fmt.Errorf("write names: %w", err)
		}
	}
	return nil
}

// setKernel sets what the engine and its containers expect of the kernel.
func setKernel() {
	for line := range strings.SplitSeq(`net/ipv4/ip_forward 1
net/ipv6/conf/all/forwarding 1
net/ipv4/ip_nonlocal_bind 1
net/ipv6/ip_nonlocal_bind 1
vm/overcommit_memory 1
vm/max_map_count 262144
vm/panic_on_oom 0
fs/inotify/max_user_watches 524288
fs/inotify/max_user_instances 1024
kernel/panic 1`, "\n") {
		file, value, _ := strings.Cut(line, " ")
		if err := os.WriteFile("/proc/sys/"+file, []byte(value), 0o644); err != nil { //nolint:gosec // procfs
			say("%v", err)
		}
	}
	controllers := []byte("+cpu +cpuset +io +memory +pids")
	if err := os.WriteFile("/sys/fs/cgroup/cgroup.subtree_control", controllers, 0o644); err != nil { //nolint:gosec // cgroupfs
		say("%v", err)
	}
}
