package tray

import (
	"context"
	"sync"

	"escale/app/parcel"
	"escale/app/recipe"
	"escale/app/run"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/views/nav"
)

// Operator does what the menu offers; app.App is one. Each starts a task and
// returns its ID.
type Operator interface {
	StartContainer(id string) int
	StopContainer(id string) int
	RestartContainer(id string) int
	PauseContainer(id string) int
	ResumeContainer(id string) int
	RunImage(spec engine.ContainerSpec, copies ...parcel.Copy) int
	StartMachine() int
	StopMachine() int
	RestartMachine() int
}

// Window is what the menu asks of the window. Its methods belong to the UI
// goroutine, but for Post.
type Window interface {
	Post(f func())
	// Show brings the window forward with a place in it; an empty route leaves
	// it as it is.
	Show(r nav.Route)
	Browse(url string)
	// Sure asks before the machine is stopped or restarted under its containers,
	// and then does it.
	Sure(verb store.Verb, running []engine.Container, do func())
	Retry()
	Quit()
}

// Deeds carry out what was chosen, and know what they started: how that ended
// is told outside of the window. They belong to the UI goroutine.
type Deeds struct {
	operator Operator
	store    *store.Store
	window   Window
	ports    func(engine.Endpoint, func() []engine.Container) run.Doctor

	asked map[int]*batch // by task ID
	spawn func(f func(ctx context.Context))
	end   func()
}

// batch are tasks that were started by one click.
type batch struct {
	verb   store.Verb
	left   int
	done   int
	failed *task.Task // the last one that failed
	all    int
}

// NewDeeds returns deeds that nobody has asked for yet. Close ends them.
func NewDeeds(o Operator, s *store.Store, w Window) *Deeds {
	d := &Deeds{operator: o, store: s, window: w, ports: run.NewDoctor, asked: map[int]*batch{}}
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	d.spawn = func(f func(context.Context)) { work.Go(func() { f(ctx) }) }
	d.end = func() { cancel(); work.Wait() }
	return d
}

// Close ends what looks around before it starts a task. Tasks go on.
func (d *Deeds) Close() { d.end() }

// Act does what was chosen.
func (d *Deeds) Act(a Action) {
	o := d.operator
	switch a.Do {
	case Start:
		d.note(store.VerbStart, o.StartContainer(a.Target))
	case Stop:
		d.note(store.VerbStop, o.StopContainer(a.Target))
	case Restart:
		d.note(store.VerbRestart, o.RestartContainer(a.Target))
	case Pause:
		d.note(store.VerbPause, o.PauseContainer(a.Target))
	case Resume:
		d.note(store.VerbResume, o.ResumeContainer(a.Target))
	case PauseAll:
		d.each(store.VerbPause, engine.StateRunning, o.PauseContainer)
	case ResumeAll:
		d.each(store.VerbResume, engine.StatePaused, o.ResumeContainer)
	case Quick:
		d.quick(a.Target)
	case StartEngine, StopEngine, RestartEngine:
		d.engine(a.Do)
	case LookAgain:
		d.window.Retry()
	case Browse, Logs, ShowAll, ShowEngine, Open, Quit, Nothing:
		d.show(a)
	}
}

// show is what only concerns the window.
func (d *Deeds) show(a Action) {
	switch a.Do { //nolint:exhaustive // Act has the others
	case Browse:
		d.window.Browse(a.Target)
	case Logs:
		d.window.Show(nav.Route{Place: nav.Container, ID: a.Target, Tab: "logs"})
	case ShowAll:
		d.window.Show(nav.Route{Place: nav.Containers})
	case ShowEngine:
		d.window.Show(nav.Route{Place: nav.Engine})
	case Open:
		d.window.Show(nav.Route{})
	case Quit:
		d.window.Quit()
	}
}

func (d *Deeds) engine(do Do) {
	switch do { //nolint:exhaustive // Act has the others
	case StartEngine:
		d.note(store.VerbStart, d.operator.StartMachine())
	case StopEngine:
		d.sure(store.VerbStop, d.operator.StopMachine)
	case RestartEngine:
		d.sure(store.VerbRestart, d.operator.RestartMachine)
	}
}

