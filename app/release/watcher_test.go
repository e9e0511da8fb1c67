package release

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/settings"
)

// rig is a Watcher that runs, with a server that answers as the test says.
type rig struct {
	*Watcher
	prefs *settings.Store

	mu    sync.Mutex
	count int
	gives Manifest
	fails error
}

func (r *rig) fetch(context.Context, string) (Manifest, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	return r.gives, r.fails
}

func (r *rig) answers(version string, date time.Time, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gives.Version, r.gives.Date, r.fails = version, date, err
}

func (r *rig) looks() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

func watch(t *testing.T, prefs settings.Updates, edit func(*Options)) *rig {
	t.Helper()
	store, err := settings.Open("")
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Update(func(p *settings.Prefs) { p.Updates = prefs }); err != nil {
		t.Fatal(err)
	}
	r := &rig{prefs: store, gives: sample()}
	r.gives.Date = time.Now()
	o := Options{
		Fetch:   r.fetch,
		Address: "https://escale.example/latest", Version: "1.2.3", Settings: store, Log: slog.New(slog.DiscardHandler),
	}
	if edit != nil {
		edit(&o)
	}
	r.Watcher = NewWatcher(o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { r.Run(ctx); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	return r
}

func (r *rig) pass(d time.Duration) { time.Sleep(d); synctest.Wait() }

func (r *rig) turn(on bool) {
	_ = r.prefs.Update(func(p *settings.Prefs) { p.Updates.On = on }) // in memory
	synctest.Wait()
}

func TestOffUntilAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := watch(t, settings.Updates{}, nil)
		r.pass(10 * 24 * time.Hour)
		if r.looks() != 0 {
			t.Fatalf("%d looks that nobody wanted", r.looks())
		}
		r.Look()
		synctest.Wait()
		if m, newer := r.Newer(); r.looks() != 1 || !newer || m.Version != "1.3.0" {
			t.Errorf("asked once, it looked %d times and found %+v", r.looks(), m)
		}
		r.turn(true)
		r.pass(time.Hour)
		if r.looks() != 1 {
			t.Error("it looks again on the same day")
		}
		r.pass(3*24*time.Hour - time.Hour)
		if r.looks() != 4 {
			t.Errorf("%d looks in three days, the first by hand", r.looks())
		}
		r.turn(false)
		r.pass(3 * 24 * time.Hour)
		if r.looks() != 4 {
			t.Error("switched off, it goes on")
		}
	})
}

// TestStarts: many starts in a day are one look; a clock set back is none to wait for.
func TestStarts(t *testing.T) {
	for looked, want := range map[time.Duration]int{-time.Hour: 0, -25 * time.Hour: 1, 48 * time.Hour: 1} {
		synctest.Test(t, func(t *testing.T) {
			r := watch(t, settings.Updates{On: true, LookedAt: time.Now().Add(looked).Unix()}, nil)
			r.pass(atOnce - time.Second)
			if r.looks() != 0 {
				t.Error("it looks while the program starts")
			}
			r.pass(10 * time.Minute)
			if r.looks() != want {
				t.Errorf("after a look at %v: %d looks, want %d", looked, r.looks(), want)
			}
		})
	}
}

func TestReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := watch(t, settings.Updates{}, nil)
		r.Look()
		synctest.Wait()
		seen := r.prefs.Get().Updates.Seen
		for _, tc := range []struct {
			date time.Duration
			want error
		}{{-time.Minute, ErrOlder}, {0, nil}, {ahead + time.Hour, ErrFuture}, {time.Hour, nil}} {
			r.answers("9.9.9", time.Unix(seen, 0).Add(tc.date), nil)
			r.Look()
			synctest.Wait()
			if err := r.State.Get().Err; !errors.Is(err, tc.want) || tc.want == nil && err != nil {
				t.Errorf("dated %v: %v, want %v", tc.date, err, tc.want)
			}
			if m, _ := r.Newer(); errors.Is(tc.want, ErrOlder) && m.Version != "1.3.0" {
				t.Errorf("a refused manifest is believed: %+v", m)
			}
		}
		if got := r.prefs.Get().Updates.Seen; got != seen+3600 {
			t.Errorf("the newest seen is %d, want %d", got, seen+3600)
		}
	})
}

func TestTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := watch(t, settings.Updates{On: true}, nil)
		r.answers("1.3.0", time.Now(), ErrUnreachable)
		r.pass(atOnce + time.Second)
		if s := r.State.Get(); r.looks() != 1 || !errors.Is(s.Err, ErrUnreachable) || s.Looking || r.prefs.Get().Updates.LookedAt != 0 {
			t.Fatalf("%d looks, %+v", r.looks(), s)
		}
		r.pass(again)
		r.answers("1.3.0", time.Now(), ErrForged)
		r.pass(again)
		if r.looks() != 3 {
			t.Errorf("offline it tries %d times in two hours", r.looks())
		}
		r.pass(20 * time.Hour)
		if _, newer := r.Newer(); r.looks() != 3 || newer {
			t.Errorf("a server that answers is asked %d times a day", r.looks()-2)
		}
	})
}

func TestUnable(t *testing.T) {
	for want, edit := range map[error]func(*Options){
		ErrNoKey:     func(o *Options) { o.Fetch = nil },
		ErrNoAddress: func(o *Options) { o.Address = "" },
	} {
		synctest.Test(t, func(t *testing.T) {
			r := watch(t, settings.Updates{On: true}, edit)
			r.pass(48 * time.Hour)
			if s := r.State.Get(); r.looks() != 0 || s.Looked {
				t.Errorf("%v: %d looks, %+v", want, r.looks(), s)
			}
			r.Look()
			synctest.Wait()
			if err := r.State.Get().Err; r.looks() != 0 || !errors.Is(err, want) {
				t.Errorf("asked, it says %v", err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		r := watch(t, settings.Updates{Address: " https://mirror.example/ "}, func(o *Options) { o.Address = "" })
		if r.Able() != nil || r.Address() != "https://mirror.example/" {
			t.Errorf("the user's address: %v, %q", r.Able(), r.Address())
		}
	})
}
