package enginepage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/machine"
)

// done is an app that writes down what it is asked to do to the machine.
type done struct {
	calls    []string
	tasks    *task.Manager
	st       *store.Store
	err      error             // of the next task
	wait     chan struct{}     // tasks end when it is closed
	logs     map[string]string // by their names
	contents machine.Contents
}

var _ Operator = (*done)(nil)

func newDone(t *testing.T, st *store.Store) *done {
	t.Helper()
	d := &done{tasks: task.NewManager(st.Busy), st: st, wait: make(chan struct{}), logs: map[string]string{
		"console": "[    0.000000] Linux version 6.12\n[    1.204000] escale: data disk mounted\n", "helper": "machine runs\n",
	}}
	close(d.wait)
	t.Cleanup(func() { _ = d.tasks.Close(context.Background()) })
	return d
}

func (d *done) do(verb store.Verb, what string) int {
	d.calls = append(d.calls, what)
	wait, err := d.wait, d.err
	return d.tasks.Start(task.Spec{Key: what, Verb: verb, Subject: "Escale Machine", ObjectID: store.MachineID(machine.DefaultName), Quiet: true},
		func(ctx context.Context, _ func(task.Progress)) error {
			select {
			case <-wait:
			case <-ctx.Done():
			}
			return err
		})
}

func (d *done) ShowMachine()        { d.calls = append(d.calls, "show") }
func (d *done) StartMachine() int   { return d.do(store.VerbStart, "start") }
func (d *done) StopMachine() int    { return d.do(store.VerbStop, "stop") }
func (d *done) KillMachine() int    { return d.do(store.VerbKill, "kill") }
func (d *done) RestartMachine() int { return d.do(store.VerbRestart, "restart") }
func (d *done) PauseMachine() int   { return d.do(store.VerbPause, "pause") }
func (d *done) ResumeMachine() int  { return d.do(store.VerbResume, "resume") }
func (d *done) TrimMachine() int    { return d.do(store.VerbTrim, "trim") }
func (d *done) ReclaimMachine() int { return d.do(store.VerbReclaim, "reclaim") }
func (d *done) ResetMachine() int   { return d.do(store.VerbReset, "reset") }

func (d *done) SetMachine(r machine.Resources) int {
	if len(r.RegistryMirrors)+len(r.InsecureRegistries) > 0 {
		return d.do(store.VerbUpdate, fmt.Sprintf("registries %v %v", r.RegistryMirrors, r.InsecureRegistries))
	}
	return d.do(store.VerbUpdate, fmt.Sprintf("set %d %d %d %v %v", r.CPUs, r.MemoryBytes>>20, r.DiskBytes>>30, r.HostPorts, r.KeepAwake))
}

func (d *done) ShareFolder(path string, readOnly bool) int {
	return d.do(store.VerbUpdate, fmt.Sprintf("share %s %v", path, readOnly))
}

func (d *done) UnshareFolder(path string) int { return d.do(store.VerbUpdate, "unshare "+path) }

func (d *done) BackupMachine(file string) int { return d.do(store.VerbBackup, "backup "+file) }

func (d *done) RestoreMachine(file string) int { return d.do(store.VerbRestore, "restore "+file) }

func (d *done) MoveMachine(folder string) int { return d.do(store.VerbMove, "move "+folder) }

func (d *done) UpdateMachine(o machine.UpdateOptions) int {
	if o.WithoutCopy {
		return d.do(store.VerbUpgrade, "update without a copy")
	}
	return d.do(store.VerbUpgrade, "update")
}

func (d *done) RollbackMachine(o machine.RollbackOptions) int {
	return d.do(store.VerbUpgrade, fmt.Sprintf("rollback %v %v", o.RestoreData, o.Force))
}

func (d *done) MachineContents(context.Context) (machine.Contents, error) { return d.contents, nil }

