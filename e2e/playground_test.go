//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"escale/engine/machine"
	"escale/views/say"
)

// How long an instance may take to come up, and to go, by software emulation.
const (
	instanceTime = 6 * time.Minute
	goneTime     = time.Minute
	keepTime     = 6 * time.Minute // a whole image leaves a computer whose processor is imitated
)

// TestPlayground plays with instances as a beginner does: a terminal that answers,
// a page that opens, another instance that sees none of it, a container that is
// kept, and nothing that stays, even when the program is killed.
func TestPlayground(t *testing.T) {
	say.SetLanguage("en")
	emptyEngine(t, "page-kept")
	ownMachine(t)
	dir := os.Getenv(machine.HomeVariable)
	d := sit(t, options{theme: "light", helper: true})
	p := &player{t: t, d: d, home: machine.Home{Data: dir, Run: dir}}
	s := &steps{d: d}
	s.do("the way there", p.arrive)
	s.do("an instance is made, and its start is followed", func() {
		d.click(say.L("playground.create"))
		d.read(say.L("playground.start.title"), 20*time.Second)
		d.read(say.MachinePart("linux"), time.Minute)
	})
	s.do("it runs", p.runs)
	s.do("docker version, typed by Escale, is answered by both", func() {
		d.clickNear("docker version", say.L("playground.try.type"))
		d.read("docker version", 20*time.Second)
		d.press("Return")
		d.read("Server:", time.Minute)
		d.read("Client:", time.Second)
	})
	s.do("a page is run in it, typed by hand", p.page)
	s.do("a second instance does not see it", p.second)
	s.do("it is closed, and nothing of it is left", func() { p.close("play-2") })
	s.do("the page is kept, and runs on the user's own engine", func() {
		d.click(say.L("playground.instance", "Number", "1"))
		p.keep()
	})
	s.do("closed, no process, disk, socket or port is left", func() {
		p.close("play-1")
		p.noMachines()
		if conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", "127.0.0.1:8080"); err == nil {
			_ = conn.Close()
			t.Error("its port is still open")
		}
	})
	s.do("killed in the middle, and the instance goes by itself", p.killed)
	s.do("the next one asks before it closes with an instance", func() {
		p.arrive()
		d.click(say.L("playground.create"))
		p.runs()
		d.press("alt+F4")
		d.read(say.N("playground.leave.title", 1), 10*time.Second)
		d.click(say.L("playground.leave.verb"))
		d.ends(15 * time.Second)
		instanceGone(t, "play-1")
		d.launch()
	})
}

// player is somebody at the desk who plays.
type player struct {
	t    *testing.T
	d    *desk
	home machine.Home
}

// arrive goes to the playground.
func (p *player) arrive() {
	p.t.Helper()
	p.d.read(say.L("pill.ready"), 20*time.Second)
	p.d.click(say.L("nav.learn"))
	p.d.click(say.L("playground.title"))
	p.d.read(say.L("playground.empty.title"), 10*time.Second)
}

// runs waits until the instance in sight does, and its engine was asked.
func (p *player) runs() {
	p.t.Helper()
	p.d.read(say.L("playground.inside.none")[:18], instanceTime)
}

func (p *player) page() {
	p.t.Helper()
	p.d.write("docker run -d --name page -p 8080:80 nginx")
	p.d.press("Return")
	p.d.wait("its port", button(say.L("playground.port", "Port", "8080")), instanceTime)
	if page := fetch(p.t, "http://127.0.0.1:8080/"); !strings.Contains(page, "nginx") {
		p.t.Errorf("the page does not speak of nginx: %.200s", page)
	}
	p.d.click(say.L("playground.port", "Port", "8080"))
	p.d.until("the browser", 10*time.Second, func() bool { return strings.Join(p.d.opened(), " ") == "http://localhost:8080/" })
}

func (p *player) second() {
	p.t.Helper()
	p.d.click(say.L("playground.title"))
	p.d.click(say.L("playground.create"))
	p.runs()
	if out, err := dockerAt(p.home.DockerHost("play-2"), "ps", "-aq"); err != nil || out != "" {
		p.t.Errorf("the second has %q, %v", out, err)
	}
	if out, err := dockerAt(p.home.DockerHost("play-1"), "ps", "--format", "{{.Names}}"); err != nil || out != "page" {
		p.t.Errorf("the first has %q, %v", out, err)
	}
}

// close closes the instance in sight, and looks whether anything is left.
func (p *player) close(name string) {
	p.t.Helper()
	p.d.click(say.L("playground.close"))
	p.d.read(say.L("playground.close.text")[:30], 10*time.Second)
	p.d.clickExact(say.L("playground.close"))
	instanceGone(p.t, name)
}

func (p *player) keep() {
	t, d := p.t, p.d
	t.Helper()
	d.click(say.L("playground.keep"))
	d.read(say.L("playground.keep.title", "Name", "page"), 10*time.Second)
	d.clickExact(say.L("playground.keep"))
	d.read(say.L("playground.kept.title"), keepTime)
	d.click(say.L("action.run"))
	d.read(say.L("run.done.title", "Name", "page"), time.Minute)
	if image := docker(t, "inspect", "--format", "{{.Config.Image}} {{.State.Running}}", "page"); image != "page-kept:latest true" {
		t.Errorf("it runs as %q", image)
	}
	port := docker(t, "port", "page", "80")
	if page := fetch(t, "http://"+strings.Split(port, "\n")[0]+"/"); !strings.Contains(page, "nginx") {
		t.Errorf("the kept page does not speak of nginx: %.200s", page)
	}
	d.press("Escape")
}

func (p *player) noMachines() {
	p.t.Helper()
	if left := machines(); len(left) != 0 {
		p.t.Errorf("virtual machines are left: %v", left)
	}
}

func (p *player) killed() {
	t, d := p.t, p.d
	t.Helper()
	d.click(say.L("playground.create"))
	p.runs()
	d.press("ctrl+2") // the window's keys are its own, though the terminal has the keyboard
	d.read("page-kept", 10*time.Second)
	if n := len(machines()); n != 1 {
		t.Errorf("%d virtual machines", n)
	}
	if err := d.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait()
	instanceGone(t, "play-1")
	p.noMachines()
	d.launch()
}

// instanceGone waits until nothing of an instance is left: no process, no file, no
// socket, and nothing that the helper knows of.
func instanceGone(t *testing.T, name string) {
	t.Helper()
	home := os.Getenv(machine.HomeVariable)
	client := machine.NewClient(machine.Home{Data: home, Run: home})
	defer client.Close()
	left := ""
	for end := time.Now().Add(goneTime); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		left = rest(t, client, home, name)
		if left == "" {
			return
		}
	}
	t.Errorf("of %s is left: %s", name, left)
}

func rest(t *testing.T, client *machine.Client, home, name string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(home, "machines", name+"*"))
	if err != nil || len(files) != 0 {
		return fmt.Sprint(files, err)
	}
	if _, err := os.Stat(filepath.Join(home, name+".sock")); !os.IsNotExist(err) {
		return fmt.Sprint("a socket ", err)
	}
	for _, pid := range machines() {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if strings.Contains(string(line), name) {
			return fmt.Sprint("process ", pid)
		}
	}
	all, err := client.List(t.Context())
	for _, m := range all {
		if m.Name == name {
			return fmt.Sprintf("%+v", m)
		}
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
