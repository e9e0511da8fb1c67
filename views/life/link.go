package life

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"

	"escale/app/store"
	"escale/engine"
	"escale/views/say"
)

// Link is a published port of a container.
type Link struct {
	Label string // "localhost:8080"
	URL   string // empty when a browser has no use for it, or nobody listens
	Port  engine.Port
	// Wrong says why the port of a container that runs cannot be reached on this
	// computer all the same, and what to do; its Title is empty when it can.
	Wrong say.Message
}

// notWeb are well-known ports of programs that do not speak HTTP.
var notWeb = map[uint16]bool{
	21: true, 22: true, 23: true, 25: true, 53: true, 110: true, 143: true, 389: true, 465: true, 587: true, 636: true,
	993: true, 995: true, 1433: true, 1521: true, 1883: true, 3306: true, 3389: true, 4222: true, 5432: true, 5671: true, 5672: true,
	5900: true, 6379: true, 6432: true, 7687: true, 8883: true, 9042: true, 9092: true, 11211: true, 25565: true, 26257: true,
	27017: true, 27018: true, 33060: true,
}

// Links are the published ports of a container, each host port once, as seen
// from this computer; engineHost is the address of the engine.
func Links(c engine.Container, engineHost string) []Link {
	var links []Link
	seen := map[[2]string]bool{}
	remote := remoteHost(engineHost)
	for _, p := range c.Ports {
		if p.Host == 0 {
			continue
		}
		l := link(p, remote, c.State == engine.StateRunning)
		if key := [2]string{l.Label, p.Protocol}; !seen[key] {
			seen[key] = true
			links = append(links, l)
		}
	}
	return links
}

// LinksHere are Links of the engine in use. Where that is the Escale Machine's,
// what keeps a port from this computer is told with it.
func LinksHere(c engine.Container, ep engine.Endpoint, m store.Machine) []Link {
	links := Links(c, ep.Host)
	if ep.Kind != engine.EndpointMachine || !m.Up() || c.State != engine.StateRunning {
		return links
	}
	for i := range links {
		for _, p := range m.Status.Ports {
			same := p.HostPort == int(links[i].Port.Host) && protocol(p.Proto) == protocol(links[i].Port.Protocol)
			if words, wrong := say.MachinePort(p); wrong && same && p.Container == c.Name {
				links[i].URL, links[i].Wrong = "", words
			}
		}
	}
	return links
}

func protocol(name string) string {
	if name == "" {
		return "tcp"
	}
	return name
}

// FirstWrong is the first link that cannot be reached.
func FirstWrong(links []Link) (Link, bool) {
	for _, l := range links {
		if l.Wrong.Title != "" {
			return l, true
		}
	}
	return Link{}, false
}

// FirstURL is the first address that a browser can open, or empty.
func FirstURL(links []Link) string {
	for _, l := range links {
		if l.URL != "" {
			return l.URL
		}
	}
	return ""
}

func link(p engine.Port, remote string, running bool) Link {
	host, reachable := "localhost", true
	ip := p.HostIP.Unmap()
	switch {
	case remote != "" && ip.IsValid() && ip.IsLoopback():
		reachable = false // bound to the other computer's own loopback
		host = remote
	case remote != "":
		host = remote
	case ip.IsValid() && !ip.IsUnspecified() && !ip.IsLoopback():
		host = ip.String()
	case ip.IsLoopback() && ip != netip.MustParseAddr("127.0.0.1") && ip.Is4():
		host = ip.String()
	}
	address := net.JoinHostPort(host, strconv.Itoa(int(p.Host)))
	l := Link{Label: address, Port: p}
	if p.Protocol != "" && p.Protocol != "tcp" {
		l.Label += "/" + p.Protocol
		return l
	}
	if running && reachable && !notWeb[p.Container] {
		scheme := "http"
		if p.Container == 443 || p.Container == 8443 || p.Container == 9443 {
			scheme = "https"
		}
		l.URL = scheme + "://" + address
	}
	return l
}

// remoteHost is the name of the computer an engine runs on; empty for this one.
func remoteHost(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "tcp" && u.Scheme != "ssh" && u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	name := u.Hostname()
	if ip, err := netip.ParseAddr(name); name == "localhost" || err == nil && ip.IsLoopback() {
		return ""
	}
	return name
}
