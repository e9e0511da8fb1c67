// Package session keeps the app connected to one container engine: it looks for
// engines, connects to one, feeds the store from it, and does so again when the
// contact is lost.
package session

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"escale/app/feed"
	"escale/app/settings"
	"escale/app/store"
	"escale/engine"
)

// Finder finds engines and tries them.
type Finder interface {
	// Endpoints lists where engines may be, in the order of preference.
	Endpoints(ctx context.Context) []engine.Endpoint
	// Probe tries one, within seconds.
	Probe(ctx context.Context, ep engine.Endpoint) engine.Candidate
}

// Connect opens a connection to the engine at ep.
type Connect func(ctx context.Context, ep engine.Endpoint) (engine.Engine, error)

// Options are what a session works with.
type Options struct {
	Connect Connect
	Finder  Finder
	Machine Machine // nil where there is none
	// Unattended: nobody looks. The machine is not started before Retry.
	Unattended bool
	Store      *store.Store
	Settings   *settings.Store // where the choice of engine is kept
	Log        *slog.Logger
	// Switched is called when another engine takes the place of the current
	// one, with the store already empty; may be nil.
	Switched func()
}

// Session is the app's link to an engine. Safe for concurrent use.
type Session struct {
	o Options

	wake    chan struct{} // Retry and Nudge: stop waiting
	suspect chan struct{} // a reply is overdue: ping now
	look    chan struct{} // Rescan: probe the engines again
	kept    string        // the machine's endpoint while its objects stay, it being down; Run's goroutine's own
	asked   atomic.Bool   // Retry, since the search failed: the machine may be started again

	unattended atomic.Bool // until Retry; see Options

	mu      sync.Mutex
	restart context.CancelFunc          // ends the current cycle; nil before Run
	wanted  string                      // the endpoint that Use asked for; empty takes the first that works
	link    *link                       // nil while there was no engine yet
	feed    *feed.Feed                  // nil while not connected
	places  []engine.Endpoint           // where engines may be, in order
	found   map[string]engine.Candidate // what probing them said, by ID
}

// New returns a session that does nothing until Run.
func New(o Options) *Session {
	s := &Session{
		o:    o,
		wake: make(chan struct{}, 1), suspect: make(chan struct{}, 1), look: make(chan struct{}, 1),
		found: map[string]engine.Candidate{},
	}
	s.unattended.Store(o.Unattended)
	if o.Settings != nil {
		s.wanted = o.Settings.Get().EngineID
	}
	return s
}

// Engine returns the engine in use, which may have been lost a moment ago;
// ErrUnreachable when there is none. Use Acquire for work that takes long.
func (s *Session) Engine() (engine.Engine, error) {
	eng, release, err := s.Acquire()
	if err != nil {
		return nil, err
	}
	release()
	return eng, nil
}

// Acquire is Engine for long work: the engine's connections stay open until
// release is called, even when another engine is chosen meanwhile.
func (s *Session) Acquire() (eng engine.Engine, release func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link == nil {
		return nil, nil, fmt.Errorf("use engine: %w", engine.ErrUnreachable)
	}
	eng, release = s.link.acquire()
	return eng, release, nil
}

// Retry stops waiting: a lost engine is tried now, a search starts again, and a
// machine that failed or was stopped is started again where it is needed, as is
// one that waited for somebody to look.
func (s *Session) Retry() {
	s.unattended.Store(false)
	s.asked.Store(true)
	s.hurry()
}

// hurry is Retry of our own accord: it does not start a machine that the user
// has stopped.
func (s *Session) hurry() {
	poke(s.wake)
	poke(s.suspect)
}

// Nudge tells that the user is looking at the window again. It is Retry where
// there is something to retry, but for the machine, and costs nothing else.
func (s *Session) Nudge() {
	switch s.o.Store.Connection.Get().Phase {
	case store.Reconnecting, store.Failed, store.Unresponsive:
		s.hurry()
	case store.Searching, store.Connecting, store.Loading, store.Ready:
	}
}

// Suspect tells that a reply of the engine is overdue: it is pinged at once.
func (s *Session) Suspect() { poke(s.suspect) }

// Rescan looks for engines again and renews Connection.Candidates. The engine
// in use stays.
func (s *Session) Rescan() {
	if s.o.Store.Connection.Get().Phase == store.Failed {
		s.hurry()
		return
	}
	poke(s.look)
}

// Use switches to the endpoint with this ID and keeps the choice; an empty ID
// goes back to the first engine that works.
func (s *Session) Use(id string) {
	s.mu.Lock()
	s.wanted = id
	stays := id != "" && s.link != nil && s.link.endpoint == id
	if !stays && s.restart != nil {
		s.restart()
	}
	s.mu.Unlock()
	s.keepChoice(id)
	if stays {
		s.edit(func(c *store.Connection) { c.Chosen = c.Chosen || c.Endpoint.ID == id })
	}
}

// isChosen says whether the user chose this endpoint.
func (s *Session) isChosen(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return id != "" && s.wanted == id
}

// keepChoice puts the choice of engine in the settings.
func (s *Session) keepChoice(id string) {
	if s.o.Settings != nil {
		s.o.Settings.UpdateSoon(func(p *settings.Prefs) { p.EngineID = id })
	}
}

// Refresh reads these kinds again, all of them when none is named. It returns
// at once.
func (s *Session) Refresh(kinds ...engine.Kind) {
	if f := s.current(); f != nil {
		f.Refresh(kinds...)
		return
	}
	s.hurry()
}

// Settle reads one object again and returns when the store shows it, ctx has
// ended, or nothing is connected.
func (s *Session) Settle(ctx context.Context, kind engine.Kind, id string) {
	if f := s.current(); f != nil {
		f.Settle(ctx, kind, id)
	}
}

func (s *Session) current() *feed.Feed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.feed
}

// poke wakes whoever waits on c, or will wait next.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
