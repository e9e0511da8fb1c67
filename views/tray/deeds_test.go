package tray

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"escale/app/parcel"
	"escale/app/recipe"
	"escale/app/run"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/hostport"
	"escale/views/nav"
	"escale/views/viewtest"
)

// operator writes down what it is asked to do. Its IDs count from 1.
type operator struct {
	did  []string
	spec engine.ContainerSpec
}

func (o *operator) note(what string) int { o.did = append(o.did, what); return len(o.did) }

func (o *operator) StartContainer(id string) int   { return o.note("start " + id) }
func (o *operator) StopContainer(id string) int    { return o.note("stop " + id) }
func (o *operator) RestartContainer(id string) int { return o.note("restart " + id) }
func (o *operator) PauseContainer(id string) int   { return o.note("pause " + id) }
func (o *operator) ResumeContainer(id string) int  { return o.note("resume " + id) }
func (o *operator) StartMachine() int              { return o.note("start machine") }
func (o *operator) StopMachine() int               { return o.note("stop machine") }
func (o *operator) RestartMachine() int            { return o.note("restart machine") }
func (o *operator) RunImage(s engine.ContainerSpec, _ ...parcel.Copy) int {
	o.spec = s
	return o.note("run " + s.Image)
}

type window struct {
	*viewtest.Queue
	did   []string
	agree func()
}

func (w *window) Show(r nav.Route) {
	w.did = append(w.did, fmt.Sprintf("show %s %s %s", r.Place, r.ID, r.Tab))
}
func (w *window) Browse(url string) { w.did = append(w.did, "browse "+url) }
func (w *window) Retry()            { w.did = append(w.did, "retry") }
func (w *window) Quit()             { w.did = append(w.did, "quit") }
func (w *window) Sure(_ store.Verb, running []engine.Container, do func()) {
	w.did, w.agree = append(w.did, fmt.Sprintf("sure %d", len(running))), do
}

type rig struct {
	*Deeds
	o *operator
	w *window
}

func newRig(t *testing.T, c store.Connection, rows ...engine.Container) *rig {
	t.Helper()
	s := store.New()
	s.Connection.Set(c)
	s.Containers.Set(listed(rows...))
	r := &rig{o: &operator{}, w: &window{Queue: viewtest.NewQueue()}}
	r.Deeds = NewDeeds(r.o, s, r.w)
	r.ports = func(engine.Endpoint, func() []engine.Container) run.Doctor {
		return run.Doctor{
			Containers: func() []engine.Container { return nil }, Local: true,
			Check: func(_ context.Context, _ netip.Addr, port uint16, _ string) (hostport.Holder, error) {
				if port == 8080 {
					return hostport.Holder{}, engine.ErrPortTaken
				}
				return hostport.Holder{}, nil
			},
			NextFree: func(context.Context, netip.Addr, uint16, string, func(uint16) bool) (uint16, error) { return 9090, nil },
		}
	}
	t.Cleanup(r.Close)
	return r
}

func TestDeeds(t *testing.T) {
	for do, want := range map[Action]string{
		{Start, "x"}:                 "start x",
		{Stop, "x"}:                  "stop x",
		{Restart, "x"}:               "restart x",
		{Pause, "x"}:                 "pause x",
		{Resume, "x"}:                "resume x",
		{StartEngine, ""}:            "start machine",
		{StopEngine, ""}:             "stop machine",
		{RestartEngine, ""}:          "restart machine",
		{Browse, "http://localhost"}: "browse http://localhost",
		{Logs, "x"}:                  "show container x logs",
		{ShowAll, ""}:                "show containers  ",
		{ShowEngine, ""}:             "show engine  ",
		{Open, ""}:                   "show   ",
		{LookAgain, ""}:              "retry",
		{Quit, ""}:                   "quit",
	} {
		r := newRig(t, own)
		r.Act(do)
		if got := slices.Concat(r.o.did, r.w.did); !slices.Equal(got, []string{want}) {
			t.Errorf("%v does %q, want %q", do, got, want)
		}
	}
}

