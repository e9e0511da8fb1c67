package release

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"escale/app/settings"
	"escale/app/store"
)

const (
	every  = 24 * time.Hour // between two looks that nobody asked for
	again  = time.Hour      // after one that reached no server, as at the start of a laptop
	ahead  = 48 * time.Hour // a manifest's date may be in the future by this: clocks differ
	atOnce = 30 * time.Second
)

// More errors of a look.
var (
	ErrOlder     = errors.New("older than a manifest that was seen before")
	ErrFuture    = errors.New("dated in the future")
	ErrNoKey     = errors.New("this build has no key to check a signature with")
	ErrNoAddress = errors.New("this build has no address to look at")
)

// State is what is known of newer versions.
type State struct {
	Looking bool
	Looked  bool     // the newest look is over; it found Latest or Err
	Latest  Manifest // the newest that is known in this run; zero when none is
	Err     error
}

// Options are what a Watcher is made from.
type Options struct {
	// Fetch reads the manifest at an address; nil: this build has no key.
	Fetch    func(ctx context.Context, address string) (Manifest, error)
	Address  string // where this build looks unless the user names another; empty: nowhere
	Version  string // of this program
	Settings *settings.Store
	Log      *slog.Logger
}

// Watcher looks for newer versions, once a day at most and only if the user wants
// that, and when it is asked. Safe for concurrent use.
type Watcher struct {
	State *store.Value[State]

	o     Options
	asked chan struct{}
}

// NewWatcher returns a Watcher that does nothing until Run.
func NewWatcher(o Options) *Watcher {
	return &Watcher{State: store.NewValue(State{}), o: o, asked: make(chan struct{}, 1)}
}

// Able says why no look is possible; nil when one is.
func (w *Watcher) Able() error {
	switch {
	case w.o.Fetch == nil:
		return ErrNoKey
	case w.Address() == "":
		return ErrNoAddress
	}
	return nil
}

// Address is where the next look goes.
func (w *Watcher) Address() string {
	if own := strings.TrimSpace(w.o.Settings.Get().Updates.Address); own != "" {
		return own
	}
	return w.o.Address
}

// Usual is where this build looks by itself; may be empty.
func (w *Watcher) Usual() string { return w.o.Address }

// Look asks for a look now. It returns at once; State tells.
func (w *Watcher) Look() {
	select {
	case w.asked <- struct{}{}:
	default: // one is asked for already
	}
}

// Newer is the newest release that is known, if it is newer than this program.
func (w *Watcher) Newer() (Manifest, bool) {
	latest := w.State.Get().Latest
	return latest, latest.NewerThan(w.o.Version)
}

// Run looks until ctx ends.
func (w *Watcher) Run(ctx context.Context) {
	changed := make(chan struct{}, 1)
	defer w.o.Settings.Subscribe(func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	notBefore := time.Now().Add(atOnce) // the start has better to do
	for {
		due := time.NewTimer(w.wait(notBefore))
		select {
		case <-ctx.Done():
			due.Stop()
			return
		case <-changed: // perhaps on, or off
		case <-w.asked:
			_ = w.look(ctx) // State tells
		case <-due.C:
			if w.wanted() && errors.Is(w.look(ctx), ErrUnreachable) {
				notBefore = time.Now().Add(again)
			}
		}
		due.Stop()
	}
}

func (w *Watcher) wanted() bool { return w.o.Settings.Get().Updates.On && w.Able() == nil }

// wait is the time until the next look that nobody asks for.
func (w *Watcher) wait(notBefore time.Time) time.Duration {
	if !w.wanted() {
		return every // the settings wake it before
	}
	now := time.Now()
	last := time.Unix(w.o.Settings.Get().Updates.LookedAt, 0)
	if last.After(now) { // the clock was set back
		last = time.Time{}
	}
	next := last.Add(every)
	if next.Before(notBefore) {
		next = notBefore
	}
	return max(next.Sub(now), 0)
}

// look fetches the manifest once and tells.
func (w *Watcher) look(ctx context.Context) error {
	if err := w.Able(); err != nil {
		w.State.Update(func(s State) State { return State{Looked: true, Latest: s.Latest, Err: err} })
		return err
	}
	w.State.Update(func(s State) State { s.Looking = true; return s })
	found, err := w.o.Fetch(ctx, w.Address())
	if err == nil {
		err = w.fresh(found)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		w.o.Log.Warn("no word of newer versions", "error", err)
	}
	if !errors.Is(err, ErrUnreachable) {
		w.note(found, err)
	}
	w.State.Update(func(s State) State {
		if err == nil {
			s.Latest = found
		}
		return State{Looked: true, Latest: s.Latest, Err: err}
	})
	return err
}

// fresh refuses a manifest that was true once: somebody could keep users from
// hearing of a newer version by showing it again.
func (w *Watcher) fresh(m Manifest) error {
	switch {
	case m.Date.Unix() < w.o.Settings.Get().Updates.Seen:
		return ErrOlder
	case m.Date.After(time.Now().Add(ahead)):
		return ErrFuture
	}
	return nil
}

// note keeps when a server was asked, and what the newest manifest was.
func (w *Watcher) note(found Manifest, err error) {
	kept := w.o.Settings.Update(func(p *settings.Prefs) {
		p.Updates.LookedAt = time.Now().Unix()
		if err == nil {
			p.Updates.Seen = found.Date.Unix()
		}
	})
	if kept != nil {
		w.o.Log.Warn("a look for newer versions was not noted", "error", kept)
	}
}
