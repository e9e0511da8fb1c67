package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"escale/app/feed"
	"escale/app/store"
	"escale/engine"
)

// How long the parts of connecting may take.
const (
	connectWait = 10 * time.Second
	answerWait  = 5 * time.Second
	versionWait = 15 * time.Second // what the adapter gives a Podman on a busy machine; others it cuts short itself
)

// visit is the time spent with one endpoint. Its fields belong to the goroutine
// of stay; the feed's goroutines use readyAt, out and was between two of its
// steps only.
type visit struct {
	s     *Session
	ep    engine.Endpoint
	quiet bool // nothing is shown before it answers

	readyAt time.Time     // of this connection; zero until its lists have come
	was     bool          // it has been ready before
	lasted  time.Duration // how long it was ready before it was lost
	out     *outage       // nil while there is contact
	who     *identity     // of the engine that answered last; nil before
}

// identity tells engines at one address apart.
type identity struct {
	product string
	account string // of itself; empty until it has given one
}

func identityOf(version engine.Version, info engine.Info) identity {
	who := identity{product: version.Product}
	if info.ID+info.Name+info.RootDir != "" {
		who.account = info.ID + "\n" + info.Name + "\n" + info.RootDir
	}
	return who
}

// sameAs tells whether both may be one engine. Without an account only the
// product tells.
func (i identity) sameAs(o identity) bool {
	return i.product == o.product && (i.account == o.account || i.account == "" || o.account == "")
}

// stay keeps the engine connected until ctx ends, and reconnects as often as it
// is lost. It returns early, with the reason, only when the engine has never
// become ready, or is that of a machine that has ended.
func (v *visit) stay(ctx context.Context) error {
	pauses := backoff{least: reconnectLeast, most: retryMost}
	defer func() {
		if v.out != nil {
			v.out.end()
		}
	}()
	for {
		v.readyAt = time.Time{}
		err := v.attend(ctx)
		if !v.readyAt.IsZero() {
			v.lasted = time.Since(v.readyAt)
		}
		revived := errors.Is(err, errRevived)
		switch {
		case ctx.Err() != nil:
			return nil
		case !v.was && !revived:
			return err
		case revived, !v.readyAt.IsZero() && time.Since(v.readyAt) >= healthy:
			pauses.reset()
		}
		if v.out == nil {
			v.s.o.Log.Info("engine lost", "endpoint", v.ep.ID, "error", err)
			v.out = v.s.newOutage(err)
		}
		if v.ours() {
			if down := v.s.upOrDown(ctx); down != nil && ctx.Err() == nil {
				return down
			}
		}
		if !revived {
			d := pauses.pause()
			v.out.trying(err, time.Now().Add(d))
			if v.s.wait(ctx, d) {
				pauses.reset()
			}
		}
		v.out.trying(err, time.Time{})
	}
}

// ours tells whether this is the engine of the machine, which tells by itself
// what it does.
func (v *visit) ours() bool { return v.s.o.Machine != nil && v.ep.Kind == engine.EndpointMachine }

// attend is one connection, from connecting to its loss.
func (v *visit) attend(ctx context.Context) error {
	eng, err := v.connect(ctx)
	if err != nil {
		return err
	}
	run, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	h := v.s.newHealth(eng, v.ours())
	f := feed.New(eng, v.s.o.Store, feed.Hooks{
		Heard: h.hear,
		Doubt: v.s.Suspect,
		Subscribed: func(err error) {
			v.stepped(store.StepEvents, err)
			v.step(store.StepLists)
		},
		Loaded: func(err error) { v.loaded(run, h, err) },
	})
	v.step(store.StepEvents)
	v.s.setFeed(f)
	defer v.s.setFeed(nil)
	var wg sync.WaitGroup
	wg.Go(func() { h.watch(run, lose) })
	err = f.Run(run)
	lose(err)
	wg.Wait()
	return err
}

