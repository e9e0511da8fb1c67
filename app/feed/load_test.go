package feed

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
)

func TestTenThousandEventsCostLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New(enginetest.WithContainers(many(1000, engine.StateRunning)...))
		r := run(t, fake, fake)
		r.await(t)
		time.Sleep(2 * time.Second)
		fake.ResetCalls()
		r.updates.Store(0)
		for range 100 { // a hundred events every 50 ms, for five seconds
			fake.Flood(100)
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		lists, reads := r.count("ListContainers"), r.count("InspectContainer")
		if lists > 14 || reads > 0 {
			t.Errorf("10,000 events cost %d lists and %d reads, want at most 14 and 0", lists, reads)
		}
		if n := r.updates.Load(); n > 14 {
			t.Errorf("10,000 events cost %d store updates, want at most 14", n)
		}
	})
}

func TestFloodAboutOneContainer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New(enginetest.WithContainers(many(1, engine.StateRunning)...))
		r := run(t, fake, fake)
		r.await(t)
		fake.ResetCalls()
		r.updates.Store(0)
		for range 1000 {
			for range 10 {
				fake.Emit(engine.Event{Kind: engine.KindContainer, ID: "id-0000", Action: "exec_die"})
			}
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(time.Second)
		if n := r.count("InspectContainer"); n < 8 || n > 12 {
			t.Errorf("container was read %d times in five seconds, want about two a second", n)
		}
		if n := r.updates.Load(); n != 0 {
			t.Errorf("%d store updates although nothing changed", n)
		}
	})
}

func BenchmarkEvent1000Containers(b *testing.B) {
	all := many(1000, engine.StateRunning)
	st := store.New()
	st.Containers.Set(store.Snapshot[engine.Container]{Rows: all, Loaded: true})
	f := New(enginetest.New(), st, Hooks{})
	for i := 0; b.Loop(); i++ {
		c := all[500]
		c.ExitCode = i
		f.containers.apply(map[string]engine.Container{c.ID: c}, nil)
	}
}

func BenchmarkList1000Containers(b *testing.B) {
	fake := enginetest.New(enginetest.WithContainers(many(1000, engine.StateRunning)...))
	fake.SetDeadlines(false)
	f := New(fake, store.New(), Hooks{Heard: func() {}, Doubt: func() {}})
	for b.Loop() {
		if err := f.containers.relist(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
	}
}

func TestVolumesFollowTheirContainers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := many(1, engine.StateRunning)
		c[0].Mounts = []engine.Mount{{Kind: engine.MountVolume, Source: "data", Target: "/data"}}
		fake := enginetest.New(enginetest.WithContainers(c...))
		fake.AddVolume(engine.Volume{Name: "data"})
		r := run(t, fake, fake)
		r.await(t)
		fake.ResetCalls()
		fake.Exit("id-0000", 0)
		time.Sleep(settle + time.Millisecond)
		if use := r.st.Volumes.Get().Rows[0].UsedBy[0]; use.Running {
			t.Error("volume says that its container runs")
		}
		if n := r.count("ListVolumes"); n != 0 {
			t.Errorf("volumes were measured %d times, want 0", n)
		}
	})
}

// behind is an engine whose lists say that everything runs, whatever happened:
// Docker announces an end before its lists know of it.
type behind struct{ engine.Engine }

func (b behind) ListContainers(ctx context.Context) ([]engine.Container, error) {
	rows, err := b.Engine.ListContainers(ctx)
	for i := range rows {
		rows[i].State, rows[i].ExitCode = engine.StateRunning, -1
	}
	return rows, err
}

func TestListsLagBehindEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := many(60, engine.StateExited)
		fake := enginetest.New(enginetest.WithContainers(ended...))
		r := run(t, fake, behind{fake})
		r.await(t)
		still := func() (n int) {
			time.Sleep(2 * time.Second)
			for _, c := range r.st.Containers.Get().Rows {
				if c.Active() {
					n++
				}
			}
			return n
		}
		if n := still(); n != 0 {
			t.Errorf("%d containers that ended before the first list run for ever", n)
		}
		for _, c := range ended { // more than are read one by one
			fake.Emit(engine.Event{Kind: engine.KindContainer, ID: c.ID, Action: "die"})
		}
		if n := still(); n != 0 {
			t.Errorf("%d containers that ended together run for ever", n)
		}
		r.Refresh(engine.KindContainer) // no event follows this list
		if n := still(); n != 0 {
			t.Errorf("%d containers that were known to have ended run for ever after another list", n)
		}
	})
}
