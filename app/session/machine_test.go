package session_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/keeper"
	"escale/app/keeper/keepertest"
	"escale/app/session"
	"escale/app/settings"
	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

const socket = "unix:///run/escale/default.sock"

// machineRig is a session beside a machine, which is where its places end.
type machineRig struct {
	*rig
	m    *keepertest.Machine
	fake *place
}

// startMachine runs a session and a keeper until the returned function is called.
func startMachine(t *testing.T, chosen string, prepare func(*keepertest.Machine), others ...*place) (r *machineRig, stop func()) {
	t.Helper()
	return startWith(t, session.Options{}, chosen, prepare, others...)
}

// startWith is startMachine with options, of which it fills in the parts.
func startWith(t *testing.T, o session.Options, chosen string, prepare func(*keepertest.Machine), others ...*place) (r *machineRig, stop func()) {
	t.Helper()
	m := keepertest.New(socket)
	own := engineAt("machine", "web")
	own.ep.Kind, own.ep.Name, own.ep.Host = engine.EndpointMachine, "Escale Machine", "unix:///elsewhere"
	prefs, err := settings.Open("")
	if err != nil {
		t.Fatal(err)
	}
	if err := prefs.Update(func(p *settings.Prefs) { p.EngineID = chosen }); err != nil {
		t.Fatal(err)
	}
	r = &machineRig{m: m, fake: own, rig: &rig{
		world: &world{places: append(others, own), probes: map[string]int{}}, st: store.New(), prefs: prefs,
	}}
	if prepare != nil {
		prepare(m)
	}
	k := keeper.New(keeper.Options{Machine: m, State: r.st.Machine})
	r.st.Connection.Subscribe(r.note)
	o.Connect, o.Finder, o.Machine, o.Store, o.Settings = r.dial, r.world, k, r.st, prefs
	o.Log, o.Switched = slog.New(slog.DiscardHandler), func() { r.switched.Add(1) }
	r.Session = session.New(o)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { k.Run(ctx) })
	all.Go(func() { r.Run(ctx) })
	return r, func() { cancel(); all.Wait() }
}

// dial is what stands between the app and the machine's engine: it answers only
// while the machine is up.
func (r *machineRig) dial(ctx context.Context, ep engine.Endpoint) (engine.Engine, error) {
	if ep.Kind == engine.EndpointMachine {
		if s := r.m.Now().State; s != machine.StateRunning && s != machine.StatePaused {
			return nil, engine.Unreachable(engine.ErrSocketMissing, nil)
		}
		if ep.Host != socket {
			return nil, engine.Unreachable(engine.ErrSocketMissing, errors.New("nothing at "+ep.Host))
		}
	}
	return r.connect(ctx, ep)
}

// end ends the machine in a way, and its engine with it.
func (r *machineRig) end(how func()) { how(); r.fake.fake.Drop() }

// rungs are the ladder's: a name and a state for each.
func (r *machineRig) rungs() string {
	states := []string{"waiting", "working", "done", "broken"}
	var out []string
	for _, s := range r.conn().Steps {
		out = append(out, strings.TrimPrefix(string(s.Name), "machine:")+" "+states[s.State])
	}
	return strings.Join(out, ", ")
}

func stopped(m *keepertest.Machine) { m.Be(machine.StateStopped) }
func running(m *keepertest.Machine) { m.Be(machine.StateRunning) }

func TestMachineIsStartedWhereThereIsNoEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(m *keepertest.Machine) { m.Next(keepertest.Boot{Step: time.Second}) }
		r, stop := startMachine(t, "", slow, missing("docker"), missing("podman"))
		defer stop()
		time.Sleep(3500 * time.Millisecond)
		r.want(t, store.Connecting, "machine")
		if got, want := r.rungs(), "look done, helper done, image done, disk done, vm done, kernel working, "+
			"root waiting, network waiting, data waiting, engine waiting, ready waiting, "+
			"connect waiting, version waiting, lists waiting, events waiting"; got != want {
			t.Errorf("after 3.5 s\ngot  %s\nwant %s", got, want)
		}
		time.Sleep(6 * time.Second)
		r.want(t, store.Ready, "machine")
		c := r.conn()
		if c.Chosen || c.Endpoint.Host != socket || strings.Contains(r.rungs(), " waiting") || strings.Contains(r.rungs(), " working") {
			t.Errorf("at %s, chosen %v, rungs %s", c.Endpoint.Host, c.Chosen, r.rungs())
		}
		if vm := c.Steps[4]; vm.Name != store.MachineStep("vm") || vm.Took != time.Second {
			t.Errorf("step %+v, want one second for vm", vm)
		}
		if look := c.Steps[0]; look.Took > 100*time.Millisecond {
			t.Errorf("looking took %v, want it without the machine's start", look.Took)
		}
		if !slices.Equal(r.rows(), []string{"web"}) {
			t.Errorf("rows %v", r.rows())
		}
	})
}

