package stats

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"escale/engine"
	"escale/engine/enginetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// meter counts streams, and makes each one's first sample take a while.
type meter struct {
	*enginetest.Fake
	delay time.Duration
	now   atomic.Int64 // streams open
	calls atomic.Int64
}

func (m *meter) Stats(ctx context.Context, id string) (*engine.Stream[engine.Sample], error) {
	m.calls.Add(1)
	m.now.Add(1)
	context.AfterFunc(ctx, func() { m.now.Add(-1) })
	if m.delay > 0 {
		select {
		case <-time.After(m.delay):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return m.Fake.Stats(ctx, id)
}

func start(t *testing.T, n int, delay time.Duration) (s *Sampler, m *meter, ids []string, stop func()) {
	t.Helper()
	return startOn(t, n, delay, nil)
}

func startOn(t *testing.T, n int, delay time.Duration, bears func() int) (s *Sampler, m *meter, ids []string, stop func()) {
	t.Helper()
	m = &meter{Fake: enginetest.New(), delay: delay}
	for i := range n {
		ids = append(ids, fmt.Sprintf("c%d", i))
		m.AddContainer(engine.Container{ID: ids[i], Name: ids[i], State: engine.StateRunning})
	}
	s = New(func() (engine.Engine, func(), error) { return m, func() {}, nil }, bears)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.Run(ctx) }()
	return s, m, ids, func() {
		cancel()
		<-done
		synctest.Wait()
		if open := m.now.Load(); open != 0 {
			t.Errorf("%d streams left open", open)
		}
	}
}

func TestVisibleRowsAreStreamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, m, ids, stop := start(t, 20, 100*time.Millisecond)
		defer stop()
		time.Sleep(10 * time.Second)
		if n := m.calls.Load(); n != 0 {
			t.Errorf("%d streams while nobody looks", n)
		}
		s.Watch(ids[:4])
		time.Sleep(11 * time.Second)
		for i, id := range ids {
			n := len(s.Latest.Get()[id].Samples)
			if i < 4 && n < 8 || i >= 4 && n != 0 {
				t.Errorf("%s has %d samples after 11 s", id, n)
			}
		}
		s.Watch(ids)
		time.Sleep(4 * time.Second)
		for _, id := range ids {
			if _, ok := s.Latest.Get()[id].Last(); !ok {
				t.Errorf("%s has no sample although it has been visible for 4 s", id)
			}
		}
		if n := m.calls.Load(); n != 20 {
			t.Errorf("%d streams were opened for 20 rows", n)
		}
		s.Watch(nil)
		synctest.Wait()
		if n := m.now.Load(); n != 0 {
			t.Errorf("%d streams open although no row is visible", n)
		}
	})
}

func TestManyRowsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, m, ids, stop := startOn(t, 10, 100*time.Millisecond, func() int { return 4 })
		defer stop()
		s.Watch(ids)
		for range 24 {
			time.Sleep(time.Second + time.Millisecond)
			if n := m.now.Load(); n > 4 {
				t.Errorf("%d streams at once on an engine that bears 4", n)
			}
		}
		for _, id := range ids {
			if _, ok := s.Latest.Get()[id].Last(); !ok {
				t.Errorf("%s never had its turn", id)
			}
		}
	})
}

func TestManyStreamsCostOneChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, ids, stop := start(t, 32, 0)
		defer stop()
		var changes atomic.Int64
		defer s.Latest.Subscribe(func() { changes.Add(1) })()
		s.Watch(ids)
		time.Sleep(10 * time.Second)
		if n := changes.Load(); n == 0 || n > 6 {
			t.Errorf("%d changes in 10 s, want about one in two seconds", n)
		}
	})
}

func TestPauseStopsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, m, ids, stop := start(t, 4, time.Second)
		defer stop()
		s.Watch(ids)
		s.Open(ids[0])
		time.Sleep(500 * time.Millisecond)
		s.Pause(true)
		synctest.Wait()
		if n := m.now.Load(); n != 0 {
			t.Errorf("%d streams open while paused", n)
		}
		m.calls.Store(0)
		time.Sleep(time.Minute)
		if n := m.calls.Load(); n != 0 {
			t.Errorf("%d streams while paused", n)
		}
		s.Pause(false)
		time.Sleep(5 * time.Second)
		for _, id := range ids {
			if _, ok := s.Latest.Get()[id].Last(); !ok {
				t.Errorf("%s has no sample after the pause", id)
			}
		}
	})
}

func TestOpenContainerIsStreamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, m, ids, stop := start(t, 1, 0)
		defer stop()
		s.Watch(ids)
		s.Open(ids[0])
		s.Open(ids[0])
		s.Close(ids[0])
		time.Sleep(5 * time.Minute)
		series := s.Latest.Get()[ids[0]].Samples
		if len(series) != Length {
			t.Errorf("%d samples, want the last %d", len(series), Length)
		}
		if gap := series[1].At.Sub(series[0].At); gap != time.Second {
			t.Errorf("samples are %v apart, want 1s", gap)
		}
		if n := m.now.Load(); n != 1 {
			t.Errorf("%d streams open, want 1", n)
		}
		if err := m.RestartContainer(t.Context(), ids[0], 0); err != nil {
			t.Fatal(err)
		}
		calls := m.calls.Load()
		time.Sleep(5 * time.Second)
		if m.calls.Load() == calls && m.now.Load() == 0 {
			t.Error("the stream did not come back after a restart")
		}
		s.Watch(nil)
		s.Close(ids[0])
		synctest.Wait()
		if n := m.now.Load(); n != 0 {
			t.Errorf("%d streams open after Close", n)
		}
	})
}

func TestSeriesAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, ids, stop := start(t, 2, 0)
		defer stop()
		s.Watch(ids)
		time.Sleep(time.Second)
		s.Watch(ids[:1])
		time.Sleep(forget + 5*time.Second)
		if latest := s.Latest.Get(); len(latest) != 1 {
			t.Errorf("%d series, want that of the visible row", len(latest))
		}
		s.Reset()
		if latest := s.Latest.Get(); len(latest) != 0 {
			t.Errorf("%d series after Reset, want 0", len(latest))
		}
	})
}

func TestNoEngineCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := New(func() (engine.Engine, func(), error) { asked++; return nil, nil, errors.New("none") }, nil)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); s.Run(ctx) }()
		s.Watch([]string{"a"})
		time.Sleep(time.Minute)
		cancel()
		<-done
		if asked > 31 {
			t.Errorf("asked %d times in a minute, want at most 31", asked)
		}
	})
}

func TestConcurrentUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, ids, stop := start(t, 8, 10*time.Millisecond)
		defer stop()
		for i := range 100 {
			go s.Watch(ids[i%8:])
			go s.Open(ids[i%8])
			go s.Close(ids[i%8])
			go s.Pause(i%3 == 0)
			go s.Reset()
			if i%10 == 0 {
				time.Sleep(50 * time.Millisecond)
			}
		}
		synctest.Wait()
	})
}
