package runsheet

import (
	"os"
	"path/filepath"
	"testing"

	"escale/views/viewtest"
)

// TestChooseFolder: a folder is chosen instead of typed, and what was typed
// stays when none is.
func TestChooseFolder(t *testing.T) {
	top := t.TempDir()
	if err := os.Mkdir(filepath.Join(top, "site"), 0o700); err != nil {
		t.Fatal(err)
	}
	r := farAway(t, filepath.Join(top, "sit"))
	viewtest.Tap(t, r.w, "Choose…")
	r.untilShows(t, "site")
	viewtest.Tap(t, r.w, "Cancel")
	if got := r.form.Volumes[0].Source; got != filepath.Join(top, "sit") {
		t.Fatalf("called off: %q", got)
	}
	viewtest.Tap(t, r.w, "Choose…")
	r.untilShows(t, "site")
	viewtest.Tap(t, r.w, "site")
	r.untilShows(t, "Nothing to choose in here.")
	viewtest.Tap(t, r.w, "Choose this folder")
	if got := r.form.Volumes[0]; got.Source != filepath.Join(top, "site") || got.Target != "/srv" {
		t.Errorf("%+v", got)
	}
}
