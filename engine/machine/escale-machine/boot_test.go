//go:build machine

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"escale/engine/machine"
)

// serving is the helper among the processes: QEMU's command line says "server".
const serving = "escale-machine\x00serve"

// rig is the built program with a home of its own and the real guest.
type rig struct {
	t       *testing.T
	program string
	home    machine.Home
}

// newRig builds the program. ESCALE_GUEST is the guest's image, else that which
// make guest leaves in bin.
func newRig(t *testing.T) *rig {
	t.Helper()
	if os.Getenv(machine.GuestVariable) == "" {
		guest, err := filepath.Abs("../../../bin/guest/amd64")
		if err != nil {
			t.Fatal(err)
		}
		t.Setenv(machine.GuestVariable, guest)
	}
	dir, err := os.MkdirTemp("", "m")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, program: filepath.Join(dir, "escale-machine"), home: machine.Home{Data: dir, Run: dir}}
	t.Setenv(machine.HomeVariable, dir)
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", r.program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Cleanup(func() {
		if t.Failed() {
			r.show()
		}
		r.killAll()
		_ = os.RemoveAll(dir)
	})
	return r
}

func (r *rig) do(args ...string) string {
	r.t.Helper()
	began := time.Now()
	out, err := exec.CommandContext(r.t.Context(), r.program, args...).CombinedOutput()
	if err != nil {
		r.t.Fatalf("%v: %v: %s", args, err, out)
	}
	r.t.Logf("%v took %.2f s\n%s", args, time.Since(began).Seconds(), out)
	return string(out)
}

// feed is do with something to read.
func (r *rig) feed(in string, args ...string) string {
	r.t.Helper()
	command := exec.CommandContext(r.t.Context(), r.program, args...)
	command.Stdin = strings.NewReader(in)
	out, err := command.CombinedOutput()
	if err != nil {
		r.t.Fatalf("%v: %v: %s", args, err, out)
	}
	return string(out)
}

func (r *rig) status() machine.Status {
	r.t.Helper()
	var s machine.Status
	if err := json.Unmarshal([]byte(r.do("status", "--json")), &s); err != nil {
		r.t.Fatal(err)
	}
	return s
}

func (r *rig) show() {
	for _, name := range []string{"helper.log", "machines/default/console.log"} {
		data, _ := os.ReadFile(filepath.Join(r.home.Data, name))
		r.t.Logf("%s:\n%s", name, data[max(0, len(data)-4000):])
	}
}

// processes are those of this rig whose command line contains what.
func (r *rig) processes(what string) (pids []int) {
	all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range all {
		line, _ := os.ReadFile(path)
		if bytes.Contains(line, []byte(r.home.Data)) && bytes.Contains(line, []byte(what)) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			pids = append(pids, pid)
		}
	}
	return pids
}

func (r *rig) killAll() {
	for _, what := range []string{serving, "qemu"} {
		for _, pid := range r.processes(what) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

func (r *rig) kill(what string) {
	r.t.Helper()
	pids := r.processes(what)
	if len(pids) != 1 {
		r.t.Fatalf("%d processes are %s", len(pids), what)
	}
	if err := syscall.Kill(pids[0], syscall.SIGKILL); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) until(what string, most time.Duration, is func() bool) time.Duration {
	r.t.Helper()
	began := time.Now()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for time.Since(began) < most {
		if is() {
			return time.Since(began)
		}
		<-again.C
	}
	r.t.Fatalf("not within %s: %s", most, what)
	return 0
}

// TestMachine boots the real guest and does everything to it, in one go, for a
// boot takes long under software emulation.
func TestMachine(t *testing.T) {
	r := newRig(t)
	r.do("start", "--memory", "512")
	d := dockerAt(t, r.home.Docker(machine.DefaultName))
	var version struct{ Version, APIVersion, KernelVersion string }
	d.must(http.MethodGet, "/version", nil, &version)
	t.Logf("engine %+v, helper has %d kB", version, r.memory(serving))
	d.importImage()
	t.Run("every processor", func(t *testing.T) { r.wakes(t, d) })
	t.Run("published port", func(t *testing.T) { r.publishes(t, d) })
	t.Run("every kind of port", func(t *testing.T) { r.publishesAll(t, d) })
	t.Run("the host's loopback", func(t *testing.T) { r.isolated(t, d) })
	t.Run("who can reach it", func(t *testing.T) { r.closedToOthers(t) })
	r.crashes(t, d)
	r.do("stop")
	if s := r.status(); s.State != machine.StateStopped {
		t.Errorf("after stop: %s", s.State)
	}
	if left := r.processes("qemu"); len(left) > 0 {
		t.Errorf("QEMU still runs: %v", left)
	}
}

// wakes looks whether the processors came that an emulated boot leaves asleep,
// and whether the guest made what keeps the kernel from changing its code later.
func (r *rig) wakes(t *testing.T, d *docker) {
	var info struct{ NCPU int }
	d.must(http.MethodGet, "/info", nil, &info)
	if want := r.status().Resources.CPUs; info.NCPU != want {
		t.Errorf("the engine has %d processors, not %d", info.NCPU, want)
	}
	console, err := os.ReadFile(filepath.Join(r.home.Data, "machines/default/console.log"))
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.Index(console, []byte("keep group")); at >= 0 {
		t.Errorf("the guest's first group: %.200s", console[at:])
	}
}

func (r *rig) memory(what string) int {
	for _, pid := range r.processes(what) {
		data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if found := regexp.MustCompile(`VmRSS:\s+(\d+)`).FindSubmatch(data); found != nil {
			n, _ := strconv.Atoi(string(found[1]))
			return n
		}
	}
	return 0
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func fetch(port int) string {
	answer, err := (&http.Client{Timeout: 5 * time.Second}).Get(fmt.Sprintf("http://127.0.0.1:%d/", port)) //nolint:noctx // it has a timeout
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	page, _ := io.ReadAll(answer.Body)
	return string(page)
}

func binding(port int) map[string]any {
	return map[string]any{"PortBindings": map[string]any{
		"80/tcp": []map[string]string{{"HostIp": "127.0.0.1", "HostPort": strconv.Itoa(port)}},
	}}
}

func (r *rig) publishes(t *testing.T, d *docker) {
	port := freePort(t)
	d.run("web", binding(port), "serve")
	took := r.until("the page is there", time.Minute, func() bool { return fetch(port) == "it works\n" })
	t.Logf("the page was there %s after the container had started", took)
	if s := r.status(); len(s.Ports) != 1 || s.Ports[0].HostPort != port || s.Ports[0].Container != "web" {
		t.Errorf("ports: %+v", s.Ports)
	}
	d.must(http.MethodDelete, "/containers/web?force=1", nil, nil)
	took = r.until("the port is gone", time.Minute, func() bool { return fetch(port) == "" })
	t.Logf("the port was gone %s after the container", took)
}

// isolated tries to reach a service of this computer's loopback.
func (r *rig) isolated(t *testing.T, d *docker) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	for _, host := range []string{"host.docker.internal", "192.168.127.254", "192.168.127.1"} {
		if code, said := d.wait(d.run("reach", nil, "reach", net.JoinHostPort(host, port))); code == 0 || !strings.Contains(said, "refused") {
			t.Errorf("by %s: %d, %s", host, code, said)
		}
	}
}
