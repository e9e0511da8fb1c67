package run

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"testing"

	"escale/engine"
	"escale/engine/hostport"
)

func TestDoctor(t *testing.T) {
	containers := []engine.Container{
		{Name: "web", Ports: []engine.Port{{Container: 80, Host: 8080, Protocol: "tcp", HostIP: netip.MustParseAddr("127.0.0.1")}, {Container: 90}}},
		{Name: "dns", Ports: []engine.Port{{Container: 53, Host: 5353, Protocol: "udp"}}},
	}
	held := map[uint16]hostport.Holder{
		8082: {Process: "nginx", PID: 412}, 8083: {}, 8084: {Process: "docker-proxy", PID: 7, Forwarder: true},
	}
	d := Doctor{
		Containers: func() []engine.Container { return containers }, Local: true,
		Check: func(_ context.Context, _ netip.Addr, port uint16, _ string) (hostport.Holder, error) {
			if h, ok := held[port]; ok {
				return h, fmt.Errorf("check: %w", engine.ErrPortTaken)
			}
			if port == 80 {
				return hostport.Holder{}, hostport.ErrPrivileged
			}
			return hostport.Holder{}, nil
		},
		NextFree: func(_ context.Context, _ netip.Addr, from uint16, _ string, taken func(uint16) bool) (uint16, error) {
			for n := from; n < 9000; n++ {
				if _, h := held[n]; !h && !taken(n) {
					return n, nil
				}
			}
			return 0, hostport.ErrNoneFree
		},
	}
	far := d
	far.Local = false
	for name, tc := range map[string]struct {
		d     Doctor
		port  uint16
		proto string
		ip    string
		want  Verdict
	}{
		"free":              {d, 9090, "tcp", "127.0.0.1", Verdict{Port: 9090, Free: true}},
		"container":         {d, 8080, "", "127.0.0.1", Verdict{Port: 8080, Kind: HeldByContainer, Name: "web", Next: 8085}},
		"container, public": {d, 8080, "tcp", "", Verdict{Port: 8080, Kind: HeldByContainer, Name: "web", Next: 8085}},
		"another address":   {d, 8080, "tcp", "127.0.0.2", Verdict{Port: 8080, Free: true}},
		"another protocol":  {d, 5353, "tcp", "127.0.0.1", Verdict{Port: 5353, Free: true}},
		"its protocol":      {d, 5353, "udp", "127.0.0.1", Verdict{Port: 5353, Kind: HeldByContainer, Name: "dns", Next: 5354}},
		"process":           {d, 8082, "tcp", "127.0.0.1", Verdict{Port: 8082, Kind: HeldByProcess, Name: "nginx", PID: 412, Next: 8085}},
		"nobody knows":      {d, 8083, "tcp", "127.0.0.1", Verdict{Port: 8083, Kind: HeldByUnknown, Next: 8085}},
		"another engine":    {d, 8084, "tcp", "127.0.0.1", Verdict{Port: 8084, Kind: HeldByEngine, Name: "docker-proxy", PID: 7, Next: 8085}},
		"needs rights":      {d, 80, "tcp", "127.0.0.1", Verdict{Port: 80, Free: true}},
		"far: process":      {far, 8082, "tcp", "127.0.0.1", Verdict{Port: 8082, Free: true}},
		"far: container":    {far, 8080, "tcp", "127.0.0.1", Verdict{Port: 8080, Kind: HeldByContainer, Name: "web", Next: 8082}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.d.Examine(t.Context(), tc.port, tc.proto, tc.ip, map[uint16]bool{8081: true}); got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestDoctorOnThisComputer(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	port := uint16(l.Addr().(*net.TCPAddr).Port)
	d := NewDoctor(engine.Endpoint{Host: "unix:///var/run/docker.sock"}, func() []engine.Container { return nil })
	got := d.Examine(t.Context(), port, "tcp", "127.0.0.1", nil)
	if got.Free || got.Kind != HeldByProcess || got.PID == 0 || got.Next == 0 || got.Next == port {
		t.Errorf("a port of this very program: %+v", got)
	}
}

func TestLocal(t *testing.T) {
	for host, want := range map[string]struct {
		local  bool
		browse string
	}{
		"unix:///var/run/docker.sock": {true, "localhost"}, "npipe:////./pipe/docker_engine": {true, "localhost"}, "": {true, "localhost"},
		"tcp://127.0.0.1:2375": {true, "localhost"}, "tcp://localhost:2375": {true, "localhost"}, "tcp://[::1]:2375": {true, "localhost"},
		"tcp://10.0.0.2:2376": {false, "10.0.0.2"}, "tcp://box:2376": {false, "box"}, "ssh://me@box": {false, "box"}, "tcp://[fd00::1]:2376": {false, "[fd00::1]"},
		"://": {true, "localhost"},
	} {
		ep := engine.Endpoint{Host: host}
		if Local(ep) != want.local || BrowseHost(ep) != want.browse {
			t.Errorf("%q: %v %s", host, Local(ep), BrowseHost(ep))
		}
	}
}
