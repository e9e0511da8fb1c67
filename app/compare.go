package app

import (
	"context"
	"errors"
	"time"

	"escale/app/compare"
	"escale/app/keeper"
	"escale/app/playground"
	"escale/app/store"
	"escale/app/task"
	"escale/engine/machine"
)

// sweepWait is how long what a crash has left may take to be removed.
const sweepWait = 30 * time.Second

// comparison is what the comparer works with.
func (a *App) comparison(o Options) compare.Options {
	c := compare.Options{Path: o.Compared, Acquire: a.Session.Acquire, Log: o.Log}
	if a.keeper != nil {
		c.Ask = func(ctx context.Context, do func(context.Context, compare.Machine) error) error {
			return a.keeper.Ask(ctx, func(ctx context.Context, m keeper.Machine) error { return do(ctx, m) })
		}
	}
	return c
}

// playground makes what disposable instances are made with; nil without a machine.
func (a *App) playground(o Options) *playground.Playground {
	if a.keeper == nil {
		return nil
	}
	return playground.New(playground.Options{
		Ask: func(ctx context.Context, do func(context.Context, playground.Machine) error) error {
			return a.keeper.Ask(ctx, func(ctx context.Context, m keeper.Machine) error { return do(ctx, m) })
		},
		Connect: a.recorded(o.Connect), Live: func() bool { return a.Store.Machine.Get().Live },
		TotalBytes: machine.ThisComputer().MemoryBytes, Log: o.Log,
	})
}

// StartComparison compares a container with a virtual machine, as a task; returns
// its ID. Compare.State tells of it. Cancelling it leaves nothing.
func (a *App) StartComparison() int {
	return a.Tasks.Start(task.Spec{Key: "compare", Verb: store.VerbCompare}, func(ctx context.Context, report func(task.Progress)) error {
		a.awaken(ctx)
		return a.Compare.Run(ctx, func(part float64) {
			report(task.Progress{Fraction: part, Stage: task.StageCompare})
		})
	})
}

// CancelComparison ends the comparison that is under way.
func (a *App) CancelComparison() {
	for _, t := range a.Tasks.List.Get() {
		if t.Verb == store.VerbCompare && !t.Over() {
			a.Tasks.Cancel(t.ID)
		}
	}
}

// sweepComparisons removes what a comparison of a run that was killed has left: on
// each engine when it is first there, in the helper when it is. It ends with ctx.
func (a *App) sweepComparisons(ctx context.Context) {
	changed := make(chan struct{}, 1)
	poke := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	defer a.Store.Connection.Subscribe(poke)()
	defer a.Store.Machine.Subscribe(poke)()
	engines, machines := int64(-1), false
	for {
		if era := a.era.Load(); era != engines && a.Store.Connection.Get().Phase == store.Ready && a.sweepEngine(ctx) {
			engines = era
		}
		if live := a.Store.Machine.Get().Live; live && !machines {
			machines = a.sweepMachine(ctx)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

func (a *App) sweepEngine(ctx context.Context) (done bool) {
	eng, release, err := a.Session.Acquire()
	if err != nil {
		return false
	}
	defer release()
	ctx, cancel := timely(ctx, sweepWait)
	defer cancel()
	if err := a.Compare.Sweep(ctx, eng); err != nil {
		a.log.Warn("what a comparison left stays", "error", err)
		return false
	}
	return true
}

func (a *App) sweepMachine(ctx context.Context) (done bool) {
	if a.keeper == nil {
		return true
	}
	ctx, cancel := timely(ctx, sweepWait)
	defer cancel()
	err := a.keeper.Ask(ctx, func(ctx context.Context, m keeper.Machine) error {
		return errors.Join(a.Compare.SweepMachine(ctx, m), a.Playground.Sweep(ctx, m))
	})
	if err != nil {
		a.log.Warn("machines of an earlier run stay", "error", err)
	}
	return err == nil
}
