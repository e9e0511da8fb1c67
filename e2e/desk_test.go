//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"escale/engine/machine"
)

// desk is one run of the program, with a home folder of its own.
type desk struct {
	t       *testing.T
	home    string
	env     []string
	cmd     *exec.Cmd
	output  *syncBuffer
	client  *http.Client
	window  string // X window ID
	started time.Time

	settings           string // folder
	network, inspector string // where the program describes its window
}

// options say how the program starts.
type options struct {
	lang       string // "en_US.UTF-8" when empty
	theme      string
	width      int
	height     int
	dockerHost string // the testbed's engine when empty
	hub        string // the testbed's stand-in when empty
	prefs      map[string]any
	contexts   map[string]string // Docker contexts, name to address, instead of dockerHost
	machine    bool              // no engine at all, but Escale's own can be started; see ownMachine
	helper     bool              // beside the engine, Escale's own machines can be run; see ownMachine
	bus        string            // the session's message bus; none when empty
}

// sit starts the program and waits for its window.
func sit(t *testing.T, o options) *desk {
	t.Helper()
	d := &desk{t: t, home: t.TempDir(), output: &syncBuffer{}}
	d.network, d.inspector = "unix", filepath.Join(d.home, "inspect.sock")
	d.settings = filepath.Join(d.home, "config", "escale")
	d.client = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, d.network, d.inspector)
		},
	}}
	lang := o.lang
	if lang == "" {
		lang = "en_US.UTF-8"
	}
	host := o.dockerHost
	switch {
	case len(o.contexts) > 0 || o.machine:
		host = "" // it would overrule them
	case host == "":
		host = place.docker
	}
	d.env = append(os.Environ(), "DISPLAY="+place.display, "HOME="+d.home, "LANG="+lang, "LC_ALL="+lang, "LANGUAGE=",
		"XDG_CONFIG_HOME="+filepath.Join(d.home, "config"), "XDG_CACHE_HOME="+filepath.Join(d.home, "cache"),
		"XDG_DATA_HOME="+filepath.Join(d.home, "data"), "XDG_RUNTIME_DIR="+d.home, "DOCKER_CONFIG="+filepath.Join(d.home, "docker"),
		"DOCKER_HOST="+host, "DBUS_SESSION_BUS_ADDRESS="+o.bus, "ESCALE_INSPECT="+d.inspector, "PATH="+d.browser()+":"+os.Getenv("PATH"))
	if place.windows != "" {
		d.env = append(d.env, d.enterWindows()...)
	}
	d.writeSettings(o)
	if !o.machine && !o.helper {
		d.env = append(d.env, machine.ProgramVariable+"="+filepath.Join(d.home, "none")) // no engine but the testbed's
	}
	for name, address := range o.contexts {
		if _, err := d.tool("docker", "context", "create", name, "--docker", "host="+address); err != nil {
			t.Fatalf("make the context %s: %v", name, err)
		}
	}
	d.launch()
	t.Cleanup(d.leave)
	return d
}

func (d *desk) writeSettings(o options) {
	d.t.Helper()
	hub := o.hub
	if hub == "" {
		hub = place.hub
	}
	prefs := map[string]any{"hubBase": hub, "quitOnClose": true} // tests of the tray close otherwise
	if o.theme != "" {
		prefs["theme"] = o.theme
	}
	if o.width > 0 {
		prefs["window"] = map[string]any{"width": o.width, "height": o.height}
	}
	maps.Copy(prefs, o.prefs)
	content, err := json.Marshal(prefs)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(d.home, "cache"), 0o700); err != nil {
		d.t.Fatal(err)
	}
	if err := os.MkdirAll(d.settings, 0o700); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.settings, "settings.json"), content, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// browser puts a stand-in for the desktop's opener first in the path: it notes
// the addresses that it is given. opened reads them.
func (d *desk) browser() (folder string) {
	d.t.Helper()
	folder = filepath.Join(d.home, "bin")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		d.t.Fatal(err)
	}
	script := "#!/bin/sh\nprintf '%s\\n' \"$1\" >> '" + filepath.Join(d.home, "opened") + "'\n"
	if err := os.WriteFile(filepath.Join(folder, "xdg-open"), []byte(script), 0o700); err != nil {
		d.t.Fatal(err)
	}
	return folder
}

