package machine

import (
	"fmt"
	"time"
)

// Image is a version of the guest.
type Image struct {
	Version string `json:"version"` // of the guest
	Engine  string `json:"engine"`  // of its engine
}

// Previous is the guest that a machine can go back to.
type Previous struct {
	Image

	// Data is when the copy of the data was made that the older engine can open,
	// where the newer one is of another major version. Nil: none is needed, or
	// there is none.
	Data *time.Time `json:"data,omitempty"`
	// DataNewer says that the data was worked on by a newer major version of the
	// engine, so that going back needs RollbackOptions.
	DataNewer bool `json:"dataNewer,omitempty"`
}

// RolledBack is a newer guest that a machine does not use.
type RolledBack struct {
	From Image `json:"from"`
	To   Image `json:"to"`
	// Cause is why From did not start: boot-stuck, engine-failed, image-damaged,
	// qemu-failed, or not-enough-disk for the copy of the data that comes before
	// an engine of a new major version. Empty: the user went back.
	Cause  Cause     `json:"cause,omitempty"`
	Detail string    `json:"detail,omitempty"` // for experts, in English
	At     time.Time `json:"at"`
}

// RollbackOptions say what becomes of data that a newer major version of the
// engine has worked on. Without either, going back is refused with
// RefusedDataNewer then.
type RollbackOptions struct {
	// RestoreData goes back to the data of before the update; what happened since
	// is lost.
	RestoreData bool `json:"restoreData,omitempty"`
	// Force lets the older engine open the newer data, which it may not be able to.
	Force bool `json:"force,omitempty"`
}

// UpdateOptions are for an update to a new major version of the engine.
type UpdateOptions struct {
	// WithoutCopy updates though there is no room for a copy of the data.
	WithoutCopy bool `json:"withoutCopy,omitempty"`
}

// Work is something long that is done to a machine that does not run.
type Work string

// The kinds of work. Steps of Status say how far it is; its names are move,
// backup, restore, verify.
const (
	WorkMove    Work = "move"
	WorkBackup  Work = "backup"
	WorkRestore Work = "restore"
)

// Shortage is what something takes, and what there is of it, in bytes: memory or
// disk, as the Cause or the Reason beside it says.
type Shortage struct {
	NeededBytes    int64 `json:"neededBytes"`
	AvailableBytes int64 `json:"availableBytes"`
}

// Reason is why something was refused before anything was changed: a fixed word,
// for views to put in plain words.
type Reason string

// The reasons of a Refusal.
const (
	RefusedMissing     Reason = "missing"         // the folder or the file is not there
	RefusedReadOnly    Reason = "read-only"       // nothing can be written there
	RefusedSameDisk    Reason = "same-disk"       // the folder is on the disk that the data is on
	RefusedNoLocks     Reason = "no-locks"        // a network drive on which nothing can be locked
	RefusedNoHoles     Reason = "no-holes"        // FAT and exFAT: every file takes its whole size there
	RefusedNoRoom      Reason = "not-enough-disk" // Shortage has the figures
	RefusedFileExists  Reason = "file-exists"
	RefusedNoBackup    Reason = "no-backup"      // the file is not a backup of a machine
	RefusedDamaged     Reason = "backup-damaged" // it was, and is broken; or what was copied is not what is read
	RefusedRuns        Reason = "machine-runs"
	RefusedBusy        Reason = "busy" // it is being moved, backed up or restored
	RefusedNothing     Reason = "nothing-to-do"
	RefusedDataNewer   Reason = "data-newer"
	RefusedThrowaway   Reason = "throwaway" // its data is not to be kept
	RefusedTools       Reason = "no-tools"  // the driver cannot give a guest the disk of Resources.Tools
	RefusedUnsupported Reason = "unsupported"
)

// Refusal is a request that was refused, and changed nothing.
type Refusal struct { //nolint:errname // an answer that says no is more than an error of ours
	Reason   Reason
	Detail   string // for experts, in English
	Shortage *Shortage
}

func (r *Refusal) Error() string { return fmt.Sprintf("machine refused: %s: %s", r.Reason, r.Detail) }

// Contents is what is in a machine: what a reset takes away.
type Contents struct {
	// At is when the engine was asked: now if it runs, when it last ran
	// otherwise. Zero: it never was, and nothing is known.
	At         time.Time `json:"at"`
	Images     []Thing   `json:"images"`
	Containers []Thing   `json:"containers"`
	Volumes    []Thing   `json:"volumes"`
}

// Thing is an image, a container or a volume.
type Thing struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"` // it takes so much of the machine's disk; negative: not known
}
