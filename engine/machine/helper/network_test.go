//go:build !windows

package helper

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"escale/engine/machine"
	"escale/engine/machine/machinetest"
)

// echoes listens in the guest, for TCP and UDP, and answers in capitals.
func echoes(t *testing.T) (port int) {
	t.Helper()
	tcp, err := new(net.ListenConfig).Listen(t.Context(), "tcp", machinetest.GuestLoopback+":0")
	if err != nil {
		t.Fatal(err)
	}
	port = tcp.Addr().(*net.TCPAddr).Port
	udp, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", fmt.Sprintf("%s:%d", machinetest.GuestLoopback, port))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{}, 2)
	go func() {
		defer func() { done <- struct{}{} }()
		for {
			conn, err := tcp.Accept()
			if err != nil {
				return
			}
			asked, _ := io.ReadAll(conn) // up to the half close
			_, _ = io.WriteString(conn, strings.ToUpper(string(asked)))
			_ = conn.Close()
		}
	}()
	go func() {
		defer func() { done <- struct{}{} }()
		buffer := make([]byte, 1<<16)
		for {
			n, from, err := udp.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = udp.WriteTo([]byte(strings.ToUpper(string(buffer[:n]))), from)
		}
	}()
	t.Cleanup(func() {
		_ = tcp.Close()
		_ = udp.Close()
		<-done
		<-done
	})
	return port
}

func overTCP(ctx context.Context, address string) (string, error) {
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	defer conn.Close() //nolint:errcheck // the answer has been read
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.WriteString(conn, "hello")
	_ = conn.(*net.TCPConn).CloseWrite()
	answer, err := io.ReadAll(conn)
	return string(answer), err
}

func overUDP(ctx context.Context, address string) (string, error) {
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "udp", address)
	if err != nil {
		return "", err
	}
	defer conn.Close() //nolint:errcheck // the answer has been read
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	buffer := make([]byte, 100)
	if _, err := io.WriteString(conn, "hello"); err != nil {
		return "", err
	}
	n, err := conn.Read(buffer)
	return string(buffer[:n]), err
}

func TestPublishedPorts(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	b.start()
	port := echoes(t)
	web := machinetest.Container{Names: []string{"/web"}, Ports: []machinetest.Port{
		{PrivatePort: 80}, // not published
		{IP: "127.0.0.1", PublicPort: port, Type: "tcp"},
		{IP: "::1", PublicPort: port, Type: "tcp"},
		{IP: "127.0.0.1", PublicPort: port, Type: "udp"},
		{IP: "127.0.0.1", PublicPort: 99999, Type: "tcp"}, // nonsense
		{IP: "nowhere", PublicPort: port, Type: "tcp"},
	}}
	b.until("the helper watches", func() bool { return b.h.watches(name) })
	began := time.Now()
	b.engine.Set(web)
	b.until("the port is there", func() bool { _, err := overTCP(t.Context(), fmt.Sprintf("127.0.0.1:%d", port)); return err == nil })
	t.Logf("published after %s", time.Since(began))
	for _, ip := range []string{"127.0.0.1", "[::1]"} {
		if got, err := overTCP(t.Context(), fmt.Sprintf("%s:%d", ip, port)); got != "HELLO" || err != nil {
			t.Errorf("TCP on %s: %q, %v", ip, got, err)
		}
	}
	if got, err := overUDP(t.Context(), fmt.Sprintf("127.0.0.1:%d", port)); got != "HELLO" || err != nil {
		t.Errorf("UDP: %q, %v", got, err)
	}
	if all, err := b.Ports(t.Context(), name); err != nil || len(all) != 3 || all[0].Container != "web" {
		t.Errorf("ports: %+v, %v", all, err)
	}
	b.engine.Set()
	b.until("the port is gone", func() bool { _, err := overTCP(t.Context(), fmt.Sprintf("127.0.0.1:%d", port)); return err != nil })
}

// TestPortTaken: a port that another program of this computer has is told of,
// and taken when it is free again.
func TestPortTaken(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, nil)
	b.start()
	port := echoes(t)
	other, err := new(net.ListenConfig).Listen(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close() //nolint:errcheck // closed before, if all goes well
	b.until("the helper watches", func() bool { return b.h.watches(name) })
	web := machinetest.Container{Names: []string{"/web"}, Ports: []machinetest.Port{{IP: "127.0.0.1", PublicPort: port, Type: "tcp"}}}
	b.engine.Set(web)
	b.until("the conflict is told", func() bool {
		all := b.status().Ports
		return len(all) == 1 && all[0].Error == machine.PortInUse
	})
	_ = other.Close()
	b.engine.Set(web)
	b.until("the port is taken", func() bool {
		all := b.status().Ports
		return len(all) == 1 && all[0].Error == ""
	})
}

