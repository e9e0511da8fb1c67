// Package engine describes a container engine without saying which one it is.
// It imports neither the toolkit nor an engine's client library.
//
// Every call blocks until it is done: give it a context and never call it on
// the UI goroutine. Values are copies: a holder may keep one for ever, and
// nobody changes it.
package engine

import (
	"context"
	"io"
	"time"
)

// Engine is a connection to one container engine.
type Engine interface {
	Containers
	Images
	Volumes
	Networks
	Watcher
	System

	// Endpoint says where the engine is.
	Endpoint() Endpoint
	// Close ends the connections. Calls after it fail with ErrUnreachable.
	Close() error
}

// Containers lists and drives containers.
type Containers interface {
	// ListContainers returns all containers, running or not, newest first.
	ListContainers(ctx context.Context) ([]Container, error)
	// InspectContainer returns everything about one; ErrNotFound when it is gone.
	InspectContainer(ctx context.Context, id string) (ContainerDetail, error)
	// ContainerSize is how much the container has written into its own layer, on top
	// of its image, in bytes. The engine walks through the files: it may be slow.
	ContainerSize(ctx context.Context, id string) (int64, error)
	// CreateContainer makes a container without starting it. Warnings are the
	// engine's, in English. ErrImageMissing when the image is not here,
	// ErrConflict when the name is taken, ErrNoFolder when there is nothing to
	// bind, ErrInvalid for settings it refuses.
	CreateContainer(ctx context.Context, spec ContainerSpec) (id string, warnings []string, err error)
	// StartContainer starts id; no error when it runs already. ErrPortTaken when
	// a host port is in use, ErrPortReserved when the engine may not use it.
	StartContainer(ctx context.Context, id string) error
	// StopContainer asks id to end, kills it after grace (whole seconds, rounded
	// up), and waits until it has ended.
	StopContainer(ctx context.Context, id string, grace time.Duration) error
	RestartContainer(ctx context.Context, id string, grace time.Duration) error
	PauseContainer(ctx context.Context, id string) error
	ResumeContainer(ctx context.Context, id string) error
	// KillContainer sends a signal such as "SIGKILL"; empty means SIGKILL.
	KillContainer(ctx context.Context, id, signal string) error
	RenameContainer(ctx context.Context, id, name string) error
	RemoveContainer(ctx context.Context, id string, options RemoveContainer) error
	// UpdateContainer changes limits of an existing container. ErrUnsupported on
	// engines that cannot.
	UpdateContainer(ctx context.Context, id string, change ContainerUpdate) error

	// CopyInto unpacks a tar archive into the folder path of id, which need not
	// run, and returns once the engine has taken all of it. Owners are the numbers
	// that the archive gives. Some engines make path when it is not there.
	// ErrNotFound when there is no such container, ErrNoSpace, ErrStalled after a
	// minute in which the engine took nothing. What was unpacked before an error
	// stays. archive may be read for a moment after the call: close it, if it
	// minds.
	CopyInto(ctx context.Context, id, path string, archive io.Reader) error

	// ReadFile returns a file of id, which need not run, as long as it has no more
	// than most bytes. path is absolute; a link at its end is not followed.
	// ErrNotFound when there is no such container or file, ErrInvalid when it is
	// no file or a larger one.
	ReadFile(ctx context.Context, id, path string, most int64) ([]byte, error)

	// CommitContainer makes an image of id as it is now, with its files and its
	// settings, and names it ref; what is in its volumes is no part of it. It is
	// frozen meanwhile. Returns the image's ID. ErrNotFound, ErrNoSpace.
	CommitContainer(ctx context.Context, id, ref string) (image string, err error)

	// Logs streams output, oldest first. The stream ends when the container does
	// (Follow) or when all is read.
	Logs(ctx context.Context, id string, options LogOptions) (*Stream[LogLine], error)
	// Stats streams one sample about every second until the container ends.
	Stats(ctx context.Context, id string) (*Stream[Sample], error)
}

