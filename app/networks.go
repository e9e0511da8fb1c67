package app

import (
	"context"
	"errors"
	"fmt"

	"escale/app/store"
	"escale/engine"
)

// JoinNetwork connects a container to a network, which is made when nobody has
// made it yet. When that fails, a network that was made for it goes again.
func (a *App) JoinNetwork(id, network string) int {
	return a.container(store.VerbConnect, id, workWait, func(ctx context.Context, eng engine.Engine) error {
		defer a.Session.Refresh(engine.KindNetwork)
		_, err := eng.CreateNetwork(ctx, engine.NetworkSpec{Name: network})
		made := err == nil
		if err != nil && !errors.Is(err, engine.ErrConflict) {
			return fmt.Errorf("join network: %w", err)
		}
		if err = eng.ConnectNetwork(ctx, network, id, nil); err == nil {
			return nil
		}
		if made {
			ctx, cancel := timely(context.WithoutCancel(ctx), answerWait)
			defer cancel()
			if undo := eng.RemoveNetwork(ctx, network); undo != nil && !unneeded(undo) {
				a.log.Warn("remove network that nothing joined", "network", network, "error", undo)
			}
		}
		return fmt.Errorf("join network: %w", err)
	})
}
