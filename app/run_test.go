package app

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
)

// hub is an engine that can pull redis in 1.2 seconds.
func hub() *enginetest.Fake {
	fake := enginetest.New()
	fake.SetPull("redis:8", enginetest.PullOf(
		engine.ImageDetail{Volumes: []string{"/cache"}}, 100*time.Millisecond, 1000, 2000, 3000))
	return fake
}

func redis() engine.ContainerSpec {
	return engine.ContainerSpec{
		Name: "hello", Image: "redis:8", Network: "hello-net",
		Mounts: []engine.Mount{{Kind: engine.MountVolume, Source: "hello-data", Target: "/data"}},
		Ports:  []engine.PortBinding{{HostIP: "127.0.0.1", Host: 6379, Container: 6379}},
	}
}

func stageNames(t task.Task) []task.Stage {
	var names []task.Stage
	for _, s := range t.Progress.Stages {
		names = append(names, s.Stage)
	}
	return names
}

// left lists what a run left behind.
func left(t *testing.T, fake *enginetest.Fake) (found []string) {
	t.Helper()
	cs, err := fake.ListContainers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cs {
		found = append(found, "container "+c.Name)
	}
	vs, err := fake.ListVolumes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vs {
		found = append(found, "volume "+v.Name)
	}
	ns, err := fake.ListNetworks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range ns {
		if !n.Builtin {
			found = append(found, "network "+n.Name)
		}
	}
	return found
}

func TestRunImage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := hub()
		a, stop := start(t, fake)
		defer stop()
		last, back := -1.0, false
		defer a.Tasks.List.Subscribe(func() {
			if l := a.Tasks.List.Get(); len(l) > 0 && l[0].Progress.Stage == task.StagePull {
				back = back || l[0].Progress.Fraction < last
				last = max(last, l[0].Progress.Fraction)
			}
		})()
		end := result(t, a, func() int { return a.RunImage(redis()) })
		if end.State != task.Done || end.Key != "run:hello" || state(a, end.Result) != engine.StateRunning {
			t.Fatalf("ended %+v with the container %q, want it running", end, state(a, end.Result))
		}
		if want := []task.Stage{task.StagePull, task.StageNetwork, task.StageCreate, task.StageStart}; !slices.Equal(stageNames(end), want) {
			t.Errorf("stages %v, want %v", stageNames(end), want)
		}
		if s := end.Progress.Stages[0]; s.Took != 1200*time.Millisecond || !s.Done {
			t.Errorf("pull %+v, want done in 1.2 s", s)
		}
		if len(end.Progress.Pull.Layers) != 3 || back || last != 1 {
			t.Errorf("%d layers, went back %v, up to %v; want 3, false, 1", len(end.Progress.Pull.Layers), back, last)
		}
		pulls := len(calls(fake, "PullImage"))
		spec := redis()
		spec.Name, spec.Ports = "second", nil
		if end := result(t, a, func() int { return a.RunImage(spec) }); end.State != task.Done {
			t.Error(end.Err)
		}
		if n := len(calls(fake, "PullImage")); n != pulls {
			t.Error("the image was pulled again")
		}
		if n := len(calls(fake, "CreateNetwork")); n != 1 {
			t.Errorf("the network was made %d times", n)
		}
	})
}

func calls(fake *enginetest.Fake, name string) []string {
	return slices.DeleteFunc(fake.Calls(), func(c string) bool { return c != name })
}

