package session_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"escale/app/session"
	"escale/app/settings"
	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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
	r.st.Connection.Subscribe(func() {
		p := r.st.Connection.Get().Phase
		r.mu.Lock()
		defer r.mu.Unlock()
		if n := len(r.phases); n == 0 || r.phases[n-1] != p {
			r.phases = append(r.phases, p)
		}
	})
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

func TestTakesTheFirstThatWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := engineAt("slow", "web")
		slow.takes = time.Second
		late := missing("late")
		late.takes = 3 * time.Second
		r, stop := start(t, "", missing("none"), slow, engineAt("fast"), late)
		defer stop()
		time.Sleep(500 * time.Millisecond)
		r.want(t, store.Searching, "")
		if n := len(r.conn().Candidates); n != 2 {
			t.Errorf("%d candidates known while two are still probed, want 2", n)
		}
		time.Sleep(time.Second)
		r.want(t, store.Ready, "slow")
		if !slices.Equal(r.rows(), []string{"web"}) {
			t.Errorf("rows %v", r.rows())
		}
		for _, s := range r.conn().Steps {
			if s.State != store.StepDone || s.Started.IsZero() {
				t.Errorf("step %s is %+v, want done and timed", s.Name, s)
			}
		}
		if s := r.conn().Steps[0]; s.Took != time.Second {
			t.Errorf("looking took %v, want 1s", s.Took)
		}
		time.Sleep(3 * time.Second)
		var ids []string
		for _, c := range r.conn().Candidates {
			ids = append(ids, c.Endpoint.ID)
		}
		if !slices.Equal(ids, []string{"none", "slow", "fast", "late"}) {
			t.Errorf("candidates %v, want all in their order", ids)
		}
	})
}

func TestTakesTheChosenOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t, "b", engineAt("a"), engineAt("b"))
		defer stop()
		synctest.Wait()
		r.want(t, store.Ready, "b")
		if !r.conn().Chosen {
			t.Error("not marked as chosen")
		}
	})
	synctest.Test(t, func(t *testing.T) { // it does not exist any more
		r, stop := start(t, "old", engineAt("a"))
		defer stop()
		synctest.Wait()
		r.want(t, store.Ready, "a")
		if r.conn().Chosen {
			t.Error("marked as chosen")
		}
	})
}

func TestNoEngine(t *testing.T) {
	for name, tc := range map[string]struct {
		errs []error // of the places a, b, …
		want error
		at   string
	}{
		"nothing anywhere":      {nil, engine.ErrNoEngine, ""},
		"sockets are missing":   {[]error{engine.ErrSocketMissing, engine.ErrSocketMissing}, engine.ErrNoEngine, ""},
		"one may not be used":   {[]error{engine.ErrSocketMissing, engine.ErrRefused, engine.ErrPermission}, engine.ErrPermission, "c"},
		"one is too old":        {[]error{engine.ErrRefused, engine.ErrTooOld}, engine.ErrTooOld, "b"},
		"one refuses":           {[]error{engine.ErrSocketMissing, engine.ErrRefused}, engine.ErrRefused, "b"},
		"one hangs, one is off": {[]error{engine.ErrRefused, engine.ErrTimeout}, engine.ErrTimeout, "b"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var places []*place
				for i, err := range tc.errs {
					p := engineAt(string(rune('a' + i)))
					p.err = engine.Unreachable(err, nil)
					places = append(places, p)
				}
				r, stop := start(t, "", places...)
				defer stop()
				synctest.Wait()
				r.want(t, store.Failed, tc.at)
				if err := r.conn().Err; !errors.Is(err, tc.want) || !errors.Is(err, engine.ErrUnreachable) {
					t.Errorf("error %v, want %v", err, tc.want)
				}
				if _, err := r.Engine(); !errors.Is(err, engine.ErrUnreachable) {
					t.Errorf("Engine: %v, want ErrUnreachable", err)
				}
				if n := len(r.conn().Candidates); n != len(places) {
					t.Errorf("%d candidates, want %d", n, len(places))
				}
			})
		})
	}
}

func TestEngineAppearsLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := missing("far")
		far.ep.Host = "ssh://far"
		r, stop := start(t, "", missing("a"), far)
		defer stop()
		time.Sleep(time.Minute)
		r.want(t, store.Failed, "")
		r.world.mu.Lock()
		near, away := r.probes["a"], r.probes["far"]
		r.world.mu.Unlock()
		if near > 9 || away != 1 {
			t.Errorf("a minute without an engine cost %d probes here and %d through ssh, want at most 9 and 1", near, away)
		}
		if n := len(r.seen()); n != 2 {
			t.Errorf("phases %v, want no flicker", r.seen())
		}
		r.set("a", nil)
		time.Sleep(13 * time.Second)
		r.want(t, store.Ready, "a")
	})
}

func TestRetryAndFocusSearchAtOnce(t *testing.T) {
	for name, wake := range map[string]func(*rig){
		"retry": func(r *rig) { r.Retry() }, "focus": func(r *rig) { r.Nudge() }, "rescan": func(r *rig) { r.Rescan() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, stop := start(t, "", missing("a"))
				defer stop()
				time.Sleep(20 * time.Second)
				r.set("a", nil)
				wake(r)
				synctest.Wait()
				r.want(t, store.Ready, "a")
			})
		})
	}
}

func TestRescanKeepsTheEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t, "", engineAt("a", "web"), missing("b"))
		defer stop()
		synctest.Wait()
		r.set("b", nil)
		r.forget()
		r.Rescan()
		synctest.Wait()
		if c := r.conn().Candidates; len(c) != 2 || c[1].Err != nil {
			t.Errorf("candidates %+v, want b to be usable", c)
		}
		r.want(t, store.Ready, "a")
		if p := r.seen(); len(p) != 1 {
			t.Errorf("phases %v, want Ready throughout", p)
		}
	})
}

func TestFoundTakesBrokenPlacesAtTheirWord(t *testing.T) {
	bad := engine.Candidate{Endpoint: engine.Endpoint{ID: "bad"}, Err: engine.Unreachable(engine.ErrContextInvalid, nil)}
	good := engine.Candidate{Endpoint: engine.Endpoint{ID: "good"}}
	f := session.Found(
		func() []engine.Candidate { return []engine.Candidate{bad, good} },
		func(_ context.Context, ep engine.Endpoint) engine.Candidate {
			if ep.ID != "good" {
				t.Errorf("%s was probed", ep.ID)
			}
			return engine.Candidate{Endpoint: ep}
		})
	for i, ep := range f.Endpoints(t.Context()) {
		if c := f.Probe(t.Context(), ep); (c.Err != nil) != (i == 0) || c.Endpoint.ID != ep.ID {
			t.Errorf("%s: %v", ep.ID, c.Err)
		}
	}
}
