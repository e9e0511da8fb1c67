package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"time"
)

// LineLimit is the longest line of JSON that either end accepts, in bytes.
const LineLimit = 64 << 10

// What a stream is for.
const (
	Docker   = "docker"
	Dial     = "dial"
	Boot     = "boot"
	Status   = "status"
	Shutdown = "shutdown"
	Trim     = "trim"
	Reclaim  = "reclaim"
	Clock    = "clock"
	Log      = "log"
	Grow     = "grow"
	Shell    = "shell"
	Resize   = "resize"
	Shares   = "shares"
	Touched  = "touched"

	stop = "stop" // between the two ends of this package only
)

// Names of the guest's logs.
const (
	LogDockerd = "dockerd"
	LogKernel  = "kernel"
)

// ErrHeader is what every unusable header is.
var ErrHeader = errors.New("bad header")

// Header is the first line of a stream. Only the fields that belong to what it
// asks for count.
type Header struct {
	Do          string `json:"do"`
	Network     string `json:"network,omitempty"`     // dial: "tcp" or "udp"
	Address     string `json:"address,omitempty"`     // dial: an IP address and a port
	GraceMillis *int64 `json:"graceMillis,omitempty"` // shutdown: what the engine gets to end its containers; 0 is nothing, absent is the guest's own choice
	UnixNanos   int64  `json:"unixNanos,omitempty"`   // clock
	Name        string `json:"name,omitempty"`        // log: LogDockerd or LogKernel
	Tail        int    `json:"tail,omitempty"`        // log: how many of the last lines come first
	Rows        uint16 `json:"rows,omitempty"`        // shell, resize
	Cols        uint16 `json:"cols,omitempty"`        // shell, resize
	Stream      uint32 `json:"stream,omitempty"`      // stop; resize: the shell's

	Shares []Share  `json:"shares,omitempty"` // shares
	Paths  []string `json:"paths,omitempty"`  // touched: what changed on the host, absolute
}

// ShutdownIn is the header that ends the guest; its engine gets grace to end the
// containers, which may be nothing.
func ShutdownIn(grace time.Duration) Header {
	return Header{Do: Shutdown, GraceMillis: new(grace.Milliseconds())}
}

// Grace is what Shutdown's header leaves the engine; otherwise is for a header
// that does not say.
func (h Header) Grace(otherwise time.Duration) time.Duration {
	if h.GraceMillis == nil {
		return otherwise
	}
	return time.Duration(*h.GraceMillis) * time.Millisecond
}

// Bounds of what a header may ask for.
const (
	mostGrace = 10 * time.Minute
	mostTail  = 100_000
)

// MostCells is how many rows, and how many columns, a terminal may have.
const MostCells = 1000

// The clock is only ever set to a time in here: 2024-01-01 to 2200-01-01.
const (
	firstNanos = 1_704_067_200 * int64(time.Second)
	lastNanos  = 7_258_118_400 * int64(time.Second)
)

// ParseHeader reads a header and holds it to its bounds. Every error is an
// ErrHeader. Fields that it does not know are left out, so that a newer host can
// talk to an older guest.
func ParseHeader(line []byte) (Header, error) {
	var h Header
	if len(line) > LineLimit {
		return Header{}, fmt.Errorf("%w: longer than %d bytes", ErrHeader, LineLimit)
	}
	if err := json.Unmarshal(line, &h); err != nil {
		return Header{}, fmt.Errorf("%w: %w", ErrHeader, err)
	}
	if err := h.check(); err != nil {
		return Header{}, fmt.Errorf("%w: %w", ErrHeader, err)
	}
	if len(h.Shares) == 0 { // an empty list and none are the same
		h.Shares = nil
	}
	if len(h.Paths) == 0 {
		h.Paths = nil
	}
	return h, nil
}

func (h Header) check() error {
	switch h.Do {
	case Docker, Boot, Status, Trim, Reclaim, Grow, stop:
		return nil
	case Dial:
		return h.checkDial()
	case Shares:
		return h.checkShares()
	case Touched:
		return h.checkTouched()
	case Shutdown:
		if h.GraceMillis == nil {
			return nil
		}
		return within("graceMillis", *h.GraceMillis, 0, mostGrace.Milliseconds())
	case Clock:
		return within("unixNanos", h.UnixNanos, firstNanos, lastNanos)
	case Log:
		if h.Name != LogDockerd && h.Name != LogKernel {
			return fmt.Errorf("no log %.40q", h.Name)
		}
		return within("tail", int64(h.Tail), 0, mostTail)
	case Shell:
		return errors.Join(within("rows", int64(h.Rows), 0, MostCells), within("cols", int64(h.Cols), 0, MostCells))
	case Resize:
		return errors.Join(within("stream", int64(h.Stream), 1, math.MaxUint32), within("rows", int64(h.Rows), 1, MostCells), within("cols", int64(h.Cols), 1, MostCells))
	default:
		return fmt.Errorf("do %.40q is unknown", h.Do)
	}
}

