package app

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/keeper/keepertest"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/machine"
)

// machineHere finds the machine and nothing else.
type machineHere struct{ here }

func (h machineHere) Endpoints(context.Context) []engine.Endpoint {
	return []engine.Endpoint{{ID: "machine", Kind: engine.EndpointMachine, Host: "unix:///m.sock"}}
}

// withMachine runs an App on a computer whose only engine is the machine's.
func withMachine(t *testing.T, config string) (a *App, m *keepertest.Machine, stop func()) {
	t.Helper()
	m = keepertest.New("unix:///m.sock")
	h := machineHere{here{fake: web(), wrap: func(c conn) engine.Engine { return c }}}
	a = New(Options{Connect: h.connect, Finder: h, Machine: m, DockerConfig: config})
	a.Start(t.Context())
	synctest.Wait()
	return a, m, a.Close
}

// besideMachine runs an App that uses another engine.
func besideMachine(t *testing.T) (a *App, m *keepertest.Machine, stop func()) {
	t.Helper()
	m = keepertest.New("unix:///m.sock")
	h := here{fake: web(), wrap: func(c conn) engine.Engine { return c }}
	a = New(Options{Connect: h.connect, Finder: h, Machine: m})
	a.Start(t.Context())
	synctest.Wait()
	return a, m, a.Close
}

func TestMachineOperations(t *testing.T) {
	for name, tc := range map[string]struct {
		before machine.State
		do     func(*App) int
		asked  string
		after  machine.State
		want   error
	}{
		"start":            {machine.StateStopped, (*App).StartMachine, "start", machine.StateRunning, nil},
		"stop":             {machine.StateRunning, (*App).StopMachine, "stop", machine.StateStopped, nil},
		"kill":             {machine.StateRunning, (*App).KillMachine, "kill", machine.StateStopped, nil},
		"restart":          {machine.StateRunning, (*App).RestartMachine, "restart", machine.StateRunning, nil},
		"pause":            {machine.StateRunning, (*App).PauseMachine, "pause", machine.StatePaused, nil},
		"resume":           {machine.StatePaused, (*App).ResumeMachine, "resume", machine.StateRunning, nil},
		"trim":             {machine.StateRunning, (*App).TrimMachine, "trim", machine.StateRunning, nil},
		"trim of a halted": {machine.StateStopped, (*App).TrimMachine, "trim", machine.StateStopped, engine.ErrConflict},
		"reclaim":          {machine.StateRunning, (*App).ReclaimMachine, "reclaim", machine.StateRunning, nil},
		"reset":            {machine.StateRunning, (*App).ResetMachine, "reset", machine.StateAbsent, nil},
		"resources":        {machine.StateStopped, func(a *App) int { return a.SetMachine(machine.Resources{CPUs: 3}) }, "put", machine.StateStopped, nil},
		"what cannot be":   {machine.StateStopped, func(a *App) int { return a.SetMachine(machine.Resources{CPUs: 999}) }, "put", machine.StateStopped, engine.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, m, stop := besideMachine(t)
				defer stop()
				m.Be(tc.before)
				time.Sleep(time.Minute)
				var busy store.Busy
				cancel := a.Store.Busy.Subscribe(func() {
					if b, ok := a.Store.Busy.Get()[store.MachineID(machine.DefaultName)]; ok {
						busy = b
					}
				})
				done := result(t, a, func() int { return tc.do(a) })
				cancel()
				if !errors.Is(done.Err, tc.want) || (tc.want == nil) != (done.State == task.Done) {
					t.Errorf("task %+v, want %v", done, tc.want)
				}
				if !slices.Contains(m.Asked(), tc.asked) || m.Now().State != tc.after {
					t.Errorf("asked %v, it is %s, want %s", m.Asked(), m.Now().State, tc.after)
				}
				if busy.Verb != done.Verb {
					t.Errorf("busy with %q, want %q", busy.Verb, done.Verb)
				}
				synctest.Wait()
				if got := a.Store.Machine.Get().Status.State; got != tc.after {
					t.Errorf("the store says %s, want %s", got, tc.after)
				}
			})
		})
	}
}

func TestAppWithoutMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, stop := start(t, web())
		defer stop()
		if done := result(t, a, a.StartMachine); !errors.Is(done.Err, errNoMachine) {
			t.Errorf("start: %v", done.Err)
		}
		a.ShowMachine()
		if _, err := a.MachineLog(t.Context(), machine.LogConsole, 100); !errors.Is(err, errNoMachine) {
			t.Errorf("log: %v", err)
		}
		if m := a.Store.Machine.Get(); m.Offered() {
			t.Errorf("offered: %+v", m)
		}
	})
}

func TestShowMachineLaunchesTheHelperAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, m, stop := besideMachine(t)
		defer stop()
		time.Sleep(time.Minute)
		if s := a.Store.Machine.Get(); s.Live || !s.Offered() {
			t.Errorf("before: %+v", s)
		}
		a.ShowMachine()
		synctest.Wait()
		if s := a.Store.Machine.Get(); !s.Live || s.Status.Resources.MemoryBytes == 0 || m.Count("start") != 0 {
			t.Errorf("shown: %+v, asked %v", s, m.Asked())
		}
		if all, err := a.Machines(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("machines %v, %v", all, err)
		}
		log, err := a.MachineLog(t.Context(), machine.LogHelper, 100)
		if err != nil {
			t.Fatal(err)
		}
		if said, err := io.ReadAll(log); err != nil || string(said) != "the log of helper\n" {
			t.Errorf("log %q, %v", said, err)
		}
	})
}

// TestMachineHasADockerContext checks that its context comes with its first run
// and goes with its data.
func TestMachineHasADockerContext(t *testing.T) {
	config := filepath.Join(t.TempDir(), "docker")
	contexts := func() int {
		all, _ := os.ReadDir(filepath.Join(config, "contexts", "meta"))
		return len(all)
	}
	synctest.Test(t, func(t *testing.T) {
		a, m, stop := withMachine(t, config)
		defer stop()
		time.Sleep(time.Minute)
		if contexts() != 1 || m.Now().State != machine.StateRunning {
			t.Errorf("%d contexts, the machine is %s", contexts(), m.Now().State)
		}
		if done := result(t, a, a.StopMachine); done.Err != nil || contexts() != 1 {
			t.Errorf("stopped: %v, %d contexts", done.Err, contexts())
		}
		if done := result(t, a, a.ResetMachine); done.Err != nil || contexts() != 0 {
			t.Errorf("reset: %v, %d contexts", done.Err, contexts())
		}
	})
}

// TestUseWakesTheMachine checks that an operation on a machine that sleeps wakes
// it first, and that nothing else does.
func TestUseWakesTheMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, m, stop := withMachine(t, "")
		defer stop()
		time.Sleep(time.Minute)
		m.Be(machine.StatePaused)
		time.Sleep(time.Hour)
		if c := a.Store.Connection.Get(); c.Phase != store.Ready || m.Count("resume") != 0 {
			t.Errorf("asleep: phase %v, asked %v", c.Phase, m.Asked())
		}
		if done := result(t, a, func() int { return a.StopContainer("a1") }); done.Err != nil || m.Now().State != machine.StateRunning {
			t.Errorf("stop: %v, the machine is %s", done.Err, m.Now().State)
		}
		m.Be(machine.StatePaused)
		synctest.Wait()
		if _, err := a.InspectContainer(t.Context(), "a1"); err != nil || m.Count("resume") != 2 {
			t.Errorf("inspect: %v, asked %v", err, m.Asked())
		}
	})
}
