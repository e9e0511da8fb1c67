package engine

import "time"

// Image is one row of the image list.
type Image struct {
	ID         string   // "sha256:…"
	Tags       []string // familiar references; empty for a dangling image
	Digests    []string
	Created    time.Time
	SizeBytes  int64
	Containers int // that use it, stopped ones included
	Labels     map[string]string
}

// ImageDetail is what inspecting an image says.
type ImageDetail struct {
	Image
	Architecture string
	OS           string
	Author       string
	Entrypoint   []string
	Command      []string
	Env          []EnvVar
	WorkDir      string
	User         string
	Ports        []Port   // exposed; Host is 0
	Volumes      []string // declared paths, sorted
	StopSignal   string
	HealthCheck  bool
	Layers       []string
}

// HistoryEntry is one step of an image's making, newest first.
type HistoryEntry struct {
	ID        string
	Created   time.Time
	CreatedBy string
	SizeBytes int64
	Comment   string
}

// LayerPhase is what happens to one layer of a pull.
type LayerPhase string

// The phases of a layer, in order.
const (
	LayerWaiting     LayerPhase = "waiting"
	LayerDownloading LayerPhase = "downloading"
	LayerVerifying   LayerPhase = "verifying"
	LayerExtracting  LayerPhase = "extracting"
	LayerDone        LayerPhase = "done"
	LayerPresent     LayerPhase = "present" // was here already
)

// PullLayer is the state of one layer.
type PullLayer struct {
	ID           string
	Phase        LayerPhase
	CurrentBytes int64
	TotalBytes   int64 // 0 until known
}

// PullProgress is the state of a whole pull: every layer known so far, in the
// order in which the engine named them.
type PullProgress struct {
	Layers       []PullLayer
	CurrentBytes int64 // downloaded
	TotalBytes   int64 // of the layers whose size is known
}

// Pruned says what a prune removed, or would remove.
type Pruned struct {
	Names []string
	Bytes int64
}

// SearchHit is one answer of a registry search.
type SearchHit struct {
	Name        string // "nginx", "bitnami/nginx"
	Description string
	Stars       int
	Pulls       int64 // -1 when unknown
	Official    bool
}

// Volume is a named place for data.
type Volume struct {
	Name       string
	Driver     string
	Mountpoint string // on the engine's host
	Created    time.Time
	SizeBytes  int64 // -1 when unknown
	UsedBy     []VolumeUse
	Anonymous  bool // the engine chose its name
	Labels     map[string]string
}

// VolumeUse is a container that mounts a volume.
type VolumeUse struct {
	ContainerID, Container string
	Target                 string
	Running                bool
}

// Network is a network of containers.
type Network struct {
	ID, Name, Driver string
	Created          time.Time
	Internal         bool
	Builtin          bool // bridge, host, none, podman: cannot be removed
	Subnets          []string
	Members          []NetworkMember // empty in lists
	Labels           map[string]string
}

// NetworkMember is a container on a network.
type NetworkMember struct{ ContainerID, Container, Address string }

// NetworkSpec is what a new network is made from.
type NetworkSpec struct {
	Name     string
	Driver   string // empty is "bridge"
	Internal bool
	Labels   map[string]string
}

// Kind names a kind of object in an event.
type Kind string

// The kinds of object that events are about.
const (
	KindContainer Kind = "container"
	KindImage     Kind = "image"
	KindVolume    Kind = "volume"
	KindNetwork   Kind = "network"
	KindDaemon    Kind = "daemon"
)

// Event says that one object changed. It carries no state on purpose: the
// receiver reads the object again. Actions keep Docker's names ("start", "die",
// "destroy", "oom"); Podman's are translated, and exec_* are left out.
type Event struct {
	Kind       Kind
	ID, Action string
	At         time.Time
	Attributes map[string]string
}

// Version names an engine.
type Version struct {
	Product string // "Docker", "Podman"
	Engine  string // "20.10.24"
	API     string // negotiated, "1.41"
	MinAPI  string
	OS      string // "linux", "windows"
	Arch    string
	Kernel  string
}

// Info is the engine's account of itself.
type Info struct {
	ID              string // made once per data folder; may be empty
	Name            string // host name
	OperatingSystem string
	CPUs            int
	MemoryBytes     int64
	Containers      int
	Running         int
	Images          int
	StorageDriver   string
	CgroupVersion   string
	RootDir         string
	Rootless        bool
	Warnings        []string
	Mirrors         []string // registry mirrors
}

// DiskUsage is what the engine keeps on disk, in bytes.
type DiskUsage struct {
	Images, ImagesReclaimable         int64
	Containers, ContainersReclaimable int64
	Volumes, VolumesReclaimable       int64
	BuildCache                        int64
}

// EndpointKind says how an endpoint was found.
type EndpointKind string

// The kinds of endpoint, in the order in which they are tried.
const (
	EndpointEnv     EndpointKind = "env"     // DOCKER_HOST
	EndpointContext EndpointKind = "context" // a Docker context
	EndpointSocket  EndpointKind = "socket"  // a standard socket
	EndpointMachine EndpointKind = "machine" // our own virtual machine
)

// Endpoint is the address of an engine.
type Endpoint struct {
	ID      string // stable across starts: "env", "context:colima", "socket:/var/run/docker.sock", "machine"
	Kind    EndpointKind
	Name    string // what to call it: "Docker", "Docker Desktop", "Podman", "Colima", a context's name
	Host    string // "unix:///var/run/docker.sock", "tcp://10.0.0.2:2376", "ssh://me@host", "npipe:////./pipe/docker_engine"
	Current bool   // the Docker context in use
	Context string // of a machine: the Docker context that leads to it; empty when none does
	TLS     *TLS   // nil is plain
}

// TLS holds what a TLS connection needs; file paths or PEM, as the source has it.
type TLS struct {
	CA, Cert, Key []byte // PEM; nil CA trusts the system
	SkipVerify    bool
	ServerName    string
}

// Candidate is an endpoint that was probed. Err is nil when it can be used, and
// else wraps ErrUnreachable with one of its causes.
type Candidate struct {
	Endpoint Endpoint
	Version  Version
	Took     time.Duration
	Err      error
}
