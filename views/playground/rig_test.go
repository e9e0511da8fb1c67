package playground

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"go.uber.org/goleak"

	"escale/app/keeper/keepertest"
	"escale/app/playground"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/engine/machine"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// helper plays the machines' helper: an instance starts, runs and fails when the
// test says so.
type helper struct {
	*keepertest.Machines

	terminals []*keepertest.Terminal
	refused   error // of what is asked for
	puts      int
}

func newHelper() *helper {
	return &helper{Machines: keepertest.NewMachines()}
}

// be changes an instance.
func (h *helper) be(name string, change func(*machine.Status)) {
	h.Edit(func() {
		s := h.All[name]
		change(&s)
		h.All[name] = s
	})
}

func (h *helper) Put(_ context.Context, name string, r machine.Resources) (machine.Status, error) {
	h.Edit(func() {
		s, ok := h.All[name]
		if !ok {
			s = machine.Status{Name: name, State: machine.StateStopped}
		}
		s.Resources, s.Running = r, &r
		h.All[name] = s
		h.puts++
	})
	return machine.Status{}, h.refused
}

func (h *helper) Start(ctx context.Context, name string) (machine.Status, error) {
	h.be(name, func(s *machine.Status) { s.State = machine.StateStarting })
	for {
		s, changed := h.Look(name)
		switch s.State { //nolint:exhaustive // of the others it waits
		case machine.StateRunning:
			return s, nil
		case machine.StateFailed:
			return s, &machine.Failure{Cause: s.Cause}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return s, context.Cause(ctx)
		}
	}
}

func (h *helper) Kill(_ context.Context, name string) (machine.Status, error) {
	h.Edit(func() { delete(h.All, name) })
	h.end()
	return machine.Status{}, nil
}

func (h *helper) Hold(context.Context, string) (func(), error) { return func() {}, nil }

func (h *helper) Shell(_ context.Context, _ string, rows, cols int) (machine.Terminal, error) {
	h.Mu.Lock()
	defer h.Mu.Unlock()
	t := keepertest.NewTerminal(rows, cols)
	t.Answer = func(line string) string {
		if line == "docker version" {
			return "\x1b[1mClient:\x1b[0m Version 20.10.24\n\x1b[32mServer:\x1b[0m Version 20.10.24\n"
		}
		return ""
	}
	h.terminals = append(h.terminals, t)
	return t, nil
}

// end ends every shell.
func (h *helper) end() {
	h.Mu.Lock()
	defer h.Mu.Unlock()
	for _, t := range h.terminals {
		t.End()
	}
}

// shell is the newest one.
func (h *helper) shell(t *testing.T, r *rig) *keepertest.Terminal {
	t.Helper()
	var last *keepertest.Terminal
	r.until(t, "a shell", func() bool {
		h.Mu.Lock()
		defer h.Mu.Unlock()
		if len(h.terminals) > 0 {
			last = h.terminals[len(h.terminals)-1]
		}
		return last != nil
	})
	return last
}

// conn is an engine whose connections can be closed.
type conn struct{ *enginetest.Fake }

func (conn) Close() error { return nil }

type kept struct{ instance, id, name string }

type rig struct {
	*Screen
	play   *playground.Playground
	helper *helper
	engine *enginetest.Fake
	store  *store.Store
	tasks  *task.Manager
	host   *lifetest.Host
	w      fyne.Window
	kept   []kept
	keep   func() int
	terms  Terminals
}

func newRig(t *testing.T, width, height float32) *rig {
	t.Helper()
	viewtest.App(t)
	r := &rig{store: store.New(), host: lifetest.NewHost(), helper: newHelper(), engine: enginetest.New(), terms: Terminals{}, keep: func() int { return 1 }}
	r.tasks = task.NewManager(r.store.Busy)
	r.store.Connection.Set(store.Connection{Phase: store.Ready})
	r.store.Machine.Set(store.Machine{Checked: true, Live: true})
	r.play = playground.New(playground.Options{
		Ask: func(ctx context.Context, do func(context.Context, playground.Machine) error) error {
			return do(ctx, r.helper)
		},
		Connect: func(context.Context, engine.Endpoint) (engine.Engine, error) { return conn{r.engine}, nil },
		Live:    func() bool { return true }, TotalBytes: 2 << 30,
	})
	r.Screen = New(Parts{
		Playground: r.play, Store: r.store, Tasks: r.tasks, Host: r.host, Terminals: r.terms,
		Keep: func(instance, id, name string) int {
			r.kept = append(r.kept, kept{instance, id, name})
			return r.keep()
		},
	})
	r.w = viewtest.Window(t, r.Content(), width, height)
	r.host.View = r.w
	t.Cleanup(func() {
		r.Close()
		sessions := r.terms
		r.helper.end()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := r.play.End(ctx); err != nil {
			t.Error(err)
		}
		for _, s := range sessions {
			s.Close()
			<-s.Done()
		}
		_ = r.engine.Close()
	})
	r.Show(nav.Route{Place: nav.Playground})
	r.until(t, "the room", func() bool { return r.room >= 0 })
	return r
}

func (r *rig) until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	if !r.host.Settle(func() bool { r.follow(); viewtest.Settle(r.w); return cond() }) {
		t.Fatalf("%s: the window shows %q", what, viewtest.Texts(r.w))
	}
}

// follow goes where the screen asked to go, if that is the playground.
func (r *rig) follow() {
	for _, route := range r.host.Routes {
		if route.Place == nav.Playground {
			r.Show(route)
		}
	}
	r.host.Routes = slices.DeleteFunc(r.host.Routes, func(route nav.Route) bool { return route.Place == nav.Playground })
}

func (r *rig) shows(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		r.until(t, w, func() bool { return viewtest.Shows(r.w, w) || strings.Contains(r.terminal(), w) })
	}
}

// terminal is what the terminal in sight shows.
func (r *rig) terminal() string {
	text := ""
	viewtest.Visit(r.w, func(o fyne.CanvasObject) {
		if v, ok := o.(interface{ VisibleText() string }); ok {
			text = v.VisibleText()
		}
	})
	return text
}

// runs lets the first instance come up.
func (r *rig) runs() {
	r.helper.be("play-1", func(s *machine.Status) {
		s.State, s.Docker, s.Use.MemoryBytes = machine.StateRunning, "unix:///run/play-1.sock", 312_000_000
	})
}

// created makes an instance and waits until its page is in sight.
func (r *rig) created(t *testing.T) {
	t.Helper()
	viewtest.Tap(t, r.w, "New instance")
	r.shows(t, "Instance 1", "Your computer is being switched on")
}

// ready is a created one that runs, with its shell.
func (r *rig) ready(t *testing.T) *keepertest.Terminal {
	t.Helper()
	r.created(t)
	r.until(t, "its start", func() bool { s, _ := r.helper.Look("play-1"); return s.State == machine.StateStarting })
	r.runs()
	shell := r.helper.shell(t, r)
	r.shows(t, "#")
	return shell
}
