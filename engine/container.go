package engine

import (
	"net/netip"
	"time"
)

// State is a container's lifecycle state.
type State string

// States as named by the Engine API v1.41+, GET /containers/json, field State.
const (
	StateCreated    State = "created"
	StateRunning    State = "running"
	StatePaused     State = "paused"
	StateRestarting State = "restarting"
	StateRemoving   State = "removing"
	StateExited     State = "exited"
	StateDead       State = "dead"
)

// Container is one row of the container list.
type Container struct {
	ID      string
	Name    string // without the leading slash
	Image   string // as it was asked for, in familiar form: "nginx:1.29", not "docker.io/library/nginx:1.29"
	ImageID string
	Command string
	State   State
	Health  string    // "healthy", "unhealthy", "starting"; empty when the image has no health check
	Created time.Time // UTC, 1 s resolution
	Started time.Time // zero when it never started, or when the engine's list does not say
	Ended   time.Time // zero while it runs, or when the list does not say

	ExitCode  int  // of the last run; -1 when unknown or running
	OOMKilled bool // the kernel ended it for lack of memory
	Ports     []Port
	Mounts    []Mount
	Networks  []string
	Labels    map[string]string
	Project   string // compose project; empty when it is on its own
	Service   string // compose service
}

// Active reports whether a process of the container exists.
func (c Container) Active() bool {
	return c.State == StateRunning || c.State == StatePaused || c.State == StateRestarting
}

// Port is one port of a container; Host is 0 when it is not published.
type Port struct {
	Container uint16
	Protocol  string // "tcp", "udp" or "sctp"
	Host      uint16
	HostIP    netip.Addr // invalid when not published
}

// MountKind says where mounted files live.
type MountKind string

// The kinds of mount.
const (
	MountVolume MountKind = "volume"
	MountBind   MountKind = "bind"
	MountTmpfs  MountKind = "tmpfs"
)

// Mount is a place in a container whose files live elsewhere.
type Mount struct {
	Kind     MountKind
	Source   string // a volume's name, or a host path; empty lets the engine choose a volume
	Target   string // absolute path in the container
	ReadOnly bool
}

// EnvVar is one environment variable.
type EnvVar struct{ Name, Value string }

// Restart says when the engine starts a container again by itself.
type Restart string

// Restart policies, as `docker run --restart` names them.
const (
	RestartNo            Restart = "no"
	RestartOnFailure     Restart = "on-failure"
	RestartAlways        Restart = "always"
	RestartUnlessStopped Restart = "unless-stopped"
)

// ContainerDetail is what inspecting a container says.
type ContainerDetail struct {
	Container
	Env          []EnvVar
	Entrypoint   []string
	Args         []string // the command after the entrypoint
	WorkDir      string
	User         string
	Hostname     string
	Restart      Restart
	RestartCount int
	MemoryBytes  int64 // limit; 0 is none
	NanoCPUs     int64 // limit in billionths of a CPU; 0 is none
	TTY          bool
	OpenStdin    bool
	AutoRemove   bool
	Privileged   bool
	PID          int
	Error        string // the engine's words for a failed start
	SizeRWBytes  int64  // of the writable layer; -1 when not asked for
	LogDriver    string
	Attachments  []Attachment
}

// Attachment is a container's place on one network.
type Attachment struct {
	Network string
	IP      netip.Addr // invalid while stopped
	Gateway netip.Addr
	Aliases []string
}

// PortBinding publishes a container's port on the host.
type PortBinding struct {
	HostIP    string // "127.0.0.1" unless the user opened it to the network
	Host      uint16 // 0 lets the engine choose
	Container uint16
	Protocol  string // "tcp" when empty
}

// ContainerSpec is what a new container is made from.
type ContainerSpec struct {
	Name        string // empty lets the engine choose
	Image       string
	Entrypoint  []string // nil keeps the image's
	Command     []string // nil keeps the image's
	Env         []EnvVar
	Ports       []PortBinding
	Mounts      []Mount
	Network     string // empty is the engine's default
	Restart     Restart
	MemoryBytes int64
	NanoCPUs    int64
	TTY         bool
	OpenStdin   bool
	AutoRemove  bool
	User        string
	WorkDir     string
	Hostname    string
	Labels      map[string]string
}

// RemoveContainer says how to remove a container.
type RemoveContainer struct {
	Force   bool // kill it first
	Volumes bool // also its anonymous volumes
}

// ContainerUpdate changes limits; nil fields stay as they are.
type ContainerUpdate struct {
	MemoryBytes *int64
	NanoCPUs    *int64
	Restart     *Restart
}

// LogOptions says which output to read.
type LogOptions struct {
	Follow bool
	Tail   int       // last lines; 0 is none, negative is all
	Since  time.Time // zero is from the start
	Until  time.Time // zero is to the end
}

// LogLine is one line of output, without its line end. Text is hostile: it
// holds whatever the program printed, control characters included, cut at
// 64 KiB.
type LogLine struct {
	At     time.Time // when the engine received it
	Stderr bool
	Text   string
}

// Sample is a container's use of resources at one moment.
type Sample struct {
	At          time.Time
	CPUPercent  float64 // of one core: 200 is two busy cores
	MemoryBytes int64   // without the page cache
	MemoryLimit int64   // the container's limit or the host's memory
	RxBytes     int64   // received since the start
	TxBytes     int64
	ReadBytes   int64 // from disks
	WriteBytes  int64
	PIDs        int
}