// TestPauseAllIsOneThing: many tasks of one click end in one word.
func TestPauseAllIsOneThing(t *testing.T) {
	rows := append(everyState(), engine.Container{ID: "f6", Name: "more", State: engine.StateRunning})
	r := newRig(t, docker, rows...)
	r.Act(Action{Do: PauseAll})
	if want := []string{"pause a1", "pause f6"}; !slices.Equal(r.o.did, want) {
		t.Fatalf("did %v, want %v", r.o.did, want)
	}
	if _, ours, whole := r.Ended(task.Task{ID: 1, State: task.Done}); !ours || whole {
		t.Errorf("the first of two: ours %v, whole %v", ours, whole)
	}
	lost := errors.New("lost")
	o, ours, whole := r.Ended(task.Task{ID: 2, State: task.Failed, Err: lost})
	if !ours || !whole || o.All != 2 || o.Done != 1 || !errors.Is(o.Task.Err, lost) || o.Verb != store.VerbPause {
		t.Errorf("ours %v, whole %v, %+v", ours, whole, o)
	}
	if _, ours, _ := r.Ended(task.Task{ID: 2}); ours {
		t.Error("the same end is told twice")
	}
	r.Act(Action{Do: ResumeAll})
	if last := r.o.did[len(r.o.did)-1]; last != "resume b2" {
		t.Errorf("resume all does %q", last)
	}
	if _, ours, whole := r.Ended(task.Task{ID: 3, State: task.Cancelled}); !ours || whole {
		t.Error("a word about what was cancelled")
	}
}

func TestOthersTasksAreNotOurs(t *testing.T) {
	r := newRig(t, docker)
	if _, ours, whole := r.Ended(task.Task{ID: 7, State: task.Done}); ours || whole {
		t.Error("takes a task of the window for its own")
	}
}

// TestStoppingTheMachineAsks: it ends what runs in it.
func TestStoppingTheMachineAsks(t *testing.T) {
	r := newRig(t, own, web())
	r.Act(Action{Do: StopEngine})
	if len(r.o.did) != 0 || !slices.Equal(r.w.did, []string{"sure 1"}) {
		t.Fatalf("did %v without asking: %v", r.o.did, r.w.did)
	}
	r.w.agree()
	if !slices.Equal(r.o.did, []string{"stop machine"}) {
		t.Errorf("having agreed, %v", r.o.did)
	}
	if _, ours, whole := r.Ended(task.Task{ID: 1, State: task.Done}); !ours || !whole {
		t.Error("how it ended is not told")
	}
}

// TestQuickRunMovesAside: a port that somebody holds does not keep a starter
// from running.
func TestQuickRunMovesAside(t *testing.T) {
	r := newRig(t, docker)
	r.Act(Action{Do: Quick, Target: "nginx"})
	if !r.w.Settle(func() bool { return len(r.o.did) == 1 }) {
		t.Fatal("nothing was run")
	}
	if p := r.o.spec.Ports; len(p) != 1 || p[0].Host != 9090 || p[0].HostIP != "127.0.0.1" || r.o.spec.Name != "hello-nginx" {
		t.Errorf("runs %+v", r.o.spec)
	}
	if _, ours, whole := r.Ended(task.Task{ID: 1, State: task.Done}); !ours || !whole {
		t.Error("how it ended is not told")
	}
}

// TestQuickRunAsksInTheWindow: what needs another container is not run blindly.
func TestQuickRunAsksInTheWindow(t *testing.T) {
	r := newRig(t, docker)
	adminer, _ := recipe.ByID("adminer")
	r.Act(Action{Do: Quick, Target: "adminer"})
	r.Act(Action{Do: Quick, Target: "no such"})
	if len(r.o.did) != 0 || !slices.Equal(r.w.did, []string{"show run " + adminer.Ref() + " "}) {
		t.Errorf("did %v, %v", r.o.did, r.w.did)
	}
}
