//go:build machine

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"escale/engine/machine"
)

// How often the virtual machine and the helper are killed; make soak wants more.
func rounds(t *testing.T, variable string, few int) int {
	text := os.Getenv(variable)
	if text == "" {
		return few
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// crashes kills the virtual machine and its helper again and again, while one
// container writes and another is to be restarted always.
func (r *rig) crashes(t *testing.T, d *docker) {
	port := freePort(t)
	always := binding(port)
	always["RestartPolicy"] = map[string]string{"Name": "always"}
	d.run("always", always, "serve")
	r.until("the page is there", time.Minute, func() bool { return fetch(port) != "" })
	for round := range rounds(t, "ESCALE_QEMU_KILLS", 3) {
		t.Run(fmt.Sprint("QEMU killed ", round), func(t *testing.T) {
			r.survives(t, d, port, func() {
				r.kill("qemu")
				noticed := r.until("the helper notices", 10*time.Second, func() bool { return r.status().State == machine.StateFailed })
				t.Logf("noticed within %s", noticed)
			})
		})
	}
	for round := range rounds(t, "ESCALE_HELPER_KILLS", 1) {
		t.Run(fmt.Sprint("helper killed ", round), func(t *testing.T) {
			r.survives(t, d, port, func() { r.kill(serving) })
			if n := len(r.processes("qemu")); n != 1 {
				t.Errorf("%d virtual machines run", n)
			}
		})
	}
	d.must(http.MethodDelete, "/containers/always?force=1", nil, nil)
	if _, err := os.Stat(filepath.Join(r.home.Machine(machine.DefaultName), "console.log.1")); errors.Is(err, fs.ErrNotExist) {
		t.Error("the console of the boot before is lost")
	}
}

// survives breaks the machine while a container writes: what was synced must be
// there after the next start, and the container that is always to run, too.
func (r *rig) survives(t *testing.T, d *docker, port int, breaks func()) {
	mount := map[string]any{"Binds": []string{"crash:/v"}}
	id := d.run("writer", mount, "write", "/v")
	last := -1
	r.until("it writes", 2*time.Minute, func() bool {
		for line := range strings.Lines(d.logs(id)) {
			if n, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "synced "))); err == nil {
				last = n
			}
		}
		return last >= 10
	})
	breaks()
	r.do("start")
	if code, said := d.wait(d.run("check", mount, "check", "/v", strconv.Itoa(last))); code != 0 {
		t.Errorf("after the crash: %s", said)
	}
	took := r.until("the container is back", time.Minute, func() bool { return fetch(port) != "" })
	t.Logf("broken after %d files, the container was back %s after the start", last, took)
	d.must(http.MethodDelete, "/containers/writer?force=1", nil, nil)
	d.must(http.MethodDelete, "/containers/check?force=1", nil, nil)
	d.must(http.MethodDelete, "/volumes/crash", nil, nil)
}
