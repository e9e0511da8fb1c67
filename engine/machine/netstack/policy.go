package netstack

import (
	"net/netip"
	"slices"
)

// The addresses of a machine's network. Nothing outside the helper ever sees
// them; every machine has the same.
var (
	Subnet  = netip.MustParsePrefix("192.168.127.0/24")
	Gateway = netip.MustParseAddr("192.168.127.1")   // routes, and answers DNS
	Guest   = netip.MustParseAddr("192.168.127.2")   // the machine
	Host    = netip.MustParseAddr("192.168.127.254") // host.docker.internal
)

// forbidden are addresses that mean this computer itself, or everybody on its
// network, and those at which clouds give a computer its secrets.
var forbidden = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("224.0.0.0/3"), // multicast, reserved and broadcast
}

// policy says where the guest's connections may go.
type policy struct {
	hostPorts []int // of this computer's loopback, shared by the user
}

// destinations are the addresses to try, in order, for a connection of the
// guest's to a; none when it may not go there.
//
// Addresses of this computer's other interfaces are reached as any computer on
// the network reaches them: what listens on its loopback only is not there.
func (p policy) destinations(a netip.AddrPort) []netip.AddrPort {
	ip := a.Addr().Unmap()
	switch {
	case !ip.Is4() || a.Port() == 0:
		return nil
	case ip == Host:
		if !slices.Contains(p.hostPorts, int(a.Port())) {
			return nil
		}
		return []netip.AddrPort{
			netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), a.Port()),
			netip.AddrPortFrom(netip.IPv6Loopback(), a.Port()),
		}
	case Subnet.Contains(ip):
		return nil
	}
	for _, prefix := range forbidden {
		if prefix.Contains(ip) {
			return nil
		}
	}
	return []netip.AddrPort{netip.AddrPortFrom(ip, a.Port())}
}
