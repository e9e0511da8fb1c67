//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/views/say"
)

// inTray starts the program on a desktop of its own, with a place for icons or
// without.
func inTray(t *testing.T, hosted bool, o options) (*desk, *tray) {
	t.Helper()
	say.SetLanguage("en")
	desktop := newDesktop(t)
	if hosted {
		desktop.hostIcons()
	}
	o.bus = desktop.address
	if o.prefs == nil {
		o.prefs = map[string]any{}
	}
	o.prefs["quitOnClose"] = false
	d := sit(t, o)
	if hosted {
		d.until("the icon", 10*time.Second, desktop.registered)
	}
	return d, desktop.trayOf(d.cmd.Process.Pid)
}

// state is what the engine says of a container.
func state(name string) string {
	out, _ := tryDocker("inspect", "-f", "{{.State.Status}}", name)
	return out
}

func (d *desk) becomes(name, want string) {
	d.t.Helper()
	d.until(fmt.Sprintf("%s being %s", name, want), 30*time.Second, func() bool { return state(name) == want })
}

// TestTrayContainers takes containers through their lives by the tray alone.
func TestTrayContainers(t *testing.T) {
	emptyEngine(t)
	docker(t, "run", "-d", "--name", "my_web", "-p", "127.0.0.1:8085:80", "nginx")
	docker(t, "run", "-d", "--name", "cache", "redis")
	d, y := inTray(t, true, options{})
	if w, h, solid := y.icon(); w != 64 || h != 64 || solid < 64*64/2 {
		t.Errorf("the icon has %d×%d pixels, %d solid", w, h, solid)
	}
	y.wait(false, "● "+say.L("pill.ready"))
	up := func(name string, n int) []string { return []string{say.L("tray.running", "N", n), name} }
	down := func(name string, n int) []string { return []string{say.L("tray.stoppedlist", "N", n), name} }
	act := func(path []string, label string) { y.click(append(slices.Clone(path), label)...) }

	if root, _ := y.read(); func() bool {
		_, web := root.at(append(up("cache", 2), say.L("container.menu.browse")))
		return web
	}() {
		t.Error("offers to open redis in the browser, which publishes nothing")
	}
	act(up("my_web", 2), say.L("container.menu.browse"))
	d.until("the browser", 5*time.Second, func() bool { return slices.Equal(d.opened(), []string{"http://localhost:8085"}) })

	act(up("my_web", 2), say.L("action.pause"))
	d.becomes("my_web", "paused")
	y.hears(say.L("task.pause.done", "Name", "my_web"), 10*time.Second)
	act(up(say.L("tray.paused", "Name", "my_web"), 2), say.L("action.resume"))
	d.becomes("my_web", "running")
	y.hears(say.L("task.resume.done", "Name", "my_web"), 10*time.Second)

	began := docker(t, "inspect", "-f", "{{.State.StartedAt}}", "my_web")
	act(up("my_web", 2), say.L("action.restart"))
	y.hears(say.L("task.restart.done", "Name", "my_web"), 30*time.Second)
	if again := docker(t, "inspect", "-f", "{{.State.StartedAt}}", "my_web"); again == began {
		t.Error("it was not restarted")
	}
	act(up("my_web", 2), say.L("action.stop"))
	d.becomes("my_web", "exited")
	y.hears(say.L("task.stop.done", "Name", "my_web"), 20*time.Second)
	act(down("my_web", 1), say.L("action.start"))
	d.becomes("my_web", "running")
	y.hears(say.L("task.start.done", "Name", "my_web"), 20*time.Second)

	y.click(say.L("tray.pauseall"))
	d.becomes("my_web", "paused")
	d.becomes("cache", "paused")
	y.hears(say.N("tray.paused.done", 2), 20*time.Second)
	y.click(say.L("tray.resumeall"))
	d.becomes("my_web", "running")
	d.becomes("cache", "running")
	y.hears(say.N("tray.resumed.done", 2), 20*time.Second)

	act(up("my_web", 2), say.L("container.menu.logs"))
	d.read("start worker process", 15*time.Second)
}