func TestRunImageLeavesNothingHalfMade(t *testing.T) {
	for name, tc := range map[string]struct {
		before func(*enginetest.Fake)
		cancel time.Duration // after the start; 0 is never
		want   error
	}{
		"no such image":           {before: func(f *enginetest.Fake) { f.SetPull("redis:8", enginetest.PullScript{Err: engine.ErrNotFound}) }, want: engine.ErrNotFound},
		"pull stalls":             {before: func(f *enginetest.Fake) { f.Hang("PullImage") }, want: engine.ErrStalled},
		"pull cancelled half-way": {cancel: 600 * time.Millisecond},
		"create fails after pull": {before: func(f *enginetest.Fake) { f.Fail("CreateContainer", engine.ErrInvalid) }, want: engine.ErrInvalid},
		"create hangs":            {before: func(f *enginetest.Fake) { f.Hang("CreateContainer") }, want: engine.ErrTimeout},
		"network fails":           {before: func(f *enginetest.Fake) { f.Fail("CreateNetwork", engine.ErrInvalid) }, want: engine.ErrInvalid},
		"network hangs":           {before: func(f *enginetest.Fake) { f.Hang("CreateNetwork") }, want: engine.ErrTimeout},
		"network stays at first": {before: func(f *enginetest.Fake) {
			f.TakePort(6379)
			f.Fail("RemoveNetwork", engine.ErrUnreachable)
			time.AfterFunc(20*time.Second, func() { f.Fail("RemoveNetwork", nil) })
		}, want: engine.ErrPortTaken},
		"port is taken":            {before: func(f *enginetest.Fake) { f.TakePort(6379) }, want: engine.ErrPortTaken},
		"start hangs":              {before: func(f *enginetest.Fake) { f.Hang("StartContainer") }, want: engine.ErrTimeout},
		"cancelled while starting": {before: func(f *enginetest.Fake) { f.Hang("StartContainer") }, cancel: 3 * time.Second},
		"cancelled while creating": {before: func(f *enginetest.Fake) {
			f.Hang("CreateContainer")
			time.AfterFunc(4*time.Second, f.Release)
		}, cancel: 3 * time.Second},
		"engine dies while starting": {before: func(f *enginetest.Fake) {
			f.Hang("StartContainer")
			time.AfterFunc(3*time.Second, func() { f.Down(); f.Release() })
			time.AfterFunc(30*time.Second, f.Up)
		}, want: engine.ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := hub()
				a, stop := start(t, fake)
				defer stop()
				if tc.before != nil {
					tc.before(fake)
				}
				end := result(t, a, func() int {
					id := a.RunImage(redis())
					if tc.cancel > 0 {
						time.AfterFunc(tc.cancel, func() { a.Tasks.Cancel(id) })
					}
					return id
				})
				if tc.cancel > 0 && end.State != task.Cancelled || tc.cancel == 0 && !errors.Is(end.Err, tc.want) {
					t.Errorf("ended %v with %v, want %v", end.State, end.Err, tc.want)
				}
				fake.Release()
				time.Sleep(time.Minute)
				if found := left(t, fake); len(found) > 0 {
					t.Errorf("left behind: %v", found)
				}
				if rows := a.Store.Containers.Get().Rows; len(rows) > 0 {
					t.Errorf("the store shows %v", rows)
				}
			})
		})
	}
}

// mute makes containers without saying so in time.
type mute struct{ conn }

func (m mute) CreateContainer(ctx context.Context, spec engine.ContainerSpec) (string, []string, error) {
	if _, _, err := m.conn.CreateContainer(ctx, spec); err != nil {
		return "", nil, err
	}
	return "", nil, engine.ErrTimeout
}

func TestRunImageRemovesWhatItWasNotToldOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := hub()
		a, stop := start(t, fake, func(c conn) engine.Engine { return mute{c} })
		defer stop()
		end := result(t, a, func() int { return a.RunImage(redis()) })
		if !errors.Is(end.Err, engine.ErrTimeout) {
			t.Errorf("ended with %v, want ErrTimeout", end.Err)
		}
		if found := left(t, fake); len(found) > 0 {
			t.Errorf("left behind: %v", found)
		}
	})
}

// dying is an engine that goes down for half a minute with the first container
// that it is asked for.
type dying struct {
	conn
	makes bool // before it goes
	up    func(*enginetest.Fake)
	once  *sync.Once
}

func (d dying) CreateContainer(ctx context.Context, spec engine.ContainerSpec) (id string, warnings []string, err error) {
	died := false
	d.once.Do(func() {
		if d.makes {
			_, _, err = d.conn.CreateContainer(ctx, spec)
		}
		died = true
		d.Down()
		time.AfterFunc(30*time.Second, func() { d.Up(); d.up(d.Fake) })
	})
	if err != nil || died {
		return "", nil, errors.Join(err, engine.Unreachable(nil, io.ErrUnexpectedEOF))
	}
	return d.conn.CreateContainer(ctx, spec)
}

func TestRunImageWhenTheEngineDiesWhileCreating(t *testing.T) {
	namesake := func(f *enginetest.Fake) {
		f.AddContainer(engine.Container{ID: "theirs", Name: "hello", State: engine.StateCreated, Created: time.Now()})
	}
	nothing := func(*enginetest.Fake) {}
	for name, tc := range map[string]struct {
		before func(*enginetest.Fake)
		makes  bool
		up     func(*enginetest.Fake)
		want   []string
	}{
		"it was made":                    {nothing, true, nothing, nil},
		"it was not made":                {nothing, false, nothing, nil},
		"the name was somebody's":        {namesake, false, nothing, []string{"container hello"}},
		"the name is somebody's by then": {nothing, false, namesake, []string{"container hello"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := hub()
				once := &sync.Once{}
				a, stop := start(t, fake, func(c conn) engine.Engine { return dying{c, tc.makes, tc.up, once} })
				defer stop()
				tc.before(fake) // after the lists: nobody else knows of it
				end := result(t, a, func() int { return a.RunImage(redis()) })
				if !errors.Is(end.Err, engine.ErrUnreachable) {
					t.Errorf("ended with %v, want ErrUnreachable", end.Err)
				}
				time.Sleep(time.Minute)
				if found := left(t, fake); !slices.Equal(found, tc.want) {
					t.Errorf("left behind: %v, want %v", found, tc.want)
				}
				if all := a.Tasks.List.Get(); len(all) != 1 {
					t.Errorf("tasks are %+v, want only the run", all)
				}
			})
		})
	}
}

