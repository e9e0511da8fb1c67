// Package playground has disposable instances: each is a throwaway machine of the
// helper's, with an engine and a network of its own, and nothing of it is left when
// it is closed, when its life is over, or when the app ends, however it ends: the
// app holds its instances, and the helper ends those that nobody holds.
package playground

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

const (
	// Most is how many instances there may be at once.
	Most = 5
	// Life is how long an instance lives, from its making or its last Extend on.
	Life = 4 * time.Hour
	// MemoryBytes is what each is given.
	MemoryBytes = 512 << 20

	// orphan is when the helper ends an instance that the app has left behind.
	orphan    = 20 * time.Second
	closeWait = 30 * time.Second
	prefix    = "play-"
)

// ErrMost is one more instance than there may be.
var ErrMost = errors.New("no more instances at once")

// Machine is what is asked of the helper.
type Machine = machine.Throwaways

// Options are what a Playground works with.
type Options struct {
	// Ask does something with the helper, which it starts where none runs.
	Ask func(ctx context.Context, do func(context.Context, Machine) error) error
	// Connect connects to the engine of an instance; nil: its containers are not
	// known.
	Connect func(ctx context.Context, ep engine.Endpoint) (engine.Engine, error)
	// Live tells whether a helper runs; nil: none does until it is needed.
	Live func() bool
	// TotalBytes is this computer's memory; 0 while it is not known.
	TotalBytes int64
	Log        *slog.Logger // nil discards
}

// Phase is the life of an instance.
type Phase int

// The phases of an instance.
const (
	Starting Phase = iota
	Running
	Closing
	Over   // it has gone: its life was over, or the helper ended
	Failed // it did not start, or ended by itself; Err says why
)

// Instance is one of the playground; each change makes a new value.
type Instance struct {
	Name   string // its machine's
	Phase  Phase
	Ends   time.Time      // of its life
	Status machine.Status // the newest: the steps of its start, its engine's address, its ports, what it takes
	Err    error          // of Failed
	// Containers are what its engine has, while that is connected.
	Containers store.Snapshot[engine.Container]
}

// Number is which one of those that there may be at once an instance is, from 1.
func (i Instance) Number() int {
	n, err := strconv.Atoi(strings.TrimPrefix(i.Name, prefix))
	if err != nil {
		return 0
	}
	return n
}

// Up tells whether its engine can be worked with.
func (i Instance) Up() bool { return i.Phase == Running && i.Status.Docker != "" }

// Playground makes instances and follows them. Safe for concurrent use.
type Playground struct {
	// Instances are those that there are, oldest first.
	Instances *store.Value[[]Instance]

	o   Options
	ctx context.Context //nolint:containedctx // its end is the playground's
	end context.CancelFunc
	all sync.WaitGroup

	mu      sync.Mutex
	running map[string]*instance
	closed  bool
}

// instance is what belongs to one of them, beside its value.
type instance struct {
	cancel context.CancelFunc
	again  chan struct{} // asks for starting over
	done   chan struct{}
	given  machine.Resources // at its making
}

// New returns a playground without instances.
func New(o Options) *Playground {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p := &Playground{Instances: store.NewValue[[]Instance](nil), o: o, running: map[string]*instance{}}
	p.ctx, p.end = context.WithCancel(context.Background())
	return p
}

// Room is how many more instances the memory of a computer has room for beside the
// machines that run, of those that there may be. Unknown memory has room for all.
func Room(total int64, running []machine.Status) int {
	left, playing := total-total/4, 0 // the helper gives no more than that to all
	for _, s := range running {
		if s.Running != nil {
			left -= s.Running.MemoryBytes
		}
		if strings.HasPrefix(s.Name, prefix) {
			playing++
		}
	}
	room := Most - playing
	if total > 0 {
		room = min(room, int(left/MemoryBytes))
	}
	return max(room, 0)
}

