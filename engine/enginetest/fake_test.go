package enginetest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"escale/engine"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestHangEndsAtTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New(WithContainers(engine.Container{ID: "a1", Name: "web", State: engine.StateRunning}))
		f.Hang("StopContainer")
		began := time.Now()
		if err := f.StopContainer(t.Context(), "a1", 10*time.Second); !errors.Is(err, engine.ErrTimeout) {
			t.Errorf("stop: %v, want ErrTimeout", err)
		}
		if took := time.Since(began); took != 15*time.Second {
			t.Errorf("stop took %v, want 15s", took)
		}
		f.Release()
		if err := f.StopContainer(t.Context(), "web", 0); err != nil {
			t.Error(err)
		}
	})
}

func TestReleaseLetsHungCallsGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New()
		f.Hang()
		done := make(chan error, 1)
		go func() { done <- f.Ping(t.Context()) }()
		synctest.Wait()
		f.Release()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestSlowList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New()
		f.SetSlow(8 * time.Second)
		if _, err := f.ListContainers(t.Context()); !errors.Is(err, engine.ErrTimeout) {
			t.Errorf("list: %v, want ErrTimeout", err)
		}
		if _, err := f.ListVolumes(t.Context()); err != nil {
			t.Error(err)
		}
		f.SetDeadlines(false)
		if _, err := f.ListContainers(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestEventsFloodAndDrop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New()
		s, err := f.Watch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f.Flood(10_000)
		for i := range 10_000 {
			if e := <-s.C; e.Kind != engine.KindContainer {
				t.Fatalf("event %d: %+v", i, e)
			}
		}
		f.Drop()
		if e, open := <-s.C; open {
			t.Errorf("stream is open: %+v", e)
		}
		if !errors.Is(s.Err(), engine.ErrUnreachable) {
			t.Errorf("err %v", s.Err())
		}
	})
}

func TestRestartBreaksStreamsAndReplaceEmpties(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New(WithContainers(engine.Container{ID: "a1", Name: "web", State: engine.StateRunning}))
		s, err := f.Logs(t.Context(), "a1", engine.LogOptions{Follow: true, Tail: -1})
		if err != nil {
			t.Fatal(err)
		}
		f.Restart()
		if _, open := <-s.C; open {
			t.Error("log goes on")
		}
		rows, err := f.ListContainers(t.Context())
		if err != nil || len(rows) != 1 || rows[0].State != engine.StateExited {
			t.Errorf("after restart: %+v, %v", rows, err)
		}
		f.Replace(engine.Version{Product: "Podman"})
		if rows, err := f.ListContainers(t.Context()); err != nil || len(rows) != 0 {
			t.Errorf("after replace: %+v, %v", rows, err)
		}
		f.Down()
		if err := f.Ping(t.Context()); !errors.Is(err, engine.ErrRefused) || !errors.Is(err, engine.ErrUnreachable) {
			t.Errorf("down: %v", err)
		}
	})
}

func TestPullScript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New()
		f.SetPull("nginx:1.29", PullOf(engine.ImageDetail{}, time.Second, 100, 200))
		f.SetPull("stuck", PullScript{Steps: []PullStep{{After: time.Hour}}})
		var last engine.PullProgress
		if err := f.PullImage(t.Context(), "nginx:1.29", func(p engine.PullProgress) { last = p }); err != nil {
			t.Fatal(err)
		}
		if last.CurrentBytes != 300 || last.TotalBytes != 300 || len(last.Layers) != 2 {
			t.Errorf("progress %+v", last)
		}
		if _, err := f.InspectImage(t.Context(), "nginx:1.29"); err != nil {
			t.Error(err)
		}
		if err := f.PullImage(t.Context(), "stuck", nil); !errors.Is(err, engine.ErrStalled) {
			t.Errorf("stuck: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := f.PullImage(ctx, "stuck", nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

func TestProcessAndStats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := New()
		f.AddImage(engine.Image{Tags: []string{"busybox"}})
		id, _, err := f.CreateContainer(t.Context(), engine.ContainerSpec{
			Name: "job", Image: "busybox", Command: []string{"sh", "-c", "echo out; echo err >&2; sleep 2.5; exit 4"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.StartContainer(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		s, err := f.Stats(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for range s.C {
			n++
		}
		d, err := f.InspectContainer(t.Context(), "job")
		if err != nil || d.ExitCode != 4 || d.State != engine.StateExited || n != 3 {
			t.Errorf("%d samples, %+v, %v", n, d.Container, err)
		}
	})
}
