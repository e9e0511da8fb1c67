package session_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
)

func TestShortOutageIsNotShown(t *testing.T) {
	for name, fault := range map[string]func(*enginetest.Fake){
		"stream drops": (*enginetest.Fake).Drop, "engine restarts": (*enginetest.Fake).Restart,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := engineAt("a", "web")
				r, stop := start(t, "", a)
				defer stop()
				time.Sleep(time.Minute)
				r.forget()
				fault(a.fake)
				a.fake.AddContainer(engine.Container{ID: "x", Name: "x", Created: time.Now().Add(time.Hour)})
				time.Sleep(time.Second)
				if p := r.seen(); !slices.Equal(p, []store.Phase{store.Ready}) {
					t.Errorf("phases %v, want Ready throughout", p)
				}
				if !slices.Equal(r.rows(), []string{"x", "web"}) {
					t.Errorf("rows %v, want those listed after the outage", r.rows())
				}
			})
		})
	}
}

func TestLongOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		r, stop := start(t, "", a)
		defer stop()
		time.Sleep(time.Minute)
		lost := time.Now()
		a.fake.Down()
		time.Sleep(990 * time.Millisecond)
		r.want(t, store.Ready, "a")
		time.Sleep(20 * time.Millisecond)
		r.want(t, store.Reconnecting, "a")
		time.Sleep(time.Minute)
		c := r.conn()
		if !c.Lost.Equal(lost) || !errors.Is(c.Err, engine.ErrRefused) || c.NextTry.IsZero() {
			t.Errorf("connection %+v, want when it was lost, why, and when it is tried again", c)
		}
		if until := time.Until(c.NextTry); until > 10*time.Second {
			t.Errorf("next try in %v, want at most 10s", until)
		}
		if len(r.rows()) != 1 {
			t.Error("rows are gone with the engine")
		}
		if n := r.opened.Load(); n != 1 {
			t.Errorf("%d connections, want 1", n)
		}
		a.fake.Up()
		r.Retry()
		synctest.Wait()
		r.want(t, store.Ready, "a")
		if c := r.conn(); c.Err != nil || !c.Lost.IsZero() || !c.NextTry.IsZero() {
			t.Errorf("connection %+v, want no trace of the outage", c)
		}
	})
}

func TestReconnectsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		r, stop := start(t, "", a)
		defer stop()
		time.Sleep(time.Minute)
		a.fake.Down()
		time.Sleep(5 * time.Minute)
		if n := len(a.fake.Calls()); n > 70 {
			t.Errorf("%d calls in five minutes of outage, want at most 70", n)
		}
		a.fake.Up()
		time.Sleep(10 * time.Second)
		r.want(t, store.Ready, "a")
		a.fake.Drop() // too soon after the last loss for a short pause
		time.Sleep(2 * time.Second)
		r.want(t, store.Reconnecting, "a")
		time.Sleep(time.Minute)
		a.fake.Drop()
		time.Sleep(500 * time.Millisecond)
		r.want(t, store.Ready, "a")
	})
}

func TestReplacedByAnotherEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		a.fake.AddVolume(engine.Volume{Name: "old"})
		r, stop := start(t, "", a)
		defer stop()
		time.Sleep(time.Minute)
		a.fake.Replace(engine.Version{Product: "Podman", Engine: "4.3.1", API: "1.41"})
		a.fake.Hang("ListVolumes")
		time.Sleep(time.Second)
		r.want(t, store.Ready, "a")
		if r.conn().Version.Product != "Podman" || len(r.rows()) != 0 {
			t.Errorf("version %+v with %v, want Podman without containers", r.conn().Version, r.rows())
		}
		if v := r.st.Volumes.Get(); len(v.Rows) != 0 || v.Loaded {
			t.Errorf("volumes %+v, want none of the old engine", v)
		}
		if r.switched.Load() != 1 {
			t.Errorf("told %d times that the engine was switched, want once", r.switched.Load())
		}
	})
}

// An engine that answers, but only that it is in trouble, is lost with that
// cause: it is not one that does not answer.
func TestInternalErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		r, stop := start(t, "", a)
		defer stop()
		time.Sleep(time.Minute)
		r.forget()
		a.fake.Fail("", engine.ErrServer)
		r.Suspect()
		time.Sleep(20 * time.Second)
		r.want(t, store.Reconnecting, "a")
		if err := r.conn().Err; !errors.Is(err, engine.ErrServer) {
			t.Errorf("error %v, want ErrServer", err)
		}
		if slices.Contains(r.seen(), store.Unresponsive) {
			t.Errorf("phases %v, want never Unresponsive", r.seen())
		}
		a.fake.Fail("", nil)
		time.Sleep(10 * time.Second)
		r.want(t, store.Ready, "a")
	})
}

