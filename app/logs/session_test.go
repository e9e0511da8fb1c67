package logs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"escale/app/ring"
	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func from(e engine.Engine) Source {
	return func() (engine.Engine, func(), error) { return e, func() {}, nil }
}

// rig is a session on a fake engine with one running container, "a1".
type rig struct {
	*Session
	fake  *enginetest.Fake
	store *store.Store
	told  *atomic.Int32
}

func open(t *testing.T, o Options, lines ...string) rig {
	t.Helper()
	r := rig{fake: enginetest.New(), store: store.New(), told: &atomic.Int32{}}
	r.fake.AddContainer(engine.Container{ID: "a1", Name: "web", State: engine.StateRunning})
	r.print(lines...)
	r.list(t)
	o.Store = r.store
	r.Session = Open(t.Context(), from(r.fake), "a1", o)
	r.Status.Subscribe(func() { r.told.Add(1) })
	t.Cleanup(func() {
		r.Close()
		<-r.Done()
		_ = r.fake.Close()
	})
	return r
}

// list reads the containers into the store, as the feed does.
func (r rig) list(t *testing.T) {
	t.Helper()
	rows, err := r.fake.ListContainers(t.Context())
	if err == nil {
		r.store.Containers.Set(store.Snapshot[engine.Container]{Rows: rows, Loaded: true})
	}
}

func (r rig) print(lines ...string) {
	for _, text := range lines {
		r.fake.AppendLog("a1", engine.LogLine{Text: text, Stderr: strings.HasPrefix(text, "!")})
	}
}

func (r rig) texts() []string {
	first, end := r.Lines.Bounds()
	out := []string{}
	for n := first; n < end; n++ {
		l, _ := r.Lines.Line(n)
		out = append(out, l.Text)
	}
	return out
}

func (r rig) want(t *testing.T, state State, texts ...string) {
	t.Helper()
	if got := r.Status.Get(); got.State != state || got.End != r.Lines.Dropped()+r.Lines.Len() {
		t.Errorf("status %+v, want state %d and %d lines", got, state, r.Lines.Len())
	}
	if got := r.texts(); !slices.Equal(got, texts) {
		t.Errorf("lines %q, want %q", got, texts)
	}
}

func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Options{}, "one", "!two")
		synctest.Wait()
		r.want(t, Live, "one", "!two")
		if r.Status.Get().Stderr != 1 {
			t.Errorf("%d errors", r.Status.Get().Stderr)
		}
		r.print("three")
		time.Sleep(flushEvery)
		synctest.Wait()
		r.want(t, Live, "one", "!two", "three")
	})
}

func TestTail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Options{Tail: 2}, "one", "two", "three")
		synctest.Wait()
		r.want(t, Live, "two", "three")
	})
}

func TestTellsAtMostTenTimesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Options{})
		synctest.Wait()
		r.told.Store(0)
		for i := range 1000 {
			r.print(fmt.Sprint(i))
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		if n := r.told.Load(); n < 5 || n > 12 {
			t.Errorf("told %d times in a second", n)
		}
		if r.Lines.Len() != 1000 {
			t.Errorf("%d lines", r.Lines.Len())
		}
	})
}

func TestGoesOnAfterRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Options{Tail: 2})
		r.Close()
		for _, text := range []string{"zero", "one", "two"} {
			r.print(text)
			time.Sleep(time.Millisecond)
		}
		r.Session = Open(t.Context(), from(r.fake), "a1", Options{Tail: 2, Store: r.store})
		defer r.Close()
		synctest.Wait()
		r.want(t, Live, "one", "two")
		r.print("two", "!last words")
		r.fake.Exit("a1", 1)
		r.list(t)
		time.Sleep(time.Second)
		synctest.Wait()
		r.want(t, Ended, "one", "two", "two", "!last words")

		time.Sleep(time.Minute)
		if err := r.fake.StartContainer(t.Context(), "a1"); err != nil {
			t.Fatal(err)
		}
		r.print("hello again")
		r.list(t)
		time.Sleep(time.Second)
		synctest.Wait()
		r.want(t, Live, "one", "two", "two", "!last words", "hello again")
	})
}

func TestGoesOnAfterEngineCameBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Options{}, "one")
		r.fake.ChangeContainer("a1", "", func(d *engine.ContainerDetail) { d.Restart = engine.RestartAlways })
		synctest.Wait()
		for i := range 3 { // the same line, printed at different times
			time.Sleep(10 * time.Millisecond)
			r.print(fmt.Sprint("line ", i), "same")
		}
		r.fake.Down()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if got := r.Status.Get(); got.State != Waiting || !errors.Is(got.Err, engine.ErrUnreachable) {
			t.Errorf("status %+v", got)
		}
		r.fake.Up()
		r.print("same", "back")
		r.list(t)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		r.want(t, Live, "one", "line 0", "same", "line 1", "same", "line 2", "same", "same", "back")
	})
}

func TestOutOfOrderAtTheSeam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Options{})
		now := time.Now()
		r.fake.AppendLog("a1", engine.LogLine{At: now.Add(5 * time.Millisecond), Text: "b"})
		time.Sleep(time.Second)
		r.fake.Restart()
		r.fake.ChangeContainer("a1", "", func(d *engine.ContainerDetail) { d.State = engine.StateRunning })
		r.fake.AppendLog("a1", engine.LogLine{At: now, Stderr: true, Text: "a, stamped before"})
		r.list(t)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		r.want(t, Live, "b", "a, stamped before")
	})
}

func TestGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Options{}, "one")
		synctest.Wait()
		if err := r.fake.RemoveContainer(t.Context(), "a1", engine.RemoveContainer{Force: true}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second) // the store has not heard yet
		r.list(t)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		r.want(t, Gone, "one")
		calls := len(r.fake.Calls())
		time.Sleep(time.Minute)
		if n := len(r.fake.Calls()); n != calls {
			t.Errorf("%d more calls about a container that is gone", n-calls)
		}
	})
}

func TestFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := enginetest.New(enginetest.WithContainers(engine.Container{ID: "a1", State: engine.StateRunning}))
		defer func() { _ = fake.Close() }()
		fake.Fail("Logs", engine.ErrUnsupported)
		fake.AppendLog("a1", engine.LogLine{Text: "one"})
		s := Open(t.Context(), from(fake), "a1", Options{})
		synctest.Wait()
		if got := s.Status.Get(); got.State != Failed || !errors.Is(got.Err, engine.ErrUnsupported) {
			t.Errorf("status %+v", got)
		}
		fake.Fail("Logs", nil)
		s.Retry()
		time.Sleep(3 * time.Second)
		if got := s.Status.Get(); got.State != Live || got.End != 1 {
			t.Errorf("status %+v", got)
		}
		s.Close()
		s.Close()
		<-s.Done()
	})
}

// unreadable opens every log, and says only then that it cannot read it.
type unreadable struct {
	*enginetest.Fake
	opened *atomic.Int32
	err    error
}

func (u unreadable) Logs(context.Context, string, engine.LogOptions) (*engine.Stream[engine.LogLine], error) {
	u.opened.Add(1)
	lines := make(chan engine.LogLine)
	time.AfterFunc(50*time.Millisecond, func() { close(lines) })
	return &engine.Stream[engine.LogLine]{C: lines, Err: func() error { return u.err }}, nil
}

func TestUnreadable(t *testing.T) {
	for name, tc := range map[string]struct {
		err  error
		most int32 // openings in a minute
	}{
		"the log's driver keeps nothing": {engine.ErrUnsupported, 1},
		"the engine is in trouble":       {engine.ErrServer, 40},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := enginetest.New(enginetest.WithContainers(engine.Container{ID: "a1", State: engine.StateRunning}))
				defer func() { _ = fake.Close() }()
				u := unreadable{fake, &atomic.Int32{}, tc.err}
				st := store.New()
				s := Open(t.Context(), from(u), "a1", Options{Store: st})
				s.Status.Subscribe(func() {
					if got := s.Status.Get().State; got == Live {
						t.Error("a log that cannot be read is called live")
					}
				})
				for range 60 {
					time.Sleep(time.Second)
					st.Containers.Set(store.Snapshot[engine.Container]{Loaded: true})
				}
				if got := s.Status.Get(); got.State != Failed || !errors.Is(got.Err, tc.err) {
					t.Errorf("status %+v", got)
				}
				n := u.opened.Load()
				if n > tc.most {
					t.Errorf("opened %d times in a minute, want at most %d", n, tc.most)
				}
				s.Retry()
				time.Sleep(3 * time.Second)
				if u.opened.Load() == n {
					t.Error("Retry does not try again")
				}
				s.Close()
				<-s.Done()
			})
		})
	}
}

func TestQuietLogIsLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Options{})
		synctest.Wait()
		r.want(t, Opening)
		time.Sleep(quietLive)
		synctest.Wait()
		r.want(t, Live)
	})
}

func TestNoEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := Open(t.Context(), func() (engine.Engine, func(), error) {
			return nil, nil, engine.Unreachable(engine.ErrNoEngine, nil)
		}, "a1", Options{})
		time.Sleep(time.Minute)
		if got := s.Status.Get(); got.State != Waiting {
			t.Errorf("status %+v", got)
		}
		s.Close()
		<-s.Done()
	})
}

func TestBacklogIsFlushedEarlyThenSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Session{Lines: newLines(0), Status: store.NewValue(Status{})}
		var at []time.Duration
		start := time.Now()
		s.Status.Subscribe(func() { at = append(at, time.Since(start)) })
		lines := make(chan engine.LogLine, 1)
		go func() {
			defer close(lines)
			for range 1000 { // the channel is never empty for long
				lines <- engine.LogLine{At: time.Now(), Text: "x"}
				lines <- engine.LogLine{At: time.Now(), Text: "y"}
				time.Sleep(time.Millisecond)
			}
		}()
		f := &flusher{session: s, first: true, last: time.Now()}
		f.take(t.Context(), lines)
		if len(at) < 4 || at[1] > flushEvery {
			t.Errorf("told at %v", at)
		}
		if s.Lines.Len() != 2000 {
			t.Errorf("%d lines", s.Lines.Len())
		}
	})
}

func TestTextAndSave(t *testing.T) {
	here := time.Local
	time.Local = time.FixedZone("", 5*3600+45*60)
	defer func() { time.Local = here }()
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Options{}, "\x1b[31mone\x1b[0m", "!two\x1b]0;title\x07")
		synctest.Wait()
		if got := r.Text([]int{0, 1, 9}, false); got != "one\n!two" {
			t.Errorf("Text = %q", got)
		}
		if got := r.Text([]int{1}, true); got != "2000-01-01T05:45:00.000+05:45 !two" {
			t.Errorf("Text with stamps = %q", got)
		}
		for form, want := range map[Form]string{
			{ring.Output, false}: "one\n",
			{ring.Errors, false}: "!two\n",
			{ring.Errors, true}:  "2000-01-01T05:45:00.000+05:45 !two\n",
		} {
			var saved strings.Builder
			if n, err := r.Save(t.Context(), &saved, form); n != 1 || err != nil || saved.String() != want {
				t.Errorf("%+v: %d lines, %q, %v; want %q", form, n, saved.String(), err, want)
			}
		}
		dir := t.TempDir()
		for _, want := range []string{"my-web-1-2000-01-01-000000.log", "my-web-1-2000-01-01-000000-2.log"} {
			path, err := r.SaveFile(t.Context(), dir, "my/web.1", time.Now().UTC(), Form{})
			if err != nil || !strings.HasSuffix(path, want) {
				t.Fatalf("SaveFile = %q, %v", path, err)
			}
			if data, err := os.ReadFile(path); err != nil || string(data) != "one\n!two\n" {
				t.Errorf("saved %q, %v", data, err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if path, err := r.SaveFile(ctx, t.TempDir()+"/new", "x", time.Now(), Form{}); !errors.Is(err, context.Canceled) {
			t.Errorf("SaveFile = %q, %v", path, err)
		}
	})
}
