package compare

import "escale/engine/machine"

// ThisHost is this computer, as far as it says what it is.
func ThisHost() Host {
	computer := machine.ThisComputer()
	return Host{System: systemName(), Processor: processorName(), CPUs: computer.CPUs, MemoryBytes: computer.MemoryBytes}
}

// cut keeps a name that a system gives within reason.
func cut(name string) string { return name[:min(len(name), 200)] }
