package qemu

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// places are tried after the PATH.
var places = []string{`C:\Program Files\qemu\`}

// probe asks the Windows Hypervisor Platform whether it is there: its library
// is installed with every Windows, but works only once the feature is on.
//
// Source: WHvGetCapability, WHvCapabilityCodeHypervisorPresent is 0.
func probe() error {
	library := windows.NewLazySystemDLL("WinHvPlatform.dll")
	capability := library.NewProc("WHvGetCapability")
	if err := capability.Find(); err != nil {
		return fmt.Errorf("probe the hypervisor: %w", err)
	}
	var present uint32
	result, _, _ := capability.Call(0, uintptr(unsafe.Pointer(&present)), unsafe.Sizeof(present), 0)
	if result != 0 {
		return fmt.Errorf("probe the hypervisor: result %#x", result)
	}
	if present == 0 {
		return errors.New("probe the hypervisor: the Windows Hypervisor Platform is off")
	}
	return nil
}
