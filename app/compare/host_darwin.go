package compare

import "golang.org/x/sys/unix"

func systemName() string {
	version, err := unix.Sysctl("kern.osproductversion")
	if err != nil {
		return "macOS"
	}
	return cut("macOS " + version)
}

func processorName() string {
	name, _ := unix.Sysctl("machdep.cpu.brand_string") // empty where it is not said
	return cut(name)
}