// TestIdle: with nothing to do the machine is paused; a client wakes it, and its
// clock is set.
func TestIdle(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, func(b *bench) { b.h.timing.idle = time.Second })
	b.start()
	paused := func() bool { return b.status().State == machine.StatePaused }
	b.until("it is paused", paused)
	if err := b.engineAnswers(); err != nil {
		t.Error(err)
	}
	b.until("its clock is set", func() bool { return b.notes("clock") != "" })
	b.until("it is paused again", paused)
	if s, err := b.Resume(t.Context(), name); err != nil || s.State != machine.StateRunning {
		t.Errorf("resumed: %s, %v", s.State, err)
	}
	b.engine.Set(machinetest.Container{Names: []string{"/web"}})
	if _, err := b.Put(t.Context(), name, machine.Resources{KeepAwake: true}); err != nil {
		t.Fatal(err)
	}
	if s, err := b.Pause(t.Context(), name); err != nil || s.State != machine.StatePaused {
		t.Errorf("paused by hand: %s, %v", s.State, err)
	}
	if s, err := b.Stop(t.Context(), name); err != nil || s.State != machine.StateStopped {
		t.Errorf("stopped: %s, %v", s.State, err)
	}
}

// TestOneConnection: programs ask several things on one connection. Listening to
// events after something else keeps nothing awake, and a request on a connection
// that was there before the pause wakes the machine.
func TestOneConnection(t *testing.T) {
	b := newBench(t, machinetest.Plan{}, func(b *bench) { b.h.timing.idle = time.Second })
	b.start()
	dials := 0
	transport := &http.Transport{MaxConnsPerHost: 1, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		dials++
		return new(net.Dialer).DialContext(ctx, "unix", b.home.Docker(name))
	}}
	defer transport.CloseIdleConnections()
	ask := func(path string) *http.Response {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://engine"+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := (&http.Client{Transport: transport, Timeout: time.Minute}).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	version := func() {
		t.Helper()
		answer := ask("/version")
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
	}
	version()
	if s, err := b.Pause(t.Context(), name); err != nil || s.State != machine.StatePaused {
		t.Errorf("paused: %s, %v", s.State, err)
	}
	version()
	if s := b.status(); s.State != machine.StateRunning {
		t.Errorf("a request on an old connection leaves it %s", s.State)
	}
	events := ask("/events")
	defer events.Body.Close() //nolint:errcheck // only read
	b.until("it is paused while somebody listens", func() bool { return b.status().State == machine.StatePaused })
	if dials != 1 {
		t.Errorf("%d connections, want the one", dials)
	}
}

func TestWatchers(t *testing.T) {
	for request, want := range map[string]bool{
		"GET /v1.47/events?since=0 HTTP/1.1": true, "GET /events HTTP/1.1": true, "POST /v1.47/build HTTP/1.1": false,
		"GET /v1.47/containers/json HTTP/1.1": false, "": false, "GET": false,
	} {
		if got := watches(request); got != want {
			t.Errorf("watches(%q) is %v", request, got)
		}
	}
}

func TestLateness(t *testing.T) {
	last := time.Now()
	if got := lateness(last, last.Add(time.Hour), 5*time.Second); got != time.Hour-5*time.Second {
		t.Errorf("after an hour's sleep: %s", got)
	}
	if got := lateness(last, last.Add(-time.Hour), 0); got != -time.Hour {
		t.Errorf("after the clock was set: %s", got)
	}
}

func TestProxy(t *testing.T) {
	environment := map[string]string{"HTTPS_PROXY": "http://localhost:3128", "http_proxy": "http://u:p@proxy.corp:8080", "NO_PROXY": ".corp"}
	ports, p := proxyFor(func(name string) string { return environment[name] }, []int{5432})
	if fmt.Sprint(ports) != "[3128 5432]" || p.HTTPS != "http://192.168.127.254:3128" || p.HTTP != "http://u:p@proxy.corp:8080" || p.No != ".corp" {
		t.Errorf("ports %v, proxy %+v", ports, p)
	}
	ports, mirrors := mirrorsFor([]string{"http://127.0.0.1:5000", "https://mirror.example"}, ports)
	if !slices.Contains(ports, 5000) || len(mirrors) != 2 || mirrors[0] != "http://192.168.127.254:5000" || mirrors[1] != "https://mirror.example" {
		t.Errorf("ports %v, mirrors %v", ports, mirrors)
	}
	if ports, p := proxyFor(func(string) string { return "" }, nil); len(ports) != 0 || p.No != "" {
		t.Errorf("none: %v, %+v", ports, p)
	}
}
