package compare

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

// Why there is nothing to compare.
var (
	// ErrElsewhere is an engine on another computer: its container cannot be measured
	// beside a virtual machine of this one.
	ErrElsewhere = errors.New("the engine is on another computer")
	// ErrNoMachine is a computer on which no virtual machine can be run.
	ErrNoMachine = errors.New("no virtual machine can be run here")
	// ErrNoAnswer is a page that nobody served.
	ErrNoAnswer = errors.New("the page was not served")
)

// Machine is what is asked of the helper.
type Machine = machine.Throwaways

// Options are what a Comparer works with. Those after Machine have sound defaults.
type Options struct {
	// Path is the file with the last result; empty keeps it in memory.
	Path string
	// Acquire gives the engine in use until release is called.
	Acquire func() (eng engine.Engine, release func(), err error)
	// Ask does something with the helper, which it starts where none runs. nil: there
	// are no machines.
	Ask func(ctx context.Context, do func(context.Context, Machine) error) error

	Visit func(ctx context.Context, url string) (Visit, error)
	Port  func() (int, error)
	Host  func() Host
	Log   *slog.Logger
}

// Phase is how far one of the two is.
type Phase int

// The phases of a side.
const (
	Waiting  Phase = iota // its turn has not come
	Starting              // it was ordered, and has served nothing yet
	Serving
	Removed
)

// Side is one of the two, live.
type Side struct {
	Phase   Phase
	Ordered time.Time // zero while it waits
	// Step is where the start of the virtual machine is; see machine.Step.
	Step string
	URL  string // of its page, while it serves it
	// Figures are what is known so far.
	Figures Figures
}

// Stage is what a comparison does.
type Stage string

// The stages, in order; all but the first once each round.
const (
	StageImage     Stage = "image" // the image comes, before anything is timed
	StageContainer Stage = "container"
	StageMachine   Stage = "machine"
	StageMeasure   Stage = "measure" // both serve their page
	StageClean     Stage = "clean"
)

// State is what the screen shows.
type State struct {
	Running  bool
	Stopping bool // it was cancelled, and cleans up
	Stage    Stage
	Pull     engine.PullProgress // of StageImage
	Round    int                 // from 1

	Container, Machine Side

	Last *Result // the newest whole comparison; nil: there is none
	Err  error   // why the last one did not come to its end; nil when it was cancelled
}

// Comparer compares, one comparison at a time. Safe for concurrent use.
type Comparer struct {
	State *store.Value[State]

	o    Options
	book *book
	busy sync.Mutex // held by a comparison, and by a sweep
}

