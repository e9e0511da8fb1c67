package life

import (
	"net/netip"
	"strings"
	"testing"

	"escale/engine"
)

func TestLinks(t *testing.T) {
	port := func(inside, outside uint16, ip, protocol string) engine.Port {
		p := engine.Port{Container: inside, Host: outside, Protocol: protocol}
		if ip != "" {
			p.HostIP = netip.MustParseAddr(ip)
		}
		return p
	}
	const unix = "unix:///var/run/docker.sock"
	for name, tc := range map[string]struct {
		port       engine.Port
		engine     string
		label, url string
	}{
		"web":                    {port(80, 8080, "127.0.0.1", "tcp"), unix, "localhost:8080", "http://localhost:8080"},
		"all addresses":          {port(80, 8080, "0.0.0.0", "tcp"), unix, "localhost:8080", "http://localhost:8080"},
		"all addresses, IPv6":    {port(80, 8080, "::", "tcp"), unix, "localhost:8080", "http://localhost:8080"},
		"one address":            {port(80, 8080, "192.168.1.5", "tcp"), unix, "192.168.1.5:8080", "http://192.168.1.5:8080"},
		"another loopback":       {port(80, 8080, "127.0.0.2", "tcp"), unix, "127.0.0.2:8080", "http://127.0.0.2:8080"},
		"TLS":                    {port(443, 8443, "127.0.0.1", "tcp"), unix, "localhost:8443", "https://localhost:8443"},
		"UDP":                    {port(80, 8080, "127.0.0.1", "udp"), unix, "localhost:8080/udp", ""},
		"database":               {port(5432, 5432, "127.0.0.1", "tcp"), unix, "localhost:5432", ""},
		"another computer":       {port(80, 8080, "0.0.0.0", "tcp"), "ssh://me@box:22", "box:8080", "http://box:8080"},
		"its loopback":           {port(80, 8080, "127.0.0.1", "tcp"), "tcp://10.0.0.2:2376", "10.0.0.2:8080", ""},
		"this computer over TCP": {port(80, 8080, "127.0.0.1", "tcp"), "tcp://localhost:2375", "localhost:8080", "http://localhost:8080"},
	} {
		t.Run(name, func(t *testing.T) {
			c := engine.Container{State: engine.StateRunning, Ports: []engine.Port{tc.port, tc.port, {Container: 9000, Protocol: "tcp"}}}
			links := Links(c, tc.engine)
			if len(links) != 1 || links[0].Label != tc.label || links[0].URL != tc.url {
				t.Errorf("links %+v, want %s, %s", links, tc.label, tc.url)
			}
			c.State = engine.StateExited
			if u := FirstURL(Links(c, tc.engine)); u != "" {
				t.Errorf("a stopped container answers at %s", u)
			}
		})
	}
}

func TestInitials(t *testing.T) {
	for image, want := range map[string]string{
		"nginx:1.29": "N", "python:3.13-slim": "Py", "jupyter/minimal-notebook": "M", "ghcr.io/a/b@sha256:ab": "B", "": "?", "localhost:5000/x": "X",
		"hello-world": "H", "docker.io/library/httpd:2.4": "Ap", "traefik/whoami": "Wh",
	} {
		if got := Initials(image); got != want {
			t.Errorf("Initials(%q) = %q, want %q", image, got, want)
		}
	}
}

func TestQuestionsNameWhatGoes(t *testing.T) {
	rows := make([]engine.Container, 12)
	for i := range rows {
		rows[i] = engine.Container{ID: string(rune('a' + i)), Name: "c" + string(rune('a'+i)), State: engine.StateExited}
	}
	rows[0].State = engine.StateRunning
	rows[0].Mounts = []engine.Mount{
		{Kind: engine.MountVolume, Source: "data"}, {Kind: engine.MountVolume, Source: strings.Repeat("0f", 32)}, {Kind: engine.MountBind, Source: "/home"},
	}
	gone := lost(rows)
	if len(gone) != 9 || !strings.Contains(gone[0], "running") || gone[8] != "and 4 more" {
		t.Errorf("lost %q", gone)
	}
	if text := deleteText(rows); !strings.HasSuffix(text, "The volume data is kept.") {
		t.Errorf("text %q", text)
	}
	if v := volumes(rows[0], true); len(v) != 1 || v[0][:2] != "0f" {
		t.Errorf("unnamed volumes %v", v)
	}
}

func TestNameProblem(t *testing.T) {
	all := []engine.Container{{ID: "1", Name: "web"}, {ID: "2", Name: "db"}}
	for name, ok := range map[string]bool{"web": true, "db": false, "": false, "a": false, "-x": false, "a b": false, "new_web.2": true} {
		if problem := nameProblem(name, "1", all); (problem == "") != ok {
			t.Errorf("%q: %q", name, problem)
		}
	}
}