func TestMachineIsNotStartedUnneeded(t *testing.T) {
	for name, tc := range map[string]struct {
		chosen  string
		prepare func(*keepertest.Machine)
		others  func() []*place // made in the test's bubble
		phase   store.Phase
		id      string
	}{
		"another engine works":          {"", nil, func() []*place { return []*place{missing("a"), engineAt("b")} }, store.Ready, "b"},
		"another is chosen and missing": {"a", nil, func() []*place { return []*place{missing("a")} }, store.Failed, "a"},
		"it runs, beside another":       {"", running, func() []*place { return []*place{engineAt("b")} }, store.Ready, "b"},
		"it cannot be":                  {"", func(m *keepertest.Machine) { m.Missing = machine.ErrImageMissing }, func() []*place { return []*place{missing("a")} }, store.Failed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, stop := startMachine(t, tc.chosen, tc.prepare, tc.others()...)
				defer stop()
				time.Sleep(time.Minute)
				r.want(t, tc.phase, tc.id)
				if asked := r.m.Asked(); len(asked) != 0 {
					t.Errorf("the machine was asked %v", asked)
				}
			})
		})
	}
}

func TestMachineThatRunsIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := startMachine(t, "", running, missing("docker"))
		defer stop()
		time.Sleep(time.Second)
		r.want(t, store.Ready, "machine")
		if n := r.m.Count("start"); n != 0 {
			t.Errorf("started %d times", n)
		}
	})
}

func TestChosenMachineIsStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := startMachine(t, "machine", stopped, engineAt("docker"))
		defer stop()
		time.Sleep(time.Second)
		r.want(t, store.Ready, "machine")
		if !r.conn().Chosen {
			t.Error("not marked as chosen")
		}
		r.Use("docker")
		time.Sleep(time.Second)
		r.want(t, store.Ready, "docker")
		r.m.Be(machine.StateStopped)
		synctest.Wait()
		r.Use("machine")
		time.Sleep(time.Second)
		r.want(t, store.Ready, "machine")
	})
}

func TestStoppedMachineStaysStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := startMachine(t, "", nil, missing("docker"))
		defer stop()
		time.Sleep(time.Minute)
		r.want(t, store.Ready, "machine")
		r.set("docker", engine.Unreachable(engine.ErrPermission, nil)) // it tells less than what was in use
		r.end(stopping(r.m))
		time.Sleep(5 * time.Second)
		r.want(t, store.Failed, "machine")
		if c := r.conn(); !errors.Is(c.Err, engine.ErrNotStarted) || !c.NextTry.IsZero() {
			t.Errorf("error %v, next try %v: want it stopped and nothing awaited", c.Err, c.NextTry)
		}
		if len(r.rows()) != 0 {
			t.Errorf("rows %v of an engine that is gone", r.rows())
		}
		r.Nudge()
		r.Rescan()
		r.Refresh()
		time.Sleep(10 * time.Minute)
		if n := r.m.Count("start"); n != 1 {
			t.Errorf("started %d times, want once, at first", n)
		}
		r.want(t, store.Failed, "machine")
		r.Retry()
		time.Sleep(time.Second)
		r.want(t, store.Ready, "machine")
	})
}

