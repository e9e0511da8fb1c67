package keeper_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/keeper"
	"escale/app/keeper/keepertest"
	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

const socket = "unix:///run/escale/default.sock"

// rig is a keeper that runs, beside a machine that is scripted.
type rig struct {
	*keeper.Keeper
	m *keepertest.Machine

	mu  sync.Mutex
	ups []string
}

func start(t *testing.T) (r *rig, stop func()) {
	t.Helper()
	r = &rig{m: keepertest.New(socket)}
	r.Keeper = keeper.New(keeper.Options{Machine: r.m, State: store.NewValue(store.Machine{}), Up: func(host string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.ups = append(r.ups, host)
	}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	return r, func() { cancel(); <-done }
}

func (r *rig) upped() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.ups)
}

func TestFollowsTheHelper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t)
		defer stop()
		synctest.Wait()
		if s := r.State(); !s.Checked || !s.Offered() || s.Live || s.Err != nil {
			t.Errorf("without a helper: %+v", s)
		}
		time.Sleep(time.Hour)
		if n := r.m.Watched(); n < 60 || n > 200 {
			t.Errorf("%d attempts to follow in an hour", n)
		}
		if n := r.m.Count("launch"); n != 0 {
			t.Errorf("launched %d helpers that nobody needs", n)
		}
		if err := r.Launch(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // at once, not at the next attempt
		if s := r.State(); !s.Live || s.Status.State != machine.StateAbsent || s.Status.Resources.CPUs == 0 || s.At.IsZero() {
			t.Errorf("launched: %+v", s)
		}
		r.m.Be(machine.StateRunning)
		synctest.Wait()
		r.m.Be(machine.StatePaused)
		synctest.Wait()
		r.m.Be(machine.StateRunning)
		synctest.Wait()
		if got := r.upped(); !slices.Equal(got, []string{socket}) {
			t.Errorf("told to be up at %v, want once", got)
		}
		r.m.EndHelper()
		synctest.Wait()
		if s := r.State(); s.Live || s.Up() || s.Status.State != machine.StateRunning {
			t.Errorf("helper gone: %+v, want its last words, and that they are not live", s)
		}
		r.m.Be(machine.StateRunning)
		time.Sleep(2 * time.Second)
		if s := r.State(); !s.Live || len(r.upped()) != 2 {
			t.Errorf("helper back: %+v, up %v", s, r.upped())
		}
	})
}

func TestStartEndsWithTheState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t)
		defer stop()
		r.m.Next(keepertest.Boot{Step: time.Second})
		host, err := r.Start(t.Context())
		if s := r.State(); err != nil || host != socket || !s.Up() || len(s.Status.Steps) != len(keepertest.Steps) {
			t.Errorf("started: %q, %v, %+v", host, err, s)
		}
		r.m.Be(machine.StateStopped)
		r.m.Next(keepertest.Boot{Fail: machine.CauseNotEnoughDisk, At: "disk"})
		_, err = r.Start(t.Context())
		if failed, ok := errors.AsType[*machine.Failure](err); !ok || failed.Cause != machine.CauseNotEnoughDisk || !r.State().Is(machine.StateFailed) {
			t.Errorf("failed: %v, %+v", err, r.State())
		}
		r.m.EndHelper()
		synctest.Wait()
		r.m.CannotLaunch(machine.ErrHelperMissing)
		if _, err := r.Start(t.Context()); !errors.Is(err, machine.ErrHelperMissing) || !errors.Is(r.State().Err, machine.ErrHelperMissing) {
			t.Errorf("without a helper: %v, %+v", err, r.State())
		}
	})
}

func TestProbeWakesNothing(t *testing.T) {
	ep := engine.Endpoint{ID: "machine", Kind: engine.EndpointMachine, Host: "unix:///elsewhere"}
	for name, tc := range map[string]struct {
		change func(*keepertest.Machine)
		asks   bool  // the engine
		want   error // nil: it can be used
	}{
		"no helper": {nil, false, engine.ErrNotStarted},
		"no image":  {func(m *keepertest.Machine) { m.Missing = machine.ErrImageMissing }, false, machine.ErrImageMissing},
		"stopped":   {func(m *keepertest.Machine) { m.Be(machine.StateStopped) }, false, engine.ErrNotStarted},
		"starting":  {func(m *keepertest.Machine) { m.Be(machine.StateStarting) }, false, engine.ErrNotStarted},
		"running":   {func(m *keepertest.Machine) { m.Be(machine.StateRunning) }, true, nil},
		"asleep": {func(m *keepertest.Machine) {
			m.Edit(func(s *machine.Status) { s.State, s.Image = machine.StatePaused, "29.7.1" })
		}, false, nil},
		"failed": {func(m *keepertest.Machine) { m.Be(machine.StateFailed) }, false, engine.ErrNotStarted},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := keepertest.New(socket)
				if tc.change != nil {
					tc.change(m)
				}
				k := keeper.New(keeper.Options{Machine: m, State: store.NewValue(store.Machine{})})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				go k.Run(ctx) // the probe waits for what it hears
				asked := ""
				c := k.Probe(ctx, ep, func(_ context.Context, ep engine.Endpoint) engine.Candidate {
					asked = ep.Host
					return engine.Candidate{Endpoint: ep}
				})
				if !errors.Is(c.Err, tc.want) || tc.want != nil && !errors.Is(c.Err, engine.ErrUnreachable) {
					t.Errorf("probe: %v, want %v", c.Err, tc.want)
				}
				if (asked != "") != tc.asks || asked != "" && asked != socket {
					t.Errorf("asked the engine at %q", asked)
				}
				if name == "asleep" && c.Version.Engine != "29.7.1" {
					t.Errorf("version %+v", c.Version)
				}
				_, failed := errors.AsType[*machine.Failure](c.Err)
				if failed != (name == "failed") {
					t.Errorf("a failure: %v", c.Err)
				}
				cancel()
				synctest.Wait()
			})
		})
	}
}

func TestWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t)
		defer stop()
		r.m.Be(machine.StateRunning)
		time.Sleep(2 * time.Second)
		if err := r.Wake(t.Context()); err != nil || r.m.Count("resume") != 0 {
			t.Errorf("wake of one that is awake: %v, %v", err, r.m.Asked())
		}
		r.m.Be(machine.StatePaused)
		synctest.Wait()
		if err := r.Wake(t.Context()); err != nil || r.m.Now().State != machine.StateRunning {
			t.Errorf("wake: %v, it is %s", err, r.m.Now().State)
		}
	})
}
