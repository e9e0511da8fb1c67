package app

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

func TestReach(t *testing.T) {
	a := New(Options{})
	defer a.Close()
	if got := a.Reach("/home/u"); got != ReachFine {
		t.Errorf("without an engine: %d", got)
	}
	a.Store.Connection.Set(store.Connection{Endpoint: engine.Endpoint{Kind: engine.EndpointMachine}})
	if got := a.Reach("/home/u"); got != ReachUnknown {
		t.Errorf("before the helper said anything: %d", got)
	}
	status := machine.Status{Sharing: machine.SharingWorks, Shares: []machine.SharedFolder{
		{Share: machine.Share{Path: "/home/u/site"}, State: machine.ShareStateShared},
		{Share: machine.Share{Path: "/home/u/new"}, State: machine.ShareStateNext},
		{Share: machine.Share{Path: "/home/u/gone"}, State: machine.ShareStateFailed, Problem: machine.ShareMissing},
		{Share: machine.Share{Path: "/home/u/old"}, State: machine.ShareStateLast},
	}}
	a.Store.Machine.Set(store.Machine{Checked: true, Live: true, Status: status})
	for path, want := range map[string]Reach{
		"/home/u/site/deep": ReachFine, "/home/u/sitemap": ReachAsk, "/home/u": ReachAsk, "/home/u/new": ReachNext,
		"/home/u/gone/x": ReachFailed, "/home/u/old": ReachFine,
	} {
		if got := a.Reach(path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	status.Sharing = machine.SharingNoDriver
	a.Store.Machine.Set(store.Machine{Checked: true, Live: true, Status: status})
	if got := a.Reach("/home/u/site"); got != ReachNever {
		t.Errorf("where folders cannot be shared: %d", got)
	}
}

// TestShareable: for a file its folder is shared, and by its real path.
func TestShareable(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(top, "page"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Join(top, "page"), link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{top, filepath.Join(top, "page"), link} {
		if got, err := shareable(path); got != top || err != nil {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	var wrong *machine.ShareError
	if _, err := shareable(filepath.Join(top, "gone")); !errors.As(err, &wrong) || wrong.Problem != machine.ShareMissing {
		t.Errorf("gone: %v", err)
	}
}

// TestShares checks that a folder is shared once, changed in its place, and
// shared no more though it has gone.
func TestShares(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		a, m, stop := besideMachine(t)
		defer stop()
		other := machine.Share{Path: "/srv/gone"}
		m.Edit(func(s *machine.Status) { s.State = machine.StateStopped })
		a.ShowMachine()
		synctest.Wait()
		for _, step := range []struct {
			do   func() int
			want []machine.Share
		}{
			{func() int { return a.ShareFolder(top, false) }, []machine.Share{{Path: top}}},
			{func() int {
				r := m.Now().Resources
				r.Shares = append(r.Shares, other)
				return a.SetMachine(r)
			}, []machine.Share{{Path: top}, other}},
			{func() int { return a.ShareFolder(top, true) }, []machine.Share{{Path: top, ReadOnly: true}, other}},
			{func() int { return a.UnshareFolder(other.Path) }, []machine.Share{{Path: top, ReadOnly: true}}},
		} {
			if done := result(t, a, step.do); done.Err != nil {
				t.Error(done.Err)
			}
			synctest.Wait()
			if got := m.Now().Resources.Shares; !slices.Equal(got, step.want) {
				t.Errorf("shared are %v, want %v", got, step.want)
			}
		}
	})
}
