package teacher

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"escale/app/feed"
	"escale/app/lesson"
	"escale/app/progress"
	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// class is a teacher at an engine in memory.
type class struct {
	*Teacher
	tb   *testing.T
	fake *enginetest.Fake
	st   *store.Store
	l    *lesson.Lesson

	leave []func()
}

// inClass runs a test with a lesson open.
func inClass(t *testing.T, text string, before func(*enginetest.Fake), do func(*class)) {
	t.Helper()
	l, err := lesson.Parse([]byte(text), "en")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New()
		fake.AddImage(engine.Image{ID: "sha256:1", Tags: []string{"nginx:latest"}, SizeBytes: 5 << 20})
		fake.AddImage(engine.Image{ID: "sha256:2", Tags: []string{"busybox:1"}})
		fake.SetProcess(func(d engine.ContainerDetail) enginetest.Process {
			if strings.Join(d.Args, " ") == "nginx -v" {
				return enginetest.Process{Ends: true, Output: []enginetest.Output{{Text: "nginx version: nginx/1.29", Stderr: true}}}
			}
			return enginetest.Shell(d)
		})
		if before != nil {
			before(fake)
		}
		learned, _ := progress.Open("")
		c := &class{tb: t, fake: fake, l: l}
		defer func() {
			for _, leave := range c.leave {
				leave()
			}
		}()
		c.join(learned)
		c.Begin(l, l.ID, false)
		c.settle()
		do(c)
	})
}

// join starts a teacher, and a feed of its own store.
func (c *class) join(learned *progress.Store) {
	c.st = store.New()
	loaded := make(chan error, 1)
	f := feed.New(c.fake, c.st, feed.Hooks{Heard: func() {}, Doubt: func() {}, Subscribed: func(error) {}, Loaded: func(err error) { loaded <- err }})
	ctx, cancel := context.WithCancel(c.tb.Context())
	done := make(chan struct{}, 2)
	go func() { _ = f.Run(ctx); done <- struct{}{} }()
	c.Teacher = New(Options{
		Store: c.st, Progress: learned,
		Engine: func() (engine.Engine, func(), error) { return c.fake, func() {}, nil },
	})
	go func() { c.Run(ctx); done <- struct{}{} }()
	c.leave = append(c.leave, func() { cancel(); <-done; <-done })
	if err := <-loaded; err != nil {
		c.tb.Fatal(err)
	}
	c.st.Connection.Set(store.Connection{Phase: store.Ready, Info: engine.Info{ID: "here"}})
}

// settle waits until everything that happened was looked at.
func (c *class) settle() {
	time.Sleep(10 * time.Second)
	synctest.Wait()
}

func (c *class) make(spec engine.ContainerSpec) string {
	c.tb.Helper()
	id, _, err := c.fake.CreateContainer(c.tb.Context(), spec)
	c.must(err)
	c.must(c.fake.StartContainer(c.tb.Context(), id))
	return id
}

func (c *class) must(err error) {
	c.tb.Helper()
	if err != nil {
		c.tb.Fatal(err)
	}
}

func (c *class) ticked(id string) bool {
	c.settle()
	_, done := c.Progress.Get(c.l.ID).Tasks[id]
	return done
}

func (c *class) want(id string, done bool, why string) {
	c.tb.Helper()
	if c.ticked(id) != done {
		c.tb.Errorf("%s: task %s ticked: %v", why, id, !done)
	}
}

// web publishes port 80 of nginx.
func web(name string) engine.ContainerSpec {
	return engine.ContainerSpec{
		Name: name, Image: "nginx", Ports: []engine.PortBinding{{HostIP: "127.0.0.1", Host: 8080, Container: 80}},
	}
}

// page is a lesson of one step for each of the checks.
func page(checks ...string) string {
	text := "---\nlesson: 1\nid: x1\norder: 1\ntitle: T\nminutes: 3\nsummary: S\n---\n"
	for i, check := range checks {
		name := string(rune('a' + i))
		text += "## " + name + "\n```task\nid: t" + name + "\ntext: T\nopen: containers\ncheck: >-\n  " + check + "\n```\n"
	}
	return text
}