// opened lists the addresses that the program opened in the browser.
func (d *desk) opened() []string {
	content, _ := os.ReadFile(filepath.Join(d.home, "opened"))
	return strings.Fields(string(content))
}

// launch starts the program with the desk's home, also a second time.
func (d *desk) launch() {
	d.t.Helper()
	d.cmd = exec.CommandContext(context.Background(), place.program) // quit and leave end it
	d.cmd.Env, d.cmd.Dir = d.env, d.home
	d.cmd.Stdout, d.cmd.Stderr = d.output, d.output
	d.started = time.Now()
	if err := d.cmd.Start(); err != nil {
		d.t.Fatalf("start the program (build it with `make e2e`): %v", err)
	}
	within := 30 * time.Second
	if place.windows != "" {
		within = 90 * time.Second // Wine starts, too
	}
	d.until("the window", within, func() bool {
		out, err := d.tool("xdotool", "search", "--pid", fmt.Sprint(d.cmd.Process.Pid), "--onlyvisible", "--name", "Escale")
		d.window = strings.TrimSpace(strings.SplitN(out, "\n", 2)[0])
		if err != nil || d.window == "" {
			return false
		}
		_, err = d.tree()
		return err == nil
	})
	_, _ = d.tool("xdotool", "windowactivate", "--sync", d.window)
}

// quit closes the window as a user does, and waits for the program's end.
func (d *desk) quit() {
	d.t.Helper()
	d.press("alt+F4")
	d.ends(8 * time.Second)
}

// ends waits for the program's end, and ends it when that does not come.
func (d *desk) ends(within time.Duration) {
	d.t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- d.cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			d.t.Errorf("the program ended with %v", err)
		}
	case <-time.After(within):
		_ = d.cmd.Process.Kill()
		d.t.Errorf("the program did not end within %v", within)
	}
	d.cmd = nil
}

func (d *desk) leave() {
	if d.t.Failed() && d.cmd != nil {
		d.shot("failed-" + strings.ReplaceAll(d.t.Name(), "/", "-"))
		if seen, err := d.tree(); err == nil {
			d.t.Logf("on screen: %s", seen.words())
		}
		if list, err := tryDocker("ps", "-a"); err == nil {
			d.t.Logf("the engine says:\n%s", list)
		}
	}
	if d.cmd != nil {
		_ = d.cmd.Process.Signal(syscall.SIGTERM)
		ended := make(chan struct{})
		go func() { _ = d.cmd.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			_ = d.cmd.Process.Kill()
			<-ended
		}
	}
	text := d.output.String()
	if strings.Contains(text, "Error in Fyne call thread") || strings.Contains(text, "panic:") || strings.Contains(text, "DATA RACE") {
		d.t.Errorf("the program complained:\n%s", text)
	} else if d.t.Failed() {
		d.t.Logf("the program said:\n%s", text)
	}
}

// tool runs a program on the desk's display.
func (d *desk) tool(name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = d.env
	out, err := cmd.Output()
	return string(out), err
}

// until waits for a condition, looking ten times a second.
func (d *desk) until(what string, within time.Duration, ok func() bool) {
	d.t.Helper()
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if ok() {
			return
		}
	}
	d.t.Fatalf("%s did not come within %v", what, within)
}

// shot takes a picture of the window, when a folder for pictures is given.
func (d *desk) shot(name string) {
	folder := os.Getenv("ESCALE_OUT")
	if folder == "" {
		folder = absolute("../out")
	}
	d.picture(filepath.Join(folder, name+".png"))
}

func (d *desk) picture(path string) {
	_ = os.MkdirAll(filepath.Dir(path), 0o755)
	time.Sleep(350 * time.Millisecond) // animations end, and a busy machine paints late
	if _, err := d.tool("import", "-window", d.window, "-strip", path); err != nil {
		d.t.Logf("no picture %s: %v", path, err)
	}
}

// syncBuffer is a bytes.Buffer for several writers.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}
func (s *syncBuffer) String() string { s.mu.Lock(); defer s.mu.Unlock(); return s.b.String() }
