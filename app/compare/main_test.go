package compare

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"escale/app/keeper/keepertest"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/engine/machine"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// helper plays the machine's helper.
type helper struct {
	*keepertest.Machines

	boot  time.Duration
	fail  error
	stuck bool // a start never ends
	port  machine.PortError
	calls []string
}

func newHelper() *helper {
	return &helper{boot: 10 * time.Second, Machines: keepertest.NewMachines(machine.Status{Name: machine.DefaultName, State: machine.StateRunning})}
}

func (h *helper) ask(ctx context.Context, do func(context.Context, Machine) error) error {
	return do(ctx, h)
}

func (h *helper) edit(call string, change func()) {
	h.Edit(func() {
		h.calls = append(h.calls, call)
		change()
	})
}

func (h *helper) count(call string) (n int) {
	h.Mu.Lock()
	defer h.Mu.Unlock()
	for _, c := range h.calls {
		if c == call {
			n++
		}
	}
	return n
}

// up tells whether a machine serves its page.
func (h *helper) up(port int) bool {
	h.Mu.Lock()
	defer h.Mu.Unlock()
	m, ok := h.All[MachineName]
	return ok && m.State == machine.StateRunning && m.Resources.PagePort == port
}

func (h *helper) Put(_ context.Context, name string, r machine.Resources) (machine.Status, error) {
	h.edit("put", func() {
		h.All[name] = machine.Status{Name: name, State: machine.StateStopped, Accel: "tcg", Resources: r}
	})
	return machine.Status{Name: name}, nil
}

func (h *helper) Start(ctx context.Context, name string) (machine.Status, error) {
	h.edit("start", func() {
		s := h.All[name]
		s.State, s.Steps = machine.StateStarting, []machine.Step{{Name: "kernel", State: machine.StepRunning}}
		h.All[name] = s
	})
	wait := h.boot
	if h.stuck {
		wait = time.Hour
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
		return machine.Status{}, context.Cause(ctx)
	}
	if h.fail != nil {
		return machine.Status{}, h.fail
	}
	var s machine.Status
	h.edit("started", func() {
		s = h.All[name]
		s.State, s.Steps = machine.StateRunning, nil
		s.Use = machine.Use{MemoryBytes: 260e6, DiskBytes: 7e6, ImageBytes: 168e6}
		s.Ports = []machine.Port{{Proto: "tcp", HostIP: "127.0.0.1", HostPort: s.Resources.PagePort, Error: h.port}}
		h.All[name] = s
	})
	return s, nil
}

func (h *helper) Kill(_ context.Context, name string) (machine.Status, error) {
	h.edit("kill", func() { delete(h.All, name) })
	return machine.Status{Name: name, State: machine.StateAbsent}, nil
}

func (h *helper) Hold(context.Context, string) (func(), error) {
	h.edit("hold", func() {})
	return func() { h.edit("release", func() {}) }, nil
}

func (h *helper) Shell(context.Context, string, int, int) (machine.Terminal, error) {
	return nil, engine.ErrNotFound // nobody asks for one
}

// conn is an engine that is not closed by whoever let it go.
type conn struct{ *enginetest.Fake }

// rig is a comparer on a played engine and a played helper.
type rig struct {
	*Comparer
	fake   *enginetest.Fake
	helper *helper
	next   int // port
}

var errNobody = errors.New("connection refused")

func newRig(path string) *rig {
	r := &rig{fake: enginetest.New(), helper: newHelper(), next: 20000}
	r.fake.AddImage(engine.Image{Tags: []string{Image}, SizeBytes: 4e6})
	r.fake.SetProcess(func(engine.ContainerDetail) enginetest.Process {
		return enginetest.Process{Files: map[string]int64{"/tmp/page/index.html": 285}}
	})
	r.Comparer = New(Options{
		Path: path, Ask: r.helper.ask, Visit: r.visit, Host: func() Host { return Host{System: "Debian", CPUs: 2} },
		Acquire: func() (engine.Engine, func(), error) { return conn{r.fake}, func() {}, nil },
		Port:    func() (int, error) { r.next++; return r.next, nil },
	})
	return r
}

// visit takes 100 ms in a container, and a second in a machine.
func (r *rig) visit(ctx context.Context, url string) (Visit, error) {
	wait := func(d time.Duration) (time.Time, error) {
		select {
		case <-time.After(d):
			return time.Now(), nil
		case <-ctx.Done():
			return time.Time{}, context.Cause(ctx)
		}
	}
	all, _ := r.fake.ListContainers(context.WithoutCancel(ctx))
	for _, c := range all {
		if c.State == engine.StateRunning && len(c.Ports) > 0 && url == local(int(c.Ports[0].Host)) {
			at, err := wait(100 * time.Millisecond)
			return Visit{At: at}, err
		}
	}
	if url == local(r.next) && r.helper.up(r.next) {
		at, err := wait(time.Second)
		return Visit{At: at, Processes: 2, KernelThreads: 56}, err
	}
	return Visit{}, errNobody
}

// left is what is still there.
func (r *rig) left(t *testing.T) (containers int, machines []string) {
	t.Helper()
	all, err := r.fake.ListContainers(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return len(all), r.helper.Names()
}