// sure does what ends containers once the user has agreed, as the engine's own
// page does.
func (d *Deeds) sure(verb store.Verb, do func() int) {
	act := func() { d.note(verb, do()) }
	var running []engine.Container
	if d.store.Connection.Get().Endpoint.Kind == engine.EndpointMachine {
		running, _ = sorted(d.store.Containers.Get().Rows)
	}
	if len(running) == 0 {
		act()
		return
	}
	d.window.Sure(verb, running, act)
}

// each starts one task for each container in a state.
func (d *Deeds) each(verb store.Verb, in engine.State, do func(string) int) {
	var ids []int
	for _, c := range d.store.Containers.Get().Rows {
		if c.State == in {
			ids = append(ids, do(c.ID))
		}
	}
	d.note(verb, ids...)
}

// note remembers what one click started. Tasks end on goroutines of their own,
// but their ends are told on this one, so none is missed.
func (d *Deeds) note(verb store.Verb, ids ...int) {
	b := &batch{verb: verb}
	for _, id := range ids {
		if id != 0 {
			d.asked[id] = b
			b.left++
		}
	}
	b.all = b.left
}

// quick makes a starter's container as its form would. What the form would have
// to ask for is asked in the window.
func (d *Deeds) quick(id string) {
	r, known := recipe.ByID(id)
	if !known {
		return
	}
	connection := d.store.Connection.Get()
	facts := run.FactsOf(d.store.Containers.Get().Rows, d.store.Volumes.Get().Rows, d.store.Networks.Get().Rows, connection.Info.CPUs)
	form := run.Fill(r.Ref(), nil, facts)
	if len(r.Needs) > 0 || len(form.Validate()) > 0 {
		d.window.Show(nav.Route{Place: nav.Run, ID: r.Ref()})
		return
	}
	doctor := d.ports(connection.Endpoint, func() []engine.Container { return d.store.Containers.Get().Rows })
	d.spawn(func(ctx context.Context) {
		move(ctx, &form, doctor)
		d.window.Post(func() {
			if ctx.Err() == nil {
				d.note(store.VerbRun, d.operator.RunImage(form.Spec()))
			}
		})
	})
}

// move gives the ports of a form others where somebody holds them. It blocks,
// at most some seconds.
func move(ctx context.Context, form *run.Form, doctor run.Doctor) {
	own := map[uint16]bool{}
	for _, row := range form.Ports {
		host, _ := row.Numbers()
		own[host] = true
	}
	for i, row := range form.Ports {
		host, _ := row.Numbers()
		if host == 0 {
			continue
		}
		if v := doctor.Examine(ctx, host, row.Protocol, form.HostIP(), own); !v.Free && v.Next != 0 {
			form.MovePort(i, v.Next)
			own[v.Next] = true
		}
	}
}

// Outcome is how what one click asked for has ended.
type Outcome struct {
	Verb store.Verb
	All  int // tasks; for one, Task is it
	Done int
	Task task.Task // the one that failed, if any did
}

// Ended takes note of a task's end. ours tells that the tray had asked for it,
// and whole that all of what was asked for then has ended: how is in o.
// Cancelled tasks need no word.
func (d *Deeds) Ended(t task.Task) (o Outcome, ours, whole bool) {
	b, ours := d.asked[t.ID]
	if !ours {
		return Outcome{}, false, false
	}
	delete(d.asked, t.ID)
	b.left--
	switch t.State {
	case task.Done:
		b.done++
	case task.Failed:
		b.failed = &t
	case task.Cancelled:
		b.all--
	case task.Running, task.Cancelling:
	}
	if b.left > 0 || b.all == 0 {
		return Outcome{}, true, false
	}
	o = Outcome{Verb: b.verb, All: b.all, Done: b.done, Task: t}
	if b.failed != nil {
		o.Task = *b.failed
	}
	return o, true, true
}
