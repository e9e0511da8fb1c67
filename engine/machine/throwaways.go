package machine

import (
	"context"

	"escale/engine"
)

// Throwaways is what machines that do not last take of the helper; a Client gives
// it.
type Throwaways interface {
	Watch(ctx context.Context, name string) (*engine.Stream[Status], error)
	List(ctx context.Context) ([]Status, error)
	Put(ctx context.Context, name string, r Resources) (Status, error)
	Start(ctx context.Context, name string) (Status, error)
	Kill(ctx context.Context, name string) (Status, error)
	Hold(ctx context.Context, name string) (release func(), err error)
	Shell(ctx context.Context, name string, rows, cols int) (Terminal, error)
}
