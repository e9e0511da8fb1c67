package hostport

import (
	"context"
	"net/netip"
	"slices"
	"strings"
)

// entry is one socket of the system's table.
type entry struct {
	addr   netip.AddrPort
	listen bool   // it waits for others, rather than talk to one
	inode  uint64 // Linux
	pid    int    // elsewhere; 0 when unknown
	name   string
	user   string
}

// table reads the system's sockets; it is empty where they cannot be read.
func (q query) table(ctx context.Context) []entry {
	all, err := sockets(ctx, q.proto)
	if err != nil {
		return nil // who holds a port is a courtesy: that it is held is known without
	}
	return all
}

// find chooses the socket that is in the way: rather one that listens, rather
// on the very address.
func (q query) find(table []entry, port uint16) (entry, bool) {
	var found entry
	best := 0
	for _, e := range table {
		if e.addr.Port() != port || !q.meets(e.addr.Addr()) {
			continue
		}
		score := 1
		if e.listen {
			score += 2
		}
		if slices.Contains(q.ips, e.addr.Addr()) {
			score++
		}
		if score > best {
			found, best = e, score
		}
	}
	return found, best > 0
}

func (q query) meets(held netip.Addr) bool {
	return slices.ContainsFunc(q.ips, func(ip netip.Addr) bool { return overlap(ip, held) })
}

// overlap reports whether two sockets cannot have the same port. A socket on
// all IPv6 addresses usually serves IPv4 too.
func overlap(a, b netip.Addr) bool {
	a, b = a.Unmap().WithZone(""), b.Unmap().WithZone("")
	switch {
	case a == b:
		return true
	case a.IsUnspecified() && b.IsUnspecified():
		return true
	case a.IsUnspecified():
		return a.Is6() || b.Is4()
	case b.IsUnspecified():
		return b.Is6() || a.Is4()
	}
	return false
}

// forwarders are the programs that listen for containers.
var forwarders = []string{
	"docker-proxy", "rootlessport", "rootlesskit", "conmon", "slirp4netns", "pasta", "com.docker", "vpnkit", "gvproxy", "limactl",
	"wslrelay", "orbstack",
}

func isForwarder(process string) bool {
	process = strings.ToLower(process)
	return slices.ContainsFunc(forwarders, func(f string) bool { return strings.HasPrefix(process, f) })
}

func holder(e entry) Holder {
	return Holder{Process: e.name, PID: e.pid, User: e.user, Addr: e.addr, Forwarder: isForwarder(e.name)}
}
