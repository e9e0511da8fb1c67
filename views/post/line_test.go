package post

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestLineIsServedAtOnce: however much is posted while a frame is drawn, the loop
// is called once, and runs all of it in order.
func TestLineIsServedAtOnce(t *testing.T) {
	toolkit := &queue{}
	l := &line{bring: toolkit.Post}
	var ran []int
	for i := range 50 {
		l.add(func() { ran = append(ran, i) })
	}
	if calls := len(toolkit.fs); calls != 1 {
		t.Errorf("the loop is called %d times", calls)
	}
	toolkit.drain()
	if len(ran) != 50 || !slices.IsSorted(ran) {
		t.Errorf("ran %v", ran)
	}
	l.add(func() { ran = nil })
	toolkit.drain()
	if ran != nil {
		t.Error("it is not called again")
	}
}

// TestLineKeepsNoFrameWaiting: long work is shared out among turns, in order.
func TestLineKeepsNoFrameWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		toolkit := &queue{}
		l := &line{bring: toolkit.Post}
		var ran []int
		for i := range 9 {
			l.add(func() { time.Sleep(10 * time.Millisecond); ran = append(ran, i) })
		}
		turns := 0
		for len(ran) < 9 {
			before := len(ran)
			toolkit.drain()
			turns++
			if did := len(ran) - before; did > 3 || did == 0 {
				t.Fatalf("%d in one turn", did)
			}
			if turns == 1 {
				l.add(func() { ran = append(ran, 9) })
			}
		}
		toolkit.drain()
		if turns != 3 || len(ran) != 10 || !slices.IsSorted(ran) {
			t.Errorf("after %d turns: %v", turns, ran)
		}
	})
}

// TestLineLosesNothing: work is added by many, and by what runs, while the loop
// serves.
func TestLineLosesNothing(t *testing.T) {
	calls := make(chan func(), 1000)
	l := &line{bring: func(f func()) { calls <- f }}
	var adding sync.WaitGroup
	ran, more := 0, 0
	for range 8 {
		adding.Go(func() {
			for range 50 {
				l.add(func() { ran++; l.add(func() { more++ }) })
			}
		})
	}
	go func() { adding.Wait(); l.add(func() { l.add(func() { close(calls) }) }) }()
	for serve := range calls {
		serve()
	}
	if ran != 400 || more != 400 {
		t.Errorf("ran %d and %d", ran, more)
	}
}
