package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"escale/app/keeper"
	"escale/app/run"
	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

// Reach is whether containers can mount a path of this computer.
type Reach int

// The answers.
const (
	ReachFine    Reach = iota // they can, or the engine in use says so itself
	ReachUnknown              // the machine's helper has not said yet
	ReachAsk                  // once the user shares its folder with the machine
	ReachNext                 // from the machine's next start on
	ReachFailed               // its folder is shared, and the machine did not get it
	ReachNever                // folders cannot be shared on this computer: their files can be copied into a volume
	ReachFar                  // the engine is on another computer, and the path is one of that computer
)

// Reach tells whether containers of the engine in use can mount a path of this
// computer. It asks nobody, not even the file system.
func (a *App) Reach(path string) Reach {
	ep := a.Store.Connection.Get().Endpoint
	switch {
	case !run.Local(ep):
		return ReachFar
	case ep.Kind != engine.EndpointMachine:
		return ReachFine
	}
	m := a.Store.Machine.Get()
	if !m.Live || m.Status.Sharing == "" {
		return ReachUnknown
	}
	if m.Status.Sharing != machine.SharingWorks {
		return ReachNever
	}
	folder, ok := machine.ShareFor(m.Status.Shares, path)
	switch {
	case !ok:
		return ReachAsk
	case folder.State == machine.ShareStateFailed:
		return ReachFailed
	case folder.State == machine.ShareStateNext:
		return ReachNext
	default:
		return ReachFine
	}
}

// ShareFolder shares a folder of this computer with the machine, from its next
// start on, as a task; returns the task's ID. A file's folder is shared. The task
// fails with a *machine.ShareError where the folder must not be shared.
func (a *App) ShareFolder(path string, readOnly bool) int {
	return a.machine(deed{verb: store.VerbUpdate, limit: machineWork, loud: true, do: func(ctx context.Context, m keeper.Machine) error {
		folder, err := shareable(path)
		if err != nil {
			return err
		}
		r := a.Store.Machine.Get().Status.Resources
		r.Shares = slices.DeleteFunc(slices.Clone(r.Shares), func(s machine.Share) bool { return s.Path == folder })
		r.Shares = append(r.Shares, machine.Share{Path: folder, ReadOnly: readOnly})
		_, err = m.Put(ctx, machine.DefaultName, r)
		return err
	}})
}

// shareable is the folder to share for a path: itself, or the one that a file is in.
func shareable(path string) (string, error) {
	folder, err := machine.CanonicalShare(path)
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		folder = filepath.Dir(folder)
	}
	return folder, nil
}
