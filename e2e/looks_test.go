//go:build e2e

package e2e

import (
	"testing"
	"time"

	"escale/views/say"
)

// TestFrench plays the two clicks in French.
func TestFrench(t *testing.T) {
	say.SetLanguage("fr")
	t.Cleanup(func() { say.SetLanguage("en") })
	emptyEngine(t)
	d := sit(t, options{lang: "fr_FR.UTF-8"})
	d.read("Découvrir", 10*time.Second)
	d.clickNear("nginx", say.L("action.run"))
	d.read(say.L("run.title", "Name", "nginx"), 5*time.Second)
	d.click(say.L("action.run"))
	d.read(say.L("run.done.title", "Name", "hello-nginx"), 2*time.Minute)
	d.press("Escape", "ctrl+2")
	d.clickNear("hello-nginx", say.L("action.stop"))
	d.read(say.L("container.state.stopped"), 30*time.Second)
}

// TestSmallest plays the two clicks in the smallest window.
func TestSmallest(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t)
	d := sit(t, options{width: 900, height: 600})
	seen, err := d.tree()
	if err != nil {
		t.Fatal(err)
	}
	if seen.Window.W > 900 || seen.Window.H > 600 {
		t.Errorf("the window is %d×%d, wanted 900×600", seen.Window.W, seen.Window.H)
	}
	d.clickNear("nginx", say.L("action.run"))
	d.click(say.L("action.run"))
	d.read(say.L("run.done.title", "Name", "hello-nginx"), 2*time.Minute)
	d.press("Escape", "ctrl+2")
	d.read("hello-nginx", 10*time.Second)
	d.shot("smallest")
}

// TestComesBack closes the window and opens it again: size and screen return,
// and a language chosen in Settings applies at once and stays.
func TestComesBack(t *testing.T) {
	say.SetLanguage("en")
	d := sit(t, options{width: 1000, height: 640})
	d.press("ctrl+6")
	d.read(say.L("settings.title"), 5*time.Second)
	d.click(say.L("settings.language"))
	d.click("Français")
	d.read("Réglages", 5*time.Second)
	d.quit()
	d.launch()
	d.read("Réglages", 10*time.Second)
	seen, err := d.tree()
	if err != nil {
		t.Fatal(err)
	}
	if seen.Window.W != 1000 || seen.Window.H != 640 {
		t.Errorf("the window came back as %d×%d, was 1000×640", seen.Window.W, seen.Window.H)
	}
}
