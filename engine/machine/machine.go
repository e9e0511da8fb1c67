// Package machine is what the rest of Escale knows of the Escale Machine: a
// small Linux with a Docker engine in a virtual machine of our own, for
// computers that have no engine.
//
// The machine is run by a program of its own, the helper (escale-machine), so
// that containers outlive the window. This package finds the helper, starts it,
// and asks it things over its control socket. It contains no code of a virtual
// machine: that is in the packages below, which only the helper links.
//
// docs/machine.md says how the parts work together.
package machine

import (
	"slices"
	"time"
)

// DefaultName is the machine that Escale itself uses. There may be others.
const DefaultName = "default"

// State is where a machine is in its life.
type State string

// The states of a machine. Only Starting and Stopping end by themselves.
const (
	StateAbsent   State = "absent" // never made, or reset: it has no disk
	StateStopped  State = "stopped"
	StateStarting State = "starting"
	StateRunning  State = "running"
	StatePaused   State = "paused" // frozen; the next use of its engine wakes it
	StateStopping State = "stopping"
	StateFailed   State = "failed" // Cause says why; Start may be tried again
)

// Cause is why a machine failed: a fixed word, for views to put in plain words.
type Cause string

// The causes that a failed machine may have.
const (
	CauseNoVirtualization Cause = "no-virtualization"
	CauseNotEnoughMemory  Cause = "not-enough-memory"
	CauseNotEnoughDisk    Cause = "not-enough-disk"
	CauseImageMissing     Cause = "image-missing"
	CauseImageDamaged     Cause = "image-damaged"
	CauseImageNotFetched  Cause = "image-not-fetched" // it is not with this package, and its address does not give it
	CauseDiskLocked       Cause = "disk-locked"       // another helper's machine still uses it
	CauseDiskForeign      Cause = "disk-foreign"      // it holds something that is not ours
	CauseQEMUMissing      Cause = "qemu-missing"      // or another driver's program
	CauseQEMUFailed       Cause = "qemu-failed"       // or another driver's program
	CauseWSLMissing       Cause = "wsl-missing"
	CauseWSLTooOld        Cause = "wsl-too-old"
	CauseBootStuck        Cause = "boot-stuck"
	CauseEngineFailed     Cause = "engine-failed"
	CauseImageTooOld      Cause = "image-too-old" // a newer major version of the engine worked on the data
	CauseDiskMissing      Cause = "disk-missing"  // the folder that the data was moved to is not there
	CauseDiskFailed       Cause = "disk-failed"   // this computer cannot read or write the data
	CauseToolsMissing     Cause = "tools-missing" // the image has no Resources.Tools
	CauseToolsNotFetched  Cause = "tools-not-fetched"
)

// StepState is how far one step of a start is.
type StepState string

// The states of a step.
const (
	StepRunning StepState = "running"
	StepDone    StepState = "done"
	StepFailed  StepState = "failed"
)

// Step is one rung of the ladder that a start climbs. Its names are, in order:
// image, disk, vm (ours), kernel, root, data, network, engine, ready (the
// guest's).
type Step struct {
	Name   string    `json:"name"`
	State  StepState `json:"state"`
	Millis int64     `json:"millis"` // how long it took, or takes so far

	// DoneBytes of TotalBytes are done, where a step can tell.
	DoneBytes  int64 `json:"doneBytes,omitempty"`
	TotalBytes int64 `json:"totalBytes,omitempty"`
}

// Resources are what a machine may take, and may reach, of this computer.
// Zero values mean the defaults of Defaults.
type Resources struct {
	CPUs        int   `json:"cpus,omitempty"`
	MemoryBytes int64 `json:"memoryBytes,omitempty"`
	DiskBytes   int64 `json:"diskBytes,omitempty"` // the limit; the file grows as needed

	// HostPorts are the ports of this computer's own loopback that
	// containers reach as host.docker.internal. None unless the user shares some.
	HostPorts []int `json:"hostPorts,omitempty"`
	// RegistryMirrors are asked for images before Docker Hub: "https://host[:port]".
	// Those on this computer's own loopback are shared with the machine.
	RegistryMirrors []string `json:"registryMirrors,omitempty"`
	// InsecureRegistries, "host[:port]", are used without TLS.
	InsecureRegistries []string `json:"insecureRegistries,omitempty"`

	// KeepAwake turns off the pause after five minutes with nothing running.
	KeepAwake bool `json:"keepAwake,omitempty"`
	// Shares are the folders of this computer that containers may mount. None
	// unless the user shares some. They count from the next start on.
	Shares []Share `json:"shares,omitempty"`

	// Tools gives the guest the docker command and a shell to use it in, on a disk
	// of their own; see Client.Shell. It counts from the next start on. Not with
	// every driver.
	Tools bool `json:"tools,omitempty"`

	// Throwaway is a machine whose data vanishes with its end, however it ends. It
	// cannot be changed later.
	Throwaway bool `json:"throwaway,omitempty"`
	// LifetimeMillis is how long a throwaway machine lives from this request on:
	// then it is stopped, and gone. 0: until it is stopped.
	LifetimeMillis int64 `json:"lifetimeMillis,omitempty"`
	// OrphanMillis is how long a throwaway machine lives while nobody holds it, see
	// Client.Hold: then it is ended at once. 0: it needs nobody.
	OrphanMillis int64 `json:"orphanMillis,omitempty"`
	// PagePort makes a throwaway machine a plain one, to be compared with a
	// container: it has no engine, serves page.HTML instead, and that is at this port
	// of 127.0.0.1 here. 0: it has its engine.
	PagePort int `json:"pagePort,omitempty"`
}