// TestTrayWindow hides the window into the tray, works from there, brings the
// window back, and quits.
func TestTrayWindow(t *testing.T) {
	emptyEngine(t, "nginx")
	d, y := inTray(t, true, options{})
	d.press("alt+F4")
	d.read(say.L("tray.told.title"), 10*time.Second)
	d.click(say.L("tray.told.verb"))
	d.hidden()

	y.click(say.L("tray.quick"), "nginx")
	d.becomes("hello-nginx", "running")
	y.hears(say.L("task.run.done", "Name", "hello-nginx"), time.Minute)
	y.hears("http://localhost:8080", time.Second)
	fetch(t, "http://127.0.0.1:8080/")

	docker(t, "run", "-d", "--name", "falls", "busybox", "sh", "-c", "sleep 4; exit 3")
	y.hears(say.L("notice.fallen", "Name", "falls"), 20*time.Second)
	for i := range 16 {
		docker(t, "create", "--name", fmt.Sprintf("spare-%02d", i), "busybox")
	}
	y.click(say.L("tray.stoppedlist", "N", 17), say.L("tray.all", "N", 17))
	d.visible()
	d.read("spare-00", 10*time.Second)

	y.wait(false, say.L("tray.engine"), say.L("tray.engine.other", "Name", "DOCKER_HOST"))
	y.click(say.L("tray.engine"), say.L("tray.engine.show"))
	d.read(say.L("engine.fact.address"), 10*time.Second)
	d.press("ctrl+w") // not told again
	d.hidden()
	y.click(say.L("tray.open"))
	d.visible()
	y.click(say.L("tray.quit"))
	d.ends(10 * time.Second)
}

// TestTrayTrouble loses the engine while the window is hidden.
func TestTrayTrouble(t *testing.T) {
	emptyEngine(t)
	d, y := inTray(t, true, options{prefs: map[string]any{"trayTold": true}})
	y.wait(false, "● "+say.L("pill.ready"))
	d.press("ctrl+w")
	d.hidden()
	testbed(t, "engine", "kill")
	t.Cleanup(func() { testbed(t, "engine", "start") })
	y.hears(say.L("notice.engine"), 30*time.Second)
	y.click(say.L("tray.why"))
	d.visible()
	d.press("ctrl+w")
	d.hidden()
	testbed(t, "engine", "start")
	y.hears(say.L("notice.engine.back"), time.Minute)
	y.wait(false, "● "+say.L("pill.ready"))
}

// TestTrayGone takes the panel away while the window is hidden.
func TestTrayGone(t *testing.T) {
	d, y := inTray(t, true, options{prefs: map[string]any{"trayTold": true}})
	d.press("ctrl+w")
	d.hidden()
	y.leaveIcons()
	d.visible()
	d.read(say.L("tray.gone.title"), 5*time.Second)
	d.read(say.L("tray.quickactions"), 5*time.Second)
	y.hostIcons() // the panel is back
	d.gone(say.L("tray.quickactions"), 5*time.Second)
	d.press("ctrl+w")
	d.hidden()
}

// TestTrayAbsent closes the window on a desktop without a place for icons, and
// works with the menu that the window has instead.
func TestTrayAbsent(t *testing.T) {
	emptyEngine(t)
	docker(t, "run", "-d", "--name", "web", "nginx")
	d, _ := inTray(t, false, options{})
	d.press("alt+F4")
	d.read(say.L("tray.none.title"), 10*time.Second)
	d.click(say.L("tray.none.minimize"))
	d.until("the minimized window", 10*time.Second, func() bool {
		out, err := d.tool("xprop", "-id", d.window, "WM_STATE")
		return err == nil && strings.Contains(out, "Iconic")
	})
	if _, err := d.tool("xdotool", "windowmap", "--sync", d.window, "windowactivate", "--sync", d.window); err != nil {
		t.Fatal(err)
	}
	d.click(say.L("tray.quickactions"))
	d.click(say.L("tray.running", "N", 1))
	d.click("web")
	d.click(say.L("action.pause"))
	d.becomes("web", "paused")
	d.press("alt+F4")
	d.read(say.L("tray.none.title"), 10*time.Second)
	d.click(say.L("tray.quit"))
	d.ends(10 * time.Second)
}

// onScreen tells whether the window is shown.
func (d *desk) onScreen() bool {
	out, err := d.tool("xdotool", "search", "--pid", fmt.Sprint(d.cmd.Process.Pid), "--onlyvisible", "--name", "Escale")
	return err == nil && strings.TrimSpace(out) != ""
}

func (d *desk) hidden() {
	d.t.Helper()
	d.until("the hidden window", 10*time.Second, func() bool { return !d.onScreen() })
}

func (d *desk) visible() {
	d.t.Helper()
	d.until("the window", 15*time.Second, d.onScreen)
	_, _ = d.tool("xdotool", "windowactivate", "--sync", d.window)
}
