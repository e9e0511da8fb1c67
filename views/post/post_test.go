package post

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

type queue struct {
	mu sync.Mutex
	fs []func()
}

func (q *queue) Post(f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.fs = append(q.fs, f)
}

func (q *queue) drain() {
	q.mu.Lock()
	fs := q.fs
	q.fs = nil
	q.mu.Unlock()
	for _, f := range fs {
		f()
	}
}

func TestCoalesce(t *testing.T) {
	defer goleak.VerifyNone(t)
	q, draws := &queue{}, 0
	changed := Coalesce(q, func() { draws++ })
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(changed)
	}
	wg.Wait()
	q.drain()
	if draws != 1 {
		t.Errorf("100 changes cost %d draws, want 1", draws)
	}
	changed()
	q.drain()
	if draws != 2 {
		t.Errorf("a change after the draw was lost: %d draws", draws)
	}
}

func TestDebounce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, runs := &queue{}, 0
		call, cancel := Debounce(q, 200*time.Millisecond, func() { runs++ })
		for range 5 {
			call()
			time.Sleep(150 * time.Millisecond)
		}
		q.drain()
		if runs != 0 {
			t.Fatalf("ran %d times while calls kept coming", runs)
		}
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		q.drain()
		if runs != 1 {
			t.Fatalf("ran %d times after the pause, want 1", runs)
		}
		call()
		time.Sleep(300 * time.Millisecond)
		synctest.Wait() // posted, not yet run
		cancel()
		q.drain()
		if runs != 1 {
			t.Error("ran although it was cancelled between the post and the run")
		}
	})
}
