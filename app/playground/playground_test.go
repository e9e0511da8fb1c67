package playground

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"escale/app/keeper/keepertest"
	"escale/engine"
	"escale/engine/machine"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// helper plays the machines' helper: lives, and holders, as the real one has them.
type helper struct {
	*keepertest.Machines

	fail    error
	launch  error
	ends    map[string]*time.Timer
	holders map[string]int
	starts  int
}

func newHelper() *helper {
	return &helper{
		Machines: keepertest.NewMachines(machine.Status{Name: machine.DefaultName, State: machine.StateRunning}),
		ends:     map[string]*time.Timer{}, holders: map[string]int{},
	}
}

func (h *helper) ask(ctx context.Context, do func(context.Context, Machine) error) error {
	h.Mu.Lock()
	err := h.launch
	h.Mu.Unlock()
	if err != nil {
		return err
	}
	return do(ctx, h)
}

func (h *helper) status(name string) machine.Status {
	s, ok := h.All[name]
	if !ok {
		s = machine.Status{Name: name, State: machine.StateAbsent}
	}
	return s
}

func (h *helper) held(name string) (n int) {
	h.See(func() { n = h.holders[name] })
	return n
}

func (h *helper) started() (n int) {
	h.See(func() { n = h.starts })
	return n
}

func (h *helper) Put(_ context.Context, name string, r machine.Resources) (machine.Status, error) {
	h.Edit(func() {
		s := h.status(name)
		if s.State == machine.StateAbsent {
			s.State = machine.StateStopped
		}
		s.Resources = r
		h.All[name] = s
		if t := h.ends[name]; t != nil {
			t.Stop()
		}
		h.ends[name] = time.AfterFunc(time.Duration(r.LifetimeMillis)*time.Millisecond, func() { h.Edit(func() { delete(h.All, name) }) })
	})
	return machine.Status{}, nil
}

func (h *helper) Start(ctx context.Context, name string) (machine.Status, error) {
	select {
	case <-time.After(10 * time.Second):
	case <-ctx.Done():
		return machine.Status{}, context.Cause(ctx)
	}
	var err error
	h.Edit(func() {
		err = h.fail
		h.starts++
		s, there := h.All[name]
		if !there {
			err = engine.ErrNotFound
		}
		if err == nil {
			s.State, s.Docker = machine.StateRunning, "unix:///run/"+name+".sock"
			h.All[name] = s
		}
	})
	return machine.Status{}, err
}

func (h *helper) Kill(_ context.Context, name string) (machine.Status, error) {
	h.Edit(func() {
		delete(h.All, name)
		if t := h.ends[name]; t != nil {
			t.Stop()
		}
	})
	return machine.Status{}, nil
}

func (h *helper) Hold(_ context.Context, name string) (func(), error) {
	h.Edit(func() { h.holders[name]++ })
	return func() { h.Edit(func() { h.holders[name]-- }) }, nil
}

func (h *helper) Shell(_ context.Context, name string, rows, cols int) (machine.Terminal, error) {
	h.Mu.Lock()
	defer h.Mu.Unlock()
	if h.status(name).State != machine.StateRunning {
		return nil, engine.ErrConflict
	}
	return keepertest.NewTerminal(rows, cols), nil
}

func play(t *testing.T, test func(t *testing.T, p *Playground, h *helper)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := newHelper()
		p := New(Options{Ask: h.ask})
		test(t, p, h)
		if err := p.End(t.Context()); err != nil {
			t.Error(err)
		}
		if left := h.Names(); !slices.Equal(left, []string{machine.DefaultName}) {
			t.Errorf("left: %q", left)
		}
		h.See(func() {
			for name, n := range h.holders {
				if n != 0 {
					t.Errorf("%s is still held", name)
				}
			}
		})
		if len(p.Instances.Get()) != 0 {
			t.Errorf("listed: %+v", p.Instances.Get())
		}
	})
}

// only is the one instance that there is.
func only(t *testing.T, p *Playground) Instance {
	t.Helper()
	all := p.Instances.Get()
	if len(all) != 1 {
		t.Fatalf("%d instances", len(all))
	}
	return all[0]
}

func create(t *testing.T, p *Playground) string {
	t.Helper()
	name, err := p.Create()
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	return name
}