// New returns a comparer with the result of the last comparison, if there was one.
func New(o Options) *Comparer {
	if o.Visit == nil {
		o.Visit = get
	}
	if o.Port == nil {
		o.Port = freePort
	}
	if o.Host == nil {
		o.Host = ThisHost
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	b, err := openBook(o.Path)
	if err != nil {
		o.Log.Warn("the last comparison is not known", "error", err)
	}
	return &Comparer{State: store.NewValue(State{Last: b.last()}), o: o, book: b}
}

// Last is the newest whole comparison; nil when there is none.
func (c *Comparer) Last() *Result { return c.State.Get().Last }

// Possible tells whether the engine in use can be compared here; nil when it can.
func (c *Comparer) Possible(ep engine.Endpoint, m store.Machine) error {
	switch {
	case c.o.Ask == nil, m.Checked && !m.Live && m.Missing != nil:
		return ErrNoMachine
	case m.Live && m.Status.Driver == "wsl":
		return ErrNoMachine // its machines share one kernel
	case !here(ep):
		return ErrElsewhere
	}
	return nil
}

// here tells whether an engine publishes ports on this computer's loopback.
func here(ep engine.Endpoint) bool {
	for _, prefix := range []string{"unix://", "npipe://", "tcp://127.0.0.1:", "tcp://localhost:", "tcp://[::1]:"} {
		if strings.HasPrefix(ep.Host, prefix) {
			return true
		}
	}
	return false
}

// Run compares, and returns when nothing is left of it. State tells of it; report
// takes the part that is done, from 0 to 1. Ending ctx ends it at any moment.
func (c *Comparer) Run(ctx context.Context, report func(part float64)) (err error) {
	c.busy.Lock()
	defer c.busy.Unlock()
	c.State.Update(func(s State) State { return State{Running: true, Stage: StageImage, Last: s.Last} })
	stop := context.AfterFunc(ctx, func() {
		c.State.Update(func(s State) State { s.Stopping = s.Running; return s })
	})
	defer func() {
		stop()
		c.State.Update(func(State) State {
			next := State{Last: c.book.last()}
			if err != nil && ctx.Err() == nil {
				next.Err = err
			}
			return next
		})
	}()
	if c.o.Ask == nil {
		return ErrNoMachine
	}
	eng, release, err := c.o.Acquire()
	if err != nil {
		return err
	}
	defer release()
	if !here(eng.Endpoint()) {
		return ErrElsewhere
	}
	result, err := c.compare(ctx, eng, report)
	if err != nil {
		return err
	}
	if err := c.book.keep(result); err != nil {
		c.o.Log.Warn("the comparison is known until the end only", "error", err)
	}
	return nil
}

// compare does the rounds.
func (c *Comparer) compare(ctx context.Context, eng engine.Engine, report func(float64)) (Result, error) {
	owner, err := c.book.own()
	if err != nil {
		c.o.Log.Warn("a crash would leave a container behind", "error", err)
	}
	version, err := eng.Version(ctx)
	if err != nil {
		return Result{}, err
	}
	r := Result{
		Host: c.o.Host(), Engine: strings.TrimSpace(version.Product + " " + version.Engine),
		InMachine: eng.Endpoint().Kind == engine.EndpointMachine, Image: Image, MachineMemoryBytes: MachineMemoryBytes,
	}
	imageBytes, err := c.ensureImage(ctx, eng)
	if err != nil {
		return Result{}, err
	}
	for i := range Rounds {
		c.State.Update(func(s State) State {
			s.Round, s.Container, s.Machine = i+1, Side{}, Side{}
			return s
		})
		report(float64(i) / Rounds)
		d := &duel{c: c, eng: eng, owner: owner}
		round, err := d.fight(ctx)
		if err != nil {
			return Result{}, err
		}
		round.Container.SystemBytes = imageBytes
		r.Rounds, r.Accel = append(r.Rounds, round), d.accel
	}
	report(1)
	r.At = time.Now()
	if !r.valid() {
		return Result{}, fmt.Errorf("compare: %w: figures without sense", engine.ErrUnsupported)
	}
	return r, nil
}

// edit changes what is shown.
func (c *Comparer) edit(change func(*State)) {
	c.State.Update(func(s State) State { change(&s); return s })
}

func (c *Comparer) stage(s Stage) { c.edit(func(st *State) { st.Stage = s }) }

// Sweep removes what a comparison of a run that ended in its middle has left on an
// engine. A comparison that is under way is left alone.
func (c *Comparer) Sweep(ctx context.Context, eng engine.Containers) error {
	owner := c.book.owner()
	if owner == "" || !c.busy.TryLock() {
		return nil
	}
	defer c.busy.Unlock()
	return removeOwn(ctx, eng, owner)
}

// SweepMachine ends the machine of such a comparison, where the helper, which runs,
// still has it.
func (c *Comparer) SweepMachine(ctx context.Context, m Machine) error {
	if !c.busy.TryLock() {
		return nil
	}
	defer c.busy.Unlock()
	all, err := m.List(ctx)
	if err != nil {
		return fmt.Errorf("look for the machine of a comparison: %w", err)
	}
	for _, s := range all {
		if s.Name == MachineName && s.Resources.Throwaway {
			if _, err := m.Kill(ctx, MachineName); err != nil {
				return fmt.Errorf("end the machine of a comparison: %w", err)
			}
		}
	}
	return nil
}
