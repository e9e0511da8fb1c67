package app

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"escale/app/discover"
	"escale/app/settings"
	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// here finds one engine, and makes connections to it that can be closed.
type here struct {
	fake *enginetest.Fake
	wrap func(conn) engine.Engine
}

type conn struct{ *enginetest.Fake }

func (conn) Close() error { return nil }

func (h here) Endpoints(context.Context) []engine.Endpoint {
	return []engine.Endpoint{h.fake.Endpoint()}
}

func (h here) Probe(ctx context.Context, ep engine.Endpoint) engine.Candidate {
	return engine.Candidate{Endpoint: ep, Err: h.fake.Ping(ctx)}
}

func (h here) connect(ctx context.Context, _ engine.Endpoint) (engine.Engine, error) {
	return h.wrap(conn{h.fake}), h.fake.Ping(ctx)
}

// start runs an App on a fake, through what wrap makes of its connections.
func start(t *testing.T, fake *enginetest.Fake, wrap ...func(conn) engine.Engine) (a *App, stop func()) {
	t.Helper()
	h := here{fake: fake, wrap: func(c conn) engine.Engine { return c }}
	if len(wrap) > 0 {
		h.wrap = wrap[0]
	}
	a = New(Options{Connect: h.connect, Finder: h})
	a.Start(t.Context())
	synctest.Wait()
	return a, a.Close
}

// result waits for a task's end.
func result(t *testing.T, a *App, start func() int) task.Task {
	t.Helper()
	ended := make(chan task.Task, 100)
	defer a.Tasks.OnEnd(func(task task.Task) { ended <- task })()
	id := start()
	for {
		select {
		case task := <-ended:
			if task.ID == id {
				return task
			}
		case <-time.After(10 * time.Minute):
			t.Fatal("task did not end")
		}
	}
}

func web() *enginetest.Fake {
	fake := enginetest.New(enginetest.WithContainers(engine.Container{
		ID: "a1", Name: "web", Image: "nginx:1.29", State: engine.StateRunning,
	}))
	fake.AddImage(engine.Image{ID: "sha256:nginx", Tags: []string{"nginx:1.29"}})
	fake.AddVolume(engine.Volume{Name: "data"})
	return fake
}

func state(a *App, id string) engine.State {
	for _, c := range a.Store.Containers.Get().Rows {
		if c.ID == id {
			return c.State
		}
	}
	return ""
}

func TestOperations(t *testing.T) {
	twoGB := int64(2 << 30)
	for name, tc := range map[string]struct {
		before func(*enginetest.Fake)
		do     func(*App) int
		check  func(*App) bool // as the store shows it when the task ends
		want   error
	}{
		"stop":         {do: func(a *App) int { return a.StopContainer("a1") }, check: func(a *App) bool { return state(a, "a1") == engine.StateExited }},
		"kill":         {do: func(a *App) int { return a.KillContainer("a1") }, check: func(a *App) bool { return state(a, "a1") == engine.StateExited }},
		"pause":        {do: func(a *App) int { return a.PauseContainer("a1") }, check: func(a *App) bool { return state(a, "a1") == engine.StatePaused }},
		"restart":      {do: func(a *App) int { return a.RestartContainer("a1") }, check: func(a *App) bool { return state(a, "a1") == engine.StateRunning }},
		"start":        {before: func(f *enginetest.Fake) { f.Exit("a1", 1) }, do: func(a *App) int { return a.StartContainer("a1") }, check: func(a *App) bool { return state(a, "a1") == engine.StateRunning }},
		"resume fails": {do: func(a *App) int { return a.ResumeContainer("a1") }, want: engine.ErrConflict},
		"rename":       {do: func(a *App) int { return a.RenameContainer("a1", "new") }, check: func(a *App) bool { return a.containerName("a1") == "new" }},
		"update":       {do: func(a *App) int { return a.UpdateContainer("a1", engine.ContainerUpdate{MemoryBytes: &twoGB}) }},
		"remove": {
			do:    func(a *App) int { return a.RemoveContainer("a1", engine.RemoveContainer{Force: true}) },
			check: func(a *App) bool { return state(a, "a1") == "" },
		},
		"remove what is gone":    {do: func(a *App) int { return a.RemoveContainer("gone", engine.RemoveContainer{}) }},
		"remove a running one":   {do: func(a *App) int { return a.RemoveContainer("a1", engine.RemoveContainer{}) }, want: engine.ErrConflict},
		"tag":                    {do: func(a *App) int { return a.TagImage("nginx:1.29", "mine:1") }, check: func(a *App) bool { return len(a.Store.Images.Get().Rows[0].Tags) == 2 }},
		"remove image in use":    {do: func(a *App) int { return a.RemoveImage("nginx:1.29", false) }, want: engine.ErrInUse},
		"remove image not there": {do: func(a *App) int { return a.RemoveImage("none", false) }},
		"prune images":           {do: func(a *App) int { return a.PruneImages(true) }},
		"create volume":          {do: func(a *App) int { return a.CreateVolume("more") }, check: func(a *App) bool { return len(a.Store.Volumes.Get().Rows) == 2 }},
		"remove volume":          {do: func(a *App) int { return a.RemoveVolume("data") }, check: func(a *App) bool { return len(a.Store.Volumes.Get().Rows) == 0 }},
		"prune volumes":          {do: func(a *App) int { return a.PruneVolumes(true) }, check: func(a *App) bool { return len(a.Store.Volumes.Get().Rows) == 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := web()
				if tc.before != nil {
					tc.before(fake)
				}
				a, stop := start(t, fake)
				defer stop()
				end := result(t, a, func() int { return tc.do(a) })
				if !errors.Is(end.Err, tc.want) || (end.State == task.Done) != (tc.want == nil) {
					t.Errorf("ended %v with %v, want %v", end.State, end.Err, tc.want)
				}
				if tc.check != nil && !tc.check(a) {
					t.Error("the store does not show it when the task ends")
				}
				if n := len(a.Store.Busy.Get()); n != 0 {
					t.Errorf("%d busy marks left", n)
				}
				if tc.want == nil && len(a.Tasks.List.Get()) > 0 && end.Quiet {
					t.Error("a quiet success stayed on the list")
				}
			})
		})
	}
}

func TestBusyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := web()
		a, stop := start(t, fake)
		defer stop()
		fake.Hang("StopContainer")
		began := time.Now()
		end := result(t, a, func() int {
			id := a.StopContainer("a1")
			if b := a.Store.Busy.Get()["a1"]; b.Verb != store.VerbStop || b.TaskID != id {
				t.Errorf("busy mark %+v right after the click", b)
			}
			if again := a.StopContainer("a1"); again != id {
				t.Errorf("second click started task %d", again)
			}
			if sub, _ := a.Tasks.Get(id); sub.Subject != "web" {
				t.Errorf("subject %q, want web", sub.Subject)
			}
			return id
		})
		if !errors.Is(end.Err, engine.ErrTimeout) || time.Since(began) != stopGrace+answerWait {
			t.Errorf("ended with %v after %v, want ErrTimeout after 15s", end.Err, time.Since(began))
		}
		if a.Store.Connection.Get().Phase != store.Ready {
			t.Error("engine that answers pings is not Ready")
		}
	})
}

func TestSlowOperationFindsAHungEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := web()
		a, stop := start(t, fake)
		defer stop()
		fake.Hang()
		a.StopContainer("a1")
		time.Sleep(9 * time.Second)
		if p := a.Store.Connection.Get().Phase; p != store.Unresponsive {
			t.Errorf("phase %v nine seconds after the click, want Unresponsive", p)
		}
		fake.Release()
		time.Sleep(20 * time.Second)
	})
}

func TestCancelOperation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := web()
		a, stop := start(t, fake)
		defer stop()
		fake.Hang("StopContainer")
		end := result(t, a, func() int {
			id := a.StopContainer("a1")
			time.AfterFunc(3*time.Second, func() { a.Tasks.Cancel(id) })
			return id
		})
		if took := end.Ended.Sub(end.Started); end.State != task.Cancelled || took != 3*time.Second {
			t.Errorf("ended %v after %v, want Cancelled after 3s", end.State, took)
		}
	})
}

