package life

import (
	"testing"

	"escale/app/store"
	"escale/engine"
	"escale/engine/machine"
)

// TestLinksHere checks that a port which this computer has given away is told,
// only for the machine's engine and the container whose it is.
func TestLinksHere(t *testing.T) {
	c := engine.Container{Name: "web", State: engine.StateRunning, Ports: []engine.Port{
		{Container: 80, Host: 8080, Protocol: "tcp"}, {Container: 81, Host: 8081, Protocol: "tcp"}, {Container: 80, Host: 8080, Protocol: "udp"},
	}}
	ours := engine.Endpoint{Kind: engine.EndpointMachine, Host: "unix:///run/user/1000/escale/default.sock"}
	m := store.Machine{Live: true, Status: machine.Status{State: machine.StateRunning, Ports: []machine.Port{
		{Proto: "tcp", HostPort: 8080, Container: "web", Error: machine.PortInUse},
		{Proto: "tcp", HostPort: 8081, Container: "web"},
		{Proto: "tcp", HostPort: 8081, Container: "other", Error: machine.PortInUse},
	}}}
	links := LinksHere(c, ours, m)
	if l, ok := FirstWrong(links); !ok || l.Port.Host != 8080 || l.Port.Protocol != "tcp" || l.URL != "" {
		t.Errorf("wrong is %+v", l)
	}
	if u := FirstURL(links); u != "http://localhost:8081" || links[2].Wrong.Title != "" {
		t.Errorf("the first that opens is %q, UDP is %+v", u, links[2].Wrong)
	}
	stopped := c
	stopped.State = engine.StateExited
	gone := m
	gone.Live = false
	docker := ours
	docker.Kind = engine.EndpointSocket
	for name, links := range map[string][]Link{
		"stopped": LinksHere(stopped, ours, m), "no helper": LinksHere(c, ours, gone), "another engine": LinksHere(c, docker, m),
	} {
		if l, wrong := FirstWrong(links); wrong {
			t.Errorf("%s: %+v", name, l)
		}
	}
}
