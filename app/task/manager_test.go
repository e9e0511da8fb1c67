package task

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"escale/app/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errBoom = errors.New("boom")

func stop(id string) Spec {
	return Spec{Key: "stop:" + id, Verb: store.VerbStop, Subject: id, ObjectID: id}
}

// wait is work that takes d, unless it is cancelled.
func wait(d time.Duration, err error) Func {
	return func(ctx context.Context, _ func(Progress)) error {
		select {
		case <-time.After(d):
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func TestTaskRunsAndEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		spec   Spec
		err    error
		cancel bool
		want   State
		gone   bool
	}{
		"done":                   {spec: stop("a"), want: Done},
		"fails":                  {spec: stop("a"), err: errBoom, want: Failed},
		"cancelled":              {spec: stop("a"), cancel: true, want: Cancelled},
		"quiet one vanishes":     {spec: Spec{Key: "k", Quiet: true}, want: Done, gone: true},
		"quiet one that fails":   {spec: Spec{Key: "k", Quiet: true}, err: errBoom, want: Failed},
		"quiet one is cancelled": {spec: Spec{Key: "k", Quiet: true}, cancel: true, want: Cancelled, gone: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := NewManager(nil)
				var ended Task
				defer m.OnEnd(func(task Task) { ended = task })()
				id := m.Start(tc.spec, wait(3*time.Second, tc.err))
				time.Sleep(time.Second)
				if task, ok := m.Get(id); !ok || task.State != Running || task.Slow(time.Now()) {
					t.Errorf("after a second: %+v, want it running and not slow", task)
				}
				time.Sleep(1500 * time.Millisecond)
				if task, _ := m.Get(id); !task.Slow(time.Now()) {
					t.Error("not slow after 2.5 s")
				}
				if tc.cancel {
					m.Cancel(id)
				}
				time.Sleep(time.Second)
				synctest.Wait()
				if ended.ID != id || ended.State != tc.want || ended.Ended.IsZero() {
					t.Errorf("ended as %+v, want state %v", ended, tc.want)
				}
				if _, ok := m.Get(id); ok == tc.gone {
					t.Errorf("on the list: %v, want %v", ok, !tc.gone)
				}
				m.Dismiss(id)
				if n := len(m.List.Get()); n != 0 {
					t.Errorf("%d tasks after dismissing, want 0", n)
				}
			})
		})
	}
}

func TestSameKeyJoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(nil)
		var runs atomic.Int64
		count := func(ctx context.Context, report func(Progress)) error {
			runs.Add(1)
			return wait(time.Second, nil)(ctx, report)
		}
		first := m.Start(stop("a"), count)
		if second := m.Start(stop("a"), count); second != first {
			t.Errorf("second start is task %d, want %d", second, first)
		}
		time.Sleep(2 * time.Second)
		if third := m.Start(stop("a"), count); third == first || third == 0 {
			t.Errorf("start after the end is task %d, want a new one", third)
		}
		time.Sleep(2 * time.Second)
		if runs.Load() != 2 {
			t.Errorf("ran %d times, want 2", runs.Load())
		}
		if err := m.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if id := m.Start(stop("b"), count); id != 0 {
			t.Errorf("start after Close is task %d, want 0", id)
		}
	})
}

func TestRetryTakesTheOldOnesPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(nil)
		fails := true
		id := m.Start(stop("a"), func(context.Context, func(Progress)) error {
			if fails {
				return errBoom
			}
			return nil
		})
		if again := m.Retry(id + 1); again != 0 {
			t.Errorf("retry of nothing is task %d", again)
		}
		synctest.Wait()
		fails = false
		again := m.Retry(id)
		synctest.Wait()
		if task, _ := m.Get(again); task.State != Done {
			t.Errorf("retried task %+v, want done", task)
		}
		if _, ok := m.Get(id); ok {
			t.Error("the old task is still on the list")
		}
	})
}

func TestBusyMarks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := store.NewValue(map[string]store.Busy{})
		m := NewManager(busy)
		first := m.Start(stop("a"), wait(time.Second, nil))
		if b := busy.Get()["a"]; b.TaskID != first || b.Verb != store.VerbStop {
			t.Errorf("mark %+v at once, want that of task %d", b, first)
		}
		second := m.Start(Spec{Key: "rename:a", Verb: store.VerbRename, ObjectID: "a"}, wait(500*time.Millisecond, nil))
		if b := busy.Get()["a"]; b.TaskID != second {
			t.Errorf("mark %+v, want the newest task's", b)
		}
		time.Sleep(700 * time.Millisecond)
		if b := busy.Get()["a"]; b.TaskID != first {
			t.Errorf("mark %+v, want it back at the task that still runs", b)
		}
		m.OnEnd(func(task Task) {
			if _, ok := busy.Get()[task.ObjectID]; ok {
				t.Error("marked when the end is told")
			}
		})
		time.Sleep(time.Second)
		if n := len(busy.Get()); n != 0 {
			t.Errorf("%d marks left, want 0", n)
		}
	})
}

func TestProgressAndResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(nil)
		id := m.Start(stop("a"), func(_ context.Context, report func(Progress)) error {
			report(Progress{Fraction: 0.5, Stage: StagePull})
			report(Progress{Fraction: 1, Stage: StageStart, Made: "c1"})
			return nil
		})
		synctest.Wait()
		if task, _ := m.Get(id); task.Result != "c1" || task.Progress.Stage != StageStart {
			t.Errorf("task %+v, want result c1", task)
		}
	})
}

func TestListIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(nil)
		lasting := m.Start(stop("long"), wait(time.Hour, nil))
		for i := range 3 * kept {
			m.Start(stop(fmt.Sprint(i)), wait(0, nil))
			synctest.Wait()
			time.Sleep(time.Millisecond)
		}
		if n := len(m.List.Get()); n != kept {
			t.Errorf("%d tasks on the list, want %d", n, kept)
		}
		if _, ok := m.Get(lasting); !ok {
			t.Error("the running task fell off the list")
		}
		m.mu.Lock()
		jobs := len(m.jobs)
		m.mu.Unlock()
		if jobs != kept {
			t.Errorf("%d jobs remembered, want %d", jobs, kept)
		}
		_ = m.Close(t.Context())
	})
}

func TestConcurrentUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := store.NewValue(map[string]store.Busy{})
		m := NewManager(busy)
		for i := range 200 {
			go func() {
				id := m.Start(stop(fmt.Sprint(i%20)), func(_ context.Context, report func(Progress)) error {
					report(Progress{Fraction: 0.1})
					return errBoom
				})
				m.Cancel(id)
				m.Retry(id)
				m.Dismiss(id)
			}()
		}
		synctest.Wait()
		if n := len(busy.Get()); n != 0 {
			t.Errorf("%d busy marks left, want 0", n)
		}
		if err := m.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestCloseDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManager(nil)
		free := make(chan struct{})
		m.Start(stop("a"), func(context.Context, func(Progress)) error { <-free; return nil })
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := m.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("close: %v, want the deadline", err)
		}
		close(free)
		synctest.Wait()
	})
}
