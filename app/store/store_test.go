package store

import (
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestValueTellsSubscribers(t *testing.T) {
	v := NewValue(1)
	seen := 0
	cancel := v.Subscribe(func() { seen = v.Get() })
	v.Set(2)
	if seen != 2 {
		t.Errorf("subscriber saw %d, want 2", seen)
	}
	v.Update(func(n int) int { return n + 5 })
	if seen != 7 {
		t.Errorf("subscriber saw %d, want 7", seen)
	}
	cancel()
	cancel() // harmless
	v.Set(9)
	if seen != 7 || v.Get() != 9 {
		t.Errorf("subscriber saw %d after it left, value %d", seen, v.Get())
	}
	if n := len(v.subs); n != 0 {
		t.Errorf("%d subscribers left, want 0", n)
	}
}

func TestSubscriberMayReadAndChange(t *testing.T) {
	v, w := NewValue(0), NewValue(0)
	var cancel func()
	cancel = v.Subscribe(func() {
		w.Set(v.Get())
		cancel()
	})
	v.Set(3)
	v.Set(4)
	if w.Get() != 3 {
		t.Errorf("got %d, want the change before it left", w.Get())
	}
}

func TestConcurrentUpdates(t *testing.T) {
	v := NewValue(0)
	var told atomic.Int64
	defer v.Subscribe(func() { told.Add(1) })()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 20 {
				v.Update(func(n int) int { return n + 1 })
				v.Subscribe(func() {})()
			}
		})
	}
	wg.Wait()
	if v.Get() != 1000 || told.Load() != 1000 {
		t.Errorf("value %d, told %d times; want 1000 of both", v.Get(), told.Load())
	}
}

func TestNewStoreIsEmpty(t *testing.T) {
	s := New()
	if s.Connection.Get().Phase != Searching || s.Containers.Get().Loaded || len(s.Busy.Get()) != 0 {
		t.Error("a new store holds something")
	}
}
