package helper

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"escale/engine/machine/netstack"
	"escale/engine/machine/wire"
)

// proxyFor reads the proxy settings of the environment for the guest's engine.
// A proxy on this computer's loopback has another address there, and its port
// must be shared: the ports returned are hostPorts and those.
func proxyFor(getenv func(string) string, hostPorts []int) (ports []int, p wire.Proxy) {
	either := func(name string) string {
		if value := getenv(strings.ToLower(name)); value != "" {
			return value
		}
		return getenv(name)
	}
	ports = slices.Clone(hostPorts)
	for from, to := range map[string]*string{"HTTP_PROXY": &p.HTTP, "HTTPS_PROXY": &p.HTTPS} {
		*to = shared(either(from), &ports)
	}
	if p != (wire.Proxy{}) {
		p.No = either("NO_PROXY")
	}
	return ports, p
}

// mirrorsFor gives the guest the user's mirrors; those on this computer's
// loopback as proxyFor does proxies.
func mirrorsFor(mirrors []string, hostPorts []int) (ports []int, seen []string) {
	ports = slices.Clone(hostPorts)
	for _, mirror := range mirrors {
		seen = append(seen, shared(mirror, &ports))
	}
	return ports, seen
}

// shared is what the guest calls an address, whose port is added to ports when
// it is on this computer's loopback.
func shared(address string, ports *[]int) string {
	seen, port := seenFromGuest(address)
	if port != 0 && !slices.Contains(*ports, port) {
		*ports = append(*ports, port)
		slices.Sort(*ports)
	}
	return seen
}

// beyond are the proxies and the mirrors for a guest whose network the system
// makes: it has no way to this computer's loopback, so that those are left out.
func beyond(getenv func(string) string, mirrors []string) (p wire.Proxy, seen []string) {
	_, p = proxyFor(getenv, nil)
	for _, address := range []*string{&p.HTTP, &p.HTTPS} {
		if onLoopback(*address) {
			*address = ""
		}
	}
	if p.HTTP == "" && p.HTTPS == "" {
		p.No = ""
	}
	_, mirrors = mirrorsFor(mirrors, nil)
	return p, slices.DeleteFunc(mirrors, onLoopback)
}

// onLoopback is true of what seenFromGuest named anew.
func onLoopback(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && parsed.Hostname() == netstack.Host.String()
}

// seenFromGuest is a proxy's address in the guest; port is what must be shared
// for it, 0 for a proxy elsewhere.
func seenFromGuest(proxy string) (address string, port int) {
	if proxy == "" {
		return "", 0
	}
	parsed, err := url.Parse(proxy)
	if err != nil || parsed.Host == "" {
		return proxy, 0
	}
	ip, err := netip.ParseAddr(parsed.Hostname())
	if parsed.Hostname() != "localhost" && (err != nil || !ip.IsLoopback()) {
		return proxy, 0
	}
	text := parsed.Port()
	if text == "" {
		text = map[string]string{"https": "443"}[parsed.Scheme]
	}
	if text == "" {
		text = "80"
	}
	if port, err = strconv.Atoi(text); err != nil || port < 1 || port > 65535 {
		return proxy, 0
	}
	parsed.Host = net.JoinHostPort(netstack.Host.String(), text)
	return parsed.String(), port
}