// Images lists and drives images.
type Images interface {
	ListImages(ctx context.Context) ([]Image, error)
	// InspectImage takes an ID or a reference; ErrNotFound when it is not here.
	InspectImage(ctx context.Context, ref string) (ImageDetail, error)
	ImageHistory(ctx context.Context, ref string) ([]HistoryEntry, error)
	// PullImage downloads ref and calls report, from one goroutine, at most ten
	// times a second. It ends with ErrStalled after a minute without progress,
	// ErrNoSuchImage, ErrNoSuchTag, ErrNoPlatform, ErrDenied, ErrRateLimited,
	// ErrNoSpace, ErrRegistry or ErrUnreachable.
	// Cancelling ctx cancels the download.
	PullImage(ctx context.Context, ref string, report func(PullProgress)) error
	// RemoveImage removes a reference, or an ID with all its references when
	// force. ErrInUse when a container needs it.
	RemoveImage(ctx context.Context, ref string, force bool) error
	TagImage(ctx context.Context, ref, newRef string) error
	// SaveImage streams an image as a tar archive, which the caller closes; ending
	// ctx ends it, too. ErrNotFound when it is not here; reading fails with
	// ErrStalled after a minute in which the engine sent nothing.
	SaveImage(ctx context.Context, ref string) (io.ReadCloser, error)
	// LoadImage takes the images of such an archive in, under the names that it
	// gives them. ErrInvalid for what is none, ErrNoSpace, ErrStalled after a minute
	// in which the engine took nothing. archive may be read for a moment after the
	// call: close it, if it minds.
	LoadImage(ctx context.Context, archive io.Reader) error
	// PrunableImages is what PruneImages would free, in bytes.
	PrunableImages(ctx context.Context, all bool) (Pruned, error)
	// PruneImages removes images without a tag; all: every image no container uses.
	PruneImages(ctx context.Context, all bool) (Pruned, error)
	// SearchImages asks the engine to search its registry; at most 100.
	SearchImages(ctx context.Context, term string, limit int) ([]SearchHit, error)
}

// Volumes lists and drives volumes.
type Volumes interface {
	// ListVolumes includes sizes and users, which the engine measures: it may be
	// slow. Size is -1 where the engine does not say.
	ListVolumes(ctx context.Context) ([]Volume, error)
	InspectVolume(ctx context.Context, name string) (Volume, error)
	// CreateVolume makes a local volume. An empty name lets the engine choose.
	CreateVolume(ctx context.Context, name string, labels map[string]string) (Volume, error)
	// RemoveVolume fails with ErrInUse while a container, even a stopped one,
	// mounts it.
	RemoveVolume(ctx context.Context, name string) error
	// PruneVolumes removes unused volumes; all: named ones too.
	PruneVolumes(ctx context.Context, all bool) (Pruned, error)
}

// Networks lists and drives networks.
type Networks interface {
	ListNetworks(ctx context.Context) ([]Network, error)
	InspectNetwork(ctx context.Context, id string) (Network, error)
	CreateNetwork(ctx context.Context, spec NetworkSpec) (id string, err error)
	ConnectNetwork(ctx context.Context, network, container string, aliases []string) error
	DisconnectNetwork(ctx context.Context, network, container string, force bool) error
	RemoveNetwork(ctx context.Context, id string) error
}

// Watcher reports changes.
type Watcher interface {
	// Watch subscribes to events. It returns once the engine has accepted the
	// subscription, or with ErrTimeout when it has not within 5 s.
	Watch(ctx context.Context) (*Stream[Event], error)
}

// System is about the engine itself.
type System interface {
	// Ping is the cheapest question there is.
	Ping(ctx context.Context) error
	Version(ctx context.Context) (Version, error)
	Info(ctx context.Context) (Info, error)
	DiskUsage(ctx context.Context) (DiskUsage, error)
}

// Stream delivers values on C until its context ends or the engine closes it.
// C is then closed, and Err says why; it is nil at a regular end. Whoever asked
// for the stream must cancel its context to release it.
type Stream[T any] struct {
	C   <-chan T
	Err func() error
}
