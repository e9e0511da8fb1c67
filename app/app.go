// Package app is what the application knows and does, without a toolkit: one
// store, one session with an engine, and the operations that users ask for.
package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"escale/app/cmdlog"
	"escale/app/compare"
	"escale/app/discover"
	"escale/app/keeper"
	"escale/app/playground"
	"escale/app/progress"
	"escale/app/recipe"
	"escale/app/release"
	"escale/app/session"
	"escale/app/settings"
	"escale/app/stats"
	"escale/app/store"
	"escale/app/task"
	"escale/app/teacher"
	"escale/engine"
)

// closeWait is how long Close waits for work to end.
const closeWait = 2 * time.Second

// Options are what an App is made from.
type Options struct {
	Connect session.Connect
	Finder  session.Finder
	Hub     discover.Hub   // nil searches through the engine only
	Machine keeper.Machine // the Escale Machine; nil is an app without one
	// Unattended: nobody looks yet; the machine waits for Session.Retry.
	Unattended bool
	// DockerConfig is the docker command's folder, where the machine gets a
	// context; empty registers none.
	DockerConfig string
	// Compared is the file with the last comparison; empty keeps it in memory.
	Compared string
	// Releases tells of newer versions; Settings and Log are filled in.
	Releases release.Options
	Settings *settings.Store // nil keeps the preferences in memory
	Progress *progress.Store // with lessons; nil keeps it in memory
	Log      *slog.Logger    // nil discards
}

// App holds the application's state and operations. Safe for concurrent use.
type App struct {
	Store    *store.Store
	Tasks    *task.Manager
	Settings *settings.Store
	Session  *session.Session
	Stats    *stats.Sampler
	Discover *discover.Catalogue
	Releases *release.Watcher
	Commands *cmdlog.Log // what was done to engines
	Compare  *compare.Comparer
	Teacher  *teacher.Teacher
	// Playground has disposable instances; nil without a machine.
	Playground *playground.Playground
	keeper     *keeper.Keeper // nil without a machine

	docker   string // the docker command's folder; may be empty
	log      *slog.Logger
	unfollow func() // ends following the Hub's address
	starts   starts
	era      atomic.Int64 // grows when another engine takes the place of the one in use

	mu   sync.Mutex
	kept map[string]Kept    // containers of the playground, by the name of their image
	stop context.CancelFunc // nil before Start
	wg   sync.WaitGroup
}

// New returns an App that has started nothing yet.
func New(o Options) *App {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Settings == nil {
		o.Settings, _ = settings.Open("") // in memory: cannot fail
	}
	a := &App{Store: store.New(), Settings: o.Settings, Commands: cmdlog.New(), docker: o.DockerConfig, log: o.Log, kept: map[string]Kept{}}
	a.Tasks = task.NewManager(a.Store.Busy)
	if o.Machine != nil {
		a.keeper = keeper.New(keeper.Options{Machine: o.Machine, State: a.Store.Machine, Up: a.register, Log: o.Log})
	}
	a.Session = session.New(a.link(o))
	a.Stats = stats.New(a.Session.Acquire, a.streams)
	a.Discover = discover.New(discover.Options{
		Hub: o.Hub, Engine: a.Engine, Known: recipe.Images,
		Images: func() []engine.Image { return a.Store.Images.Get().Rows },
	})
	o.Releases.Settings, o.Releases.Log = o.Settings, o.Log
	a.Releases = release.NewWatcher(o.Releases)
	a.Compare = compare.New(a.comparison(o))
	a.Teacher = newTeacher(a, o)
	a.Playground = a.playground(o)
	a.unfollow = a.followHub()
	return a
}

// link is what the session works with.
func (a *App) link(o Options) session.Options {
	link := session.Options{
		Connect: a.recorded(o.Connect), Finder: o.Finder, Store: a.Store, Settings: o.Settings, Log: o.Log, Unattended: o.Unattended,
		Switched: func() { a.era.Add(1); a.Stats.Reset() },
	}
	if a.keeper != nil {
		link.Machine = a.keeper
	}
	return link
}

// recorded has everything that is done to an engine in the log of commands.
func (a *App) recorded(connect session.Connect) session.Connect {
	return func(ctx context.Context, ep engine.Endpoint) (engine.Engine, error) {
		eng, err := connect(ctx, ep)
		if err != nil {
			return eng, err
		}
		return a.Commands.Wrap(eng), nil
	}
}

// followHub tells the catalogue when the Hub's address has changed, until the
// returned function is called.
func (a *App) followHub() (cancel func()) {
	var mu sync.Mutex
	base := a.Settings.Get().HubBase
	return a.Settings.Subscribe(func() {
		now := a.Settings.Get().HubBase
		mu.Lock()
		moved := now != base
		base = now
		mu.Unlock()
		if moved {
			a.Discover.Moved()
		}
	})
}

// Start begins to look for an engine, on goroutines that end with ctx or
// Close. It returns at once.
func (a *App) Start(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	a.mu.Lock()
	a.stop = stop
	a.mu.Unlock()
	if a.keeper != nil {
		a.wg.Go(func() { a.keeper.Run(ctx) })
	}
	a.wg.Go(func() { a.Session.Run(ctx) })
	a.wg.Go(func() { a.Stats.Run(ctx) })
	a.wg.Go(func() { a.Releases.Run(ctx) })
	a.wg.Go(func() { a.sweepComparisons(ctx) })
	a.wg.Go(func() { a.Teacher.Run(ctx) })
}

// Close cancels all work and waits for it, at most two seconds.
func (a *App) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	if err := a.Tasks.Close(ctx); err != nil {
		a.log.Warn("tasks did not end", "error", err)
	}
	if a.Playground != nil {
		if err := a.Playground.End(ctx); err != nil {
			a.log.Warn("instances are left to the helper", "error", err)
		}
	}
	a.mu.Lock()
	if a.stop != nil {
		a.stop()
	}
	a.mu.Unlock()
	a.unfollow()
	done := make(chan struct{})
	go func() { a.Discover.Close(); a.wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		a.log.Warn("session did not end")
	}
	if err := a.Settings.Flush(); err != nil {
		a.log.Warn("save settings", "error", err)
	}
	if err := a.Teacher.Progress.Flush(); err != nil {
		a.log.Warn("save progress", "error", err)
	}
}

// streams is how many streams of samples the engine in use bears at once: over
// ssh each is a process on both sides.
func (a *App) streams() int {
	if strings.HasPrefix(a.Store.Connection.Get().Endpoint.Host, "ssh://") {
		return 4
	}
	return 32
}

// Engine returns the engine in use; ErrUnreachable when there is none.
func (a *App) Engine() (engine.Engine, error) { return a.Session.Engine() }

// timely gives ctx a deadline whose cause is ErrTimeout.
func timely(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d, engine.ErrTimeout)
}

// overdue makes err an ErrTimeout when it came of ctx's deadline.
func overdue(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, engine.ErrTimeout) || !errors.Is(context.Cause(ctx), engine.ErrTimeout) {
		return err
	}
	return errors.Join(engine.ErrTimeout, err)
}
