package prefs_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"go.uber.org/goleak"

	"escale/app/release"
	"escale/app/settings"
	"escale/views/kit"
	"escale/views/life/lifetest"
	"escale/views/nav"
	"escale/views/prefs"
	"escale/views/say"
	"escale/views/viewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type rig struct {
	*prefs.Page
	store  *settings.Store
	host   *lifetest.Host
	w      fyne.Window
	opened int // how often the logs were asked for

	releases *release.Watcher // that runs; nil
}

// page is the width of a page in the smallest window.
const page = 680

func newRig(t *testing.T, store *settings.Store) *rig {
	t.Helper()
	return rigOf(t, store, prefs.Parts{Login: &login{}})
}

// rigOf fills in what parts leave out.
func rigOf(t *testing.T, store *settings.Store, parts prefs.Parts) *rig {
	t.Helper()
	viewtest.App(t)
	r := &rig{store: store, host: lifetest.NewHost()}
	parts.Settings, parts.Host, parts.Version, parts.OpenLogs = store, r.host, "1.2.3", func() { r.opened++ }
	if parts.Releases == nil {
		parts.Releases = release.NewWatcher(release.Options{Settings: store, Version: "1.2.3"})
	}
	r.Page = prefs.New(parts)
	t.Cleanup(r.Close)
	r.w = viewtest.Window(t, r.Content(), page, 1500)
	r.host.View = r.w
	r.Show(nav.Route{Place: nav.Settings})
	if one, ok := parts.Login.(*login); ok {
		one.answered(t, r, 1)
	}
	return r
}

func memory(t *testing.T) *settings.Store {
	t.Helper()
	store, err := settings.Open("")
	if err != nil {
		t.Fatal(err)
	}
	return store
}

const field = "Docker Hub address"

func TestChoices(t *testing.T) {
	r := newRig(t, memory(t))
	viewtest.Tap(t, r.w, "Dark")
	viewtest.Tap(t, r.w, "Larger")
	r.host.Drain()
	if got := r.store.Get(); got.Theme != "dark" || got.TextScale != 1.1 {
		t.Errorf("settings %+v", got)
	}
	if !viewtest.Shows(r.w, "110%") {
		t.Errorf("the size is not shown: %q", viewtest.Texts(r.w))
	}
	viewtest.Tap(t, r.w, "Reset")
	viewtest.Tap(t, r.w, "Language")
	viewtest.Tap(t, r.w, "Français")
	if got := r.store.Get(); got.TextScale != 1 || got.Language != "fr" {
		t.Errorf("settings %+v", got)
	}
	if !viewtest.Shows(r.w, "Escale 1.2.3") {
		t.Error("the version is not shown")
	}
}

func TestSizeEnds(t *testing.T) {
	r := newRig(t, memory(t))
	for range 6 {
		viewtest.Tap(t, r.w, "Larger")
		r.host.Drain()
	}
	if larger := viewtest.Find(r.w, "Larger"); larger.Enabled() || r.store.Get().TextScale != 1.6 {
		t.Errorf("enabled %v at %v", larger.Enabled(), r.store.Get().TextScale)
	}
}

// TestAddress checks that a half-typed address is neither saved nor complained
// about, and that nothing typed is lost.
func TestAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, memory(t))
		pause := func() { time.Sleep(time.Second); synctest.Wait(); r.host.Drain(); viewtest.Settle(r.w) }
		viewtest.Type(t, r.w, field, "https://hub")
		if r.store.Get().HubBase != "" || viewtest.Shows(r.w, "Enter a whole web address") {
			t.Error("it reacts to every key")
		}
		viewtest.Type(t, r.w, field, " https://hub.example.org/ ")
		pause()
		if got := r.store.Get().HubBase; got != "https://hub.example.org" || !viewtest.Shows(r.w, "Saved") {
			t.Errorf("saved %q, shown %q", got, viewtest.Texts(r.w))
		}
		viewtest.Type(t, r.w, field, "hub.example.org")
		pause()
		if !viewtest.Shows(r.w, "Enter a whole web address") || r.Draft() != "hub.example.org" {
			t.Errorf("draft %q, shown %q", r.Draft(), viewtest.Texts(r.w))
		}
		if got := r.store.Get().HubBase; got != "https://hub.example.org" {
			t.Errorf("a bad address replaced the good one by %q", got)
		}
		viewtest.Type(t, r.w, field, "http://127.0.0.1:17000")
		r.Hide() // leaving does not wait for the pause
		if got := r.store.Get().HubBase; got != "http://127.0.0.1:17000" || r.Draft() != "" {
			t.Errorf("saved %q, draft %q", got, r.Draft())
		}
		viewtest.Tap(t, r.w, "Use Docker Hub")
		if got := r.store.Get().HubBase; got != "" {
			t.Errorf("saved %q", got)
		}
	})
}

// TestResume checks what a page in another language takes over.
func TestResume(t *testing.T) {
	t.Cleanup(func() { say.SetLanguage("en") })
	say.SetLanguage("fr")
	r := newRig(t, memory(t))
	r.Resume("exemple.org")
	if r.Draft() != "exemple.org" || !viewtest.Shows(r.w, "Saisissez une adresse web entière") {
		t.Errorf("draft %q, shown %q", r.Draft(), viewtest.Texts(r.w))
	}
	if r.w.Canvas().Focused() == nil {
		t.Error("nothing has the focus")
	}
}

// TestUnwritable checks that a setting that cannot be kept is told about, and
// holds for this run.
func TestUnwritable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder", "settings.json")
	store, err := settings.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Dir(path), nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	r := newRig(t, store)
	viewtest.Tap(t, r.w, "Dark")
	if len(r.host.Toasts) != 1 || store.Get().Theme != "dark" {
		t.Errorf("toasts %q, theme %q", r.host.Toasts, store.Get().Theme)
	}
}

// TestKeysAreListed names the shortcuts that nothing else on screen tells of.
func TestKeysAreListed(t *testing.T) {
	t.Cleanup(func() { say.SetLanguage("en") })
	for language, keys := range map[string][]string{
		"en": {"N", "L", "Page Up", "Page Down"}, "fr": {"N", "L", "Page préc.", "Page suiv."},
	} {
		say.SetLanguage(language)
		r := newRig(t, memory(t))
		for i, key := range keys {
			keys[i] = kit.Shortcut(key)
		}
		for _, key := range append(keys, "F2", "↑ ↓", say.L("settings.key.space"), say.L("settings.key.delete")) {
			if !viewtest.Shows(r.w, key) {
				t.Errorf("%s: %q is not listed", language, key)
			}
		}
	}
}

// TestFits checks both languages in the smallest window.
func TestFits(t *testing.T) {
	t.Cleanup(func() { say.SetLanguage("en") })
	for _, language := range []string{"en", "fr"} {
		say.SetLanguage(language)
		r := newRig(t, memory(t))
		if least := r.w.Content().MinSize(); least.Width > page {
			t.Errorf("%s needs a width of %v", language, least.Width)
		}
		if language == "en" {
			viewtest.Golden(t, "settings.xml", r.w)
		}
	}
}
