package session_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"escale/app/session"
	"escale/app/store"
	"escale/engine"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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
		"one is too new":        {[]error{engine.ErrTimeout, engine.ErrUnsupported}, engine.ErrUnsupported, "b"},
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

// A Podman on a busy machine takes long to tell its version: as long as the
// adapter waits for it, so does the session.
func TestWaitsForASlowVersion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		a.fake.SetDeadlines(false)
		a.fake.Hang("Version")
		r, stop := start(t, "", a)
		defer stop()
		time.Sleep(14 * time.Second)
		r.want(t, store.Connecting, "a")
		a.fake.Release()
		synctest.Wait()
		r.want(t, store.Ready, "a")
	})
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
