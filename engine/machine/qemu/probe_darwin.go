package qemu

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// places are tried after the PATH: Homebrew's two homes, and MacPorts'.
var places = []string{"/opt/homebrew/bin/", "/usr/local/bin/", "/opt/local/bin/"}

// probe asks the kernel whether its hypervisor can be used.
func probe() error {
	supported, err := unix.SysctlUint32("kern.hv_support")
	if err != nil {
		return fmt.Errorf("probe the hypervisor: %w", err)
	}
	if supported == 0 {
		return errors.New("probe the hypervisor: this processor has none")
	}
	return nil
}
