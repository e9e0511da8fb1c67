package enginepage

import (
	"context"
	"io"

	"escale/app/store"
	"escale/app/task"
	"escale/engine/machine"
	"escale/views/nav"
)

// Operator is what the page asks of the app about the Escale Machine: app.App.
// What returns an int starts a task and returns its ID at once.
type Operator interface {
	// ShowMachine has the helper started, so that the store tells how it is.
	ShowMachine()
	StartMachine() int
	StopMachine() int
	KillMachine() int
	RestartMachine() int
	PauseMachine() int
	ResumeMachine() int
	SetMachine(r machine.Resources) int
	// ShareFolder shares a folder, or changes whether it may be written to;
	// UnshareFolder ends that. Both count from the machine's next start on.
	ShareFolder(path string, readOnly bool) int
	UnshareFolder(path string) int
	TrimMachine() int
	ReclaimMachine() int
	ResetMachine() int
	// MachineContents is what is in it, now or when it last ran; it blocks.
	MachineContents(ctx context.Context) (machine.Contents, error)
	BackupMachine(file string) int
	RestoreMachine(file string) int
	MoveMachine(folder string) int
	UpdateMachine(o machine.UpdateOptions) int
	RollbackMachine(o machine.RollbackOptions) int
	// MachineLog reads a log's last bytes and what is written later.
	MachineLog(ctx context.Context, log machine.LogName, tail int) (io.ReadCloser, error)
}

// Parts are what the page works with.
type Parts struct {
	Store   *store.Store
	Session Session
	Machine Operator
	Tasks   *task.Manager // tells how what was asked of the machine ended
	Host    nav.Host
	// Draft is what was typed and not saved yet; it outlives the page. nil is an
	// empty one.
	Draft Draft
}

// Draft is what was typed into the fields of the machine, by the field.
type Draft map[string]string
