package compare

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/engine/machine"
)

// clean fails the test when anything is left.
func clean(t *testing.T, r *rig) {
	t.Helper()
	if n, names := r.left(t); n != 0 || !slices.Equal(names, []string{machine.DefaultName}) {
		t.Errorf("left: %d containers, machines %q", n, names)
	}
}

func TestCompare(t *testing.T) {
	path := filepath.Join(t.TempDir(), "escale", "compare.json")
	synctest.Test(t, func(t *testing.T) {
		r := newRig(path)
		var seen []Stage
		var live State
		var mu sync.Mutex // several goroutines tell
		defer r.State.Subscribe(func() {
			mu.Lock()
			defer mu.Unlock()
			s := r.State.Get()
			if len(seen) == 0 || seen[len(seen)-1] != s.Stage {
				seen = append(seen, s.Stage)
			}
			if s.Container.Phase == Serving && s.Machine.Phase == Serving && s.Container.Figures.MemoryBytes > 0 {
				live = s
			}
		})()
		var parts []float64
		if err := r.Run(t.Context(), func(p float64) { parts = append(parts, p) }); err != nil {
			t.Fatal(err)
		}
		clean(t, r)
		if want := []Stage{StageImage, StageContainer, StageMachine, StageMeasure, StageClean}; !slices.Equal(seen[:5], want) {
			t.Errorf("stages %q", seen)
		}
		if live.Container.URL == "" || live.Machine.URL == "" || live.Machine.Figures.MemoryBytes != 260e6 || live.Machine.Figures.Processes != 2 {
			t.Errorf("side by side: %+v", live)
		}
		if len(parts) != Rounds+1 || parts[0] != 0 || parts[Rounds] != 1 {
			t.Errorf("parts %v", parts)
		}
		last := r.Last()
		if last == nil || len(last.Rounds) != Rounds || !last.Emulated() || last.Host.System != "Debian" || last.Engine != "Docker 28.5.2" || last.InMachine {
			t.Fatalf("result %+v", last)
		}
		c, m := last.Medians()
		if want := (Figures{FirstByte: 100 * time.Millisecond, MemoryBytes: 4 << 20, SystemBytes: 4e6, WrittenBytes: 285, Processes: 1}); c != want {
			t.Errorf("container %+v", c)
		}
		want := Figures{FirstByte: 11 * time.Second, MemoryBytes: 260e6, SystemBytes: 168e6, WrittenBytes: 7e6, Processes: 2, KernelThreads: 56}
		if m != want {
			t.Errorf("machine %+v", m)
		}
		if r.helper.count("hold") != Rounds || r.helper.count("release") != Rounds {
			t.Error("the machines were not held, or are still")
		}
		if r.helper.count("start") != Rounds {
			t.Errorf("%d starts", r.helper.count("start"))
		}
		if s := r.State.Get(); s.Running || s.Err != nil {
			t.Errorf("afterwards: %+v", s)
		}
		// The next start of the app knows it, and whose containers are its own.
		again := newRig(path)
		if l := again.Last(); l == nil || !l.At.Equal(last.At) || again.book.owner() != r.book.owner() || again.book.owner() == "" {
			t.Errorf("read again: %+v", l)
		}
	})
}

// TestMachineIsGiven: a throwaway one, that ends by itself when nobody is there.
func TestMachineIsGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig("")
		var given machine.Resources
		r.helper.fail = &machine.Failure{Cause: machine.CauseBootStuck}
		defer r.State.Subscribe(func() {
			r.helper.Mu.Lock()
			defer r.helper.Mu.Unlock()
			if m, ok := r.helper.All[MachineName]; ok {
				given = m.Resources
			}
		})()
		err := r.Run(t.Context(), func(float64) {})
		if f, ok := errors.AsType[*machine.Failure](err); !ok || f.Cause != machine.CauseBootStuck || r.State.Get().Err == nil {
			t.Errorf("a boot that fails: %v", err)
		}
		clean(t, r)
		if !given.Throwaway || given.LifetimeMillis != lifetime.Milliseconds() || given.OrphanMillis != orphan.Milliseconds() || given.PagePort == 0 || given.MemoryBytes != MachineMemoryBytes {
			t.Errorf("given %+v", given)
		}
		if r.Last() != nil {
			t.Error("half a comparison counts")
		}
	})
}

// TestCancel: at any moment, and nothing is left.
func TestCancel(t *testing.T) {
	for name, tc := range map[string]struct {
		before func(*rig)
		after  time.Duration
	}{
		"while the image comes": {before: func(r *rig) {
			_ = r.fake.RemoveImage(context.Background(), Image, true)
			r.fake.Hang("PullImage")
		}, after: time.Second},
		"while the container starts":  {before: func(r *rig) { r.fake.Hang("StartContainer") }, after: time.Second},
		"before the container serves": {after: 50 * time.Millisecond},
		"while the machine boots":     {after: 5 * time.Second},
		"a boot that never ends":      {before: func(r *rig) { r.helper.stuck = true }, after: time.Minute},
		"before the machine serves":   {after: 10*time.Second + 500*time.Millisecond},
		"side by side":                {after: 12 * time.Second},
		"in the second round":         {after: 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig("")
				if tc.before != nil {
					tc.before(r)
				}
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- r.Run(ctx, func(float64) {}) }()
				time.Sleep(tc.after)
				if !r.State.Get().Running {
					t.Fatal("it does not run")
				}
				cancel()
				began := time.Now()
				if err := <-done; err == nil {
					t.Error("it says that it came to its end")
				}
				if took := time.Since(began); took > time.Second {
					t.Errorf("cancelling took %v", took)
				}
				clean(t, r)
				if s := r.State.Get(); s.Running || s.Stopping || s.Err != nil || s.Last != nil {
					t.Errorf("afterwards: %+v", s)
				}
			})
		})
	}
}