func TestReadingOnDemand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := web()
		a, stop := start(t, fake)
		defer stop()
		if d, err := a.InspectContainer(t.Context(), "a1"); err != nil || d.Name != "web" {
			t.Errorf("container %q, %v", d.Name, err)
		}
		if d, err := a.InspectImage(t.Context(), "nginx:1.29"); err != nil || d.ID == "" {
			t.Errorf("image %+v, %v", d, err)
		}
		if _, err := a.InspectVolume(t.Context(), "none"); !errors.Is(err, engine.ErrNotFound) {
			t.Errorf("volume: %v, want ErrNotFound", err)
		}
		if h, err := a.ImageHistory(t.Context(), "nginx:1.29"); err != nil || len(h) == 0 {
			t.Errorf("history %v, %v", h, err)
		}
		if _, err := a.PrunableImages(t.Context(), true); err != nil {
			t.Error(err)
		}
		fake.SetDeadlines(false)
		fake.Hang("InspectContainer")
		if _, err := a.InspectContainer(t.Context(), "a1"); !errors.Is(err, engine.ErrTimeout) {
			t.Errorf("hanging engine: %v, want ErrTimeout", err)
		}
	})
}

// What measures or clears the disk may take long, and is not given up before
// the engine is.
func TestSlowDisk(t *testing.T) {
	for call, tc := range map[string]struct {
		takes time.Duration
		do    func(*App) int
	}{
		"RemoveImage":  {4 * time.Minute, func(a *App) int { return a.RemoveImage("spare:1", false) }},
		"PruneImages":  {4 * time.Minute, func(a *App) int { return a.PruneImages(true) }},
		"PruneVolumes": {4 * time.Minute, func(a *App) int { return a.PruneVolumes(true) }},
		"PrunableImages": {25 * time.Second, func(a *App) int {
			return a.Tasks.Start(task.Spec{}, func(ctx context.Context, _ func(task.Progress)) error {
				_, err := a.PrunableImages(ctx, true)
				return err
			})
		}},
		"InspectVolume": {25 * time.Second, func(a *App) int {
			return a.Tasks.Start(task.Spec{}, func(ctx context.Context, _ func(task.Progress)) error {
				_, err := a.InspectVolume(ctx, "data")
				return err
			})
		}},
	} {
		t.Run(call, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := web()
				fake.AddImage(engine.Image{ID: "sha256:spare", Tags: []string{"spare:1"}})
				a, stop := start(t, fake)
				defer stop()
				fake.Hang(call)
				time.AfterFunc(tc.takes, fake.Release)
				if end := result(t, a, func() int { return tc.do(a) }); end.Err != nil {
					t.Errorf("ended %v with %v, want done after %v", end.State, end.Err, tc.takes)
				}
			})
		})
	}
}

func TestWithoutAnEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New()
		fake.Down()
		a, stop := start(t, fake)
		defer stop()
		if _, err := a.Engine(); !errors.Is(err, engine.ErrUnreachable) {
			t.Errorf("engine: %v, want ErrUnreachable", err)
		}
		end := result(t, a, func() int { return a.RunImage(engine.ContainerSpec{Image: "nginx"}) })
		if !errors.Is(end.Err, engine.ErrUnreachable) {
			t.Errorf("run: %v, want ErrUnreachable", end.Err)
		}
	})
}

func TestCloseEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := web()
		a, stop := start(t, fake)
		fake.Hang()
		a.StopContainer("a1")
		a.PullImage("redis")
		began := time.Now()
		stop()
		if took := time.Since(began); took > closeWait {
			t.Errorf("closing took %v, want at most %v", took, closeWait)
		}
		if slices.ContainsFunc(a.Tasks.List.Get(), func(t task.Task) bool { return !t.Over() }) {
			t.Error("a task still runs")
		}
	})
}

// counted is a Hub that counts searches.
type counted struct {
	discover.Hub
	searches *atomic.Int64
}

func (c counted) Search(context.Context, string, int, int) (discover.Page, error) {
	c.searches.Add(1)
	return discover.Page{Hits: []engine.SearchHit{{Name: "x"}}, Total: 1}, nil
}

func TestAnotherHubIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := here{fake: web(), wrap: func(c conn) engine.Engine { return c }}
		var searches atomic.Int64
		a := New(Options{Connect: h.connect, Finder: h, Hub: counted{searches: &searches}})
		a.Discover.Search("nginx")
		synctest.Wait()
		a.Settings.UpdateSoon(func(p *settings.Prefs) { p.Theme = "dark" })
		synctest.Wait()
		if n := searches.Load(); n != 1 {
			t.Errorf("%d searches on one Hub, want 1", n)
		}
		a.Settings.UpdateSoon(func(p *settings.Prefs) { p.HubBase = "https://hub.example" })
		synctest.Wait()
		if n := searches.Load(); n != 2 {
			t.Errorf("%d searches after the Hub has moved, want 2", n)
		}
		a.Close()
	})
}
