package prefs_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"escale/app/release"
	"escale/app/settings"
	"escale/views/prefs"
	"escale/views/say"
	"escale/views/viewtest"
)

// newer is what a server tells of.
var newer = release.Manifest{
	Version: "1.3.0", Date: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Notes: "https://escale.example/notes",
	Downloads: map[string]release.Download{},
}

// watching is a rig whose Watcher runs against one answer.
func watching(t *testing.T, o release.Options) *rig {
	t.Helper()
	store := memory(t)
	o.Settings, o.Version, o.Log = store, "1.2.3", slog.New(slog.DiscardHandler)
	watcher := release.NewWatcher(o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { watcher.Run(ctx); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	r := rigOf(t, store, prefs.Parts{Releases: watcher})
	r.releases = watcher
	return r
}

func answer(m release.Manifest, err error) func(context.Context, string) (release.Manifest, error) {
	return func(context.Context, string) (release.Manifest, error) { return m, err }
}

func (r *rig) reads(t *testing.T, words string) {
	t.Helper()
	if !r.host.Settle(func() bool { viewtest.Settle(r.w); return viewtest.Shows(r.w, words) }) {
		t.Fatalf("no %q: %q", words, viewtest.Texts(r.w))
	}
}

func TestUpdates(t *testing.T) {
	r := watching(t, release.Options{Fetch: answer(newer, nil), Address: "https://escale.example/latest"})
	if r.store.Get().Updates.On {
		t.Error("on before anybody asked")
	}
	viewtest.Tap(t, r.w, say.L("settings.updates.daily"))
	if !r.store.Get().Updates.On {
		t.Error("a tap does not switch it on")
	}
	viewtest.Tap(t, r.w, say.L("settings.updates.now"))
	r.reads(t, say.L("settings.updates.newer", "Version", "1.3.0", "Date", say.Date(newer.Date)))
	viewtest.Tap(t, r.w, say.L("release.open"))
	if len(r.host.Browsed) != 1 || r.host.Browsed[0] != newer.Notes {
		t.Errorf("the browser is shown %q", r.host.Browsed)
	}
}

func TestNoNewerVersion(t *testing.T) {
	same := newer
	same.Version = "1.2.3"
	r := watching(t, release.Options{Fetch: answer(same, nil), Address: "https://escale.example/latest"})
	viewtest.Tap(t, r.w, say.L("settings.updates.now"))
	r.reads(t, say.L("settings.updates.none"))
}

func TestUpdatesFail(t *testing.T) {
	r := watching(t, release.Options{Fetch: answer(release.Manifest{}, release.ErrForged), Address: "https://escale.example/latest"})
	viewtest.Tap(t, r.w, say.L("settings.updates.now"))
	r.reads(t, say.L("release.forged"))
}

func TestUpdatesWithoutAddress(t *testing.T) {
	r := watching(t, release.Options{Fetch: answer(newer, nil)})
	r.reads(t, say.L("release.noaddress"))
	label := say.L("settings.updates.now")
	if viewtest.Find(r.w, label).Enabled() || viewtest.Find(r.w, say.L("settings.updates.daily")).Enabled() {
		t.Error("it can look nowhere")
	}
	for _, bad := range []string{"http://mirror.example/x", "mirror.example"} {
		viewtest.Type(t, r.w, say.L("settings.updates.address"), bad)
		r.reads(t, say.L("settings.updates.address.bad"))
		if got := r.store.Get().Updates.Address; got != "" {
			t.Errorf("%q is kept", got)
		}
	}
	viewtest.Type(t, r.w, say.L("settings.updates.address"), " https://mirror.example/escale.txt ")
	r.Hide() // leaving does not wait for the pause
	if got := r.store.Get().Updates.Address; got != "https://mirror.example/escale.txt" {
		t.Errorf("kept: %q", got)
	}
	if !r.host.Settle(func() bool { viewtest.Settle(r.w); return viewtest.Find(r.w, label).Enabled() }) {
		t.Error("with an address it cannot look either")
	}
}

func TestUpdatesWithoutKey(t *testing.T) {
	store := memory(t)
	if err := store.Update(func(p *settings.Prefs) { p.Updates.On = true }); err != nil {
		t.Fatal(err)
	}
	r := newRig(t, store)
	if !viewtest.Shows(r.w, say.L("release.nokey")) || viewtest.Shows(r.w, say.L("settings.updates.address")) || viewtest.Find(r.w, say.L("settings.updates.now")).Enabled() {
		t.Errorf("it shows %q", viewtest.Texts(r.w))
	}
}
