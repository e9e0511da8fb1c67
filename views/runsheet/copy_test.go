package runsheet

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/app/store"
	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/life/lifetest"
	"escale/views/viewtest"
)

const far = "ssh://me@server"

// farAway is a sheet on an engine of another computer, with a folder of this
// one typed in.
func farAway(t *testing.T, folder string) *rig {
	t.Helper()
	fake := enginetest.New(enginetest.WithEndpoint(engine.Endpoint{ID: "far", Kind: engine.EndpointContext, Host: far}))
	fake.SetPull("me/app:latest", nginx(time.Millisecond))
	r := open(t, lifetest.Online(t, fake), fake, "me/app")
	viewtest.Tap(t, r.w, "Add a volume")
	viewtest.Type(t, r.w, "Volume or folder", folder)
	viewtest.Type(t, r.w, "Path in the container", "/srv")
	r.untilShows(t, "The engine is on another computer")
	return r
}

// TestCopyFolder: where the engine cannot mount a folder, a copy of it goes into
// a new volume, and the sheet says beforehand what that is.
func TestCopyFolder(t *testing.T) {
	top := filepath.Join(t.TempDir(), "my site")
	if err := os.MkdirAll(filepath.Join(top, "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(top, "deep", "page"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc", filepath.Join(top, "out")); err != nil {
		t.Fatal(err)
	}
	r := farAway(t, top)
	viewtest.Tap(t, r.w, "Copy into a volume…")
	r.untilShows(t, "1 file (5")
	for _, words := range []string{"the new volume hello-app-my-site", "1 link leads out of the folder"} {
		if !viewtest.Shows(r.w, words) {
			t.Errorf("does not say %q:\n%s", words, strings.Join(viewtest.Texts(r.w), "\n"))
		}
	}
	viewtest.Tap(t, r.w, "Cancel")
	if got := r.form.Volumes[0]; got.Source != top || got.From != "" {
		t.Fatalf("called off: %+v", got)
	}
	viewtest.Tap(t, r.w, "Copy into a volume…")
	r.untilShows(t, "1 file (5")
	viewtest.Tap(t, r.w, "Use a copy")
	r.untilShows(t, "Filled with a copy of "+top)
	if got := r.form.Volumes[0]; got.Source != "hello-app-my-site" || got.From != top || got.Target != "/srv" {
		t.Fatalf("%+v", got)
	}
	lines := strings.Split(r.f.command.Command(), "\n")
	want := []string{
		"docker -H " + far + " volume create hello-app-my-site",
		"docker -H " + far + " create --name hello-app-my-site-copy -v hello-app-my-site:/escale-copy me/app:latest true",
		"docker -H " + far + " cp '" + top + "/.' hello-app-my-site-copy:/escale-copy",
		"docker -H " + far + " rm -v hello-app-my-site-copy",
	}
	if len(lines) != 5 || !slices.Equal(lines[:4], want) || !strings.Contains(lines[4], "-v hello-app-my-site:/srv") {
		t.Errorf("commands:\n%s", strings.Join(lines, "\n"))
	}
	r.fake.Hang("CopyInto")
	r.submit()
	r.untilShows(t, "Copy the folder")
	r.fake.Release()
	r.until(t, "it runs", func() bool { return r.mode == ended })
	if r.endOf.State != task.Done {
		t.Fatal(r.endOf.Err)
	}
	if got := r.fake.Copied("hello-app-my-site"); !maps.Equal(got, map[string]string{"deep/": "", "deep/page": "hello", "out": "-> /etc"}) {
		t.Errorf("in the volume: %q", got)
	}
}

// TestCopyFolderUndone: the folder comes back, and a name that is taken is said.
func TestCopyFolderUndone(t *testing.T) {
	top := t.TempDir()
	r := farAway(t, top)
	viewtest.Tap(t, r.w, "Copy into a volume…")
	r.untilShows(t, "Use a copy of this folder?")
	viewtest.Tap(t, r.w, "Use a copy")
	r.fake.AddVolume(engine.Volume{Name: "data"})
	r.until(t, "the volume is known", func() bool { return len(r.app.Store.Volumes.Get().Rows) == 1 })
	viewtest.Type(t, r.w, "Volume or folder", "data")
	r.untilShows(t, "A volume has this name already.")
	viewtest.Type(t, r.w, "Volume or folder", "data-2")
	r.untilShows(t, "Filled with a copy of")
	viewtest.Tap(t, r.w, "Do not copy")
	r.untilShows(t, "The engine is on another computer")
	if got := r.form.Volumes[0]; got.Source != top || len(r.form.Copies()) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestCopyFolderThatIsNone: what cannot be copied is said in its row.
func TestCopyFolderThatIsNone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r := farAway(t, file)
	viewtest.Tap(t, r.w, "Copy into a volume…")
	r.untilShows(t, "is a file. Only folders can be copied into a volume.")
	r.app.Store.Connection.Set(store.Connection{Phase: store.Ready, Endpoint: engine.Endpoint{Host: "unix:///var/run/docker.sock"}})
	viewtest.Type(t, r.w, "Volume or folder", file+"2")
	r.hides(t, "is a file")
}
