//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"escale/views/say"
)

// home is a desk whose program has ended: it can be started in other ways.
func home(t *testing.T, hosted bool) (*desk, *desktop) {
	t.Helper()
	say.SetLanguage("en")
	desktop := newDesktop(t)
	if hosted {
		desktop.hostIcons()
	}
	d := sit(t, options{bus: desktop.address})
	d.quit()
	desktop.forget()
	return d, desktop
}

// forget drops the icons that were registered.
func (d *desktop) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.icons = nil
}

// hide starts the program as the session does.
func (d *desk) hide() {
	d.t.Helper()
	d.cmd = exec.Command(place.program, "--hidden") //nolint:noctx // leave ends it
	d.cmd.Env, d.cmd.Dir = d.env, d.home
	d.cmd.Stdout, d.cmd.Stderr = d.output, d.output
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
}

// mapped notes every window that comes on the screen, however short it stays.
func (d *desk) mapped() (notes *syncBuffer) {
	d.t.Helper()
	notes = &syncBuffer{}
	spy := exec.CommandContext(d.t.Context(), "stdbuf", "-oL", "xev", "-root", "-event", "substructure")
	spy.Env, spy.Stdout = d.env, notes
	if err := spy.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = spy.Wait() })
	// It may still be coming: it listens when it hears of a window of ours.
	for end := time.Now().Add(20 * time.Second); !strings.Contains(notes.String(), "MapNotify"); {
		if time.Now().After(end) {
			d.t.Fatal("the witness of windows hears of none")
		}
		other, _ := d.beside("witness", "xev", "-name", "witness")
		time.Sleep(200 * time.Millisecond)
		_ = syscall.Kill(other, syscall.SIGTERM)
		d.until("the end of the sign", 10*time.Second, func() bool {
			_, err := d.tool("xdotool", "search", "--onlyvisible", "--name", "^witness$")
			return err != nil
		})
	}
	time.Sleep(200 * time.Millisecond) // what it still has to say of the sign
	notes.reset()
	return notes
}

func (s *syncBuffer) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.b = bytes.Buffer{}
}

// TestHiddenStart: nothing comes on the screen, the tray answers, a second start
// shows the window, and the tray ends it.
func TestHiddenStart(t *testing.T) {
	emptyEngine(t)
	docker(t, "run", "-d", "--name", "web", "nginx")
	d, desktop := home(t, true)
	notes := d.mapped()
	d.hide()
	d.until("the icon", 20*time.Second, desktop.registered)
	y := desktop.trayOf(d.cmd.Process.Pid)
	y.wait(false, "● "+say.L("pill.ready"))
	y.click(say.L("tray.running", "N", 1), "web", say.L("action.pause"))
	d.becomes("web", "paused")
	y.hears(say.L("task.pause.done", "Name", "web"), 10*time.Second)
	if said := notes.String(); strings.Contains(said, "MapNotify") || d.onScreen() {
		t.Errorf("something came on the screen: %s", said)
	}
	if tree, err := d.tool("xwininfo", "-root", "-tree"); err != nil || strings.Contains(tree, `"Escale"`) {
		t.Errorf("there is a window: %v, %s", err, tree)
	}
	second := exec.CommandContext(t.Context(), place.program)
	second.Env, second.Dir = d.env, d.home
	if out, err := second.CombinedOutput(); err != nil {
		t.Fatalf("the second start: %v, %s", err, out)
	}
	d.until("the window", 20*time.Second, d.onScreen)
	if !strings.Contains(notes.String(), "MapNotify") {
		t.Error("the witness of windows does not hear of this one")
	}
	d.window = d.windowOf("--pid", fmt.Sprint(d.cmd.Process.Pid), "--name", "Escale")
	d.click(say.L("nav.containers"))
	d.read("web", 10*time.Second)
	d.shot("hidden-then-shown")
	y.click(say.L("tray.quit"))
	d.ends(10 * time.Second)
}

// TestHiddenEnds: a program without a window ends when it is told to.
func TestHiddenEnds(t *testing.T) {
	d, desktop := home(t, true)
	for _, end := range []func(y *tray){
		func(y *tray) { y.click(say.L("tray.quit")) },
		func(*tray) { _ = d.cmd.Process.Signal(syscall.SIGTERM) },
	} {
		desktop.forget()
		d.hide()
		d.until("the icon", 20*time.Second, desktop.registered)
		y := desktop.trayOf(d.cmd.Process.Pid)
		y.wait(true, say.L("tray.quit"))
		end(y)
		d.ends(10 * time.Second)
	}
}

// TestHiddenWithoutTray: where nobody shows an icon, the window comes by itself.
func TestHiddenWithoutTray(t *testing.T) {
	d, _ := home(t, false)
	d.hide()
	d.until("the window", 30*time.Second, d.onScreen)
	d.window = d.windowOf("--pid", fmt.Sprint(d.cmd.Process.Pid), "--name", "Escale")
	d.read(say.L("tray.late.title"), 5*time.Second)
	d.quit()
}

// TestStartAtLogin switches it on, and off again.
func TestStartAtLogin(t *testing.T) {
	say.SetLanguage("en")
	d := sit(t, options{prefs: map[string]any{"lastRoute": "settings"}})
	file := filepath.Join(d.home, "config", "autostart", "org.escale.app.desktop")
	d.click(say.L("settings.login"))
	d.until("the file", 10*time.Second, func() bool { _, err := os.Stat(file); return err == nil })
	content, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(content), `Exec="`+place.program+`" --hidden`) {
		t.Errorf("%v, %s", err, content)
	}
	d.shot("settings-login")
	d.click(say.L("settings.login"))
	d.until("its end", 10*time.Second, func() bool { _, err := os.Stat(file); return os.IsNotExist(err) })
}

// TestReportAfterCrash ends the program as a fault does, and starts it again.
func TestReportAfterCrash(t *testing.T) {
	say.SetLanguage("en")
	d := sit(t, options{})
	_ = d.cmd.Process.Signal(syscall.SIGABRT)
	_ = d.cmd.Wait() // badly
	d.launch()
	d.read(say.L("crash.dismiss"), 10*time.Second) // the title takes two lines
	d.shot("crash")
	d.click(say.L("crash.show"))
	folder := filepath.Join(d.home, ".local", "state", "escale", "crash")
	d.until("the folder", 5*time.Second, func() bool { opened := d.opened(); return len(opened) == 1 && opened[0] == "file://"+folder })
	d.gone(say.L("crash.dismiss"), 5*time.Second)
	reports, err := filepath.Glob(filepath.Join(folder, "crash-*.txt"))
	if err != nil || len(reports) != 1 {
		t.Fatalf("%q, %v", reports, err)
	}
	if said, err := os.ReadFile(reports[0]); err != nil || !strings.Contains(string(said), "goroutine ") || !strings.HasPrefix(string(said), "Escale ") {
		t.Errorf("%v, %.500s", err, said)
	}
	log, err := os.ReadFile(filepath.Join(d.home, ".local", "state", "escale", "log", "escale.log"))
	if err != nil || strings.Count(string(log), "Escale starts") != 2 {
		t.Errorf("%v, %s", err, log)
	}
	d.quit()
	d.launch()
	if d.sees(say.L("crash.dismiss")) {
		t.Error("told a second time")
	}
}
