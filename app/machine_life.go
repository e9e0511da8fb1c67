package app

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"escale/app/keeper"
	"escale/app/logs"
	"escale/app/store"
	"escale/engine/machine"
)

// machineCopy bounds what copies a whole disk.
const machineCopy = 12 * time.Hour

// MachineContents is what is in the machine: what its engine says, or what it
// held when it last ran. It blocks, at most a minute.
func (a *App) MachineContents(ctx context.Context) (machine.Contents, error) {
	if a.keeper == nil {
		return machine.Contents{}, errNoMachine
	}
	var out machine.Contents
	err := a.keeper.Ask(ctx, func(ctx context.Context, m keeper.Machine) (err error) {
		out, err = m.Contents(ctx, machine.DefaultName)
		return err
	})
	return out, err
}

// BackupMachine writes the machine's data to a file that must not exist, an
// absolute path. A machine that runs is stopped for it, and started again.
// Cancelling the task leaves no file. A machine.Refusal says why not.
func (a *App) BackupMachine(file string) int {
	return a.machine(deed{verb: store.VerbBackup, limit: machineCopy, loud: true, do: a.resting(func(ctx context.Context, m keeper.Machine) error {
		_, err := m.Backup(ctx, machine.DefaultName, file, false)
		return err
	})})
}

// RestoreMachine replaces the machine's data by a backup's, and starts it again
// if it ran. Nothing is replaced unless the whole file is sound.
func (a *App) RestoreMachine(file string) int {
	return a.machine(deed{verb: store.VerbRestore, limit: machineCopy, loud: true, do: a.resting(func(ctx context.Context, m keeper.Machine) error {
		_, err := m.Restore(ctx, machine.DefaultName, file)
		return err
	})})
}

// MoveMachine moves the machine's data to a folder on another disk, an absolute
// path; an empty one is where it was at first. A machine that runs is stopped for
// it, and started again.
func (a *App) MoveMachine(folder string) int {
	return a.machine(deed{verb: store.VerbMove, limit: machineCopy, loud: true, do: a.resting(func(ctx context.Context, m keeper.Machine) error {
		_, err := m.Move(ctx, machine.DefaultName, folder)
		return err
	})})
}

// UpdateMachine makes the machine use the image that came with the app though it
// failed before, or the user went back from it.
func (a *App) UpdateMachine(o machine.UpdateOptions) int {
	return a.machine(deed{verb: store.VerbUpgrade, limit: machineStop + machineBoot, loud: true, do: func(ctx context.Context, m keeper.Machine) error {
		_, err := m.Update(ctx, machine.DefaultName, o)
		return err
	}})
}

// RollbackMachine makes the machine use the image of before the last update.
func (a *App) RollbackMachine(o machine.RollbackOptions) int {
	return a.machine(deed{verb: store.VerbUpgrade, limit: machineStop + machineBoot, loud: true, do: func(ctx context.Context, m keeper.Machine) error {
		_, err := m.Rollback(ctx, machine.DefaultName, o)
		return err
	}})
}

// resting is work on the data, for which a machine that runs is stopped. It is
// started again afterwards, however the work ended.
func (a *App) resting(do func(context.Context, keeper.Machine) error) func(context.Context, keeper.Machine) error {
	return func(ctx context.Context, m keeper.Machine) error {
		if !a.keeper.State().Up() {
			return do(ctx, m)
		}
		if _, err := m.Stop(ctx, machine.DefaultName); err != nil {
			return err
		}
		err := do(ctx, m)
		again, cancel := timely(context.WithoutCancel(ctx), machineBoot)
		defer cancel()
		if _, start := m.Start(again, machine.DefaultName); err == nil && start != nil {
			return fmt.Errorf("start the machine again: %w", start)
		}
		return err
	}
}

// BackupPlace is where a backup of today is kept unless the user wants it
// elsewhere.
func BackupPlace(now time.Time) string {
	return filepath.Join(logs.Folder(), "escale-machine-"+now.Format("2006-01-02-1504")+".tar.zst")
}