// What a run left on an engine is nothing to another one at the same address.
func TestRunImageLeavesAnotherEngineAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := hub()
		a, stop := start(t, fake, func(c conn) engine.Engine {
			return dying{c, true, func(f *enginetest.Fake) {
				f.Replace(engine.Version{Product: "Podman", API: "1.41"})
				f.AddVolume(engine.Volume{Name: "hello-data"})
			}, &sync.Once{}}
		})
		defer stop()
		if end := result(t, a, func() int { return a.RunImage(redis()) }); !errors.Is(end.Err, engine.ErrUnreachable) {
			t.Errorf("ended with %v, want ErrUnreachable", end.Err)
		}
		time.Sleep(3 * time.Minute)
		if found := left(t, fake); !slices.Equal(found, []string{"volume hello-data"}) {
			t.Errorf("the other engine has %v", found)
		}
	})
}

func TestRunImageRemovesItsVolumesLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := hub()
		fake.TakePort(6379)
		fake.Fail("RemoveVolume", engine.ErrServer)
		a, stop := start(t, fake)
		defer stop()
		if end := result(t, a, func() int { return a.RunImage(redis()) }); !errors.Is(end.Err, engine.ErrPortTaken) {
			t.Errorf("ended with %v, want ErrPortTaken", end.Err)
		}
		if found := left(t, fake); !slices.Equal(found, []string{"volume hello-data"}) {
			t.Fatalf("left behind at first: %v", found)
		}
		fake.Fail("RemoveVolume", nil)
		time.Sleep(sweepEvery + time.Second)
		if found := left(t, fake); len(found) > 0 {
			t.Errorf("left behind: %v", found)
		}
		if n := len(a.Store.Volumes.Get().Rows); n > 0 {
			t.Errorf("the store shows %d volumes", n)
		}
	})
}

func TestRunImageKeepsWhatWasThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := hub()
		fake.AddNetwork(engine.Network{Name: "hello-net"})
		fake.AddVolume(engine.Volume{Name: "hello-data"})
		fake.AddContainer(engine.Container{ID: "old", Name: "hello", State: engine.StateCreated})
		a, stop := start(t, fake)
		defer stop()
		end := result(t, a, func() int { return a.RunImage(redis()) })
		if !errors.Is(end.Err, engine.ErrConflict) {
			t.Errorf("ended with %v, want ErrConflict", end.Err)
		}
		fake.Hang("CreateContainer")
		end = result(t, a, func() int { return a.RunImage(redis()) })
		if !errors.Is(end.Err, engine.ErrTimeout) {
			t.Errorf("ended with %v, want ErrTimeout", end.Err)
		}
		if found := left(t, fake); !slices.Equal(found, []string{"container hello", "volume hello-data", "network hello-net"}) {
			t.Errorf("what was there is now %v", found)
		}
	})
}

func TestRunImageWhenTheAppCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := hub()
		a, stop := start(t, fake)
		fake.Hang("StartContainer")
		a.RunImage(redis())
		time.Sleep(3 * time.Second)
		stop()
		if found := left(t, fake); len(found) > 0 {
			t.Errorf("left behind: %v", found)
		}
	})
}

func TestPullImage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := hub()
		a, stop := start(t, fake)
		defer stop()
		end := result(t, a, func() int { return a.PullImage("redis:8") })
		if end.State != task.Done || end.Quiet || end.Progress.Fraction != 1 || len(end.Progress.Pull.Layers) != 3 {
			t.Errorf("ended %+v, want done with three layers", end)
		}
		if n := len(a.Store.Images.Get().Rows); n != 1 {
			t.Errorf("%d images when the pull ends, want 1", n)
		}
		fake.SetPull("big", enginetest.PullOf(engine.ImageDetail{}, 20*time.Second, 1, 2, 3))
		end = result(t, a, func() int {
			id := a.PullImage("big")
			time.AfterFunc(time.Minute, func() { a.Tasks.Cancel(id) })
			return id
		})
		if end.State != task.Cancelled || end.Ended.Sub(end.Started) != time.Minute {
			t.Errorf("ended %v after %v, want Cancelled after a minute", end.State, end.Ended.Sub(end.Started))
		}
	})
}