func (h Header) checkDial() error {
	if h.Network != "tcp" && h.Network != "udp" {
		return fmt.Errorf("no network %.40q", h.Network)
	}
	address, err := netip.ParseAddrPort(h.Address)
	if err != nil {
		return fmt.Errorf("address: %w", err)
	}
	if address.Port() == 0 {
		return errors.New("address: no port")
	}
	return nil
}

func within(name string, value, least, most int64) error {
	if value < least || value > most {
		return fmt.Errorf("%s %d is not within %d and %d", name, value, least, most)
	}
	return nil
}

// Answer is what the guest says to most headers: it did it, or why it did not.
type Answer struct {
	OK    bool   `json:"ok,omitempty"`
	Error string `json:"error,omitempty"` // one of the Fail words, a colon, and the detail
	Bytes int64  `json:"bytes,omitempty"` // trim: given back; grow: the size of the file system now

	// Refused are the shares that were not mounted, by their tags, and why: one of
	// the Refused words, a colon, and the detail.
	Refused map[string]string `json:"refused,omitempty"`
}

// The words that the Error of an Answer begins with.
const (
	FailRefused = "refused" // dial: nothing listens there
	FailTimeout = "timeout" // dial: nothing answered
	FailHeader  = "header"  // the guest could not read the header
	FailGone    = "gone"    // resize: there is no such shell, or no more
	FailOther   = "failed"
)

// Err is nil for an answer that is not a failure, else a *Failure.
func (a Answer) Err() error {
	if a.Error == "" {
		return nil
	}
	kind, detail, found := strings.Cut(a.Error, ": ")
	if !found {
		kind, detail = FailOther, a.Error
	}
	return &Failure{Kind: kind, Detail: detail}
}

// Failure is an answer's error.
type Failure struct{ Kind, Detail string } //nolint:errname // an answer that says no is more than an error of ours

func (f *Failure) Error() string { return "guest: " + f.Kind + ": " + f.Detail }

// Fail is the answer that says that something failed.
func Fail(kind string, err error) Answer { return Answer{Error: kind + ": " + err.Error()} }

// State is the answer to Status.
type State struct {
	UptimeMillis      int64  `json:"uptimeMillis"`
	MemTotalBytes     int64  `json:"memTotalBytes"`
	MemAvailableBytes int64  `json:"memAvailableBytes"`
	DataTotalBytes    int64  `json:"dataTotalBytes"`
	DataUsedBytes     int64  `json:"dataUsedBytes"`
	Engine            string `json:"engine"`     // EngineStarting, EngineRunning or EngineStopped
	Containers        int    `json:"containers"` // that run
	Error             string `json:"error,omitempty"`
}

// What the guest's engine is doing.
const (
	EngineStarting = "starting"
	EngineRunning  = "running"
	EngineStopped  = "stopped"
)

// Step is a line of Boot: what the guest has come to, and when. A step with an
// error is the last one.
type Step struct {
	Step     string `json:"step"`
	AtMillis int64  `json:"atMillis"` // since the kernel began
	Error    string `json:"error,omitempty"`
}

// The steps of a boot, in their order; data and network happen side by side.
const (
	StepKernel  = "kernel"
	StepRoot    = "root"
	StepData    = "data"
	StepNetwork = "network"
	StepEngine  = "engine" // the engine's program runs
	StepReady   = "ready"  // it answers
)

// What the Error of a step begins with where the host can tell the user more
// than "it failed".
const (
	CauseDiskForeign   = "disk-foreign"   // something that is not ours is on the data disk
	CauseDiskDamaged   = "disk-damaged"   // it cannot be mounted, nor mended
	CauseEngineFailed  = "engine-failed"  // the engine ended, or never answered
	CauseImageDamaged  = "image-damaged"  // a part of the guest is missing
	CauseNetworkFailed = "network-failed" // no interface, or its address was refused
)