// Use is what a machine takes now. Zero where it is not known.
type Use struct {
	MemoryBytes int64 `json:"memoryBytes"` // of this computer, by the virtual machine's process
	DiskBytes   int64 `json:"diskBytes"`   // of this computer's disk
	// ImageBytes is the guest's system, which all machines share, where it runs.
	ImageBytes int64 `json:"imageBytes,omitempty"`
}

// Port is a published port of a container, as it is on this computer.
type Port struct {
	Proto     string    `json:"proto"`  // "tcp" or "udp"
	HostIP    string    `json:"hostIP"` // as published; "0.0.0.0" and "::" are all addresses
	HostPort  int       `json:"hostPort"`
	Container string    `json:"container"` // its name
	Error     PortError `json:"error,omitempty"`
}

// PortError is why a published port cannot be reached on this computer.
type PortError string

// The ways in which a published port may fail here.
const (
	PortInUse      PortError = "in-use"        // another program of this computer has it
	PortNotAllowed PortError = "not-permitted" // below 1024, on systems that keep those
	PortFailed     PortError = "failed"
)

// Status is everything about one machine.
type Status struct {
	Name   string `json:"name"`
	State  State  `json:"state"`
	Driver string `json:"driver,omitempty"`
	// Accel is "kvm", "hvf", "whpx", "vz" (macOS's framework), "wsl", or "tcg":
	// software emulation, about ten times slower, where the processor's
	// virtualization cannot be used.
	Accel string `json:"accel,omitempty"`
	// Docker is the address of the engine, as DOCKER_HOST takes it.
	Docker string `json:"docker,omitempty"`
	Steps  []Step `json:"steps,omitempty"` // of the last start
	Cause  Cause  `json:"cause,omitempty"`
	Hint   string `json:"hint,omitempty"` // details for experts, in English

	Resources Resources `json:"resources"` // with the defaults filled in
	// Running is what the machine was started with, where it runs: Resources may
	// have been changed since.
	Running   *Resources `json:"running,omitempty"`
	Use       Use        `json:"use"`
	Ports     []Port     `json:"ports,omitempty"`
	Image     string     `json:"image,omitempty"` // the engine's version
	StartedAt *time.Time `json:"startedAt,omitempty"`

	Sharing Sharing `json:"sharing,omitempty"` // whether folders can be shared here; "" while that is not known
	// ReadOnlyByGuest is true where a folder that is shared read-only is kept so by
	// the guest alone: a container with every right ("privileged") can change it.
	ReadOnlyByGuest bool `json:"readOnlyByGuest,omitempty"`
	// Shares are the folders that are shared, will be, or still are.
	Shares []SharedFolder `json:"shares,omitempty"`

	Folder    string     `json:"folder,omitempty"`    // of the data, when it was moved
	ExpiresAt *time.Time `json:"expiresAt,omitempty"` // the end of a throwaway machine's life

	// Busy is what is being done to a machine that does not run, by the Steps.
	Busy Work `json:"busy,omitempty"`
	// Warning is a Cause that did not end the machine: not-enough-disk when this
	// computer's disk is nearly full. State is paused with Cause not-enough-disk or
	// disk-failed when the guest had to be stopped in the middle of a write; it
	// goes on by itself when it can.
	Warning  Cause     `json:"warning,omitempty"`
	Shortage *Shortage `json:"shortage,omitempty"` // of what Cause or Warning names

	Guest      *Image      `json:"guest,omitempty"`      // that runs, or last ran well
	Previous   *Previous   `json:"previous,omitempty"`   // that Rollback goes back to
	Update     *Image      `json:"update,omitempty"`     // that came with the app and is not in use
	RolledBack *RolledBack `json:"rolledBack,omitempty"` // why it is not
}

// Waits tells whether processors, memory or ports of this computer were changed
// since the machine was started: that counts from the next start on. Of the
// folders that are shared, Shares tells.
func (s Status) Waits() bool {
	return s.Running != nil && s.Running.RestartFor(s.Resources)
}

// RestartFor tells whether processors, memory or ports of this computer are
// others in want, which a machine gets at its next start only.
func (r Resources) RestartFor(want Resources) bool {
	return r.CPUs != want.CPUs || r.MemoryBytes != want.MemoryBytes || !slices.Equal(r.HostPorts, want.HostPorts)
}

// RegistriesWait tells whether the registries were.
func (s Status) RegistriesWait() bool {
	now, r := s.Resources, s.Running
	return r != nil && (!slices.Equal(r.RegistryMirrors, now.RegistryMirrors) || !slices.Equal(r.InsecureRegistries, now.InsecureRegistries))
}

// Version says which helper answers.
type Version struct {
	API     int    `json:"api"`
	Version string `json:"version"`
	PID     int    `json:"pid"`
}

// APIVersion is the control API that this code speaks.
const APIVersion = 1

// LogName names one of a machine's logs.
type LogName string

// The logs of a machine.
const (
	LogConsole LogName = "console" // the guest's kernel and init, as they speak
	LogDockerd LogName = "dockerd"
	LogHelper  LogName = "helper"
)
