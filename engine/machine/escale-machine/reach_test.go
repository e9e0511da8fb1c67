//go:build machine

package main

import (
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"escale/engine/machine"
)

// publishesAll publishes ports of every kind at once: TCP and UDP, IPv4, IPv6
// and all addresses, and one that this computer has given away.
func (r *rig) publishesAll(t *testing.T, d *docker) {
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	four, six, all, udp, used := freePort(t), freePort(t), freePort(t), freePort(t), taken.Addr().(*net.TCPAddr).Port
	at := func(ip string, port int) map[string]string {
		return map[string]string{"HostIp": ip, "HostPort": strconv.Itoa(port)}
	}
	d.run("all", map[string]any{"PortBindings": map[string]any{
		"80/tcp": []map[string]string{at("127.0.0.1", four), at("::1", six), at("", all), at("127.0.0.1", used)},
	}}, "serve")
	d.run("echo", map[string]any{"PortBindings": map[string]any{"80/udp": []map[string]string{at("127.0.0.1", udp)}}}, "echo")
	for name, address := range map[string]string{
		"IPv4": fmt.Sprintf("127.0.0.1:%d", four), "IPv6": fmt.Sprintf("[::1]:%d", six),
		"all addresses, by IPv4": fmt.Sprintf("127.0.0.1:%d", all), "all addresses, by IPv6": fmt.Sprintf("[::1]:%d", all),
	} {
		r.until(name, 30*time.Second, func() bool { return page(address) == "it works\n" })
	}
	r.until("a datagram comes back", 30*time.Second, func() bool { return echoes(t, udp) })
	refused := machine.PortError("")
	for _, p := range r.status().Ports {
		if p.HostPort == used {
			refused = p.Error
		}
	}
	if refused != machine.PortInUse {
		t.Errorf("a port that another program has: %q", refused)
	}
	if err := taken.Close(); err != nil {
		t.Fatal(err)
	}
	r.until("the port is taken when it is free", 30*time.Second, func() bool { return fetch(used) == "it works\n" })
	d.must(http.MethodDelete, "/containers/all?force=1", nil, nil)
	d.must(http.MethodDelete, "/containers/echo?force=1", nil, nil)
	r.until("the ports are gone", 30*time.Second, func() bool { return len(r.status().Ports) == 0 && !echoes(t, udp) })
}

func page(address string) string {
	answer, err := (&http.Client{Timeout: 5 * time.Second}).Get("http://" + address) //nolint:noctx // it has a timeout
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return string(text)
}

func echoes(t *testing.T, port int) bool {
	conn, err := new(net.Dialer).DialContext(t.Context(), "udp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	if _, err := conn.Write([]byte("hello")); err != nil {
		return false
	}
	answer := make([]byte, 16)
	n, err := conn.Read(answer)
	return err == nil && string(answer[:n]) == "hello"
}

// closedToOthers looks at what listens, at the sockets, and tries them as
// another user.
func (r *rig) closedToOthers(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "ss", "-Htulpn").Output()
	if err != nil {
		t.Fatal(err)
	}
	ours := append(r.processes(serving), r.processes("qemu")...)
	for line := range strings.Lines(string(out)) {
		for _, pid := range ours {
			if strings.Contains(line, fmt.Sprintf("pid=%d,", pid)) {
				t.Errorf("it listens with no port published: %s", line)
			}
		}
	}
	for _, socket := range []string{r.home.Control(), r.home.Docker(machine.DefaultName)} {
		info, err := os.Stat(socket)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 || info.Mode().Type() != fs.ModeSocket {
			t.Errorf("%s is %s", socket, info.Mode())
		}
	}
	if os.Getuid() != 0 {
		t.Fatal("only root can try as another user: run this with sudo")
	}
	// The folder is opened to all, so that it is the socket that refuses.
	if err := os.Chmod(r.home.Run, 0o755); err != nil { //nolint:gosec // that is the test
		t.Fatal(err)
	}
	defer os.Chmod(r.home.Run, 0o700) //nolint:errcheck,gosec // a temporary folder
	for _, socket := range []string{r.home.Control(), r.home.Docker(machine.DefaultName)} {
		if said := asNobody(t, socket); !strings.Contains(said, "permission denied") {
			t.Errorf("another user at %s: %s", filepath.Base(socket), said)
		}
	}
}

// asNobody connects to a socket as another user, by this very test's program.
func asNobody(t *testing.T, socket string) string {
	program := filepath.Join("/tmp", fmt.Sprintf("connect-%d.test", os.Getpid()))
	self, err := os.ReadFile("/proc/self/exe")
	if err == nil {
		err = os.WriteFile(program, self, 0o755) //nolint:gosec // nobody must be able to run it
	}
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(program) //nolint:errcheck // a temporary file
	command := exec.CommandContext(t.Context(), program, "-test.run", "^TestConnect$", "-test.v")
	command.Dir, command.Env = "/", []string{"ESCALE_CONNECT=" + socket}
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, _ := command.CombinedOutput() // what it says is what counts
	return string(out)
}

// TestConnect is what asNobody runs.
func TestConnect(t *testing.T) {
	socket := os.Getenv("ESCALE_CONNECT")
	if socket == "" {
		return
	}
	conn, err := new(net.Dialer).DialContext(t.Context(), "unix", socket)
	if err != nil {
		t.Log(err)
		return
	}
	_ = conn.Close()
	t.Log("connected")
}
