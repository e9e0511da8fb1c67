//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"escale/views/say"
)

// restTime is how long programs are watched while nothing happens.
const restTime = 20 * time.Second

// TestRestsInTray hides the window with twenty containers running, and compares
// what the program then takes of a processor with an empty window of the toolkit
// that is on screen.
func TestRestsInTray(t *testing.T) {
	emptyEngine(t)
	docker(t, "pull", "-q", "busybox")
	for i := range 20 {
		docker(t, "run", "-d", "--name", fmt.Sprintf("boat-%02d", i), "busybox", "sleep", "3600")
	}
	d, y := inTray(t, true, options{prefs: map[string]any{"trayTold": true, "lastRoute": "containers"}})
	y.wait(true, say.L("tray.running", "N", 20))
	d.press("ctrl+w")
	d.hidden()
	blank, _ := d.beside("Blank", absolute("../bin/blank"))
	time.Sleep(3 * time.Second) // both have settled
	const most = 1.3
	var ratios []float64
	for range 3 { // what else the computer does only adds
		own, other := busy(t, d.cmd.Process.Pid), busy(t, blank)
		time.Sleep(restTime)
		own, other = busy(t, d.cmd.Process.Pid)-own, busy(t, blank)-other
		t.Logf("in %v: Escale in the tray %v, an empty window %v", restTime, own, other)
		if ratios = append(ratios, float64(own)/float64(other)); ratios[len(ratios)-1] <= most {
			return
		}
	}
	t.Errorf("it takes %.2f times as much as an empty window, more than %v", ratios, most)
}

// beside starts another program on the desk's display, until the test ends. Its
// window has this title.
func (d *desk) beside(title, program string, args ...string) (pid int, window string) {
	d.t.Helper()
	cmd := exec.CommandContext(context.Background(), program, args...)
	cmd.Env = append(slices.Clone(d.env), "DBUS_SESSION_BUS_ADDRESS=")
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	return cmd.Process.Pid, d.windowOf("--name", "^"+title+"$")
}

// windowOf is the visible window that xdotool finds by these arguments.
func (d *desk) windowOf(search ...string) (id string) {
	d.t.Helper()
	d.until("a window", 20*time.Second, func() bool {
		out, err := d.tool("xdotool", append([]string{"search", "--onlyvisible"}, search...)...)
		id = strings.TrimSpace(strings.SplitN(out, "\n", 2)[0])
		return err == nil && id != ""
	})
	return id
}

// busy is the processor time that all threads of a process have taken.
//
// Source: Linux, /proc/PID/task/TID/schedstat.
func busy(t *testing.T, pid int) (sum time.Duration) {
	t.Helper()
	folder := fmt.Sprintf("/proc/%d/task", pid)
	threads, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, thread := range threads {
		content, err := os.ReadFile(folder + "/" + thread.Name() + "/schedstat")
		if err != nil {
			continue // it has just ended
		}
		var ns int64
		if _, err := fmt.Sscan(string(content), &ns); err != nil {
			t.Fatal(err)
		}
		sum += time.Duration(ns)
	}
	return sum
}
