// Package enginetest holds what tests need of a container engine: Fake, a whole
// scripted engine in memory, and Conformance, the one suite that the fake and
// every real engine pass.
//
// # The fake
//
//	f := enginetest.New()
//	f.AddImage(engine.Image{Tags: []string{"nginx:1.29"}})
//	f.AddContainer(engine.Container{ID: "a1", Name: "web", Image: "nginx:1.29", State: engine.StateRunning})
//	f.Hang("StopContainer") // that call blocks until its context or its deadline ends
//
// A fake behaves as the adapters do: it checks names and states, emits the
// events that Docker emits, and holds the same deadlines (see SetDeadlines).
// What a container's process does is decided by a Process (see SetProcess);
// containers that were added, not created, simply run until told otherwise.
//
// It reads the clock only through package time and starts no goroutine that
// outlives a stream's context or Close, so it works inside testing/synctest.
// All methods may be called from any goroutine.
package enginetest

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"sync"
	"time"

	"escale/engine"
)

// Fake is an engine in memory. The zero value is not usable: call New.
type Fake struct {
	mu       sync.Mutex
	endpoint engine.Endpoint
	version  engine.Version
	info     engine.Info
	usage    *engine.DiskUsage // nil computes it

	containers []*container // oldest first
	images     []*engine.ImageDetail
	volumes    []*engine.Volume
	copied     map[string]map[string]string // what CopyInto put into each volume: content by path, without a first "/"
	kept       map[string]map[string]string // files by their path that images have of committed containers, by ID
	networks   []*engine.Network
	pulls      map[string]PullScript
	hits       []engine.SearchHit
	history    map[string][]engine.HistoryEntry
	process    func(engine.ContainerDetail) Process
	busyPorts  map[uint16]bool // taken by something that is no container
	serial     int

	events  []engine.Event
	epoch   int           // grows when event streams must break
	broken  int           // grows when every stream must break
	changed chan struct{} // closed and replaced at every change

	faults faults
	calls  []string
	closed bool
}

var _ engine.Engine = (*Fake)(nil)

// container is one container and what belongs to its runs.
type container struct {
	d       engine.ContainerDetail
	process Process
	logs    []engine.LogLine
	sample  *engine.Sample // newest that was pushed
	pushed  int            // number of pushed samples
	run     int            // generation: timers of an older run do nothing
	timers  []*time.Timer
}

// Option changes a new fake.
type Option func(*Fake)

// WithEndpoint sets what Endpoint says.
func WithEndpoint(ep engine.Endpoint) Option { return func(f *Fake) { f.endpoint = ep } }

// WithVersion sets what Version says.
func WithVersion(v engine.Version) Option { return func(f *Fake) { f.version = v } }

// WithInfo sets what Info says; counts are computed whatever it holds.
func WithInfo(i engine.Info) Option { return func(f *Fake) { f.info = i } }

// WithContainers adds containers, as AddContainer does.
func WithContainers(all ...engine.Container) Option {
	return func(f *Fake) { f.AddContainer(all...) }
}

// New returns a fake that answers at once and holds the three built-in networks
// and nothing else.
func New(options ...Option) *Fake {
	f := &Fake{
		endpoint: engine.Endpoint{ID: "fake", Kind: engine.EndpointSocket, Name: "Docker", Host: "unix:///var/run/docker.sock", Current: true},
		version: engine.Version{
			Product: "Docker", Engine: "28.5.2", API: "1.51", MinAPI: "1.24", OS: "linux", Arch: "amd64", Kernel: "6.12.0",
		},
		info: engine.Info{
			Name: "fake", OperatingSystem: "Debian GNU/Linux 12", CPUs: 4, MemoryBytes: 8 << 30,
			StorageDriver: "overlay2", CgroupVersion: "2", RootDir: "/var/lib/docker",
		},
		process: Shell,
		changed: make(chan struct{}),
	}
	f.reset()
	for _, option := range options {
		option(f)
	}
	return f
}

// reset empties the fake. The caller holds f.mu, or has the fake to itself.
func (f *Fake) reset() {
	for _, c := range f.containers {
		c.stopTimers()
	}
	f.containers, f.images, f.volumes, f.networks, f.hits = nil, nil, nil, nil, nil
	f.copied, f.kept = map[string]map[string]string{}, map[string]map[string]string{}
	f.pulls, f.busyPorts, f.history = map[string]PullScript{}, map[uint16]bool{}, map[string][]engine.HistoryEntry{}
	for _, name := range []string{"bridge", "host", "none"} {
		driver := name
		if name == "none" {
			driver = "null"
		}
		f.networks = append(f.networks, &engine.Network{ID: f.newID(), Name: name, Driver: driver, Created: now(), Builtin: true})
	}
}

// Endpoint implements engine.Engine.
func (f *Fake) Endpoint() engine.Endpoint {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.endpoint
}

// Close ends every stream and stops every process.
func (f *Fake) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	f.broken++
	for _, c := range f.containers {
		c.stopTimers()
	}
	f.notify()
	return nil
}

// Calls returns the names of all calls so far, in order: "ListContainers".
func (f *Fake) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// ResetCalls forgets the calls so far.
func (f *Fake) ResetCalls() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = nil
}

// SetProcess decides what the processes of containers started from now on do.
// The default is Shell.
func (f *Fake) SetProcess(behave func(engine.ContainerDetail) Process) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.process = behave
}

// TakePort makes something else than a container hold host port p.
func (f *Fake) TakePort(p uint16) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.busyPorts[p] = true
}

// FreePort undoes TakePort.
func (f *Fake) FreePort(p uint16) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.busyPorts, p)
}

// notify wakes every stream. The caller holds f.mu.
func (f *Fake) notify() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// newID returns the next of a fixed row of 64-digit IDs. The caller holds f.mu.
func (f *Fake) newID() string {
	f.serial++
	sum := sha256.Sum256([]byte(strconv.Itoa(f.serial)))
	return hex.EncodeToString(sum[:])
}

func now() time.Time { return time.Now().UTC() }
