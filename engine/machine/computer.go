package machine

import "runtime"

// ThisComputer is what this computer has to give.
func ThisComputer() Computer {
	return Computer{CPUs: runtime.NumCPU(), MemoryBytes: totalMemory()}
}
