package kit_test

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"escale/views/kit"
	"escale/views/theme"
	"escale/views/viewtest"
)

// disk is a folder to choose in.
func disk(t *testing.T) string {
	t.Helper()
	top := t.TempDir()
	for _, dir := range []string{"zoo/inner", "Apples", ".hidden"} {
		if err := os.MkdirAll(filepath.Join(top, filepath.FromSlash(dir)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"backup.tar", "zoo/animal.txt"} {
		if err := os.WriteFile(filepath.Join(top, filepath.FromSlash(name)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return top
}

type chooserRig struct {
	w      fyne.Window
	queue  *viewtest.Queue
	layer  *kit.Layer
	chosen []string
}

func choose(t *testing.T, kind kit.Choosing, start string) *chooserRig {
	t.Helper()
	viewtest.App(t)
	r := &chooserRig{queue: viewtest.NewQueue()}
	t.Cleanup(kit.UsePoster(r.queue))
	r.w = viewtest.Window(t, container.NewStack(kit.NewSurface(theme.Canvas, 0)), 900, 600)
	r.layer = kit.ShowChooser(r.w.Canvas(), kit.Chooser{
		Kind: kind, Start: start, OnChosen: func(path string) { r.chosen = append(r.chosen, path) },
		Words: kit.ChooserWords{
			Title: "Choose a thing", Choose: "Take it", Cancel: "Cancel", Up: "Up", Home: "Home", Place: "Folder", Name: "File name",
			Empty: "Nothing here.", Closed: "Cannot be read.", Computer: "Computer", Reading: "Reading…",
		},
	})
	t.Cleanup(func() { r.layer.Close(); r.queue.Drain() })
	return r
}

// at waits until a folder is shown.
func (r *chooserRig) at(t *testing.T, folder string) {
	t.Helper()
	if !r.queue.Settle(func() bool {
		return viewtest.Input(t, r.w, "Folder").Text() == folder && !viewtest.Shows(r.w, "Reading…")
	}) {
		t.Fatalf("never at %s: %q", folder, viewtest.Texts(r.w))
	}
	viewtest.Settle(r.w)
}

func (r *chooserRig) want(t *testing.T, path string) {
	t.Helper()
	if len(r.chosen) != 1 || r.chosen[0] != path || r.layer.Open() {
		t.Errorf("chosen %q, open %v; want %q", r.chosen, r.layer.Open(), path)
	}
}

// blocked fails the test if something can be taken.
func (r *chooserRig) blocked(t *testing.T) {
	t.Helper()
	if take, ok := viewtest.Find(r.w, "Take it").(*kit.Press); !ok || take.Enabled() {
		t.Errorf("can be taken: %q", viewtest.Texts(r.w))
	}
}

func TestChooseFolder(t *testing.T) {
	top := disk(t)
	r := choose(t, kit.AFolder, filepath.Join(top, "zoo", "not", "there"))
	r.at(t, filepath.Join(top, "zoo"))
	if viewtest.Shows(r.w, "animal.txt") {
		t.Error("shows a file")
	}
	viewtest.Tap(t, r.w, "Up")
	r.at(t, top)
	for words, shown := range map[string]bool{"Apples": true, "zoo": true, ".hidden": false, "backup.tar": false} {
		if viewtest.Shows(r.w, words) != shown {
			t.Errorf("%s: shown %v", words, !shown)
		}
	}
	viewtest.Tap(t, r.w, "Apples")
	r.at(t, filepath.Join(top, "Apples"))
	if !viewtest.Shows(r.w, "Nothing here.") {
		t.Errorf("%q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Take it")
	r.want(t, filepath.Join(top, "Apples"))
}

func TestChooseFile(t *testing.T) {
	top := disk(t)
	r := choose(t, kit.AFile, top)
	r.at(t, top)
	r.blocked(t)
	viewtest.Tap(t, r.w, "backup.tar")
	viewtest.Tap(t, r.w, "Take it")
	r.want(t, filepath.Join(top, "backup.tar"))
}

func TestChooseNewFile(t *testing.T) {
	top := disk(t)
	r := choose(t, kit.ANewFile, filepath.Join(top, "new.tar"))
	r.at(t, top)
	viewtest.Tap(t, r.w, "zoo")
	r.at(t, filepath.Join(top, "zoo"))
	viewtest.Type(t, r.w, "File name", "../up")
	r.blocked(t)
	viewtest.Type(t, r.w, "File name", "mine.tar")
	viewtest.Tap(t, r.w, "Take it")
	r.want(t, filepath.Join(top, "zoo", "mine.tar"))
}

func TestChooseNothing(t *testing.T) {
	top := disk(t)
	r := choose(t, kit.AFolder, top)
	r.at(t, top)
	viewtest.Tap(t, r.w, "Cancel")
	if r.layer.Open() || len(r.chosen) != 0 {
		t.Errorf("open %v, chosen %q", r.layer.Open(), r.chosen)
	}
}

// TestChooseStarts: without a whole path, choosing begins at home.
func TestChooseStarts(t *testing.T) {
	top := disk(t)
	t.Setenv("HOME", top)
	t.Setenv("USERPROFILE", top)
	r := choose(t, kit.AFolder, "a-volume")
	r.at(t, top)
	viewtest.Tap(t, r.w, "zoo")
	r.at(t, filepath.Join(top, "zoo"))
	viewtest.Tap(t, r.w, "Home")
	r.at(t, top)
}
