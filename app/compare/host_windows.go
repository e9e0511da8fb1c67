package compare

import (
	"fmt"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// windows11 is its first build; it goes on to call itself version 10.
const windows11 = 22000

func systemName() string {
	v := windows.RtlGetVersion()
	major := v.MajorVersion
	if major == 10 && v.BuildNumber >= windows11 {
		major = 11
	}
	return fmt.Sprintf("Windows %d (%d)", major, v.BuildNumber)
}

func processorName() string {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, `HARDWARE\DESCRIPTION\System\CentralProcessor\0`, registry.QUERY_VALUE)
	if err != nil {
		return ""
	}
	defer key.Close()                                       //nolint:errcheck // only read
	name, _, _ := key.GetStringValue("ProcessorNameString") // empty where it is not said
	return cut(name)
}
