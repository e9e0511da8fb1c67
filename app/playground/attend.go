package playground

import (
	"context"
	"fmt"
	"slices"
	"time"

	"escale/app/feed"
	"escale/app/store"
	"escale/engine"
)

// The pauses between attempts to reach an instance's engine, and how long one may
// take.
const (
	reachLeast = time.Second
	reachMost  = 10 * time.Second
	reachWait  = 10 * time.Second
)

// endpoint is where the engine of an instance is.
func endpoint(name, host string) engine.Endpoint {
	return engine.Endpoint{ID: name, Kind: engine.EndpointMachine, Name: name, Host: host}
}

// attend shows what the engine of an instance has, and reconnects as often as it
// is lost, until ctx ends.
func (p *Playground) attend(ctx context.Context, name, host string) {
	if p.o.Connect == nil {
		return
	}
	pause := reachLeast
	for ctx.Err() == nil {
		heard, err := p.visit(ctx, name, host)
		if ctx.Err() != nil {
			return
		}
		p.o.Log.Info("instance's engine lost", "name", name, "error", err)
		if heard {
			pause = reachLeast
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		pause = min(2*pause, reachMost)
	}
}

// visit is one connection to an instance's engine, which tells by events; heard is
// whether it listed anything.
func (p *Playground) visit(ctx context.Context, name, host string) (heard bool, err error) {
	eng, err := p.connect(ctx, name, host)
	if err != nil {
		return false, err
	}
	defer eng.Close() //nolint:errcheck // nothing is under way
	st := store.New()
	defer st.Containers.Subscribe(func() {
		p.edit(name, func(i *Instance) { i.Containers = st.Containers.Get() })
	})()
	silent := func(error) {}
	err = feed.New(eng, st, feed.Hooks{Heard: func() {}, Doubt: func() {}, Subscribed: silent, Loaded: silent}).Run(ctx)
	return st.Containers.Get().Loaded, err
}

func (p *Playground) connect(ctx context.Context, name, host string) (engine.Engine, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, reachWait, engine.ErrTimeout)
	defer cancel()
	eng, err := p.o.Connect(ctx, endpoint(name, host))
	if err != nil {
		return nil, fmt.Errorf("reach the engine of %s: %w", name, err)
	}
	return eng, nil
}

// Engine connects to the engine of an instance; the caller closes it. ErrNotFound
// when there is no such instance, or it does not run.
func (p *Playground) Engine(ctx context.Context, name string) (engine.Engine, error) {
	all := p.Instances.Get()
	n := slices.IndexFunc(all, func(i Instance) bool { return i.Name == name && i.Up() })
	if n < 0 || p.o.Connect == nil {
		return nil, fmt.Errorf("reach the engine of %s: %w", name, engine.ErrNotFound)
	}
	return p.connect(ctx, name, all[n].Status.Docker)
}
