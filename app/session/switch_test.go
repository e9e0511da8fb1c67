package session_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/store"
	"escale/engine"
)

func TestSwitchesEngines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t, "", engineAt("a", "web"), engineAt("b", "db"))
		defer stop()
		synctest.Wait()
		r.want(t, store.Ready, "a")
		r.Use("b")
		synctest.Wait()
		r.want(t, store.Ready, "b")
		if !slices.Equal(r.rows(), []string{"db"}) || !r.conn().Chosen {
			t.Errorf("rows %v, chosen %v; want db by choice", r.rows(), r.conn().Chosen)
		}
		if r.prefs.Get().EngineID != "b" {
			t.Error("the choice was not kept")
		}
		r.Use("")
		synctest.Wait()
		r.want(t, store.Ready, "a")
		if r.prefs.Get().EngineID != "" || r.conn().Chosen {
			t.Error("the choice was not taken back")
		}
	})
}

func TestUseOfTheCurrentEngineChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t, "", engineAt("a", "web"))
		defer stop()
		synctest.Wait()
		r.forget()
		r.Use("a")
		synctest.Wait()
		if !r.conn().Chosen || !slices.Equal(r.seen(), []store.Phase{store.Ready}) || r.opened.Load() != 1 {
			t.Errorf("chosen %v, phases %v, want Ready throughout", r.conn().Chosen, r.seen())
		}
	})
}

// Nothing of the old engine may be seen once the new one is shown, at whatever
// moment of loading the switch comes.
func TestSwitchDuringLoad(t *testing.T) {
	for wait := time.Duration(0); wait < 1200*time.Millisecond; wait += 100 * time.Millisecond {
		synctest.Test(t, func(t *testing.T) {
			a, b := engineAt("a", "web"), engineAt("b", "db")
			a.fake.SetSlow(time.Second)
			a.fake.AddVolume(engine.Volume{Name: "a-data"})
			r, stop := start(t, "", a, b)
			defer stop()
			r.st.Containers.Subscribe(func() {
				if id := r.conn().Endpoint.ID; id != "b" {
					return
				}
				for _, c := range r.st.Containers.Get().Rows {
					if strings.HasPrefix(c.ID, "a-") {
						t.Errorf("after %v: a row of the old engine on the new one", wait)
					}
				}
			})
			time.Sleep(wait)
			a.fake.Flood(200)
			r.Use("b")
			synctest.Wait()
			r.want(t, store.Ready, "b")
			time.Sleep(time.Minute)
			if !slices.Equal(r.rows(), []string{"db"}) || len(r.st.Volumes.Get().Rows) != 0 {
				t.Errorf("after %v: rows %v and %d volumes, want those of b", wait, r.rows(), len(r.st.Volumes.Get().Rows))
			}
		})
	}
}

func TestSwitchAwayFromAHangingEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		a.fake.SetDeadlines(false)
		r, stop := start(t, "", a, engineAt("b", "db"))
		defer stop()
		synctest.Wait()
		a.fake.Hang()
		r.Refresh()
		time.Sleep(time.Minute)
		r.Use("b")
		synctest.Wait()
		r.want(t, store.Ready, "b")
	})
}

func TestManySwitches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t, "", engineAt("a", "web"), engineAt("b", "db"))
		defer stop()
		for range 50 {
			go r.Use("b")
			go r.Use("a")
			go r.Retry()
			go r.Rescan()
			go r.Refresh()
		}
		synctest.Wait()
		r.Use("b")
		synctest.Wait()
		r.want(t, store.Ready, "b")
		if !slices.Equal(r.rows(), []string{"db"}) {
			t.Errorf("rows %v, want db", r.rows())
		}
	})
}

func TestEngineInUseIsClosedAfterItsUsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, stop := start(t, "", engineAt("a"), engineAt("b"))
		defer stop()
		synctest.Wait()
		eng, release, err := r.Acquire()
		if err != nil {
			t.Fatal(err)
		}
		r.Use("b")
		synctest.Wait()
		if n := r.closed.Load(); n != 0 {
			t.Errorf("%d connections closed under their user", n)
		}
		if err := eng.Ping(t.Context()); err != nil {
			t.Error(err)
		}
		release()
		release() // harmless
		if n := r.closed.Load(); n != 1 {
			t.Errorf("%d connections closed, want 1", n)
		}
	})
}
