package qemu

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// places are tried after the PATH.
var places = []string{"/usr/bin/", "/usr/local/bin/", "/usr/libexec/"}

// Requests of KVM, and the version of its interface since Linux 2.6.22.
//
// Source: Linux, Documentation/virt/kvm/api.rst.
const (
	kvmGetAPIVersion = 0xAE00
	kvmCreateVM      = 0xAE01
	kvmAPIVersion    = 12
)

// probe makes an empty virtual machine: the device may exist where its user may
// not open it, or where the processor's virtualization is off.
func probe() error {
	device, err := os.OpenFile("/dev/kvm", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("probe KVM: %w", err)
	}
	defer device.Close() //nolint:errcheck // nothing was written
	version, err := unix.IoctlRetInt(int(device.Fd()), kvmGetAPIVersion)
	if err != nil {
		return fmt.Errorf("probe KVM: ask its version: %w", err)
	}
	if version != kvmAPIVersion {
		return fmt.Errorf("probe KVM: its version is %d", version)
	}
	machine, err := unix.IoctlRetInt(int(device.Fd()), kvmCreateVM)
	if err != nil {
		return fmt.Errorf("probe KVM: make a machine: %w", err)
	}
	if err := unix.Close(machine); err != nil {
		return fmt.Errorf("probe KVM: %w", err)
	}
	return nil
}
