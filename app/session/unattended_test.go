package session_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/keeper/keepertest"
	"escale/app/session"
	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

// TestUnattendedStartsNoMachine: a program that its user has not seen yet boots
// nothing, also when the machine is the chosen engine, until somebody asks.
func TestUnattendedStartsNoMachine(t *testing.T) {
	for _, chosen := range []string{"", "machine"} {
		synctest.Test(t, func(t *testing.T) {
			r, stop := startWith(t, session.Options{Unattended: true}, chosen, stopped, missing("docker"))
			defer stop()
			time.Sleep(time.Minute)
			r.want(t, store.Failed, "machine")
			if c := r.conn(); !errors.Is(c.Err, engine.ErrNotStarted) || !c.NextTry.IsZero() {
				t.Errorf("error %v, next try %v: want it not started and nothing awaited", c.Err, c.NextTry)
			}
			r.Nudge()
			time.Sleep(time.Minute)
			if n := r.m.Count("start"); n != 0 {
				t.Errorf("chosen %q: started %d times", chosen, n)
			}
			r.Retry()
			time.Sleep(time.Minute)
			r.want(t, store.Ready, "machine")
			if n := r.m.Count("start"); n != 1 {
				t.Errorf("chosen %q: asked for, it is started %d times", chosen, n)
			}
		})
	}
}

// TestUnattendedIsAskedWhileItLooks: who opens the window during the first search
// does not wait in vain.
func TestUnattendedIsAskedWhileItLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := missing("docker")
		slow.takes = 2 * time.Second
		r, stop := startWith(t, session.Options{Unattended: true}, "", stopped, slow)
		defer stop()
		time.Sleep(time.Second)
		r.Retry()
		time.Sleep(time.Minute)
		r.want(t, store.Ready, "machine")
	})
}

// TestUnattendedUsesWhatThereIs: engines that run, and a machine that somebody
// starts, are used as ever.
func TestUnattendedUsesWhatThereIs(t *testing.T) {
	for name, tc := range map[string]struct {
		prepare func(*keepertest.Machine)
		other   func(id string, containers ...string) *place
		do      func(r *machineRig)
		id      string
	}{
		"another engine":              {stopped, engineAt, func(*machineRig) {}, "docker"},
		"the machine runs":            {running, func(id string, _ ...string) *place { return missing(id) }, func(*machineRig) {}, "machine"},
		"it is started from the tray": {stopped, func(id string, _ ...string) *place { return missing(id) }, func(r *machineRig) { r.m.Be(machine.StateRunning) }, "machine"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, stop := startWith(t, session.Options{Unattended: true}, "", tc.prepare, tc.other("docker"))
				defer stop()
				time.Sleep(time.Minute)
				tc.do(r)
				time.Sleep(time.Minute)
				r.want(t, store.Ready, tc.id)
				if n := r.m.Count("start"); n != 0 {
					t.Errorf("started %d times", n)
				}
			})
		})
	}
}
