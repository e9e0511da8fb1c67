// Package feed keeps the store equal to one engine, for as long as one
// connection lasts: subscribe, list, then apply events.
package feed

import (
	"context"

	"escale/app/store"
	"escale/engine"
)

// Feed is one connection's worth of data.
type Feed struct{}

// New returns a feed that does nothing until Run.
func New(engine.Engine, *store.Store) *Feed { return &Feed{} }

// Refresh reads these kinds again, all of them when none is named.
func (f *Feed) Refresh(...engine.Kind) {}

// Settle reads one object again and waits until the store shows it.
func (f *Feed) Settle(context.Context, engine.Kind, string) {}
