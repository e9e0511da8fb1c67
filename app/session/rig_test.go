package session_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"escale/app/session"
	"escale/app/settings"
	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
)

// place is one endpoint and what is there.
type place struct {
	ep    engine.Endpoint
	fake  *enginetest.Fake
	err   error         // why probing fails
	takes time.Duration // for a probe
}

// world is what a session finds.
type world struct {
	mu     sync.Mutex
	places []*place
	probes map[string]int
	opened atomic.Int64
	closed atomic.Int64
}

func (w *world) Endpoints(context.Context) []engine.Endpoint {
	w.mu.Lock()
	defer w.mu.Unlock()
	eps := make([]engine.Endpoint, len(w.places))
	for i, p := range w.places {
		eps[i] = p.ep
	}
	return eps
}

func (w *world) place(id string) *place {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.places, func(p *place) bool { return p.ep.ID == id })
	return w.places[i]
}

func (w *world) Probe(ctx context.Context, ep engine.Endpoint) engine.Candidate {
	p := w.place(ep.ID)
	w.mu.Lock()
	w.probes[ep.ID]++
	takes, err := p.takes, p.err
	w.mu.Unlock()
	timer := time.NewTimer(takes)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		err = ctx.Err()
	}
	return engine.Candidate{Endpoint: ep, Took: takes, Err: err}
}

func (w *world) set(id string, err error) {
	p := w.place(id)
	w.mu.Lock()
	defer w.mu.Unlock()
	p.err = err
}

// conn is one connection to a fake that outlives it.
type conn struct {
	*enginetest.Fake
	w *world
}

func (c conn) Close() error { c.w.closed.Add(1); return nil }

func (w *world) connect(ctx context.Context, ep engine.Endpoint) (engine.Engine, error) {
	p := w.place(ep.ID)
	if err := p.fake.Ping(ctx); err != nil {
		return nil, err
	}
	w.opened.Add(1)
	return conn{p.fake, w}, nil
}

// rig is a running session.
type rig struct {
	*session.Session
	*world
	st       *store.Store
	prefs    *settings.Store
	switched atomic.Int64
	emptied  atomic.Bool // of containers, when nobody expected it

	mu     sync.Mutex
	phases []store.Phase
}

func engineAt(id string, containers ...string) *place {
	fake := enginetest.New(enginetest.WithInfo(engine.Info{Name: id}))
	for _, name := range containers {
		fake.AddContainer(engine.Container{ID: id + "-" + name, Name: name, State: engine.StateRunning})
	}
	return &place{ep: engine.Endpoint{ID: id, Name: id, Host: "unix:///" + id}, fake: fake}
}

func missing(id string) *place {
	p := engineAt(id)
	p.err = engine.Unreachable(engine.ErrSocketMissing, nil)
	return p
}

// start runs a session among places until the returned function is called.
func start(t *testing.T, chosen string, places ...*place) (r *rig, stop func()) {
	t.Helper()
	prefs, err := settings.Open("")
	if err != nil {
		t.Fatal(err)
	}
	if err := prefs.Update(func(p *settings.Prefs) { p.EngineID = chosen }); err != nil {
		t.Fatal(err)
	}
	r = &rig{world: &world{places: places, probes: map[string]int{}}, st: store.New(), prefs: prefs}
	r.st.Connection.Subscribe(r.note)
	r.Session = session.New(session.Options{
		Connect: r.connect, Finder: r.world, Store: r.st, Settings: prefs, Log: slog.New(slog.DiscardHandler),
		Switched: func() { r.switched.Add(1) },
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	return r, func() {
		cancel()
		<-done
		if o, c := r.opened.Load(), r.closed.Load(); o != c {
			t.Errorf("%d connections were opened and %d closed", o, c)
		}
	}
}

// note keeps the phases that are shown.
func (r *rig) note() {
	p := r.st.Connection.Get().Phase
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.phases); n == 0 || r.phases[n-1] != p {
		r.phases = append(r.phases, p)
	}
}

func (r *rig) conn() store.Connection { return r.st.Connection.Get() }

func (r *rig) want(t *testing.T, p store.Phase, id string) {
	t.Helper()
	if c := r.conn(); c.Phase != p || c.Endpoint.ID != id {
		t.Errorf("phase %v at %q (error %v), want %v at %q", c.Phase, c.Endpoint.ID, c.Err, p, id)
	}
}

func (r *rig) rows() []string {
	var names []string
	for _, c := range r.st.Containers.Get().Rows {
		names = append(names, c.Name)
	}
	return names
}

func (r *rig) seen() []store.Phase {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.phases)
}

func (r *rig) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.phases = nil
}
