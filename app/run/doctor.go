package run

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"escale/engine"
	"escale/engine/hostport"
)

// HolderKind says who holds a port.
type HolderKind string

// The kinds of holder.
const (
	HeldByContainer HolderKind = "container"
	HeldByProcess   HolderKind = "process"
	HeldByEngine    HolderKind = "engine"  // it listens for a container that this engine does not know
	HeldByUnknown   HolderKind = "unknown" // this user may not see who
)

// Verdict is what the doctor says of a port.
type Verdict struct {
	Port uint16
	Free bool
	Kind HolderKind // of the holder, when not free
	Name string     // of the container or process
	PID  int
	Next uint16 // a free one instead; 0 when none was found
}

// Doctor looks who holds a port of the computer.
type Doctor struct {
	Containers func() []engine.Container
	// Local says that the engine publishes ports on this computer. Else only its
	// containers are looked at.
	Local bool
	// Check and NextFree are hostport's unless a test sets others.
	Check    func(ctx context.Context, ip netip.Addr, port uint16, proto string) (hostport.Holder, error)
	NextFree func(ctx context.Context, ip netip.Addr, from uint16, proto string, taken func(uint16) bool) (uint16, error)
}

// NewDoctor returns a doctor for the engine at ep.
func NewDoctor(ep engine.Endpoint, containers func() []engine.Container) Doctor {
	return Doctor{Containers: containers, Local: Local(ep), Check: hostport.Check, NextFree: hostport.NextFree}
}

// Local reports whether an engine publishes ports on this computer.
func Local(ep engine.Endpoint) bool {
	u, err := url.Parse(ep.Host)
	if err != nil {
		return true
	}
	switch u.Scheme {
	case "ssh":
		return false
	case "tcp", "http", "https":
		ip, err := netip.ParseAddr(u.Hostname())
		return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
	}
	return true
}

// BrowseHost is the name under which a published port is reached from here.
func BrowseHost(ep engine.Endpoint) string {
	if Local(ep) {
		return "localhost"
	}
	u, err := url.Parse(ep.Host)
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	if strings.Contains(u.Hostname(), ":") {
		return "[" + u.Hostname() + "]"
	}
	return u.Hostname()
}

// Examine says whether a host port is free, and else who holds it and which is
// free instead. Other names the ports that the form gives to other rows. It
// blocks, for at most some seconds.
func (d Doctor) Examine(ctx context.Context, port uint16, proto, hostIP string, other map[uint16]bool) Verdict {
	v := Verdict{Port: port}
	proto = protocol(proto)
	ip, _ := netip.ParseAddr(hostIP) // none: every address
	name, held := d.container(ip, port, proto)
	switch {
	case held:
		v.Kind, v.Name = HeldByContainer, name
	case !d.Local:
		v.Free = true
	default:
		v = d.look(ctx, v, ip, proto)
	}
	if !v.Free {
		v.Next = d.next(ctx, ip, port, proto, other)
	}
	return v
}

// look asks this computer. What cannot be found out is left to the engine.
func (d Doctor) look(ctx context.Context, v Verdict, ip netip.Addr, proto string) Verdict {
	holder, err := d.Check(ctx, ip, v.Port, proto)
	switch {
	case !errors.Is(err, engine.ErrPortTaken):
		v.Free = true
	case holder.Forwarder:
		v.Kind, v.Name, v.PID = HeldByEngine, holder.Process, holder.PID
	case holder.Process != "" || holder.PID != 0:
		v.Kind, v.Name, v.PID = HeldByProcess, holder.Process, holder.PID
	default:
		v.Kind = HeldByUnknown
	}
	return v
}

// container is the active container that publishes a port.
func (d Doctor) container(ip netip.Addr, port uint16, proto string) (name string, held bool) {
	for _, c := range d.Containers() {
		for _, p := range c.Ports {
			if p.Host == port && protocol(p.Protocol) == proto && overlap(ip, p.HostIP) {
				return c.Name, true
			}
		}
	}
	return "", false
}

// overlap reports whether a port cannot be taken on both addresses.
func overlap(a, b netip.Addr) bool {
	every := func(ip netip.Addr) bool { return !ip.IsValid() || ip.IsUnspecified() }
	return every(a) || every(b) || a == b
}

func (d Doctor) next(ctx context.Context, ip netip.Addr, port uint16, proto string, other map[uint16]bool) uint16 {
	taken := func(n uint16) bool {
		if n == port || other[n] {
			return true
		}
		_, held := d.container(ip, n, proto)
		return held
	}
	if d.Local {
		next, err := d.NextFree(ctx, ip, port, proto, taken)
		if err != nil {
			return 0
		}
		return next
	}
	for n := max(port, 1023) + 1; n != 0; n++ {
		if !taken(n) {
			return n
		}
	}
	return 0
}