// Left is Room for this computer as it is now. It asks the helper where one runs,
// and starts none.
func (p *Playground) Left(ctx context.Context) (int, error) {
	var running []machine.Status
	if p.o.Live != nil && p.o.Live() {
		err := p.o.Ask(ctx, func(ctx context.Context, m Machine) (err error) {
			running, err = m.List(ctx)
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("ask what memory is left: %w", err)
		}
	}
	for _, i := range p.Instances.Get() { // the helper may not have heard of the newest yet
		known := slices.IndexFunc(running, func(s machine.Status) bool { return s.Name == i.Name })
		if known < 0 && i.Phase == Starting {
			running = append(running, machine.Status{Name: i.Name, Running: &machine.Resources{MemoryBytes: MemoryBytes}})
		} else if known >= 0 && running[known].Running == nil && i.Phase == Starting {
			running[known].Running = &machine.Resources{MemoryBytes: MemoryBytes}
		}
	}
	return Room(p.o.TotalBytes, running), nil
}

// Create makes an instance and starts it; returns its name at once. ErrMost when
// there are as many as there may be.
func (p *Playground) Create() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.running) >= Most {
		return "", ErrMost
	}
	name := ""
	for n := 1; name == ""; n++ {
		if _, taken := p.running[prefix+strconv.Itoa(n)]; !taken {
			name = prefix + strconv.Itoa(n)
		}
	}
	ctx, cancel := context.WithCancel(p.ctx)
	i := &instance{cancel: cancel, again: make(chan struct{}, 1), done: make(chan struct{})}
	p.running[name] = i
	p.Instances.Update(func(old []Instance) []Instance {
		return append(slices.Clone(old), Instance{Name: name, Ends: time.Now().Add(Life)})
	})
	p.all.Go(func() {
		defer close(i.done)
		p.live(ctx, name, i.again)
	})
	return name, nil
}

// Extend gives an instance its whole life again.
func (p *Playground) Extend(ctx context.Context, name string) error {
	if !p.has(name) {
		return fmt.Errorf("extend %s: %w", name, engine.ErrNotFound)
	}
	ends := time.Now().Add(Life)
	err := p.o.Ask(ctx, func(ctx context.Context, m Machine) error {
		_, err := m.Put(ctx, name, p.given(name))
		return err
	})
	if err != nil {
		return fmt.Errorf("extend %s: %w", name, err)
	}
	p.edit(name, func(i *Instance) { i.Ends = ends })
	return nil
}

// Shell opens a terminal in an instance that runs, of that size in characters. Its
// end is the caller's, unless the instance ends. ErrNotFound for an instance that
// there is not, ErrConflict for one that does not run.
func (p *Playground) Shell(ctx context.Context, name string, rows, cols int) (machine.Terminal, error) {
	if !p.has(name) {
		return nil, fmt.Errorf("open shell in %s: %w", name, engine.ErrNotFound)
	}
	var t machine.Terminal
	err := p.o.Ask(ctx, func(ctx context.Context, m Machine) (err error) {
		t, err = m.Shell(ctx, name, rows, cols)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open shell in %s: %w", name, err)
	}
	return t, nil
}

// StartOver throws what is in an instance away and starts it anew, with its whole
// life before it. It returns at once.
func (p *Playground) StartOver(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i, ok := p.running[name]; ok {
		select {
		case i.again <- struct{}{}:
		default: // it was asked for already
		}
	}
}

// Close throws an instance away, and returns when nothing of it is left, or ctx has
// ended. One that there is not is no error.
func (p *Playground) Close(ctx context.Context, name string) error {
	p.mu.Lock()
	i, ok := p.running[name]
	p.mu.Unlock()
	if !ok {
		return nil
	}
	p.edit(name, func(i *Instance) { i.Phase = Closing })
	i.cancel()
	select {
	case <-i.done:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// End throws all away, and waits for it until ctx ends. What is left then, the
// helper ends by itself. No instance is made after it.
func (p *Playground) End(ctx context.Context) error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.end()
	done := make(chan struct{})
	go func() { p.all.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (p *Playground) has(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.running[name]
	return ok
}

// edit replaces one instance by what change makes of it.
func (p *Playground) edit(name string, change func(*Instance)) {
	p.Instances.Update(func(old []Instance) []Instance {
		n := slices.IndexFunc(old, func(i Instance) bool { return i.Name == name })
		if n < 0 {
			return old
		}
		all := slices.Clone(old)
		change(&all[n])
		return all
	})
}

// forget takes an instance off the list.
func (p *Playground) forget(name string) {
	p.mu.Lock()
	delete(p.running, name)
	p.mu.Unlock()
	p.Instances.Update(func(old []Instance) []Instance {
		return slices.DeleteFunc(slices.Clone(old), func(i Instance) bool { return i.Name == name })
	})
}
