package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"escale/app/keeper"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/contextfile"
	"escale/engine/machine"
)

// machineName is what the machine is called, in every language.
const machineName = "Escale Machine"

// The deadlines of what is done to the machine. The helper has its own for each
// part of a start and a stop, and they end well before.
const (
	launchWait  = 15 * time.Second
	machineStop = 3 * time.Minute
	machineBoot = 10 * time.Minute
	machineWork = 30 * time.Second
	wakeWait    = 20 * time.Second
)

// errNoMachine is an app that was made without one.
var errNoMachine = errors.New("this app knows no machine")

// deed is one thing to do to the machine.
type deed struct {
	verb  store.Verb
	limit time.Duration
	loud  bool
	do    func(ctx context.Context, m keeper.Machine) error
}

// told is a deed's work of which only the error matters: the status comes with
// the events.
func told(do func(keeper.Machine, context.Context, string) (machine.Status, error)) func(context.Context, keeper.Machine) error {
	return func(ctx context.Context, m keeper.Machine) error {
		_, err := do(m, ctx, machine.DefaultName)
		return err
	}
}

// StartMachine starts the Escale Machine, as a task; returns the task's ID. The
// task has ended when its engine answers; Store.Machine has the steps meanwhile.
// A machine.Failure says why it could not.
func (a *App) StartMachine() int {
	return a.machine(deed{verb: store.VerbStart, limit: machineBoot, loud: true, do: told(keeper.Machine.Start)})
}

// StopMachine stops the machine and its containers, which keep their data. The
// session does not start it again until it is asked to.
func (a *App) StopMachine() int {
	return a.machine(deed{verb: store.VerbStop, limit: machineStop, loud: true, do: told(keeper.Machine.Stop)})
}

// KillMachine ends the machine at once, as pulling the plug does.
func (a *App) KillMachine() int {
	return a.machine(deed{verb: store.VerbKill, limit: machineWork, do: told(keeper.Machine.Kill)})
}

// RestartMachine stops the machine and starts it again.
func (a *App) RestartMachine() int {
	return a.machine(deed{verb: store.VerbRestart, limit: machineStop + machineBoot, loud: true, do: told(keeper.Machine.Restart)})
}

// PauseMachine freezes the machine; the next use of its engine wakes it.
func (a *App) PauseMachine() int {
	return a.machine(deed{verb: store.VerbPause, limit: machineWork, do: told(keeper.Machine.Pause)})
}

// ResumeMachine wakes the machine.
func (a *App) ResumeMachine() int {
	return a.machine(deed{verb: store.VerbResume, limit: machineWork, do: told(keeper.Machine.Resume)})
}

// SetMachine changes what the machine may take. A machine that runs takes a
// larger disk at once and the rest at its next start. ErrInvalid for what cannot
// be, ErrConflict for a smaller disk.
func (a *App) SetMachine(r machine.Resources) int {
	return a.machine(deed{verb: store.VerbUpdate, limit: machineWork, do: func(ctx context.Context, m keeper.Machine) error {
		_, err := m.Put(ctx, machine.DefaultName, r)
		return err
	}})
}

// TrimMachine gives the disk space of what was removed back to this computer.
func (a *App) TrimMachine() int {
	return a.machine(deed{verb: store.VerbTrim, limit: machineStop, do: told(keeper.Machine.Trim)})
}

// ReclaimMachine gives memory that the machine only keeps as a cache back.
func (a *App) ReclaimMachine() int {
	return a.machine(deed{verb: store.VerbReclaim, limit: machineStop, do: told(keeper.Machine.Reclaim)})
}

// ResetMachine removes the machine with all its images, containers and volumes;
// one that runs is stopped first. There is no way back.
func (a *App) ResetMachine() int {
	return a.machine(deed{verb: store.VerbReset, limit: machineStop, loud: true, do: func(ctx context.Context, m keeper.Machine) error {
		s, err := m.Stop(ctx, machine.DefaultName)
		if err != nil {
			return err
		}
		if err := m.Reset(ctx, machine.DefaultName); err != nil {
			return err
		}
		a.unregister(s.Docker)
		return nil
	}})
}

// register gives the machine's engine a Docker context.
func (a *App) register(host string) {
	if a.docker == "" {
		return
	}
	if err := contextfile.Register(a.docker, host); err != nil {
		a.log.Warn("the machine has no Docker context", "error", err)
	}
}

// unregister takes the context away. One that plain docker uses stays: it leads
// to the next machine.
func (a *App) unregister(host string) {
	if a.docker == "" {
		return
	}
	if err := contextfile.Remove(a.docker, host); err != nil {
		a.log.Warn("the machine's Docker context stays", "error", err)
	}
}

// awaken wakes the machine if its engine is in use and asleep, so that what is
// asked of the engine next has its whole time. Its own errors do not matter: the
// engine's will tell.
func (a *App) awaken(ctx context.Context) {
	if a.keeper == nil || a.Store.Connection.Get().Endpoint.Kind != engine.EndpointMachine {
		return
	}
	ctx, cancel := timely(ctx, wakeWait)
	defer cancel()
	if err := a.keeper.Wake(ctx); err != nil {
		a.log.Warn("machine not woken", "error", err)
	}
}

// ShowMachine has the helper started where one can be, so that Store.Machine
// tells what the machine may take and takes. It returns at once; screens about
// the machine call it when they are shown.
func (a *App) ShowMachine() {
	if m := a.Store.Machine.Get(); a.keeper == nil || m.Live || !m.Offered() {
		return
	}
	a.Tasks.Start(task.Spec{Key: "show:machine", Verb: store.VerbUpdate, Subject: machineName, Quiet: true},
		func(ctx context.Context, _ func(task.Progress)) error {
			ctx, cancel := timely(ctx, launchWait)
			defer cancel()
			_ = a.keeper.Launch(ctx) // Store.Machine has the error
			return nil
		})
}

// MachineLog reads one of the machine's logs: its last tail bytes, and what is
// written later, until ctx ends or it is closed. A machine that does not run has
// no log of its engine.
func (a *App) MachineLog(ctx context.Context, log machine.LogName, tail int) (io.ReadCloser, error) {
	if a.keeper == nil {
		return nil, errNoMachine
	}
	var out io.ReadCloser
	err := a.keeper.Ask(ctx, func(ctx context.Context, m keeper.Machine) (err error) {
		out, err = m.Log(ctx, machine.DefaultName, log, tail, true)
		return err
	})
	return out, err
}

// Machines lists all machines of this user, throwaway ones too. It blocks, at
// most ten seconds.
func (a *App) Machines(ctx context.Context) ([]machine.Status, error) {
	if a.keeper == nil {
		return nil, errNoMachine
	}
	var out []machine.Status
	err := a.keeper.Ask(ctx, func(ctx context.Context, m keeper.Machine) (err error) {
		out, err = m.List(ctx)
		return err
	})
	return out, err
}

// machine starts d as a task and returns its ID.
func (a *App) machine(d deed) int {
	id := store.MachineID(machine.DefaultName)
	spec := task.Spec{
		Key: fmt.Sprintf("%s:%s", d.verb, id), Verb: d.verb, Subject: machineName, ObjectID: id, Quiet: !d.loud,
	}
	return a.Tasks.Start(spec, func(ctx context.Context, _ func(task.Progress)) error {
		if a.keeper == nil {
			return errNoMachine
		}
		ctx, cancel := timely(ctx, d.limit)
		defer cancel()
		return overdue(ctx, a.keeper.Ask(ctx, d.do))
	})
}
