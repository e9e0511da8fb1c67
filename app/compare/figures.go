// Package compare starts the same small page as a container and in a fresh virtual
// machine, and measures both: how long until the first byte of it is served, how
// much memory and disk that takes, and how many processes.
//
// Nothing stays: the container is removed after each round, and the machine is a
// throwaway one, which the helper ends by itself when the app does not.
package compare

import (
	"cmp"
	"slices"
	"time"
)

// Rounds is how often a comparison measures both; its figures are the medians.
const Rounds = 3

// What the texts say from which Escale has grown, and most others with them. They
// are never shown as measured.
const (
	GeneralContainerStart = 50 * time.Millisecond
	GeneralSystemBytes    = 700_000_000 // "up to", for each guest system
)

// Figures are what one of the two took. Zero is unknown.
type Figures struct {
	// FirstByte is from the order to make it until the first byte of its page came.
	FirstByte time.Duration `json:"firstByteNanos"`
	// MemoryBytes is of the container's control group without its cache of files, or
	// of the virtual machine's process.
	MemoryBytes int64 `json:"memoryBytes"`
	// SystemBytes is what it needs on the disk and shares with others like it: the
	// image, or the guest system.
	SystemBytes int64 `json:"systemBytes"`
	// WrittenBytes is what it has on the disk for itself alone.
	WrittenBytes int64 `json:"writtenBytes"`
	Processes    int   `json:"processes"`
	// KernelThreads are those of a virtual machine's own kernel; a container has none.
	KernelThreads int `json:"kernelThreads,omitempty"`
}

// DiskBytes is what it has on the disk in all.
func (f Figures) DiskBytes() int64 { return f.SystemBytes + f.WrittenBytes }

// Moments are when things happened, by this computer's clock: what figures can be
// checked against.
type Moments struct {
	Ordered  time.Time `json:"ordered"`
	Started  time.Time `json:"started"` // the engine, or the helper, said that it runs
	Answered time.Time `json:"answered"`
}

// Round is what one round measured.
type Round struct {
	Container        Figures `json:"container"`
	Machine          Figures `json:"machine"`
	ContainerMoments Moments `json:"containerMoments"`
	MachineMoments   Moments `json:"machineMoments"`
}

// Host is the computer on which it was measured.
type Host struct {
	System      string `json:"system"`    // "Debian GNU/Linux 12 (bookworm)"
	Processor   string `json:"processor"` // its own name; may be empty
	CPUs        int    `json:"cpus"`
	MemoryBytes int64  `json:"memoryBytes"`
}

// Result is a whole comparison.
type Result struct {
	At     time.Time `json:"at"`
	Host   Host      `json:"host"`
	Engine string    `json:"engine"` // "Docker 20.10.24"
	// InMachine says that the engine itself runs in the Escale Machine.
	InMachine bool   `json:"inMachine,omitempty"`
	Accel     string `json:"accel"` // see machine.Status
	Image     string `json:"image"`
	// MachineMemoryBytes is what the virtual machine was given.
	MachineMemoryBytes int64   `json:"machineMemoryBytes"`
	Rounds             []Round `json:"rounds"`
}

// Emulated says that the virtual machine had no hypervisor.
func (r Result) Emulated() bool { return r.Accel == "tcg" }

// Medians are those of all rounds, figure by figure.
func (r Result) Medians() (container, machine Figures) {
	both := func(of func(Round) Figures) Figures {
		all := make([]Figures, len(r.Rounds))
		for i, round := range r.Rounds {
			all[i] = of(round)
		}
		return medians(all)
	}
	return both(func(r Round) Figures { return r.Container }), both(func(r Round) Figures { return r.Machine })
}

func medians(all []Figures) Figures {
	return Figures{
		FirstByte:     median(all, func(f Figures) time.Duration { return f.FirstByte }),
		MemoryBytes:   median(all, func(f Figures) int64 { return f.MemoryBytes }),
		SystemBytes:   median(all, func(f Figures) int64 { return f.SystemBytes }),
		WrittenBytes:  median(all, func(f Figures) int64 { return f.WrittenBytes }),
		Processes:     median(all, func(f Figures) int { return f.Processes }),
		KernelThreads: median(all, func(f Figures) int { return f.KernelThreads }),
	}
}

// median is the middle one; of an even number the lower of the two in the middle.
func median[T cmp.Ordered](all []Figures, of func(Figures) T) T {
	var zero T
	if len(all) == 0 {
		return zero
	}
	values := make([]T, len(all))
	for i, f := range all {
		values[i] = of(f)
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

// valid tells whether a result may be shown: files can be edited.
func (r Result) valid() bool {
	if r.At.IsZero() || len(r.Rounds) < Rounds || len(r.Rounds) > 99 || len(r.Host.System)+len(r.Host.Processor)+len(r.Engine)+len(r.Image)+len(r.Accel) > 1000 {
		return false
	}
	for _, round := range r.Rounds {
		for _, f := range []Figures{round.Container, round.Machine} {
			if f.FirstByte <= 0 || f.FirstByte > time.Hour || f.MemoryBytes < 0 || f.SystemBytes < 0 || f.WrittenBytes < 0 ||
				f.DiskBytes() < 0 || f.Processes < 0 || f.KernelThreads < 0 {
				return false
			}
		}
	}
	return true
}
