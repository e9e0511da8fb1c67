package prefs_test

import (
	"os"
	"testing"

	"fyne.io/fyne/v2"

	"escale/app/autostart"
	"escale/app/release"
	"escale/app/settings"
	"escale/views/prefs"
	"escale/views/say"
	"escale/views/theme"
	"escale/views/viewtest"
)

// TestShots draws the page, the first part and the whole, for whoever wants to
// look at it.
func TestShots(t *testing.T) {
	if os.Getenv("ESCALE_SHOTS") == "" {
		return
	}
	defer say.SetLanguage("en")
	for _, look := range []struct {
		name, language string
		mode           theme.Mode
		size           fyne.Size
	}{
		{"light", "en", theme.AlwaysLight, fyne.NewSize(1020, 1560)},
		{"dark", "en", theme.AlwaysDark, fyne.NewSize(1020, 1560)},
		{"french", "fr", theme.AlwaysLight, fyne.NewSize(1020, 1560)},
		{"small", "en", theme.AlwaysLight, fyne.NewSize(680, 600)},
		{"small-fr", "fr", theme.AlwaysDark, fyne.NewSize(680, 1700)},
	} {
		say.SetLanguage(look.language)
		r := watching(t, release.Options{Fetch: answer(newer, nil), Address: "https://escale.example/latest"})
		viewtest.Tap(t, r.w, say.L("settings.updates.now"))
		r.reads(t, say.L("settings.updates.newer", "Version", "1.3.0", "Date", say.Date(newer.Date)))
		r.Close()
		store := memory(t)
		parts := prefs.Parts{Login: &login{broken: autostart.ErrSandboxed}}
		if look.name == "dark" {
			parts = prefs.Parts{Login: &login{on: true, unset: autostart.ErrUnfit}}
		}
		if look.name != "french" {
			parts.Releases = r.releases
		}
		if err := store.Update(func(p *settings.Prefs) { p.Updates.On = true }); err != nil {
			t.Fatal(err)
		}
		shown := rigOf(t, store, parts)
		fyne.CurrentApp().Settings().SetTheme(theme.New(look.mode))
		shown.w.Resize(look.size)
		viewtest.Settle(shown.w)
		viewtest.ShotWindow(t, "settings-"+look.name, shown.w)
	}
}