// An engine that is too slow to give an account of itself is still the same
// one.
func TestSlowAccountIsNoOtherEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		r, stop := start(t, "", a)
		defer stop()
		time.Sleep(time.Minute)
		drop := func(product string) {
			a.fake.Hang("Info")
			a.fake.Hang("ListContainers") // so that only old rows can be seen
			if product == "" {
				a.fake.Drop()
			} else {
				a.fake.Replace(engine.Version{Product: product, API: "1.41"})
			}
			time.Sleep(8 * time.Second)
		}
		drop("")
		if r.conn().Info.Name != "a" || len(r.rows()) != 1 || r.switched.Load() != 0 {
			t.Errorf("info %+v, rows %v, switched %d times; want all as it was", r.conn().Info, r.rows(), r.switched.Load())
		}
		a.fake.Release()
		a.fake.Drop()
		time.Sleep(time.Minute)
		r.want(t, store.Ready, "a")
		if r.switched.Load() != 0 {
			t.Error("its account, when it came, made it another engine")
		}
		drop("Podman")
		if r.conn().Info.Name != "" || len(r.rows()) != 0 || r.switched.Load() != 1 {
			t.Errorf("info %+v, rows %v, switched %d times; want nothing of Docker", r.conn().Info, r.rows(), r.switched.Load())
		}
		a.fake.Release()
		a.fake.Drop()
		time.Sleep(time.Minute)
		if r.conn().Info.Name != "a" || r.switched.Load() != 1 {
			t.Errorf("info %+v, switched %d times; want Podman's account, and no switch", r.conn().Info, r.switched.Load())
		}
	})
}

func TestUnresponsive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		r, stop := start(t, "", a)
		defer stop()
		time.Sleep(5 * time.Second)
		a.fake.Hang()
		time.Sleep(10*time.Second + 5*time.Second) // 15 s of silence, then 5 s of pings
		r.want(t, store.Ready, "a")
		time.Sleep(2 * time.Second)
		r.want(t, store.Unresponsive, "a")
		if len(r.rows()) != 1 {
			t.Error("rows are gone")
		}
		a.fake.AddContainer(engine.Container{ID: "new", Name: "new", Created: time.Now().Add(time.Hour)})
		a.fake.Release()
		time.Sleep(3 * time.Second)
		r.want(t, store.Ready, "a")
		if !slices.Equal(r.rows(), []string{"new", "web"}) {
			t.Errorf("rows %v, want them read again", r.rows())
		}
	})
}

func TestOverdueReadPingsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		r, stop := start(t, "", a)
		defer stop()
		synctest.Wait()
		a.fake.Hang()
		r.Refresh(engine.KindContainer)
		time.Sleep(9 * time.Second) // 2 s of doubt and two pings of 3 s
		r.want(t, store.Unresponsive, "a")
		a.fake.Down()
		time.Sleep(3 * time.Second)
		r.want(t, store.Reconnecting, "a")
		a.fake.Release()
		a.fake.Up()
		r.Nudge()
		synctest.Wait()
		r.want(t, store.Ready, "a")
	})
}

func TestSlowListsAreNotUnresponsive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		a.fake.SetSlow(8 * time.Second)
		r, stop := start(t, "", a)
		defer stop()
		time.Sleep(4 * time.Second)
		r.want(t, store.Loading, "a")
		time.Sleep(2 * time.Second)
		r.want(t, store.Ready, "a")
		if err := r.st.Containers.Get().Err; !errors.Is(err, engine.ErrTimeout) {
			t.Errorf("containers: %v, want ErrTimeout", err)
		}
		i := slices.IndexFunc(r.conn().Steps, func(s store.Step) bool { return s.Name == store.StepLists })
		if s := r.conn().Steps[i]; s.State != store.StepBroken || s.Took != 5*time.Second {
			t.Errorf("step %+v, want broken after 5 s", s)
		}
		time.Sleep(time.Minute)
		if slices.Contains(r.seen(), store.Unresponsive) {
			t.Error("was shown as unresponsive")
		}
	})
}

func TestHangsWhileLoading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		a.fake.Hang("ListContainers", "ListImages", "ListNetworks", "ListVolumes")
		r, stop := start(t, "", a)
		defer stop()
		synctest.Wait()
		a.fake.Hang("Ping")
		time.Sleep(10 * time.Second)
		r.want(t, store.Unresponsive, "a")
		if slices.Contains(r.seen(), store.Ready) {
			t.Errorf("phases %v, want never Ready", r.seen())
		}
		a.fake.Release()
		time.Sleep(5 * time.Second)
		r.want(t, store.Ready, "a")
	})
}

func TestDiesWhileConnecting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := engineAt("a", "web")
		a.fake.Fail("Watch", engine.ErrServer)
		r, stop := start(t, "", a)
		defer stop()
		synctest.Wait()
		r.want(t, store.Failed, "a")
		if !errors.Is(r.conn().Err, engine.ErrServer) {
			t.Errorf("error %v, want ErrServer", r.conn().Err)
		}
		a.fake.Fail("Watch", nil)
		time.Sleep(10 * time.Second)
		r.want(t, store.Ready, "a")
	})
}
