package machine

import "time"

// What the defaults and the limits are made of.
const (
	mib = 1 << 20
	gib = 1 << 30

	// MinMemoryBytes is the least memory in which an engine and a container run.
	MinMemoryBytes = 192 * mib
	// MinDiskBytes is the smallest disk that can be asked for.
	MinDiskBytes = 1 * gib
	// MaxCPUs bounds what QEMU's machines are made for.
	MaxCPUs = 64

	maxDefaultMemory  = 4 * gib
	defaultDisk       = 64 * gib
	maxDefaultCPUs    = 8
	memoryGranularity = 64 * mib

	// maxLifetime bounds a throwaway machine's: longer is not throwaway.
	maxLifetime = 30 * 24 * time.Hour
)

// Computer is what a computer has to give.
type Computer struct {
	CPUs        int
	MemoryBytes int64 // 0: not known
}

// Defaults fills in what r leaves open: half of the processors (at least two
// where there are two), a quarter of the memory but at most 4 GiB, and a disk
// that may grow to 64 GiB.
func (c Computer) Defaults(r Resources) Resources {
	if r.CPUs == 0 {
		r.CPUs = min(max(c.CPUs/2, 2), max(c.CPUs, 1), maxDefaultCPUs)
	}
	if r.MemoryBytes == 0 {
		r.MemoryBytes = max(min(c.MemoryBytes/4, maxDefaultMemory), 4*MinMemoryBytes)
		r.MemoryBytes -= r.MemoryBytes % memoryGranularity
	}
	if r.DiskBytes == 0 {
		r.DiskBytes = defaultDisk
	}
	return r
}

// Valid says whether a machine could be made with r, the defaults filled in.
func (r Resources) Valid() bool {
	for _, port := range r.HostPorts {
		if port < 1 || port > 65535 {
			return false
		}
	}
	if r.LifetimeMillis < 0 || r.LifetimeMillis > maxLifetime.Milliseconds() || r.LifetimeMillis > 0 && !r.Throwaway {
		return false
	}
	if r.OrphanMillis < 0 || r.OrphanMillis > maxLifetime.Milliseconds() || r.OrphanMillis > 0 && !r.Throwaway {
		return false
	}
	if r.PagePort < 0 || r.PagePort > 65535 || r.PagePort > 0 && !r.Throwaway {
		return false
	}
	return registriesValid(r.RegistryMirrors, r.InsecureRegistries) && r.CPUs >= 1 && r.CPUs <= MaxCPUs && r.MemoryBytes >= MinMemoryBytes && r.DiskBytes >= MinDiskBytes
}