// connect reaches the engine, learns who it is, and makes it the one in use.
func (v *visit) connect(ctx context.Context) (engine.Engine, error) {
	if !v.was && !v.quiet {
		chosen := v.s.isChosen(v.ep.ID)
		v.s.edit(func(c *store.Connection) {
			c.Phase, c.Endpoint, c.Chosen, c.Err = store.Connecting, v.ep, chosen, nil
		})
		v.stepped(store.StepLook, nil)
		v.step(store.StepConnect)
	}
	eng, err := within(ctx, connectWait, func(ctx context.Context) (engine.Engine, error) { return v.s.o.Connect(ctx, v.ep) })
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", v.ep.ID, err)
	}
	v.stepped(store.StepConnect, nil)
	v.step(store.StepVersion)
	version, info, err := introduce(ctx, eng)
	if err != nil {
		l := &link{eng: eng, log: v.s.o.Log}
		l.retire()
		return nil, fmt.Errorf("ask engine %s who it is: %w", v.ep.ID, err)
	}
	v.adopt(eng, version, info)
	return eng, nil
}

// introduce asks an engine who it is. An account of itself that takes too long
// is done without.
func introduce(ctx context.Context, eng engine.Engine) (v engine.Version, i engine.Info, err error) {
	var wg sync.WaitGroup
	wg.Go(func() { i, _ = within(ctx, answerWait, eng.Info) })
	v, err = within(ctx, versionWait, eng.Version)
	wg.Wait()
	return v, i, err
}

// adopt makes eng the engine in use. When another engine has taken the place
// of the one that was here, what is known of that one is forgotten.
func (v *visit) adopt(eng engine.Engine, version engine.Version, info engine.Info) {
	s := v.s
	first, now := v.who == nil, identityOf(version, info)
	same := !first && v.who.sameAs(now)
	if !first && !same {
		s.clear() // before anybody can have the new one
	}
	if same && now.account == "" { // it was too slow to say
		now.account, info = v.who.account, s.o.Store.Connection.Get().Info
	}
	v.who = &now
	s.mu.Lock()
	old := s.link
	s.link = &link{eng: eng, endpoint: v.ep.ID, log: s.o.Log}
	s.mu.Unlock()
	if old != nil {
		old.retire()
	}
	chosen := s.isChosen(v.ep.ID)
	s.edit(func(c *store.Connection) {
		c.Endpoint, c.Chosen, c.Version, c.Info = v.ep, chosen, version, info
		if !v.was {
			c.Phase, c.Err, c.NextTry = store.Loading, nil, time.Time{}
		}
	})
	v.stepped(store.StepVersion, nil)
}

// loaded makes the connection ready. An engine that let its lists time out must
// answer a ping first; until then health decides what is shown.
func (v *visit) loaded(ctx context.Context, h *health, err error) {
	v.stepped(store.StepLists, err)
	for errors.Is(err, engine.ErrTimeout) {
		if sure, lost := h.ping(ctx); sure {
			if lost != nil || ctx.Err() != nil {
				return
			}
			break
		}
	}
	if v.out != nil {
		v.out.end()
		v.out = nil
	}
	v.readyAt, v.was = time.Now(), true
	v.s.edit(func(c *store.Connection) {
		c.Phase, c.Err, c.Lost, c.NextTry = store.Ready, nil, time.Time{}, time.Time{}
	})
}

// step begins a rung of the ladder, which is only climbed once.
func (v *visit) step(name store.StepName) {
	if !v.was {
		v.s.step(name, store.StepWorking, nil)
	}
}

func (v *visit) stepped(name store.StepName, err error) {
	if !v.was {
		v.s.stepped(name, err)
	}
}

// within gives an answer d to come.
func within[T any](ctx context.Context, d time.Duration, ask func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, d, engine.ErrTimeout)
	defer cancel()
	v, err := ask(ctx)
	if err != nil && errors.Is(context.Cause(ctx), engine.ErrTimeout) && !errors.Is(err, engine.ErrTimeout) {
		err = errors.Join(engine.ErrTimeout, err)
	}
	return v, err
}

func (s *Session) setFeed(f *feed.Feed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.feed = f
}