func (d *done) MachineLog(_ context.Context, log machine.LogName, _ int) (io.ReadCloser, error) {
	text, ok := d.logs[string(log)]
	if !ok {
		return nil, fmt.Errorf("%w: it does not run", engine.ErrConflict)
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

// took takes what was asked, but for the look at the machine.
func (d *done) took() []string {
	all := slices.DeleteFunc(d.calls, func(c string) bool { return c == "show" })
	d.calls = nil
	return all
}

var ours = engine.Endpoint{
	ID: "machine", Kind: engine.EndpointMachine, Name: "Escale Machine", Context: "escale",
	Host: "unix:///run/user/1000/escale/default.sock",
}

// status is a machine that runs well.
func status() machine.Status {
	at := time.Now().Add(-134 * time.Minute)
	r := machine.Resources{CPUs: 4, MemoryBytes: 4 << 30, DiskBytes: 64 << 30}
	running := r
	return machine.Status{
		Name: "default", State: machine.StateRunning, Driver: "qemu", Accel: "kvm", Docker: ours.Host, Image: "29.7.1", StartedAt: &at,
		Resources: r, Running: &running,
		Use: machine.Use{MemoryBytes: 1_240_000_000, DiskBytes: 3_400_000_000},
		Ports: []machine.Port{
			{Proto: "tcp", HostIP: "127.0.0.1", HostPort: 8081, Container: "blog"},
			{Proto: "tcp", HostIP: "0.0.0.0", HostPort: 8080, Container: "hello-nginx", Error: machine.PortInUse},
			{Proto: "udp", HostIP: "::", HostPort: 53, Container: "dns", Error: machine.PortNotAllowed},
		},
	}
}

// inUse is a store whose engine is the machine's.
func inUse() *store.Store {
	st := store.New()
	c := ready()
	version := engine.Version{Product: "Docker", Engine: "29.7.1", API: "1.52", MinAPI: "1.44"}
	c.Endpoint, c.Version = ours, version
	c.Info = engine.Info{OperatingSystem: "Escale Machine", CPUs: 4, MemoryBytes: 4_100_000_000, StorageDriver: "overlayfs"}
	c.Candidates = []engine.Candidate{c.Candidates[3], {Endpoint: ours, Version: version}}
	var steps []store.Step
	for i, name := range machineSteps {
		steps = append(steps, store.Step{Name: store.MachineStep(name), State: store.StepDone, Took: time.Duration(i+1) * 150 * time.Millisecond})
	}
	c.Steps = slices.Insert(c.Steps, 1, append([]store.Step{{Name: store.StepHelper, State: store.StepDone, Took: 60 * time.Millisecond}}, steps...)...)
	st.Connection.Set(c)
	show(st, status())
	st.Containers.Set(store.Snapshot[engine.Container]{Loaded: true, Rows: []engine.Container{
		{ID: "1", Name: "hello-nginx", State: engine.StateRunning}, {ID: "2", Name: "blog", State: engine.StateRunning}, {ID: "3", Name: "old", State: engine.StateExited},
	}})
	st.Images.Set(store.Snapshot[engine.Image]{Loaded: true, Rows: []engine.Image{
		{ID: "a", Tags: []string{"nginx:1.29-alpine"}}, {ID: "b", Tags: []string{"wordpress:6"}}, {ID: "c", SizeBytes: 84_000_000},
	}})
	st.Volumes.Set(store.Snapshot[engine.Volume]{Loaded: true, Rows: []engine.Volume{{Name: "blog-files"}, {Name: "blog-database"}}})
	return st
}

func show(st *store.Store, s machine.Status) {
	st.Machine.Set(store.Machine{Checked: true, Live: true, Status: s, At: time.Now()})
}

// with is a machine in use that is changed.
func with(change func(*machine.Status)) *store.Store {
	st, s := inUse(), status()
	change(&s)
	show(st, s)
	return st
}

// beside is Docker in use and a machine that does not run.
func beside() *store.Store {
	st := store.New()
	c := ready()
	c.Candidates = append(c.Candidates[:2:2], engine.Candidate{Endpoint: ours, Err: engine.Unreachable(engine.ErrNotStarted, errDetail)})
	st.Connection.Set(c)
	show(st, machine.Status{
		Name: "default", State: machine.StateAbsent, Driver: "qemu", Docker: ours.Host, Resources: here.Defaults(machine.Resources{}),
	})
	return st
}

// booting is a machine that is being started, emulated.
func booting() *store.Store {
	st, now := inUse(), time.Now()
	s := status()
	s.State, s.Accel, s.Ports, s.StartedAt = machine.StateStarting, "tcg", nil, nil
	show(st, s)
	c := st.Connection.Get()
	c.Phase, c.Version, c.Info = store.Connecting, engine.Version{}, engine.Info{}
	c.Candidates = c.Candidates[:1]
	c.Steps = slices.Clone(c.Steps)
	for i := range c.Steps {
		switch {
		case i == 6:
			c.Steps[i].State, c.Steps[i].Started = store.StepWorking, now.Add(-7300*time.Millisecond)
		case i > 6:
			c.Steps[i] = store.Step{Name: c.Steps[i].Name}
		}
	}
	st.Connection.Set(c)
	return st
}

// fallen is a machine that did not start, with nothing else to use.
func fallen(cause machine.Cause) *store.Store {
	st := booting()
	s := status()
	s.State, s.Cause, s.Hint, s.Ports, s.StartedAt = machine.StateFailed, cause, "exit status 1", nil, nil
	show(st, s)
	c := st.Connection.Get()
	c.Phase = store.Failed
	c.Err = engine.Unreachable(engine.ErrNotStarted, &machine.Failure{Cause: cause, Detail: "exit status 1"})
	c.Candidates = append(c.Candidates, engine.Candidate{Endpoint: ours, Err: c.Err})
	c.Steps = slices.Clone(c.Steps)
	c.Steps[6].State, c.Steps[6].Err, c.Steps[6].Took = store.StepBroken, c.Err, 7300*time.Millisecond
	st.Connection.Set(c)
	return st
}

// stopped is a machine that the user stopped, with nothing else to use.
func stopped() *store.Store {
	st := fallen(machine.CauseBootStuck)
	s := status()
	s.State, s.Ports, s.StartedAt = machine.StateStopped, nil, nil
	show(st, s)
	c := st.Connection.Get()
	c.Err, c.Steps = engine.Unreachable(engine.ErrNotStarted, errors.New("the machine was stopped")), nil
	c.Candidates = []engine.Candidate{c.Candidates[0], {Endpoint: ours, Err: c.Err}}
	st.Connection.Set(c)
	return st
}
