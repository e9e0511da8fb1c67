// Package driver says what the helper needs of a program that runs virtual
// machines. What only some can do is an interface of its own, which an Instance
// has or has not.
package driver

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
)

// Errors that a driver's Start and an Instance's end wrap.
var (
	ErrMissing          = errors.New("virtual machine program not found")
	ErrNoVirtualization = errors.New("the processor's virtualization cannot be used")
	ErrNoMemory         = errors.New("not enough memory for the virtual machine")
	ErrEnded            = errors.New("virtual machine ended")
	ErrProcessor        = errors.New("the virtual processor failed")
	ErrPoweredOff       = errors.New("the guest switched itself off")

	// Of a system that brings its own way to run a Linux.
	ErrFeatureMissing = errors.New("the system's feature for Linux is not installed")
	ErrTooOld         = errors.New("the system's feature for Linux is too old")
)

// Why folders of this computer cannot be shared with a guest here.
var (
	ErrNoSharing        = errors.New("this driver shares no folders on this system")
	ErrNoShareProgram   = errors.New("the program that shares folders was not found")
	ErrSharingForbidden = errors.New("this system does not let the program that shares folders shut itself off")
)

// Share is a folder of this computer that the guest may mount, by its tag.
type Share struct {
	Tag, Dir string
	ReadOnly bool // whatever the guest does, unless the driver is Trusting
}

// Spec is one boot of one machine.
type Spec struct {
	Name        string
	Arch        string // GOARCH of the guest
	CPUs        int
	MemoryBytes int64

	Kernel, Initrd, Root string // files of the guest's image
	Plain                string // Kernel as an ELF file, not packed, for an emulated processor; "": none
	Tools                string // a disk that is only read, as Root is; "": none. A Keeper is never given one
	Data                 string // the raw data disk, or what a Keeper calls its own

	// RootSHA256 is Root's, in hexadecimal: what was checked before.
	RootSHA256 string

	// Lock is the open file whose lock says that Data is in use. The virtual
	// machine's process inherits it, so that the lock ends with that process and
	// not with the helper. The driver does not close it.
	Lock *os.File

	// KernelArgs is the kernel's command line, without the console, which the
	// driver knows.
	KernelArgs string

	// Shares are for a Sharer; other drivers leave them out.
	Shares []Share

	// Dir is the machine's own folder. Sockets is where drivers that cannot
	// inherit connections may listen; only its owner enters it.
	Dir, Sockets string

	// Accel is "" for the best that can be used, or the one to take.
	Accel string

	// Console takes what the guest writes on its console, and Log what the
	// virtual machine's program says. Each is written by one goroutine.
	Console, Log io.Writer
}

// Driver runs virtual machines by one program.
type Driver interface {
	Name() string
	// Start starts the virtual machine's process. It returns when the process
	// runs, long before the guest has booted. ctx bounds the call only.
	Start(ctx context.Context, spec Spec) (Instance, error)
}

// Chooser is a Driver with more than one way to run a guest's code.
type Chooser interface {
	// Accels are the ways that seem to work here, the best first, for a Spec's
	// Accel. When the best is slow, why says what is missing for a better one.
	Accels(arch string) (ways []string, why error)
}

// Imager is a Driver that boots from other files of an image than the kernel,
// the initrd and the root; the last one of them is a Spec's Root.
type Imager interface{ Files() []string }

// Keeper is a Driver whose machines have their data where only it comes to, and
// not on a disk that the helper makes.
type Keeper interface {
	// Disk is the file that holds the data of the machine in that folder. Others
	// only look at its size, and whether it is there.
	Disk(dir string) string
	// Remove removes the data of the machine of that name in that folder. There
	// may be none.
	Remove(ctx context.Context, name, dir string) error
}

// Networker is a Driver whose guests have a network that the system makes: their
// Instances have none.
type Networker interface{ OwnNetwork() }

// Sharer is a Driver that can share folders with its guests.
type Sharer interface {
	// Sharing is nil where it can on this computer, else one of the errors above.
	// The first call may take a moment.
	Sharing() error
}

// Trusting is a Sharer that cannot keep a guest from writing to a folder that is
// shared read-only: the guest mounts it so, and who is root in there can undo it.
type Trusting interface{ TrustsReadOnly() }

// Shared is an Instance of a Sharer.
type Shared interface {
	// Refused are the shares that the guest will not find, by their tags, and why.
	Refused() map[string]error
}

// Instance is a virtual machine's process.
type Instance interface {
	// Accel says what runs the guest's code: see machine.Status.
	Accel() string
	// PID is the process's, 0 where there is none.
	PID() int
	// Channel is the byte stream to the guest's init. The same at each call.
	Channel() io.ReadWriteCloser
	// Network carries the guest's Ethernet frames, each after its length in four
	// bytes, big-endian. The same at each call; nil of a Networker's.
	Network() net.Conn
	// PowerDown presses the power button. It does not wait for what follows.
	PowerDown(ctx context.Context) error
	// Kill ends the process at once.
	Kill() error
	// Done is closed when the process has ended and everything is released.
	Done() <-chan struct{}
	// Err says why it ended, once Done is closed; it wraps ErrEnded, or an error
	// of above that says more.
	Err() error
}

// Pauser is an Instance that can be frozen.
type Pauser interface {
	Pause(ctx context.Context) error
	Resume(ctx context.Context) error
}

// Balloon is an Instance that can take memory from its guest, and give it back.
type Balloon interface {
	// SetMemory leaves the guest with so many bytes.
	SetMemory(ctx context.Context, bytes int64) error
}

// Resizer is an Instance whose data disk can grow while it runs.
type Resizer interface {
	// ResizeData tells the guest of the disk's new size; the file has it already.
	ResizeData(ctx context.Context, bytes int64) error
}

// Holder is an Instance that may hold its data disk open all the time.
type Holder interface {
	// HoldsData says that the file of Spec.Data may lose its name.
	HoldsData() bool
}

// DiskWatcher is an Instance that stops its guest, as Pause does, when this
// computer cannot read or write its data. Resume lets it try again.
type DiskWatcher interface {
	// DiskErrors tells of each stop. The same channel at each call.
	DiskErrors() <-chan DiskError
}

// DiskError is a read or a write that this computer could not do.
type DiskError struct {
	NoSpace bool // its disk is full
}