// TestMachineThatEndsWithItsHelperStaysStopped: a helper that is told to end
// stops its machine first, and says so.
func TestMachineThatEndsWithItsHelperStaysStopped(t *testing.T) {
	for name, last := range map[string]machine.State{"stopped": machine.StateStopped, "killed while it stops": machine.StateStopping} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, stop := startMachine(t, "", nil, missing("docker"))
				defer stop()
				time.Sleep(time.Minute)
				r.want(t, store.Ready, "machine")
				r.end(func() {
					r.m.Be(last)
					synctest.Wait()
					r.m.EndHelper()
				})
				time.Sleep(10 * time.Minute)
				r.want(t, store.Failed, "machine")
				if c := r.conn(); !errors.Is(c.Err, engine.ErrNotStarted) || errors.Is(c.Err, machine.ErrNoHelper) {
					t.Errorf("error %v, want it stopped", c.Err)
				}
				if n := r.m.Count("start"); n != 1 {
					t.Errorf("started %d times, want once, at first", n)
				}
			})
		})
	}
}

// stopping is a user's stop.
func stopping(m *keepertest.Machine) func() {
	return func() { _, _ = m.Stop(context.Background(), machine.DefaultName) }
}

func TestMachineThatTheUserStartsIsUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := startMachine(t, "", nil, missing("docker"))
		defer stop()
		time.Sleep(time.Minute)
		r.end(stopping(r.m))
		time.Sleep(time.Minute)
		r.want(t, store.Failed, "machine")
		if _, err := r.m.Start(t.Context(), machine.DefaultName); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		r.want(t, store.Ready, "machine")
	})
}

func TestOtherEngineTakesOverFromAStoppedMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docker := engineAt("docker")
		docker.err = engine.Unreachable(engine.ErrRefused, nil)
		r, stop := startMachine(t, "", nil, docker)
		defer stop()
		time.Sleep(time.Minute)
		r.want(t, store.Ready, "machine")
		r.end(stopping(r.m))
		time.Sleep(5 * time.Second)
		r.set("docker", nil)
		time.Sleep(20 * time.Second)
		r.want(t, store.Ready, "docker")
	})
}

func TestRestartOfTheMachineIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := startMachine(t, "", nil, missing("docker"))
		defer stop()
		time.Sleep(time.Minute)
		r.m.Next(keepertest.Boot{Step: 5 * time.Second})
		r.forget()
		r.end(func() { go func() { _, _ = r.m.Restart(context.Background(), machine.DefaultName) }() })
		time.Sleep(20 * time.Second)
		r.want(t, store.Reconnecting, "machine")
		time.Sleep(40 * time.Second)
		r.want(t, store.Ready, "machine")
		if n := r.m.Count("start"); n != 2 {
			t.Errorf("%d starts, want the first and the restart's", n)
		}
	})
}

func TestMachineThatEndsByItselfIsStartedAgain(t *testing.T) {
	for name, crash := range map[string]func(*keepertest.Machine){
		"the machine": func(m *keepertest.Machine) {
			m.Edit(func(s *machine.Status) { s.State, s.Cause = machine.StateFailed, machine.CauseQEMUFailed })
		},
		"its helper": (*keepertest.Machine).EndHelper,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, stop := startMachine(t, "", nil, missing("docker"))
				defer stop()
				time.Sleep(time.Minute)
				r.m.Next(keepertest.Boot{Step: time.Second})
				defer r.st.Containers.Subscribe(func() {
					if r.conn().Phase != store.Failed && !r.st.Containers.Get().Loaded {
						r.emptied.Store(true)
					}
				})()
				r.end(func() { crash(r.m) })
				time.Sleep(20 * time.Second)
				r.want(t, store.Ready, "machine")
				if r.emptied.Load() {
					t.Error("its containers went out of sight while it was started again")
				}
				r.end(func() { crash(r.m) }) // it was not well for long
				time.Sleep(time.Minute)
				r.want(t, store.Failed, "machine")
				if got := r.st.Containers.Get(); got.Loaded || len(got.Rows) > 0 {
					t.Errorf("the machine is down, and %v is shown", got.Rows)
				}
				if n := r.m.Count("start"); n != 2 {
					t.Errorf("%d starts, want no more than two", n)
				}
			})
		})
	}
}

func TestFailedMachineCanBeTriedAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		boot  keepertest.Boot
		cause machine.Cause
		rung  string
	}{
		"before the virtual machine": {keepertest.Boot{Fail: machine.CauseImageDamaged, At: "image"}, machine.CauseImageDamaged, "image broken, disk waiting"},
		"in the guest":               {keepertest.Boot{Step: time.Second, Fail: machine.CauseEngineFailed, At: "engine"}, machine.CauseEngineFailed, "data done, engine broken, ready waiting"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, stop := startMachine(t, "", func(m *keepertest.Machine) { m.Next(tc.boot) }, missing("docker"))
				defer stop()
				time.Sleep(time.Minute)
				r.want(t, store.Failed, "machine")
				failed, ok := errors.AsType[*machine.Failure](r.conn().Err)
				if !ok || failed.Cause != tc.cause {
					t.Errorf("error %v, want the cause %s", r.conn().Err, tc.cause)
				}
				if !strings.Contains(r.rungs(), tc.rung) {
					t.Errorf("rungs %s, want %s", r.rungs(), tc.rung)
				}
				if n := r.m.Count("start"); n != 1 {
					t.Errorf("started %d times, want once", n)
				}
				r.m.Next(keepertest.Boot{})
				r.Retry()
				time.Sleep(time.Second)
				r.want(t, store.Ready, "machine")
			})
		})
	}
}

func TestHelperThatCannotBeStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := startMachine(t, "", func(m *keepertest.Machine) { m.CannotLaunch(machine.ErrHelperFailed) }, missing("docker"))
		defer stop()
		time.Sleep(time.Minute)
		r.want(t, store.Failed, "machine")
		if !errors.Is(r.conn().Err, machine.ErrHelperFailed) || !strings.Contains(r.rungs(), "helper broken") {
			t.Errorf("error %v, rungs %s", r.conn().Err, r.rungs())
		}
		r.m.CannotLaunch(nil)
		r.Retry()
		time.Sleep(time.Second)
		r.want(t, store.Ready, "machine")
	})
}

func TestStopWhileItStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := startMachine(t, "", func(m *keepertest.Machine) { m.Next(keepertest.Boot{Stuck: true}) }, missing("docker"))
		defer stop()
		time.Sleep(time.Minute)
		r.want(t, store.Connecting, "machine")
		stopping(r.m)()
		time.Sleep(time.Minute)
		r.want(t, store.Failed, "machine")
		if n := r.m.Count("start"); n != 1 || !errors.Is(r.conn().Err, engine.ErrNotStarted) {
			t.Errorf("%d starts, error %v", n, r.conn().Err)
		}
	})
}

// TestIdleMachineMaySleep checks that nothing is asked of the machine's engine
// for as long as nobody uses it, awake or asleep, and that it counts as well.
func TestIdleMachineMaySleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := startMachine(t, "", nil, missing("docker"))
		defer stop()
		time.Sleep(time.Minute)
		r.forget()
		before := len(r.fake.fake.Calls())
		time.Sleep(5 * time.Minute)
		r.m.Be(machine.StatePaused)
		time.Sleep(time.Hour)
		if after := len(r.fake.fake.Calls()); after != before {
			t.Errorf("%d calls to the engine of an idle machine", after-before)
		}
		if p := r.seen(); len(p) != 0 {
			t.Errorf("phases %v, want it ready throughout", p)
		}
		r.want(t, store.Ready, "machine")
		r.Rescan()
		time.Sleep(time.Minute)
		r.world.mu.Lock()
		defer r.world.mu.Unlock()
		if after := len(r.fake.fake.Calls()); after != before || r.probes["machine"] != 0 {
			t.Error("looking for engines woke the machine")
		}
	})
}

// TestMachineThatDoesNotComeBackIsForgotten checks that what was kept in sight
// goes when the start after a crash fails, too.
func TestMachineThatDoesNotComeBackIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := startMachine(t, "", nil, missing("docker"))
		defer stop()
		time.Sleep(time.Minute)
		r.m.Next(keepertest.Boot{Step: 5 * time.Second, Fail: machine.CauseEngineFailed, At: "engine"})
		r.end(func() {
			r.m.Edit(func(s *machine.Status) { s.State, s.Cause = machine.StateFailed, machine.CauseQEMUFailed })
		})
		time.Sleep(10 * time.Second)
		if got := r.st.Containers.Get(); !got.Loaded || r.conn().Phase == store.Ready {
			t.Errorf("while it starts %v is shown, and the phase is %v", got.Rows, r.conn().Phase)
		}
		time.Sleep(2 * time.Minute)
		r.want(t, store.Failed, "machine")
		if got := r.st.Containers.Get(); got.Loaded || len(got.Rows) > 0 {
			t.Errorf("it did not come back, and %v is shown", got.Rows)
		}
	})
}
