package keeper

import (
	"context"

	"escale/engine/machine"
)

// Life is what a Machine does with its data and its image. The calls are those
// of machine.Client; Backup, Restore and Move need a machine that does not run.
type Life interface {
	Contents(ctx context.Context, name string) (machine.Contents, error)
	Backup(ctx context.Context, name, file string, overwrite bool) (machine.Status, error)
	Restore(ctx context.Context, name, file string) (machine.Status, error)
	Move(ctx context.Context, name, folder string) (machine.Status, error)
	Update(ctx context.Context, name string, o machine.UpdateOptions) (machine.Status, error)
	Rollback(ctx context.Context, name string, o machine.RollbackOptions) (machine.Status, error)
}
