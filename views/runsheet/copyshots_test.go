package runsheet

import (
	"os"
	"path/filepath"
	"testing"

	"escale/engine"
	"escale/engine/enginetest"
	"escale/views/life/lifetest"
	"escale/views/say"
	"escale/views/viewtest"
)

// TestCopyShots draws a folder that the engine cannot mount, how one is chosen,
// and what a copy of it would be.
func TestCopyShots(t *testing.T) {
	if os.Getenv("ESCALE_SHOTS") == "" {
		return
	}
	defer say.SetLanguage("en")
	top := t.TempDir()
	for _, dir := range []string{"Documents", "Music", "site/images"} {
		if err := os.MkdirAll(filepath.Join(top, filepath.FromSlash(dir)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc", filepath.Join(top, "site", "out")); err != nil {
		t.Fatal(err)
	}
	for _, look := range looks() {
		say.SetLanguage(look.language)
		fake := enginetest.New(enginetest.WithEndpoint(engine.Endpoint{ID: "far", Kind: engine.EndpointContext, Host: far}))
		r := openAt(t, lifetest.Online(t, fake), fake, "me/app", look.size, look.mode)
		viewtest.Tap(t, r.w, say.L("run.volumes.add"))
		viewtest.Type(t, r.w, say.L("run.volume.source"), top)
		viewtest.Type(t, r.w, say.L("run.volume.target"), "/srv")
		r.untilShows(t, say.L("run.folder.far"))
		viewtest.ShotWindow(t, "run-far-"+look.name, r.w)
		viewtest.Tap(t, r.w, say.L("choose.button"))
		r.untilShows(t, "site")
		viewtest.ShotWindow(t, "run-choose-"+look.name, r.w)
		viewtest.Tap(t, r.w, "site")
		r.untilShows(t, "images")
		viewtest.Tap(t, r.w, say.L("choose.folder.verb"))
		viewtest.Tap(t, r.w, say.L("run.copy.offer"))
		r.untilShows(t, say.L("run.copy.title"))
		viewtest.ShotWindow(t, "run-copy-"+look.name, r.w)
		viewtest.Tap(t, r.w, say.L("run.copy.verb"))
		viewtest.ShotWindow(t, "run-copied-"+look.name, r.w)
		r.layer.Close()
	}
}