func TestFirstLesson(t *testing.T) {
	l := lesson.ByID("en", "first-container")
	before := func(f *enginetest.Fake) {
		f.AddContainer(engine.Container{ID: "old", Name: "old", Image: "nginx:latest", State: engine.StateRunning})
	}
	inClass(t, page("container(name=\"never\")"), before, func(c *class) {
		c.l = l
		c.Begin(l, l.ID, false)
		c.want("run", false, "one that was there before")
		c.Turn(1)
		c.make(engine.ContainerSpec{Name: "other", Image: "busybox:1", Ports: []engine.PortBinding{{Host: 8081, Container: 80}}})
		c.make(engine.ContainerSpec{Name: "closed", Image: "nginx"})
		c.want("run", false, "another image, and one without a port")
		id := c.make(web("mine"))
		c.want("run", true, "done")
		if got := c.Progress.Get(l.ID).Tasks["run"].Deed.ID; got != id {
			c.tb.Errorf("it was ticked by %s, not %s", got, id)
		}
		if r, ok := c.Open.Get().Figures[Asked{lesson.FigureStart, "run"}]; !ok || r.Took < 0 {
			c.tb.Errorf("the start was not measured: %+v", c.Open.Get().Figures)
		}
		c.make(engine.ContainerSpec{Name: "version", Image: "nginx", Command: []string{"nginx", "-v"}})
		c.want("version", false, "its step was not shown yet")
		c.Turn(2)
		c.want("version", true, "done, and shown now")
		c.Turn(3)
		c.must(c.fake.StopContainer(c.tb.Context(), "old", time.Second))
		c.want("stop", false, "another container was stopped")
		c.must(c.fake.StopContainer(c.tb.Context(), id, time.Second))
		c.want("stop", true, "done")
		if c.Progress.Get(l.ID).Finished() {
			c.tb.Error("finished without the questions")
		}
		for i := range l.Quiz() {
			c.Answer(i, 0)
		}
		if !c.Progress.Get(l.ID).Finished() {
			c.tb.Error("not finished")
		}
	})
}

func TestWalkingAroundTicksNothing(t *testing.T) {
	inClass(t, page(`container(image="nginx", new=lesson)`, `event(type="container", action="die")`), nil, func(c *class) {
		for step := range 2 {
			c.Turn(step)
			c.settle()
		}
		c.Close()
		c.Begin(c.l, c.l.ID, false)
		c.settle()
		if n := len(c.Progress.Get(c.l.ID).Tasks); n != 0 {
			c.tb.Errorf("%d tasks ticked by nothing", n)
		}
	})
}

func TestNewSinceTheTask(t *testing.T) {
	inClass(t, page(`container(name="aa", new=lesson)`, `container(image="nginx", new=task) or event(action="kill", new=task)`), nil, func(c *class) {
		id := c.make(web("aa"))
		c.must(c.fake.KillContainer(c.tb.Context(), id, ""))
		c.want("ta", true, "new since the lesson")
		c.Turn(1)
		c.want("tb", false, "what was there before the step, and what happened")
		c.make(engine.ContainerSpec{Name: "bb", Image: "nginx"})
		c.want("tb", true, "new since the step")
	})
}

func TestEventsOutliveTheirThing(t *testing.T) {
	check := `event(type="container", action="die", exit=7, image="busybox")`
	inClass(t, page(check), nil, func(c *class) {
		c.make(engine.ContainerSpec{Image: "busybox:1", Command: []string{"sh", "-c", "exit 3"}, AutoRemove: true})
		c.want("ta", false, "another code")
		c.make(engine.ContainerSpec{Image: "busybox:1", Command: []string{"sh", "-c", "exit 7"}, AutoRemove: true})
		c.want("ta", true, "it ended, and is gone")
	})
}

func TestLogOfARunningContainer(t *testing.T) {
	inClass(t, page(`container(image="busybox", state="running", log~"*ready to go*")`), nil, func(c *class) {
		c.make(engine.ContainerSpec{Image: "busybox:1", Command: []string{"sh", "-c", "echo ready; sleep 60; echo ready to go; while true; do true; done"}})
		c.want("ta", false, "not said yet")
		time.Sleep(time.Minute) // nothing but the log changes
		c.want("ta", true, "said")
	})
}

func TestFilesAreCompared(t *testing.T) {
	write := `file(volume="notes", path="/letter", text~"*dear*") and container(name="writer", new=lesson)`
	read := `file(volume="notes", path="/letter", same="ta") and container(name="reader", new=lesson)`
	inClass(t, page(write, read), nil, func(c *class) {
		mount := []engine.Mount{{Kind: engine.MountVolume, Source: "notes", Target: "/data"}}
		id := c.make(engine.ContainerSpec{Name: "writer", Image: "busybox:1", Mounts: mount})
		c.fake.PutFile("notes", "letter", "dear you")
		c.must(c.fake.RestartContainer(c.tb.Context(), id, 0))
		c.want("ta", true, "written")
		c.Turn(1)
		c.must(c.fake.RemoveContainer(c.tb.Context(), id, engine.RemoveContainer{Force: true}))
		c.fake.PutFile("notes", "letter", "dear me")
		reader := c.make(engine.ContainerSpec{Name: "reader", Image: "busybox:1", Mounts: mount})
		c.want("tb", false, "another text")
		c.fake.PutFile("notes", "letter", "dear you")
		c.must(c.fake.RestartContainer(c.tb.Context(), reader, 0))
		c.want("tb", true, "the same text")
	})
}

