package hostport

import (
	"net/netip"
	"strconv"
	"strings"
)

// parseNetstat reads the output of Windows' netstat -ano for proto. Its words
// are translated, so a listener is told by its other side, which has no port:
//
//	TCP    0.0.0.0:135      0.0.0.0:0      LISTENING    1234
//	UDP    [::1]:500        *:*                         1234
func parseNetstat(text, proto string) []entry {
	var out []entry
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.EqualFold(fields[0], proto) {
			continue
		}
		addr, err := netip.ParseAddrPort(fields[1])
		if err != nil {
			continue
		}
		pid, err := strconv.ParseUint(fields[len(fields)-1], 10, 31)
		if err != nil {
			continue
		}
		out = append(out, entry{
			addr:   netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port()),
			listen: fields[2] == "*:*" || strings.HasSuffix(fields[2], ":0"),
			pid:    int(pid),
		})
	}
	return out
}
