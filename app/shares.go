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
// start on, as a task; returns the task's ID. A file's folder is shared; one that
// is shared already is so as readOnly says from then on. The task fails with a
// *machine.ShareError where the folder must not be shared.
func (a *App) ShareFolder(path string, readOnly bool) int {
	return a.reshare(func(shares []machine.Share) ([]machine.Share, error) {
		folder, err := shareable(path)
		if err != nil {
			return nil, err
		}
		one := machine.Share{Path: folder, ReadOnly: readOnly}
		if i := slices.IndexFunc(shares, func(s machine.Share) bool { return s.Path == folder }); i >= 0 {
			shares[i] = one
			return shares, nil
		}
		return append(shares, one), nil
	})
}

// UnshareFolder shares a folder no more, from the machine's next start on, as a
// task; returns the task's ID. path is a machine.Share's: the folder may be gone.
func (a *App) UnshareFolder(path string) int {
	return a.reshare(func(shares []machine.Share) ([]machine.Share, error) {
		return slices.DeleteFunc(shares, func(s machine.Share) bool { return s.Path == path }), nil
	})
}

// reshare changes which folders are shared; change may use its argument up.
func (a *App) reshare(change func([]machine.Share) ([]machine.Share, error)) int {
	return a.machine(deed{verb: store.VerbUpdate, limit: machineWork, loud: true, do: func(ctx context.Context, m keeper.Machine) error {
		r := a.Store.Machine.Get().Status.Resources
		shares, err := change(slices.Clone(r.Shares))
		if err != nil {
			return err
		}
		r.Shares = shares
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
