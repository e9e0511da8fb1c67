package hostport

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
)

// The states of sockets that matter here, in hexadecimal.
const (
	stateListen   = "0A" // TCP
	stateWaiting  = "06" // TCP, after its end: hinders nobody
	stateUnbound  = "07" // UDP, talks to anybody
	procNetFields = 10
)

// parseProcNet reads the sockets of /proc/net/tcp and its like, and skips lines
// that it does not understand. user holds the numeric id.
//
// Source: Linux, Documentation/networking/proc_net_tcp.rst.
func parseProcNet(r io.Reader) ([]entry, error) {
	var out []entry
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < procNetFields || fields[3] == stateWaiting {
			continue
		}
		addr, ok := parseHexAddr(fields[1])
		inode, err := strconv.ParseUint(fields[9], 10, 64)
		if !ok || err != nil {
			continue
		}
		out = append(out, entry{
			addr: addr, listen: fields[3] == stateListen || fields[3] == stateUnbound, inode: inode, user: fields[7],
		})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read sockets: %w", err)
	}
	return out, nil
}

// parseHexAddr reads "0100007F:1F90": the address in words of 32 bits in the
// machine's byte order, the port as a number.
func parseHexAddr(text string) (netip.AddrPort, bool) {
	ip, port, ok := strings.Cut(text, ":")
	raw, err := hex.DecodeString(ip)
	if !ok || err != nil || len(raw) != 4 && len(raw) != 16 {
		return netip.AddrPort{}, false
	}
	number, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return netip.AddrPort{}, false
	}
	for i := 0; i < len(raw); i += 4 {
		binary.NativeEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	addr, _ := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(addr.Unmap(), uint16(number)), true
}