func TestAnotherContainerTakesThePlaceOfOneThatIsGone(t *testing.T) {
	inClass(t, page(`container(image="nginx", state="running", new=task)`, `container(of="ta", state="exited")`), nil, func(c *class) {
		first := c.make(web("aa"))
		c.want("ta", true, "done")
		at := c.Progress.Get(c.l.ID).Tasks["ta"].At
		c.must(c.fake.RemoveContainer(c.tb.Context(), first, engine.RemoveContainer{Force: true}))
		c.Turn(1)
		second := c.make(web("bb"))
		c.settle()
		if tick := c.Progress.Get(c.l.ID).Tasks["ta"]; tick.Deed.ID != second || tick.At != at {
			c.tb.Errorf("%+v, want %s, ticked when the first was", tick, second)
		}
		c.must(c.fake.StopContainer(c.tb.Context(), second, 0))
		c.want("tb", true, "the one that took its place")
	})
}

func TestALaterStartGoesOn(t *testing.T) {
	inClass(t, page(`container(name="aa", new=lesson)`, `container(image="nginx", new=lesson)`), nil, func(c *class) {
		c.make(engine.ContainerSpec{Name: "aa", Image: "busybox:1"})
		c.want("ta", true, "done")
		c.Turn(1)
		c.settle()
		learned := c.Progress
		c.Close()
		c.join(learned) // the program was started again
		c.Begin(c.l, c.l.ID, false)
		if r := learned.Get(c.l.ID); r.Step != 1 || len(r.Tasks) != 1 {
			c.tb.Errorf("it does not go on where it was: %+v", r)
		}
		c.settle()
		c.make(web("bb"))
		c.want("tb", true, "new since the lesson was begun")
	})
}

func TestBlindWhileTheEngineIsAway(t *testing.T) {
	inClass(t, page(`container(image="nginx")`), nil, func(c *class) {
		c.st.Connection.Set(store.Connection{Phase: store.Reconnecting})
		c.make(web("aa"))
		c.want("ta", false, "the engine is away")
		if !c.Open.Get().Blind {
			c.tb.Error("nobody is told")
		}
		c.st.Connection.Set(store.Connection{Phase: store.Ready, Info: engine.Info{ID: "here"}})
		c.want("ta", true, "it is back")
		if c.Open.Get().Blind {
			c.tb.Error("still blind")
		}
	})
}

func TestAnotherEnginesThingsAreNotNew(t *testing.T) {
	inClass(t, page(`container(image="nginx", new=lesson)`), nil, func(c *class) {
		c.st.Connection.Set(store.Connection{Phase: store.Reconnecting})
		c.make(web("aa")) // it stands for what another engine has
		c.settle()
		c.st.Connection.Set(store.Connection{Phase: store.Ready, Info: engine.Info{ID: "there"}})
		c.want("ta", false, "it was there on the other engine")
		c.make(engine.ContainerSpec{Name: "bb", Image: "nginx"})
		c.want("ta", true, "new there")
	})
}

func TestWhatCannotBeSeenIsLookedAtAgain(t *testing.T) {
	inClass(t, page(`container(image="nginx", env="A=1")`), nil, func(c *class) {
		c.fake.Fail("InspectContainer", errors.Join(engine.ErrTimeout))
		spec := web("aa")
		spec.Env = []engine.EnvVar{{Name: "A", Value: "1"}}
		c.make(spec)
		time.Sleep(time.Second)
		synctest.Wait()
		c.fake.Fail("InspectContainer", nil)
		c.want("ta", true, "it answers again")
	})
}

func TestAgainForgets(t *testing.T) {
	inClass(t, page(`container(image="nginx", new=lesson)`), nil, func(c *class) {
		c.make(web("aa"))
		c.want("ta", true, "done")
		gone := c.Again()
		c.want("ta", false, "it is known now")
		c.Progress.Restore(gone)
		c.want("ta", true, "undone")
	})
}
