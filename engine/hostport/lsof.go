package hostport

import (
	"net/netip"
	"strconv"
	"strings"
)

// parseLsof reads the output of lsof -F pcLPtn: a letter and a value on each
// line, first of a process, then of each of its sockets.
//
// Source: lsof(8), "OUTPUT FOR OTHER PROGRAMS".
func parseLsof(text string) []entry {
	var (
		out     []entry
		current entry
		six     bool
	)
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		value := line[1:]
		switch line[0] {
		case 'p':
			pid, err := strconv.Atoi(value)
			if err != nil {
				pid = 0
			}
			current, six = entry{pid: max(pid, 0)}, false
		case 'c':
			current.name = value
		case 'L':
			current.user = value
		case 't':
			six = value == "IPv6"
		case 'n':
			local, _, connected := strings.Cut(value, "->")
			if addr, ok := parseLocal(local, six); ok {
				current.addr, current.listen = addr, !connected
				out = append(out, current)
			}
		}
	}
	return out
}

// parseLocal reads "127.0.0.1:80", "[::1]:80" and "*:80".
func parseLocal(text string, six bool) (netip.AddrPort, bool) {
	if port, ok := strings.CutPrefix(text, "*:"); ok {
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return netip.AddrPort{}, false
		}
		ip := netip.IPv4Unspecified()
		if six {
			ip = netip.IPv6Unspecified()
		}
		return netip.AddrPortFrom(ip, uint16(number)), true
	}
	addr, err := netip.ParseAddrPort(text)
	if err != nil {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port()), true
}
