// Package keeper keeps the app in touch with the Escale Machine: it follows what
// the helper tells of it, starts the helper where it is needed, and answers for
// the machine's engine where asking the engine itself would wake it.
package keeper

import (
	"context"
	"io"

	"escale/engine"
	"escale/engine/machine"
)

// Machine is what is asked of the helper and of this computer. Its calls are
// those of machine.Client, with its errors; keepertest has one that is scripted.
type Machine interface {
	// Offered tells whether a machine can be started here; see machine.Offered.
	Offered() error
	// Launch makes sure that the helper runs.
	Launch(ctx context.Context) error

	Watch(ctx context.Context, name string) (*engine.Stream[machine.Status], error)
	List(ctx context.Context) ([]machine.Status, error)
	Put(ctx context.Context, name string, r machine.Resources) (machine.Status, error)
	Start(ctx context.Context, name string) (machine.Status, error)
	Stop(ctx context.Context, name string) (machine.Status, error)
	Kill(ctx context.Context, name string) (machine.Status, error)
	Restart(ctx context.Context, name string) (machine.Status, error)
	Pause(ctx context.Context, name string) (machine.Status, error)
	Resume(ctx context.Context, name string) (machine.Status, error)
	Trim(ctx context.Context, name string) (machine.Status, error)
	Reclaim(ctx context.Context, name string) (machine.Status, error)
	Reset(ctx context.Context, name string) error
	Hold(ctx context.Context, name string) (release func(), err error)
	Shell(ctx context.Context, name string, rows, cols int) (machine.Terminal, error)
	Log(ctx context.Context, name string, log machine.LogName, tail int, follow bool) (io.ReadCloser, error)
	Life
	// Close ends idle connections.
	Close()
}

// Local is the real Machine: the helper of one home on this computer.
type Local struct {
	*machine.Client
	home machine.Home
}

var _ Machine = (*Local)(nil)

// OnThisComputer is the helper of the user's home. It fails where the user has
// no place for one.
func OnThisComputer() (*Local, error) {
	home, err := machine.LocateHome()
	if err != nil {
		return nil, err
	}
	return At(home), nil
}

// At is the helper of a home.
func At(home machine.Home) *Local { return &Local{Client: machine.NewClient(home), home: home} }

// Offered implements Machine.
func (l *Local) Offered() error { return machine.Offered() }

// Launch implements Machine.
func (l *Local) Launch(ctx context.Context) error { return machine.Launch(ctx, l.home) }