func TestInstance(t *testing.T) {
	play(t, func(t *testing.T, p *Playground, h *helper) {
		t.Helper()
		began := time.Now()
		name := create(t, p)
		if i := only(t, p); i.Phase != Starting || i.Name != name || i.Ends.Sub(began) != Life {
			t.Errorf("created: %+v", i)
		}
		var r machine.Resources
		h.See(func() { r = h.All[name].Resources })
		if !r.Throwaway || r.LifetimeMillis != Life.Milliseconds() || r.OrphanMillis == 0 || !r.Tools || r.MemoryBytes != MemoryBytes || h.held(name) != 1 {
			t.Errorf("given %+v, held by %d", r, h.held(name))
		}
		if _, err := p.Shell(t.Context(), name, 24, 80); !errors.Is(err, engine.ErrConflict) {
			t.Errorf("a shell in one that starts: %v", err)
		}
		time.Sleep(10 * time.Second)
		if i := only(t, p); i.Phase != Running || i.Status.Docker == "" {
			t.Errorf("running: %+v", i)
		}
		if shell, err := p.Shell(t.Context(), name, 24, 80); err != nil || shell == nil {
			t.Errorf("a shell: %v", err)
		}
		if _, err := p.Shell(t.Context(), machine.DefaultName, 24, 80); !errors.Is(err, engine.ErrNotFound) {
			t.Errorf("a shell in the user's own machine: %v", err)
		}
		time.Sleep(time.Hour)
		if err := p.Extend(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		if i := only(t, p); time.Until(i.Ends) != Life {
			t.Errorf("extended: it ends in %v", time.Until(i.Ends))
		}
		p.StartOver(name)
		time.Sleep(time.Second)
		if i := only(t, p); i.Phase != Starting || i.Status.Docker != "" {
			t.Errorf("started over: %+v", i)
		}
		time.Sleep(10 * time.Second)
		if i := only(t, p); i.Phase != Running || h.started() != 2 {
			t.Errorf("it runs again: %+v, %d starts", i, h.started())
		}
		if err := p.Close(t.Context(), name); err != nil || len(h.Names()) != 1 || h.held(name) != 0 || len(p.Instances.Get()) != 0 {
			t.Errorf("closed: %v, left %q", err, h.Names())
		}
		if err := p.Extend(t.Context(), name); !errors.Is(err, engine.ErrNotFound) {
			t.Errorf("extended though it has gone: %v", err)
		}
	})
}

// TestExpires: what nobody extends ends by itself, and can be started over.
func TestExpires(t *testing.T) {
	play(t, func(t *testing.T, p *Playground, h *helper) {
		t.Helper()
		name := create(t, p)
		time.Sleep(Life)
		if i := only(t, p); i.Phase != Over || len(h.Names()) != 1 {
			t.Errorf("after its life: %+v, left %q", i, h.Names())
		}
		p.StartOver(name)
		time.Sleep(time.Minute)
		if i := only(t, p); i.Phase != Running || time.Until(i.Ends) < Life-2*time.Minute {
			t.Errorf("started over: %+v", i)
		}
	})
}

// TestMost: five, and each is a machine of its own.
func TestMost(t *testing.T) {
	play(t, func(t *testing.T, p *Playground, h *helper) {
		t.Helper()
		for range Most {
			create(t, p)
		}
		if _, err := p.Create(); !errors.Is(err, ErrMost) {
			t.Errorf("one more: %v", err)
		}
		if got := h.Names(); len(got) != Most+1 {
			t.Errorf("machines %q", got)
		}
		if err := p.Close(t.Context(), "play-2"); err != nil {
			t.Fatal(err)
		}
		if name := create(t, p); name != "play-2" {
			t.Errorf("the next one is %s", name)
		}
	})
}

func TestFails(t *testing.T) {
	play(t, func(t *testing.T, p *Playground, h *helper) {
		t.Helper()
		h.Edit(func() { h.fail = &machine.Failure{Cause: machine.CauseNotEnoughMemory} })
		name := create(t, p)
		time.Sleep(10 * time.Second)
		i := only(t, p)
		if f, ok := errors.AsType[*machine.Failure](i.Err); i.Phase != Failed || !ok || f.Cause != machine.CauseNotEnoughMemory || len(h.Names()) != 1 {
			t.Errorf("failed: %+v, left %q", i, h.Names())
		}
		h.Edit(func() { h.fail = nil })
		p.StartOver(name)
		time.Sleep(time.Minute)
		if i := only(t, p); i.Phase != Running || i.Err != nil {
			t.Errorf("started over: %+v", i)
		}
		// No helper at all: it is said once, and not tried for ever.
		h.Edit(func() { h.launch = machine.ErrHelperMissing })
		other := create(t, p)
		time.Sleep(time.Hour)
		all := p.Instances.Get()
		if last := all[len(all)-1]; last.Name != other || last.Phase != Failed || !errors.Is(last.Err, machine.ErrHelperMissing) {
			t.Errorf("without a helper: %+v", last)
		}
		h.Edit(func() { h.launch = nil })
	})
}

// TestSweep: the instances of a killed run go, and no others.
func TestSweep(t *testing.T) {
	play(t, func(t *testing.T, p *Playground, h *helper) {
		t.Helper()
		mine := create(t, p)
		h.Edit(func() {
			h.All["play-9"] = machine.Status{Name: "play-9", Resources: machine.Resources{Throwaway: true}}
			h.All["play-8"] = machine.Status{Name: "play-8"}
		})
		if err := p.Sweep(t.Context(), h); err != nil {
			t.Fatal(err)
		}
		if got := h.Names(); !slices.Equal(got, []string{machine.DefaultName, mine, "play-8"}) {
			t.Errorf("left: %q", got)
		}
		h.Edit(func() { delete(h.All, "play-8") })
	})
}

func TestRoom(t *testing.T) {
	running := func(name string, bytes int64) machine.Status {
		return machine.Status{Name: name, Running: &machine.Resources{MemoryBytes: bytes}}
	}
	for name, tc := range map[string]struct {
		total   int64
		running []machine.Status
		want    int
	}{
		"large":       {total: 64 << 30, want: Most},
		"small":       {total: 2 << 30, want: 3},
		"beside":      {total: 4 << 30, running: []machine.Status{running("default", 1<<30)}, want: 4},
		"some":        {total: 64 << 30, running: []machine.Status{running("play-1", MemoryBytes), running("play-2", MemoryBytes)}, want: 3},
		"full":        {total: 1 << 30, running: []machine.Status{running("default", 4<<30)}, want: 0},
		"not known":   {want: Most},
		"one stopped": {total: 2 << 30, running: []machine.Status{{Name: "default"}}, want: 3},
	} {
		if got := Room(tc.total, tc.running); got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
}
