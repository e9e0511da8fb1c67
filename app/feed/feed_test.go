package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a running feed.
type rig struct {
	*Feed
	fake    *enginetest.Fake
	st      *store.Store
	updates atomic.Int64 // of containers
	doubts  atomic.Int64
	loaded  chan error
	ended   chan error
	stop    context.CancelFunc
}

// run starts a feed from eng, which stands for fake, and stops it with the test.
func run(t *testing.T, fake *enginetest.Fake, eng engine.Engine) *rig {
	t.Helper()
	r := &rig{fake: fake, st: store.New(), loaded: make(chan error, 1), ended: make(chan error, 1)}
	r.st.Containers.Subscribe(func() { r.updates.Add(1) })
	r.Feed = New(eng, r.st, Hooks{
		Heard: func() {}, Doubt: func() { r.doubts.Add(1) }, Subscribed: func(error) {},
		Loaded: func(err error) { r.loaded <- err },
	})
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	go func() { r.ended <- r.Run(ctx) }()
	t.Cleanup(stop)
	return r
}

// await returns when all has been listed.
func (r *rig) await(t *testing.T) {
	t.Helper()
	if err := <-r.loaded; err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

func (r *rig) count(call string) int {
	n := 0
	for _, c := range r.fake.Calls() {
		if c == call {
			n++
		}
	}
	return n
}

func (r *rig) names() []string {
	var names []string
	for _, c := range r.st.Containers.Get().Rows {
		names = append(names, c.Name)
	}
	return names
}

func many(n int, state engine.State) []engine.Container {
	all := make([]engine.Container, n)
	for i := range all {
		all[i] = engine.Container{
			ID: fmt.Sprintf("id-%04d", i), Name: fmt.Sprintf("c%d", i), State: state,
			Created: time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC),
		}
	}
	return all
}

func TestSubscribesBeforeListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New(enginetest.WithContainers(many(2, engine.StateRunning)...))
		r := run(t, fake, fake)
		r.await(t)
		if calls := fake.Calls(); calls[0] != "Watch" {
			t.Errorf("first call was %s, want Watch", calls[0])
		}
		if got := r.names(); !slices.Equal(got, []string{"c1", "c0"}) {
			t.Errorf("rows %v, want newest first", got)
		}
		for kind, loaded := range map[string]bool{
			"containers": r.st.Containers.Get().Loaded, "images": r.st.Images.Get().Loaded,
			"networks": r.st.Networks.Get().Loaded,
		} {
			if !loaded {
				t.Errorf("%s not loaded", kind)
			}
		}
	})
}

func TestEventsAreAppliedByReadingAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New(enginetest.WithContainers(many(3, engine.StateRunning)...))
		r := run(t, fake, fake)
		r.await(t)
		fake.ResetCalls()
		if err := fake.RemoveContainer(t.Context(), "id-0001", engine.RemoveContainer{Force: true}); err != nil {
			t.Fatal(err)
		}
		fake.ChangeContainer("id-0002", "rename", func(d *engine.ContainerDetail) { d.Name = "other" })
		fake.AddContainer(engine.Container{ID: "new", Name: "new", State: engine.StateRunning, Created: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)})
		time.Sleep(settle + 10*time.Millisecond)
		if got := r.names(); !slices.Equal(got, []string{"new", "other", "c0"}) {
			t.Errorf("rows %v after the events", got)
		}
		if n := r.count("InspectContainer"); n != 3 {
			t.Errorf("%d containers were read again, want 3", n)
		}
		if n := r.count("ListContainers"); n != 0 {
			t.Errorf("containers were listed %d times, want 0", n)
		}
		time.Sleep(3 * time.Second)
		if n := r.count("ListVolumes"); n != 1 {
			t.Errorf("volumes were listed %d times after create and destroy, want 1", n)
		}
	})
}

func TestEventsAreNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New(enginetest.WithContainers(many(1, engine.StateRunning)...))
		r := run(t, fake, fake)
		r.await(t)
		id := r.st.Containers.Get().Rows[0].ID
		if err := fake.KillContainer(t.Context(), id, ""); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		var actions []string
		for _, e := range r.st.History.Get().Events {
			actions = append(actions, e.Action)
		}
		if !slices.Contains(actions, "die") {
			t.Errorf("the history has %v", actions)
		}
	})
}

func TestListTakesEightSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New(enginetest.WithContainers(many(1, engine.StateRunning)...))
		fake.AddVolume(engine.Volume{Name: "data"})
		fake.SetSlow(8 * time.Second)
		began := time.Now()
		r := run(t, fake, fake)
		if err := <-r.loaded; !errors.Is(err, engine.ErrTimeout) {
			t.Errorf("lists: %v, want ErrTimeout", err)
		}
		if took := time.Since(began); took != readWait {
			t.Errorf("gave up after %v, want %v", took, readWait)
		}
		s := r.st.Containers.Get()
		if s.Loaded || !errors.Is(s.Err, engine.ErrTimeout) {
			t.Errorf("containers %+v, want not loaded and ErrTimeout", s)
		}
		if r.doubts.Load() == 0 {
			t.Error("no doubt was raised")
		}
		time.Sleep(8*time.Second - readWait + time.Millisecond)
		if v := r.st.Volumes.Get(); !v.Loaded || len(v.Rows) != 1 {
			t.Errorf("volumes %+v, want the one that took 8 s", v)
		}
		fake.SetSlow(0)
		time.Sleep(retryMost)
		if s := r.st.Containers.Get(); !s.Loaded || s.Err != nil || len(s.Rows) != 1 {
			t.Errorf("containers %+v, want them listed once the engine is fast", s)
		}
	})
}

func TestStreamDropsEndsTheFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New(enginetest.WithContainers(many(2, engine.StateRunning)...))
		r := run(t, fake, fake)
		r.await(t)
		fake.Drop()
		if err := <-r.ended; !errors.Is(err, engine.ErrUnreachable) {
			t.Errorf("ended with %v, want ErrUnreachable", err)
		}
		if len(r.names()) != 2 {
			t.Error("rows are gone with the connection")
		}
		r.Settle(t.Context(), engine.KindContainer, "id-0000") // must not block
	})
}

func TestSubscriptionHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New()
		fake.SetDeadlines(false)
		fake.Hang("Watch")
		began := time.Now()
		r := run(t, fake, fake)
		if err := <-r.ended; !errors.Is(err, engine.ErrTimeout) {
			t.Errorf("ended with %v, want ErrTimeout", err)
		}
		if took := time.Since(began); took != subscribeWait {
			t.Errorf("took %v, want %v", took, subscribeWait)
		}
	})
}

func TestSettleShowsAnOperationAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New(enginetest.WithContainers(many(1, engine.StateRunning)...))
		r := run(t, fake, fake)
		r.await(t)
		fake.ChangeContainer("id-0000", "", func(d *engine.ContainerDetail) { d.Name = "renamed" }) // no event
		began := time.Now()
		r.Settle(t.Context(), engine.KindContainer, "id-0000")
		if got := r.names(); got[0] != "renamed" || time.Since(began) != 0 {
			t.Errorf("name %q after %v, want renamed at once", got[0], time.Since(began))
		}
		fake.AddVolume(engine.Volume{Name: "v"})
		r.Settle(t.Context(), engine.KindVolume, "v")
		if n := len(r.st.Volumes.Get().Rows); n != 1 {
			t.Errorf("%d volumes after settling, want 1", n)
		}
		r.Refresh()
		synctest.Wait()
		if n := r.count("ListContainers"); n != 2 {
			t.Errorf("containers listed %d times, want once more after Refresh", n)
		}
	})
}

func TestInspectFailsKeepsTheRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New(enginetest.WithContainers(many(1, engine.StateRunning)...))
		r := run(t, fake, fake)
		r.await(t)
		fake.Hang("InspectContainer")
		fake.ChangeContainer("id-0000", "rename", func(d *engine.ContainerDetail) { d.Name = "late" })
		time.Sleep(settle + readWait + time.Millisecond)
		if s := r.st.Containers.Get(); len(s.Rows) != 1 || !errors.Is(s.Err, engine.ErrTimeout) {
			t.Errorf("containers %+v, want the old row and ErrTimeout", s)
		}
		time.Sleep(retryLeast + time.Second) // lists still work
		if s := r.st.Containers.Get(); s.Rows[0].Name != "late" || s.Err != nil {
			t.Errorf("containers %+v, want the new name by listing", s)
		}
	})
}

// bare is an engine whose list of containers tells what Docker's does.
type bare struct{ *enginetest.Fake }

func (b bare) ListContainers(ctx context.Context) ([]engine.Container, error) {
	rows, err := b.Fake.ListContainers(ctx)
	for i := range rows {
		rows[i].Started, rows[i].Ended, rows[i].OOMKilled = time.Time{}, time.Time{}, false
	}
	return rows, err
}

func TestFailedContainersTellWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := many(100, engine.StateExited)
		for i := range all {
			all[i].Ended = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
			if i%2 == 0 {
				all[i].ExitCode, all[i].OOMKilled = 137, true
			}
		}
		fake := enginetest.New(enginetest.WithContainers(all...))
		r := run(t, fake, bare{fake})
		r.await(t)
		check := func() {
			t.Helper()
			for _, c := range r.st.Containers.Get().Rows {
				if c.ExitCode == 137 && (!c.OOMKilled || c.Ended.IsZero()) {
					t.Fatalf("%s does not tell that it ran out of memory", c.Name)
				}
			}
		}
		check()
		if n := r.count("InspectContainer"); n != 50 {
			t.Errorf("%d containers were read, want the 50 that failed", n)
		}
		if n := r.updates.Load(); n > 4 {
			t.Errorf("%d store updates, want at most 4", n)
		}
		r.Refresh(engine.KindContainer)
		synctest.Wait()
		check()
		if n := r.count("InspectContainer"); n != 50 {
			t.Errorf("%d containers were read, want none again", n)
		}
	})
}
