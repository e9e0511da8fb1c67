package app

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"escale/app/parcel"
	"escale/app/task"
	"escale/engine"
	"escale/engine/enginetest"
)

// site is a folder to copy.
func site(t *testing.T) string {
	t.Helper()
	top := t.TempDir()
	if err := os.Mkdir(filepath.Join(top, "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"index.html": "hello", "deep/page": "more"} {
		if err := os.WriteFile(filepath.Join(top, filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return top
}

// copying is redis, with a folder copied into a volume that it may only read.
func copying() engine.ContainerSpec {
	spec := redis()
	spec.Mounts = append(spec.Mounts, engine.Mount{Kind: engine.MountVolume, Source: "hello-site", Target: "/site", ReadOnly: true})
	return spec
}

func TestRunImageCopies(t *testing.T) {
	top := site(t)
	synctest.Test(t, func(t *testing.T) {
		fake := hub()
		a, stop := start(t, fake)
		defer stop()
		end := result(t, a, func() int { return a.RunImage(copying(), parcel.Copy{Folder: top, Volume: "hello-site"}) })
		if end.State != task.Done || !slices.Contains(stageNames(end), task.StageCopy) {
			t.Fatalf("%v %v %v", end.State, end.Err, stageNames(end))
		}
		if got := end.Progress.Copied; got != (task.Copied{CurrentBytes: 9, TotalBytes: 9}) {
			t.Errorf("copied %+v", got)
		}
		want := map[string]string{"index.html": "hello", "deep/": "", "deep/page": "more"}
		if got := fake.Copied("hello-site"); !maps.Equal(got, want) {
			t.Errorf("in the volume: %q", got)
		}
		c, err := fake.InspectContainer(t.Context(), "hello")
		if err != nil || !slices.Contains(c.Mounts, engine.Mount{Kind: engine.MountVolume, Source: "hello-site", Target: "/site", ReadOnly: true}) {
			t.Errorf("%+v, %v", c.Mounts, err)
		}
		if got := left(t, fake); slices.ContainsFunc(got, func(s string) bool { return s != "container hello" && s[:9] == "container" }) {
			t.Errorf("left %q", got)
		}
	})
}

// TestRunImageCopiesNothingByHalves: whatever goes wrong, the volume that was
// being filled goes.
func TestRunImageCopiesNothingByHalves(t *testing.T) {
	top := site(t)
	for name, tc := range map[string]struct {
		folder string
		breaks func(*enginetest.Fake, *App)
		want   error
	}{
		"the copy fails":        {top, func(f *enginetest.Fake, _ *App) { f.Fail("CopyInto", engine.ErrNoSpace) }, engine.ErrNoSpace},
		"the volume fails":      {top, func(f *enginetest.Fake, _ *App) { f.Fail("CreateVolume", engine.ErrServer) }, engine.ErrServer},
		"the container fails":   {top, func(f *enginetest.Fake, _ *App) { f.Fail("StartContainer", engine.ErrPortTaken) }, engine.ErrPortTaken},
		"the folder is missing": {filepath.Join(top, "none"), func(*enginetest.Fake, *App) {}, os.ErrNotExist},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := hub()
				a, stop := start(t, fake)
				defer stop()
				tc.breaks(fake, a)
				end := result(t, a, func() int { return a.RunImage(copying(), parcel.Copy{Folder: tc.folder, Volume: "hello-site"}) })
				if end.State != task.Failed || !errors.Is(end.Err, tc.want) {
					t.Errorf("%v: %v", end.State, end.Err)
				}
				if got := left(t, fake); len(got) != 0 {
					t.Errorf("left %q", got)
				}
			})
		})
	}
}

func TestRunImageCopyCancelled(t *testing.T) {
	top := site(t)
	synctest.Test(t, func(t *testing.T) {
		fake := hub()
		a, stop := start(t, fake)
		defer stop()
		fake.Hang("CopyInto")
		id := a.RunImage(copying(), parcel.Copy{Folder: top, Volume: "hello-site"})
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if got := left(t, fake); !slices.Contains(got, "volume hello-site") {
			t.Fatalf("not under way: %q", got)
		}
		a.Tasks.Cancel(id)
		synctest.Wait()
		if end, _ := a.Tasks.Get(id); end.State != task.Cancelled {
			t.Errorf("%v: %v", end.State, end.Err)
		}
		if got := left(t, fake); len(got) != 0 {
			t.Errorf("left %q", got)
		}
	})
}

// TestRunImageCopyTaken: a volume that is there already keeps what it holds.
func TestRunImageCopyTaken(t *testing.T) {
	top := site(t)
	synctest.Test(t, func(t *testing.T) {
		fake := hub()
		a, stop := start(t, fake)
		defer stop()
		fake.AddVolume(engine.Volume{Name: "hello-site"})
		end := result(t, a, func() int { return a.RunImage(copying(), parcel.Copy{Folder: top, Volume: "hello-site"}) })
		if !errors.Is(end.Err, engine.ErrConflict) {
			t.Errorf("%v", end.Err)
		}
		if got := left(t, fake); !slices.Equal(got, []string{"volume hello-site"}) || len(fake.Copied("hello-site")) != 0 {
			t.Errorf("left %q", got)
		}
	})
}
