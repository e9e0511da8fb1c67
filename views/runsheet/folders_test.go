package runsheet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escale/app"
	"escale/app/keeper/keepertest"
	"escale/app/store"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/engine/machine"
	"escale/views/viewtest"
)

// TestFolderOfTheMachine: a folder that the machine's containers cannot see is
// shared from the sheet, read-only or not, and the sheet says from when on.
func TestFolderOfTheMachine(t *testing.T) {
	m := keepertest.New("unix:///m.sock")
	if err := m.Launch(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := app.New(app.Options{Hub: hub{}, Machine: m})
	t.Cleanup(a.Close)
	a.Store.Connection.Set(store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{Kind: engine.EndpointMachine, Host: "unix:///m.sock"}})
	status := machine.Status{State: machine.StateRunning, Sharing: machine.SharingWorks}
	say := func() { a.Store.Machine.Set(store.Machine{Checked: true, Live: true, Status: status}) }
	say()
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	site, link := filepath.Join(top, "site"), filepath.Join(top, "link")
	if err := os.Mkdir(site, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(site, link); err != nil {
		t.Fatal(err)
	}
	const unseen, next = "Containers cannot see this folder yet.", "Shared from the machine’s next start on."
	r := open(t, a, enginetest.New(), "me/app")
	viewtest.Tap(t, r.w, "Add a volume")
	viewtest.Type(t, r.w, "Volume or folder", "data")
	r.hides(t, unseen)
	viewtest.Type(t, r.w, "Volume or folder", link)
	viewtest.Type(t, r.w, "Path in the container", "/srv")
	r.untilShows(t, unseen)
	viewtest.Tap(t, r.w, "Share it…")
	viewtest.Tap(t, r.w, "Share read-only")
	r.until(t, "it has the folder", func() bool { return len(m.Now().Resources.Shares) == 1 })
	want := machine.Share{Path: site, ReadOnly: true}
	if got := m.Now().Resources.Shares[0]; got != want {
		t.Errorf("shared: %+v", got)
	}
	if got := r.form.Volumes[0].Source; got != site {
		t.Errorf("containers would mount %q", got)
	}
	for _, tc := range []struct {
		state machine.ShareState
		words string
	}{
		{machine.ShareStateNext, next},
		{machine.ShareStateFailed, "the machine could not get it when it started"},
	} {
		status.Shares = []machine.SharedFolder{{Share: want, State: tc.state}}
		say()
		r.untilShows(t, tc.words)
	}
	status.Shares = []machine.SharedFolder{{Share: want, State: machine.ShareStateShared}}
	say()
	r.until(t, "nothing is wrong any more", func() bool { return !viewtest.Shows(r.w, "the machine could not get it") })
	r.hides(t, unseen)
	status.Shares, status.Sharing = nil, machine.SharingNoProgram
	say()
	r.untilShows(t, "Folders cannot be shared with the machine on this computer.")
	a.Store.Connection.Set(store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{Host: "unix:///var/run/docker.sock"}})
	r.until(t, "another engine sees it", func() bool { return !viewtest.Shows(r.w, "Folders cannot be shared") })
	if !strings.Contains(r.f.command.Command(), "source="+site+",target=/srv") {
		t.Errorf("runs %s", r.f.command.Command())
	}
}