// TestLostAnswer: an engine that made the container, and did not say so.
func TestLostAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig("")
		r.fake.Fail("CreateContainer", engine.ErrTimeout)
		owner, err := r.book.own()
		if err != nil {
			t.Fatal(err)
		}
		r.fake.AddContainer(
			engine.Container{ID: "lost", Name: "x", Labels: map[string]string{label: owner}},
			engine.Container{ID: "other", Name: "y", Labels: map[string]string{label: "0123456789abcdef"}},
		)
		if err := r.Run(t.Context(), func(float64) {}); !errors.Is(err, engine.ErrTimeout) {
			t.Errorf("run: %v", err)
		}
		all, _ := r.fake.ListContainers(t.Context())
		if len(all) != 1 || all[0].ID != "other" {
			t.Errorf("left: %+v", all)
		}
	})
}

func TestPortsThatAreTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig("")
		r.fake.TakePort(20001)
		if err := r.Run(t.Context(), func(float64) {}); err != nil {
			t.Errorf("one port is taken: %v", err)
		}
		clean(t, r)
		r.helper.port = machine.PortInUse
		if err := r.Run(t.Context(), func(float64) {}); !errors.Is(err, engine.ErrPortTaken) {
			t.Errorf("the machine's is: %v", err)
		}
		clean(t, r)
	})
}

// TestNobodyServes: a page that never comes is not waited for for ever.
func TestNobodyServes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig("")
		r.o.Visit = func(context.Context, string) (Visit, error) { return Visit{}, errNobody }
		if err := r.Run(t.Context(), func(float64) {}); !errors.Is(err, ErrNoAnswer) {
			t.Errorf("run: %v", err)
		}
		clean(t, r)
		r.o.Visit = r.visit
		r.fake.SetProcess(func(engine.ContainerDetail) enginetest.Process {
			return enginetest.Process{Ends: true, After: 5 * time.Second, ExitCode: 1}
		})
		if err := r.Run(t.Context(), func(float64) {}); err == nil {
			t.Error("a container that ends is measured")
		}
		clean(t, r)
	})
}

func TestPossible(t *testing.T) {
	r := newRig("")
	here, away := engine.Endpoint{Host: "unix:///var/run/docker.sock"}, engine.Endpoint{Host: "ssh://me@host"}
	for name, tc := range map[string]struct {
		ep   engine.Endpoint
		m    store.Machine
		want error
	}{
		"here":       {ep: here, m: store.Machine{Checked: true}},
		"elsewhere":  {ep: away, want: ErrElsewhere},
		"none":       {want: ErrElsewhere},
		"no machine": {ep: here, m: store.Machine{Checked: true, Missing: machine.ErrHelperMissing}, want: ErrNoMachine},
		"WSL":        {ep: here, m: store.Machine{Live: true, Status: machine.Status{Driver: "wsl"}}, want: ErrNoMachine},
	} {
		if err := r.Possible(tc.ep, tc.m); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.o.Acquire = func() (engine.Engine, func(), error) {
		return conn{enginetest.New(enginetest.WithEndpoint(away))}, func() {}, nil
	}
	if err := r.Run(t.Context(), func(float64) {}); !errors.Is(err, ErrElsewhere) {
		t.Errorf("run elsewhere: %v", err)
	}
}

// TestSweep: what a crash has left goes at the next start; nothing else does.
func TestSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig("")
		if err := r.Sweep(t.Context(), r.fake); err != nil || len(r.fake.Calls()) != 0 {
			t.Errorf("asked an engine though nothing was ever compared: %v", err)
		}
		owner, err := r.book.own()
		if err != nil {
			t.Fatal(err)
		}
		r.fake.AddContainer(
			engine.Container{ID: "mine", Name: "x", State: engine.StateRunning, Labels: map[string]string{label: owner}},
			engine.Container{ID: "other", Name: "y", Labels: map[string]string{label: "0123456789abcdef"}},
			engine.Container{ID: "plain", Name: "z"},
		)
		r.helper.All[MachineName] = machine.Status{Name: MachineName, Resources: machine.Resources{Throwaway: true}}
		if err := errors.Join(r.Sweep(t.Context(), r.fake), r.SweepMachine(t.Context(), r.helper)); err != nil {
			t.Fatal(err)
		}
		if n, names := r.left(t); n != 2 || len(names) != 1 {
			t.Errorf("left: %d containers, %q", n, names)
		}
		// A machine of that name that is not thrown away is somebody's.
		r.helper.All[MachineName] = machine.Status{Name: MachineName}
		if err := r.SweepMachine(t.Context(), r.helper); err != nil || len(r.helper.Names()) != 2 {
			t.Errorf("left: %q, %v", r.helper.Names(), err)
		}
		delete(r.helper.All, MachineName)
		// Nor is one swept that is under way.
		go func() { _ = r.Run(t.Context(), func(float64) {}) }()
		time.Sleep(5 * time.Second)
		if err := errors.Join(r.Sweep(t.Context(), r.fake), r.SweepMachine(t.Context(), r.helper)); err != nil {
			t.Fatal(err)
		}
		if n, names := r.left(t); n != 3 || len(names) != 2 {
			t.Errorf("under way: %d containers, %q", n, names)
		}
		time.Sleep(time.Hour)
		if r.Last() == nil {
			t.Error("it did not come to its end")
		}
	})
}
