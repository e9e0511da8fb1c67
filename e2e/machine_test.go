//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"escale/engine/machine"
	"escale/views/say"
)

// TestMachineJourney is the first hour on a computer that has no engine: Escale
// boots its own while the first window is read, two clicks run an image, its page
// is on this computer, and it goes on when the window is closed. The tray stops
// it, starts it and starts it anew.
func TestMachineJourney(t *testing.T) {
	say.SetLanguage("en")
	host := ownMachine(t)
	icons := newDesktop(t)
	icons.hostIcons()
	d := sit(t, options{theme: "light", machine: true, bus: icons.address})
	s := &steps{d: d}
	s.do("the window is there while the machine starts", func() {
		d.read(say.L("discover.beginner.title"), 10*time.Second)
		d.press("ctrl+5")
		d.read(say.L("machine.state.starting"), 20*time.Second)
	})
	s.do("its engine is ready", func() {
		d.read(say.L("pill.ready"), 2*time.Minute)
	})
	s.do("first click: Run on the card of nginx", func() {
		d.press("ctrl+1")
		d.clickNear("nginx", say.L("action.run"))
		d.read(say.L("run.title", "Name", "nginx"), 10*time.Second)
		d.wait("the Run button of the sheet", button(say.L("action.run")), 10*time.Second)
	})
	s.do("second click: Run, and it runs", func() {
		d.click(say.L("action.run"))
		d.read(say.L("run.done.title", "Name", "hello-nginx"), 4*time.Minute)
	})
	s.do("its page is on this computer", func() {
		if page := fetch(t, "http://127.0.0.1:8080/"); !strings.Contains(page, "nginx") {
			t.Errorf("the page does not speak of nginx: %.200s", page)
		}
	})
	s.do("read its log", func() {
		d.click(say.L("run.done.log"))
		d.read("GET / HTTP/1.1", 20*time.Second)
	})
	s.do("what the machine takes", func() {
		d.press("ctrl+5")
		d.read(say.L("machine.state.running"), 20*time.Second)
	})
	d.quit()
	if out, err := dockerAt(host, "ps", "--format", "{{.Names}}"); err != nil || out != "hello-nginx" {
		t.Errorf("after the window was closed: %q, %v", out, err)
	}
	d.launch()
	s.do("the next window finds it at once", func() {
		d.read(say.L("pill.ready"), 20*time.Second)
		d.press("ctrl+2")
		d.read("hello-nginx", 10*time.Second)
	})
	y := icons.trayOf(d.cmd.Process.Pid)
	s.do("the tray stops it, once the user agrees", func() {
		y.wait(false, say.L("tray.engine"), say.L("action.start"))
		y.click(say.L("tray.engine"), say.L("action.stop"))
		d.read(say.L("machine.stop.title"), 10*time.Second)
		d.read("hello-nginx", time.Second)
		d.click(say.L("action.stop"))
		y.waits(time.Minute, false, "○ "+say.L("tray.stopped"))
		if _, err := dockerAt(host, "ps"); err == nil {
			t.Error("its engine still answers")
		}
	})
	s.do("the tray starts it", func() {
		y.click(say.L("tray.engine"), say.L("action.start"))
		y.waits(2*time.Minute, false, "● "+say.L("pill.ready"))
	})
	s.do("the tray starts it anew", func() {
		began := startOf(t)
		y.click(say.L("tray.engine"), say.L("action.restart")) // nothing runs: it does not ask
		d.until("another boot", time.Minute, func() bool { now := startOf(t); return !now.IsZero() && !now.Equal(began) })
		y.waits(2*time.Minute, false, "● "+say.L("pill.ready"))
	})
}

// ownMachine gives the test a machine of its own: its home, and the testbed's
// registry in place of Docker Hub. It returns the engine's address.
func ownMachine(t *testing.T) (host string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "m") //nolint:usetesting // a short name: sockets' paths are short
	if err != nil {
		t.Fatal(err)
	}
	for _, variable := range []string{machine.ProgramVariable, machine.GuestVariable} {
		if os.Getenv(variable) == "" {
			t.Fatalf("%s is not set: start this through `make e2e`", variable)
		}
	}
	t.Setenv(machine.HomeVariable, dir)
	home := machine.Home{Data: dir, Run: dir}
	client := machine.NewClient(home)
	t.Cleanup(func() { endMachine(t, client, dir) })
	if err := machine.Launch(t.Context(), home); err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(place.registry, ":")
	number, err := strconv.Atoi(port)
	if err == nil {
		_, err = client.Put(t.Context(), machine.DefaultName, machine.Resources{
			MemoryBytes: 1 << 30, RegistryMirrors: []string{fmt.Sprintf("http://127.0.0.1:%d", number)},
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return home.DockerHost(machine.DefaultName)
}

// startOf is when the machine last began to start; zero while it is not known.
func startOf(t *testing.T) time.Time {
	t.Helper()
	home, err := machine.LocateHome() // ownMachine named it
	if err != nil {
		t.Fatal(err)
	}
	client := machine.NewClient(home)
	defer client.Close()
	status, err := client.Status(t.Context(), machine.DefaultName)
	if err != nil || status.StartedAt == nil {
		return time.Time{}
	}
	return *status.StartedAt
}

// endMachine stops the machine and its helper, by its number.
func endMachine(t *testing.T, client *machine.Client, dir string) {
	t.Helper()
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 2*time.Minute)
	defer cancel()
	if t.Failed() {
		out, _ := exec.CommandContext(ctx, "tail", "-n", "60", dir+"/helper.log", dir+"/machines/default/console.log").CombinedOutput()
		t.Logf("%s", out)
	}
	v, err := client.Version(ctx)
	if err != nil {
		t.Errorf("the helper has gone: %v", err)
		return
	}
	if _, err := client.Stop(ctx, machine.DefaultName); err != nil {
		t.Error(err)
	}
	if err := syscall.Kill(v.PID, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	for end := time.Now().Add(20 * time.Second); syscall.Kill(v.PID, 0) == nil; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("the helper, process %d, does not end", v.PID)
			break
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Error(err)
	}
}
